import Testing

import Canvas
