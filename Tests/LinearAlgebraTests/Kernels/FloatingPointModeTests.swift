import Foundation
import LinearAlgebra
import Testing

@Suite("Floating-point mode")
struct FloatingPointModeTests {
  /// Through matrices, so that nothing is computed by the compiler.
  private static func sum(of a: Float, and b: Float) -> Float {
    var sum = Matrix(rows: 1, columns: 1, [a])
    sum.add(Matrix(rows: 1, columns: 1, [b]))
    return sum[0, 0]
  }

  @Test func aScopeFlushesAndLeavesTheThreadAsItWas() {
    let before = FloatingPointMode.current
    let tiny = Float.leastNormalMagnitude / 4
    #expect(!FloatingPointMode.flushesSubnormals)
    #expect(Self.sum(of: tiny, and: tiny) == 2 * tiny)
    func computed() -> Float {
      let mode = FloatingPointMode.flushSubnormals()
      defer { mode.restore() }
      #expect(mode == before && FloatingPointMode.flushesSubnormals)
      return Self.sum(of: tiny, and: tiny)
    }
    #expect(computed() == 0)
    #expect(FloatingPointMode.current == before && !FloatingPointMode.flushesSubnormals)
    #expect(Self.sum(of: tiny, and: tiny) == 2 * tiny)
  }

  /// What a caller has set besides, here that results are rounded towards zero, stays.
  @Test func nestedScopesKeepWhatTheCallerHasSet() {
    let before = FloatingPointMode.current
    // Rounding is set in two places, of which the mode is one: strtod reads the other.
    let usual = fegetround()
    defer {
      fesetround(usual)
      before.restore()
    }
    let towardsZero: Int32 = FE_TOWARDZERO
    fesetround(towardsZero)
    let outer = FloatingPointMode.flushSubnormals()
    let inner = FloatingPointMode.flushSubnormals()
    inner.restore()
    #expect(FloatingPointMode.flushesSubnormals && fegetround() == towardsZero)
    outer.restore()
    #expect(!FloatingPointMode.flushesSubnormals && fegetround() == towardsZero)
  }
}
