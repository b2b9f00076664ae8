import Testing

import AdaptiveWidth
