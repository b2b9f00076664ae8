import Foundation
import Learning

/// Ranks that are threads of one process, and meet at every call.
final class Meeting: @unchecked Sendable {
  private let condition = NSCondition()
  private let count: Int
  private var given: [Int: [Double]] = [:]
  private var isLeaving = false

  init(count: Int) { self.count = count }

  var ranks: [Rank] { (0..<count).map { Rank(rank: $0, count: count, meeting: self) } }

  /// What every rank gave, in their order, once all have.
  fileprivate func exchange(_ values: [Double], from rank: Int) -> [[Double]] {
    condition.lock()
    defer { condition.unlock() }
    while isLeaving { condition.wait() }
    given[rank] = values
    if given.count == count {
      isLeaving = true
      left = 0
      condition.broadcast()
    }
    while !isLeaving { condition.wait() }
    let all = (0..<count).map { given[$0] ?? [] }
    left += 1
    if left == count {
      (given, isLeaving) = ([:], false)
      condition.broadcast()
    }
    return all
  }

  private var left = 0

  struct Rank: Collective {
    let rank: Int
    let count: Int
    fileprivate let meeting: Meeting

    func sum(_ values: UnsafeMutableBufferPointer<Float>) {
      let all = meeting.exchange(values.map(Double.init), from: rank)
      for index in values.indices { values[index] = Float(all.reduce(0) { $0 + $1[index] }) }
    }

    func sum(_ values: UnsafeMutableBufferPointer<Double>) {
      let all = meeting.exchange(Array(values), from: rank)
      for index in values.indices { values[index] = all.reduce(0) { $0 + $1[index] } }
    }

    func broadcast(_ bytes: [UInt8]) -> [UInt8] {
      meeting.exchange(bytes.map(Double.init), from: rank)[0].map { UInt8($0) }
    }
  }
}
