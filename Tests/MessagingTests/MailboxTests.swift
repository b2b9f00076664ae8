import Messaging
import Testing

@Suite(.timeLimit(.minutes(15))) struct MailboxTests {
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
}
