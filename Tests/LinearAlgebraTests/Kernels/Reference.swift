import Glibc
import LinearAlgebra

/// The kernels' plain twins: as the formulas stand, one element at a time.
enum Reference {
  static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    var c = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for j in 0..<b.columns { c[i, j] = (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] } }
    }
    return c
  }

  static func transpose(_ a: Matrix) -> Matrix {
    var result = Matrix(rows: a.columns, columns: a.rows, isElastic: a.isElastic)
    for i in 0..<a.rows { for j in 0..<a.columns { result[j, i] = a[i, j] } }
    return result
  }

  static func value(_ function: ElementFunction, _ z: Float) -> Float {
    switch function {
    case .identity: z
    case .relu6: min(max(z, 0), 6)
    case .tanh: tanhf(z)
    case .relu: max(z, 0)
    case .leakyReLU: z > 0 ? z : 0.01 * z
    }
  }

  static func slope(_ function: ElementFunction, _ z: Float) -> Float {
    switch function {
    case .identity: 1
    case .relu6: z > 0 && z < 6 ? 1 : 0
    case .tanh: 1 - tanhf(z) * tanhf(z)
    case .relu: z > 0 ? 1 : 0
    case .leakyReLU: z > 0 ? 1 : 0.01
    }
  }
}
