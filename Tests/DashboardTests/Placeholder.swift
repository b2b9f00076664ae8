import Testing

import Dashboard
