import CKernels

extension [Int32] {
  /// Element n becomes the element of `other` at the n-th index.
  public mutating func gather(_ indices: ArraySlice<Int32>, from other: [Int32]) {
    precondition(indices.count == count, "an index for each element")
    let isInside = withUnsafeMutableBufferPointer { target in
      indices.withUnsafeBufferPointer { indices in
        other.withUnsafeBufferPointer { source in
          awn_gather_classes(
            target.count, indices.baseAddress, source.count, source.baseAddress, target.baseAddress)
        }
      }
    }
    precondition(isInside != 0, "outside the array")
  }
}
