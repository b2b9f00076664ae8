import Datasets
import Experiment
import LinearAlgebra
import Testing

@Suite struct SplitTests {
  @Test func dividesAllRowsAndKeepsEveryClassInTraining() throws {
    var stream = RandomStream(seed: 9, purpose: "splits")
    for seed in 0..<300 as Range<UInt64> {
      let classCount = 2 + stream.below(6)
      let classes = (0..<classCount + 2 + stream.below(200)).map { row in
        Int32(row < classCount ? row : stream.below(classCount))
      }
      let test = stream.uniform() * 0.45
      let validation = stream.uniform() * 0.45
      let split = try Split(classes: classes, validation: validation, test: test, seed: seed)
      #expect((split.training + split.validation + split.test).sorted() == Array(0..<Int32(classes.count)))
      for part in [split.training, split.validation, split.test] { #expect(part == part.sorted()) }
      #expect(Set(split.training.map { classes[Int($0)] }).count == classCount)
      for (part, fraction) in [(split.validation, validation), (split.test, test)] {
        #expect(!part.isEmpty)
        for label in 0..<Int32(classCount) {
          let size = classes.count { $0 == label }
          let held = part.count { classes[Int($0)] == label }
          #expect(Double(held) < fraction * Double(size) + Double(classCount) + 1)
        }
      }
    }
  }

  @Test func largeClassesKeepTheirShare() throws {
    let classes = (0..<1000).map { Int32($0 % 10 == 0 ? 1 : 0) }
    let split = try Split(classes: classes, validation: 0.15, test: 0.25, seed: 2)
    #expect(split.test.count { classes[Int($0)] == 1 } == 25)
    #expect(split.validation.count { classes[Int($0)] == 1 } == 15)
    #expect([split.training.count, split.validation.count, split.test.count] == [600, 150, 250])
  }

  @Test func testRowsDependOnSeedAndFractionAlone() throws {
    let classes = (0..<500).map { Int32($0 % 3) }
    let reference = try Split(classes: classes, validation: 0.1, test: 0.2, seed: 7)
    #expect(try Split(classes: classes, validation: 0.1, test: 0.2, seed: 7) == reference)
    #expect(try Split(classes: classes, validation: 0.4, test: 0.2, seed: 7).test == reference.test)
    #expect(try Split(classes: classes, validation: 0, test: 0.2, seed: 7).test == reference.test)
    #expect(try Split(classes: classes, validation: 0.1, test: 0.2, seed: 8).test != reference.test)
  }

  @Test func smallClassesLeaveARowForValidation() throws {
    let split = try Split(classes: [0, 0, 1, 1, 2, 2], validation: 0.1, test: 0.5, seed: 0)
    #expect([split.training.count, split.validation.count, split.test.count] as [Int] == [3, 1, 2])
    // What is held out is taken from the classes in turn.
    let fair = try Split(classes: [0, 0, 0, 1, 1, 1], validation: 0.1, test: 0.1, seed: 0)
    #expect(fair.training.count { $0 < 3 } == 2)
  }

  @Test func everyRowIsHeldOutByOneFold() throws {
    var stream = RandomStream(seed: 3, purpose: "folds")
    for seed in 0..<100 as Range<UInt64> {
      let count = 2 + stream.below(9)
      let classes = (0..<4 * count + stream.below(100)).map { _ in Int32(stream.below(3)) }
      let splits = try Fold.all(count).map {
        try Split(classes: classes, validation: 0.3, test: 0.1, fold: $0, seed: seed)
      }
      let reference = try Split(classes: classes, validation: 0.3, test: 0.1, seed: seed)
      let only = Set(
        (0..<3 as Range<Int32>).filter { label in
          reference.test.count { classes[Int($0)] == label } + 1 == classes.count { $0 == label }
        })
      for split in splits {
        #expect(split.test == reference.test)
        #expect((split.training + split.validation + split.test).sorted() == Array(0..<Int32(classes.count)))
        for label in 0..<3 as Range<Int32> where !only.contains(label) {
          let rest = classes.count { $0 == label } - split.test.count { classes[Int($0)] == label }
          let held = split.validation.count { classes[Int($0)] == label }
          #expect(held == rest / count || held == (rest + count - 1) / count)
        }
      }
      let held = splits.flatMap(\.validation).filter { !only.contains(classes[Int($0)]) }
      let rest = (0..<Int32(classes.count)).filter {
        !reference.test.contains($0) && !only.contains(classes[Int($0)])
      }
      #expect(held.sorted() == rest)
    }
    let third = try #require(Fold("3/10"))
    #expect(third.index == 3 && third.count == 10 && "\(third)" == "3/10")
    for text in ["0/10", "11/10", "1/1", "3", "3/", "a/b", "1/2/3"] { #expect(Fold(text) == nil) }
    #expect(throws: DataError.self) {
      try Split(classes: [0, 1, 0, 1], validation: 0, test: 0, fold: third, seed: 0)
    }
  }

  @Test func refusesWhatCannotBeDivided() {
    for classes in [[0, 1], [0, 0], [0, 1, 2, 3], []] as [[Int32]] {
      #expect(throws: DataError.self) { try Split(classes: classes, validation: 0.1, test: 0.1, seed: 0) }
    }
  }
}
