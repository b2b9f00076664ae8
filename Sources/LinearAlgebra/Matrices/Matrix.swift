import CKernels

/// A row-major matrix of 32-bit floats with value semantics and spare room.
///
/// Row r starts at element r · `stride`; `stride` ≥ `columns`. An *elastic* matrix keeps spare columns, so that a
/// width that drifts by a few neurons touches a few columns and moves nothing. Copies share memory until one of
/// them is written, which makes undo, evaluation beside training and checkpoints plain assignments.
public struct Matrix: @unchecked Sendable {
  public private(set) var rows: Int
  public private(set) var columns: Int
  public private(set) var stride: Int
  /// Whether columns come and go, and spare ones are worth their memory.
  public let isElastic: Bool
  private var storage: Storage

  /// Zeros.
  public init(rows: Int, columns: Int, isElastic: Bool = false) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative extent")
    self.rows = rows
    self.columns = columns
    self.isElastic = isElastic
    stride = isElastic ? Self.roomyStride(columns) : columns
    storage = Storage(capacity: rows * stride)
  }

  /// No elements and no memory of its own.
  public init(isElastic: Bool = false) {
    (rows, columns, stride, self.isElastic, storage) = (0, 0, 0, isElastic, .empty)
  }

  /// A matrix of elements in row-major order.
  public init(rows: Int, columns: Int, _ elements: [Float], isElastic: Bool = false) {
    precondition(elements.count == rows * columns, "\(elements.count) elements for \(rows)×\(columns)")
    self.init(rows: rows, columns: columns, isElastic: isElastic)
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = elements[row * columns + column] }
    }
  }

  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      return storage.base[row * stride + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      makeUnique()
      storage.base[row * stride + column] = newValue
    }
  }

  /// The first row's start, for reading while this value is alive.
  package var base: UnsafePointer<Float> { UnsafePointer(storage.base) }

  /// The first row's start, for writing while this value is alive and not copied.
  package var mutableBase: UnsafeMutablePointer<Float> {
    mutating get {
      makeUnique()
      return storage.base
    }
  }

  /// Memory it takes, spare room and all; copies share it until one is written to.
  public var bytes: Int { storage.capacity * MemoryLayout<Float>.stride }

  /// The elements in row-major order, without the spare columns.
  public var elements: [Float] {
    (0..<rows).flatMap { row in (0..<columns).map { storage.base[row * stride + $0] } }
  }

  public mutating func fill(_ value: Float) {
    let base = mutableBase
    for row in 0..<rows { (base + row * stride).update(repeating: value, count: columns) }
  }

  /// Copies the elements of a matrix of the same shape, into this one's memory.
  public mutating func assign(_ other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "shapes do not fit")
    let base = mutableBase
    for row in 0..<rows {
      (base + row * stride).update(from: other.storage.base + row * other.stride, count: columns)
    }
  }

  /// Keeps what lies in both shapes; new elements are zero.
  ///
  /// Moves nothing while the new shape fits the spare room; amortized O(new elements).
  public mutating func resize(rows newRows: Int, columns newColumns: Int) {
    precondition(newRows >= 0 && newColumns >= 0, "a matrix has no negative extent")
    if newRows == rows && newColumns == columns { return }
    let isSlack = isElastic && newColumns < stride / 2 && Self.roomyStride(newColumns) < stride
    let fits = newColumns <= stride && newRows * stride <= storage.capacity
    let keepsStride = isElastic || newColumns == stride || newRows * newColumns == 0
    if fits && keepsStride && !isSlack {
      // Fewer elements need no memory touched: those that go are cleared when they come back.
      if newRows > rows || newColumns > columns {
        makeUnique()
        clearNewElements(rows: newRows, columns: newColumns)
      }
    } else {
      move(rows: newRows, columns: newColumns)
    }
    rows = newRows
    columns = newColumns
  }

  /// Resizes the matrix as `resize` does, but leaves its elements undefined: for buffers that are rewritten each step.
  public mutating func reshape(rows newRows: Int, columns newColumns: Int) {
    if newRows == rows && newColumns == columns { return }
    stride = isElastic ? Self.roomyStride(newColumns) : newColumns
    if newRows * stride > storage.capacity || !isKnownUniquelyReferenced(&storage) {
      storage = Storage(capacity: newRows * stride)
    }
    rows = newRows
    columns = newColumns
  }

  /// Gives the matrix the shape and the stride of another one, with undefined elements.
  public mutating func reshape(like other: Matrix) {
    if other.rows == rows && other.columns == columns && other.stride == stride { return }
    stride = other.stride
    if other.rows * stride > storage.capacity || !isKnownUniquelyReferenced(&storage) {
      storage = Storage(capacity: other.rows * stride)
    }
    rows = other.rows
    columns = other.columns
  }

  /// The same elements, in row-major order, as rows of so many columns; shares the memory.
  ///
  /// - Precondition: there are no spare columns, and the number of elements is a multiple of the columns.
  public func refolded(columns newColumns: Int) -> Matrix {
    precondition(
      stride == columns && newColumns > 0 && rows * columns % newColumns == 0, "elements lie side by side")
    var result = self
    (result.rows, result.columns, result.stride) = (rows * columns / newColumns, newColumns, newColumns)
    return result
  }

  private func clearNewElements(rows newRows: Int, columns newColumns: Int) {
    if newColumns > columns {
      for row in 0..<min(rows, newRows) {
        (storage.base + row * stride + columns).update(repeating: 0, count: newColumns - columns)
      }
    }
    for row in min(rows, newRows)..<newRows {
      (storage.base + row * stride).update(repeating: 0, count: newColumns)
    }
  }

  private mutating func move(rows newRows: Int, columns newColumns: Int) {
    let newStride = isElastic ? Self.roomyStride(newColumns) : newColumns
    // A quarter more rows than asked when rows are what grows, so that growing one at a time stays cheap.
    let spareRows = newRows > rows && rows > 0 ? newRows / 4 : 0
    let target = Storage(capacity: (newRows + spareRows) * newStride)
    for row in 0..<min(rows, newRows) {
      (target.base + row * newStride)
        .update(from: storage.base + row * stride, count: min(columns, newColumns))
    }
    storage = target
    stride = newStride
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
  }

  /// A quarter more than asked, in whole vectors.
  private static func roomyStride(_ columns: Int) -> Int { Lanes.padded(columns + columns / 4) }
}

extension Matrix: Equatable {
  /// Same shape and same elements; spare room does not count.
  public static func == (left: Matrix, right: Matrix) -> Bool {
    guard left.rows == right.rows && left.columns == right.columns else { return false }
    for row in 0..<left.rows {
      for column in 0..<left.columns where left[row, column] != right[row, column] { return false }
    }
    return true
  }
}

/// Zeroed, 64-byte-aligned floats.
private final class Storage: @unchecked Sendable {
  static let empty = Storage(capacity: 0)

  let base: UnsafeMutablePointer<Float>
  let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    let bytes = max(capacity, 1) * MemoryLayout<Float>.stride
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(capacity, 1))
    base.initialize(repeating: 0, count: capacity)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  func copy() -> Storage {
    let other = Storage(capacity: capacity)
    other.base.update(from: base, count: capacity)
    return other
  }
}

extension Matrix {
  /// Row r becomes the `indices`' r-th row of a dense row-major array with as many columns.
  public mutating func gather(rows indices: ArraySlice<Int32>, from elements: [Float]) {
    precondition(indices.count == rows, "an index for each row")
    guard rows > 0 && columns > 0 else { return }
    let base = mutableBase
    let isInside = indices.withUnsafeBufferPointer { indices in
      elements.withUnsafeBufferPointer { source in
        awn_gather(
          rows, columns, indices.baseAddress, source.count / columns, source.baseAddress, base, stride)
      }
    }
    precondition(isInside != 0, "outside the array")
  }

  /// Column c becomes the `order`'s c-th column of another matrix; so many columns as the order has.
  public mutating func gather(columns order: [Int], from other: Matrix) {
    reshape(rows: other.rows, columns: order.count)
    let (base, stride) = (mutableBase, stride)
    order.withUnsafeBufferPointer { order in
      for column in order { precondition(column >= 0 && column < other.columns, "no such column") }
      for row in 0..<rows {
        let (source, target) = (other.base + row * other.stride, base + row * stride)
        for column in 0..<order.count { target[column] = source[order[column]] }
      }
    }
  }

  /// Row r becomes what was the `order`'s r-th row.
  public mutating func permute(rows order: [Int]) {
    precondition(order.count == rows, "an index for each row")
    let old = self
    let (base, columns, stride) = (mutableBase, columns, stride)
    for (row, index) in order.enumerated() {
      precondition(index >= 0 && index < rows, "no such row")
      (base + row * stride).update(from: old.base + index * stride, count: columns)
    }
  }
}
