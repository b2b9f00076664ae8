import Foundation
import Learning
import Testing

@Suite(.timeLimit(.minutes(15))) struct ThreadExecutorTests {
  /// An actor on a thread of its own.
  private actor Worker {
    private let executor = ThreadExecutor(name: "awn-test")
    private(set) var numbers: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func add(_ number: Int) -> UInt {
      numbers.append(number)
      return UInt(bitPattern: ObjectIdentifier(Thread.current))
    }

    /// The closure is called when the thread ends.
    func watchThread(_ ended: @escaping @Sendable () -> Void) {
      var key = pthread_key_t()
      pthread_key_create(&key) { Unmanaged<Ending>.fromOpaque($0!).takeRetainedValue().call() }
      pthread_setspecific(key, Unmanaged.passRetained(Ending(ended)).toOpaque())
    }
  }

  private final class Ending: Sendable {
    let call: @Sendable () -> Void

    init(_ call: @escaping @Sendable () -> Void) { self.call = call }
  }

  @Test func anExecutorRunsEverythingOnOneThreadInOrder() async {
    let (first, second) = (Worker(), Worker())
    var threads: Set<UInt> = []
    for number in 0..<500 { threads.insert(await first.add(number)) }
    #expect(threads.count == 1)
    #expect(await first.numbers == Array(0..<500))
    let other = await second.add(0)
    #expect(!threads.contains(other))

    await withTaskGroup(of: UInt.self) { group in
      for number in 0..<500 { group.addTask { await first.add(number) } }
      for await thread in group { #expect(threads.contains(thread)) }
    }
    #expect(await first.numbers.count == 1_000)
  }

  @Test func theThreadEndsWithItsExecutor() async {
    await withCheckedContinuation { continuation in
      Task {
        let worker = Worker()
        await worker.watchThread { continuation.resume() }
      }
    }
  }
}
