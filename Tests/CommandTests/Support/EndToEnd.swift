import Testing

/// Everything that starts programs, one after another: they would wait for each other's processors.
@Suite(.serialized) enum EndToEnd {}
