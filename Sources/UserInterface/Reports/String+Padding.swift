extension String {
  package func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
