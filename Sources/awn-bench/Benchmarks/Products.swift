import Experiment
import Foundation
import LinearAlgebra

extension Benchmark {
  static let products = Benchmark(
    name: "products",
    summary: "matrix products of the networks' shapes, beside OpenBLAS where it is installed"
  ) { settings in
    if settings.besideOpenBLAS { return try OpenBLAS().figures(settings) }
    guard (try? OpenBLAS()) != nil else {
      FileHandle.standardError.write(Data("OpenBLAS is not installed: apt-get install libopenblas0\n".utf8))
      return ProductShape.all.map { shape in
        var product = Product(shape)
        return Figure(shape.name, product.speeds(settings.repetitions), "GFLOP/s")
      }
    }
    var ours: [[Double]] = ProductShape.all.map { _ in [] }
    var ratios: [[Figure]] = ProductShape.all.map { _ in [] }
    for core in OpenBLAS.cores {
      let measured = try OpenBLAS.figures(core: core, settings)
      for index in ratios.indices {
        let (own, library) = (measured[2 * index], measured[2 * index + 1])
        ours[index] += own.value.all
        ratios[index].append(
          Figure(library.name, zip(own.value.all, library.value.all).map { $0 / $1 }, "× as fast"))
      }
    }
    return ratios.indices.flatMap { index in
      [Figure(ProductShape.all[index].name, ours[index], "GFLOP/s")] + ratios[index]
    }
  }
}

/// A product that a network computes in a step.
private struct ProductShape {
  enum Order { case plain, leftTransposed, rightTransposed }

  var network: String
  var rows: Int
  var inner: Int
  var columns: Int
  var order: Order
  /// The share of the left operand that is zero.
  var zeros: Double

  init(
    _ network: String, _ rows: Int, _ inner: Int, _ columns: Int, _ order: Order = .plain,
    zeros: Double = 0
  ) {
    (self.network, self.rows, self.inner, self.columns, self.order) = (network, rows, inner, columns, order)
    self.zeros = zeros
  }

  var name: String {
    let marks = (order == .leftTransposed ? "ᵀ" : "", order == .rightTransposed ? "ᵀ" : "")
    let sparsity = zeros == 0 ? "" : ", \(Int((100 * zeros).rounded())) % zeros"
    return "\(network): \(rows)×\(inner)\(marks.0) · \(inner)×\(columns)\(marks.1)\(sparsity)"
  }

  /// Multiplications and additions, including those with a zero.
  var operations: Double { 2 * Double(rows) * Double(inner) * Double(columns) }

  /// Forward, the gradient of the weights, and that of the inputs, where each is a product.
  static let all = [
    ProductShape("SpiralHard output", 232, 128, 2, .leftTransposed),
    ProductShape("MNIST hidden", 128, 784, 512), ProductShape("MNIST hidden", 784, 128, 512, .leftTransposed),
    ProductShape("MNIST hidden", 128, 784, 512, zeros: 0.81),
    ProductShape("MNIST hidden", 784, 128, 512, .leftTransposed, zeros: 0.81),
    ProductShape("categories", 128, 61, 100, zeros: 0.9),
    ProductShape("categories", 61, 128, 100, .leftTransposed, zeros: 0.9),
    ProductShape("MNIST output", 128, 512, 10), ProductShape("MNIST output", 512, 128, 10, .leftTransposed),
    ProductShape("MNIST output", 128, 10, 512, .rightTransposed),
    ProductShape("MNIST on two threads", 64, 784, 623),
    ProductShape("two layers", 128, 512, 512, .rightTransposed),
    ProductShape("wide", 2_048, 128, 2_048, .leftTransposed),
    ProductShape("recurrent", 128, 64, 231), ProductShape("recurrent", 128, 231, 64),
    ProductShape("recurrent", 64, 128, 231, .leftTransposed),
    ProductShape("recurrent", 128, 64, 231, .rightTransposed),
    ProductShape("Transformer", 800, 128, 384), ProductShape("Transformer", 800, 512, 128),
    ProductShape("Transformer", 128, 800, 512, .leftTransposed),
    ProductShape("Transformer", 800, 384, 128, .rightTransposed),
    ProductShape("Transformer vocabulary", 700, 128, 5_000),
    ProductShape("Transformer vocabulary", 128, 700, 5_000, .leftTransposed),
    ProductShape("graphs", 960, 32, 32), ProductShape("graphs", 3_840, 64, 64),
    ProductShape("graphs", 64, 3_840, 64, .leftTransposed),
    ProductShape("ResNet-20", 1_024, 27, 16), ProductShape("ResNet-20", 256, 144, 32),
    ProductShape("ResNet-20", 288, 64, 64, .leftTransposed), ProductShape("one row", 1, 784, 512),
  ]
}

/// Operands and result of a product, computed by this program or by OpenBLAS.
private struct Product {
  let shape: ProductShape
  private let (left, right): (Matrix, Matrix)
  private(set) var result: Matrix
  /// So that a measurement takes some milliseconds.
  private let count: Int

  init(_ shape: ProductShape) {
    self.shape = shape
    var random = RandomStream(seed: 1, purpose: "products")
    func matrix(_ rows: Int, _ columns: Int, isTransposed: Bool, zeros: Double = 0) -> Matrix {
      let elements = (0..<rows * columns).map { _ in random.normal(or: 0, inShare: zeros) }
      return isTransposed
        ? Matrix(rows: columns, columns: rows, elements) : Matrix(rows: rows, columns: columns, elements)
    }
    left = matrix(shape.rows, shape.inner, isTransposed: shape.order == .leftTransposed, zeros: shape.zeros)
    right = matrix(shape.inner, shape.columns, isTransposed: shape.order == .rightTransposed)
    result = Matrix(rows: shape.rows, columns: shape.columns)
    count = max(1, Int(5e8 / shape.operations))
  }

  private mutating func compute() {
    switch shape.order {
    case .plain: result.setProduct(left, right)
    case .leftTransposed: result.setProduct(transposed: left, right)
    case .rightTransposed: result.setProduct(left, transposed: right)
    }
  }

  /// In billions of floating-point operations a second.
  mutating func speed() -> Double {
    shape.operations * Double(count) / threadSeconds { for _ in 0..<count { compute() } } / 1e9
  }

  mutating func speeds(_ repetitions: Int) -> [Double] {
    _ = speed()
    return (0..<repetitions).map { _ in speed() }
  }

  mutating func speed(by library: OpenBLAS) -> Double {
    shape.operations * Double(count) / threadSeconds { for _ in 0..<count { compute(by: library) } } / 1e9
  }

  mutating func compute(by library: OpenBLAS) {
    let (rowMajor, plain, transposed): (Int32, Int32, Int32) = (101, 111, 112)
    library.multiply(
      rowMajor, shape.order == .leftTransposed ? transposed : plain,
      shape.order == .rightTransposed ? transposed : plain, Int32(shape.rows), Int32(shape.columns),
      Int32(shape.inner), 1, left.base, Int32(left.stride), right.base, Int32(right.stride), 0,
      result.mutableBase, Int32(result.stride))
  }

  /// Processor time of this thread, which others on the same core do not lengthen.
  private func threadSeconds(_ work: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    work()
    return now() - start
  }
}

/// The library, loaded at run time. Which kernels it has is decided as it is loaded, by OPENBLAS_CORETYPE if that is
/// set: so each of its kernels is measured in a process of its own.
private struct OpenBLAS {
  /// cblas_sgemm
  typealias Multiply =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>,
      Int32,
      Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void

  let core: String
  let multiply: Multiply

  /// The kernels that this processor can run, the best first.
  static var cores: [String?] {
    switch Processor.bestVectors {
    case let level where level.contains("AVX-512"): ["SkylakeX", "Zen", "Haswell", "Prescott"]
    case let level where level.contains("AVX2"): ["Zen", "Haswell", "Prescott"]
    case let level where level.contains("AVX"): ["Sandybridge", "Prescott"]
    case let level where level.contains("SSE2"): ["Prescott"]
    default: [nil]
    }
  }

  init() throws {
    typealias Name = @convention(c) () -> UnsafePointer<CChar>
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
      let multiply = dlsym(library, "cblas_sgemm"),
      let name = dlsym(library, "openblas_get_corename")
    else { throw BenchmarkError(description: "OpenBLAS is not installed: apt-get install libopenblas0") }
    self.multiply = unsafeBitCast(multiply, to: Multiply.self)
    core = String(cString: unsafeBitCast(name, to: Name.self)())
  }

  /// For each shape ours, then the library's, in turns.
  func figures(_ settings: Settings) -> [Figure] {
    ProductShape.all.flatMap { shape in
      var product = Product(shape)
      _ = (product.speed(), product.speed(by: self))
      let speeds = (0..<settings.repetitions).map { _ in (product.speed(), product.speed(by: self)) }
      return [
        Figure("\(shape.name)", speeds.map(\.0), "GFLOP/s"),
        Figure("  OpenBLAS for \(core)", speeds.map(\.1), "GFLOP/s"),
      ]
    }
  }

  /// The same of a process in which the library has the kernels of a core.
  static func figures(core: String?, _ settings: Settings) throws -> [Figure] {
    struct Output: Decodable { var results: [String: [Figure]] }
    let process = Process()
    process.executableURL = URL(
      fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    process.arguments = [
      "products", "--beside-openblas", "--json", "--repetitions", "\(settings.repetitions)",
    ]
    var environment = ProcessInfo.processInfo.environment
    environment["OPENBLAS_CORETYPE"] = core
    environment["OPENBLAS_NUM_THREADS"] = "1"
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError(description: "the measurement of OpenBLAS for \(core ?? "this processor") failed")
    }
    return try JSONDecoder().decode(Output.self, from: text).results["products"] ?? []
  }
}
