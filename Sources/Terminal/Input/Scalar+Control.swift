extension Unicode.Scalar {
  /// Whether a terminal might obey it instead of showing it: C0, DEL and C1.
  var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
