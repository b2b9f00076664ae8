import Foundation
import Learning
import Messaging
import Testing

@Suite(.timeLimit(.minutes(15))) struct ConcurrencyTests {
  @Test func aMailboxLosesNothing() async {
    let mailbox = Mailbox<(sender: Int, number: Int)>()
    var received: [[Int]] = Array(repeating: [], count: 8)
    await withTaskGroup(of: Void.self) { group in
      for sender in 0..<8 {
        group.addTask { for number in 0..<2_000 { mailbox.send((sender, number)) } }
      }
      var count = 0
      while count < 8 * 2_000 {
        await mailbox.wait()
        let messages = mailbox.drain()
        #expect(!messages.isEmpty)
        for message in messages { received[message.sender].append(message.number) }
        count += messages.count
      }
    }
    #expect(received.allSatisfy { $0 == Array(0..<2_000) })
    #expect(mailbox.drain().isEmpty)
  }

  @Test func aSenderWakesTheReceiver() async {
    let (ping, pong) = (Mailbox<Int>(), Mailbox<Int>())
    let other = Task {
      for _ in 0..<1_000 {
        await ping.wait()
        for number in ping.drain() { pong.send(number) }
      }
    }
    for number in 0..<1_000 {
      ping.send(number)
      await pong.wait()
      #expect(pong.drain() == [number])
    }
    await other.value
  }

  @Test func latestGivesTheNewestOnce() async {
    let latest = Latest<Int>()
    #expect(latest.take() == nil)
    latest.post(1)
    latest.post(2)
    #expect(latest.take() == 2 && latest.take() == nil)

    let sender = Task { for number in 0..<20_000 { latest.post(number) } }
    var seen = -1
    while seen < 19_999 {
      if let number = latest.take() {
        #expect(number > seen)
        seen = number
      }
      await Task.yield()
    }
    await sender.value
  }

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
