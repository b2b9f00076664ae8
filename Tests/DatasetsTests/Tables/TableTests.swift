import Datasets
import Experiment
import LinearAlgebra
import Testing

@Suite struct TableTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  // MARK: Layout

  @Test(arguments: [",", "\t", ";", "|", " ", "   "], ["\n", "\r\n", "\r"])
  func readsEveryDelimiterAndLineEnd(delimiter: String, lineEnd: String) throws {
    let rows = [["1", "10", "a"], ["2", "-2.5", "b"], ["3", "1e1", "a"], ["4", "7", "b"]]
    let text = rows.map { $0.joined(separator: delimiter) }.joined(separator: lineEnd)
    for ending in ["", lineEnd, lineEnd + lineEnd] {
      let dataset = try scratch.load(text + ending)
      #expect(dataset.training.rows == 4)
      #expect(dataset.featureNames == ["x0", "x1"])
      #expect(dataset.training.classes == [0, 1, 0, 1])
      let restored = (0..<4).map { dataset.featureScaling.restored(dataset.training.row($0)[1], at: 1) }
      #expect(zip(restored, [10, -2.5, 10, 7]).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func quotedCellsHoldAnything() throws {
    let rows = "1,\"a,b\",u\n2,\"a\nb\" ,v\n\"3\",\"say \"\"a\"\"\",u\n4,\"a,b\",v\n"
    let dataset = try scratch.load("\u{FEFF}\"size, cm\",\"kind \"\"x\"\"\",label\n" + rows)
    #expect(
      dataset.featureNames == [
        "size, cm", "kind \"x\"=a\nb", "kind \"x\"=a,b", "kind \"x\"=say \"a\"",
      ])
    let kinds: [[Float]] = (0..<4).map { Array(dataset.training.row($0)[1...]) }
    #expect(kinds == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]])
  }

  @Test func quotedLineEndsCountAsLines() throws {
    let error = try scratch.failure("a,b\n\"x\ny\",1\nz,2\nz\n")
    #expect(
      error == DataError(.table(.ragged(expected: 2, found: 1)), file: "\(scratch.path)/data.csv", line: 5))
  }

  @Test func whitespaceAroundCellsAndLinesIsIgnored() throws {
    let dataset = try scratch.load("  1   2\t a \n 2 3 b\n\n   \n4   5 a\n 6 7 b\n")
    #expect(dataset.training.rows == 4)
    #expect(dataset.classNames == ["a", "b"])
  }

  // MARK: Header

  @Test(arguments: [
    ("x,y,label\n1,2,a\n2,3,b\n3,4,a\n4,6,b\n", ["x", "y"]),
    (",y,label\n5,2,0\n2,3,1\n3,4,0\n4,6,1\n", ["x0", "y"]),
    ("1,2,a\n2,3,b\n3,4,a\n4,6,b\n", ["x0", "x1"]),
    ("NA,2,a\n2,3,b\n3,4,a\n4,6,b\n", ["x0", "x1"]),
    ("id,2020,label\n2,3,b\n3,4,a\n4,6,b\n5,1,a\n", ["id", "2020"]),
  ])
  func findsHeader(text: String, names: [String]) throws {
    #expect(try scratch.load(text).featureNames == names)
  }

  @Test func findsHeaderOverTexts() throws {
    let rows = "red,round,yes\nblue,flat,no\nred,flat,yes\nblue,round,no\n"
    let named = try scratch.load("colour,shape,edible\n" + rows)
    #expect(named.targetName == "edible")
    #expect(named.training.rows == 4)
    let bare = try scratch.load(rows)
    #expect(bare.targetName == "x2")
    #expect(bare.training.rows == 4)
  }

  @Test func repeatedNamesAreMadeDistinct() throws {
    let dataset = try scratch.load("a,a,a.2,y\n1,2,3,0\n2,3,5,1\n3,4,6,0\n4,6,8,1\n")
    #expect(dataset.featureNames == ["a", "a.3", "a.2"])
    #expect(dataset.notes.contains { $0.contains("a.3") })
  }

  // MARK: Features

  @Test func numbersAreStandardisedOverTrainingRows() throws {
    var stream = RandomStream(seed: 5, purpose: "rows")
    // Times in seconds: large, and close together.
    let rows = (0..<400).map { _ in (1_700_000_000 + (stream.uniform() * 3600).rounded(), stream.normal()) }
    let text = rows.map { "\($0.0),\($0.1),\($0.1 > 0 ? "up" : "down")\n" }.joined()
    let dataset = try scratch.load("time,x,y\n" + text, validation: 0.25)
    #expect(dataset.training.rows == 300)
    for column in 0..<2 {
      let values = (0..<300).map { Double(dataset.training.row($0)[column]) }
      let mean = values.reduce(0, +) / 300
      #expect(abs(mean) < 1e-5)
      #expect(abs(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300 - 1) < 1e-4)
    }
    let times = Set(rows.map(\.0))
    for row in 0..<300 {
      let time = dataset.featureScaling.restored(dataset.training.row(row)[0], at: 0)
      #expect(times.contains(time.rounded()) && abs(time - time.rounded()) < 0.01)
    }
  }

  @Test func missingNumbersBecomeTheMean() throws {
    for mark in ["", "NA", "n/a", "NaN", "NULL", "?", "#N/A", "<NA>", "\"\""] {
      let dataset = try scratch.load("a,b,y\n1,1,0\n\(mark),2,1\n3,4,0\n8,5,1\n")
      #expect(dataset.training.row(1)[0] == 0)
      #expect(dataset.featureScaling.means[0] == 4)
      #expect(dataset.notes == ["1 missing value of a replaced by its mean"])
    }
  }

  @Test func textsBecomeOneFeatureACategory() throws {
    let dataset = try scratch.load("c,n,y\nb,1,0\na,2,1\n,3,0\nb,4,1\n")
    #expect(dataset.featureNames == ["c=a", "c=b", "c missing", "n"])
    let kinds: [[Float]] = (0..<4).map { Array(dataset.training.row($0)[..<3]) }
    #expect(kinds == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]])
  }

  @Test func namesOfRowsAreDropped() throws {
    let rows = (0..<60).map { "row \($0),\($0),\($0 % 2)\n" }.joined()
    let dataset = try scratch.load("name,n,y\n" + rows)
    #expect(dataset.featureNames == ["n"])
    #expect(dataset.notes.contains { $0.contains("name dropped") })
  }

  @Test func moreThanAThousandCategoriesAreDropped() throws {
    let rows = (0..<4004).map { "t\($0 % 1001),\($0),\($0 % 2)\n" }.joined()
    #expect(try scratch.load("name,n,y\n" + rows).featureNames == ["n"])
    let fewer = (0..<4004).map { "t\($0 % 1000),\($0),\($0 % 2)\n" }.joined()
    #expect(try scratch.load("name,n,y\n" + fewer).featureNames.count == 1001)
  }

  // MARK: Targets

  @Test func targetIsChosenByNameThenIndex() throws {
    let text = "a,1,c\n1,5,u\n2,6,v\n4,7,u\n9,8,v\n"
    #expect(try scratch.load(text).targetName == "c")
    #expect(try scratch.load(text, target: "a").targetName == "a")
    #expect(try scratch.load(text, target: "0").targetName == "a")
    #expect(try scratch.load(text, target: "1").targetName == "1")
  }

  private static let labels: [([Double], [String])] = [
    ([0, 1, 0, 1, 1, 0, 1, 0], ["0", "1"]),
    ([-1, 1, -1, 1, 1, -1, 1, 1], ["-1", "1"]),
    ([10, 2, 3, 10, 2, 3, 10, 2, 4, 5, 6, 8, 4, 5, 6, 8], ["2", "3", "4", "5", "6", "8", "10"]),
  ]

  @Test(arguments: labels)
  func labelsAreClasses(values: [Double], names: [String]) throws {
    let rows = values.enumerated().map { "\($0),\($1)\n" }.joined()
    let dataset = try scratch.load(rows)
    #expect(dataset.problem == .classification)
    #expect(dataset.classNames == names)
    #expect(dataset.training.classes.map { names[Int($0)] } == values.map { "\(Int($0))" })
  }

  private static let values: [[Double]] = [
    [0, 10, 20, 30, 0, 10, 20, 30], [1, 2, 3, 4, 5, 6, 7, 8], [0.5, 1, 0.5, 1, 0.5, 1],
    (0..<60).map { Double($0 % 21) },
  ]

  @Test(arguments: values)
  func otherNumbersAreValues(values: [Double]) throws {
    let dataset = try scratch.load(values.enumerated().map { "\($0),\($1)\n" }.joined())
    #expect(dataset.problem == .regression)
    #expect(dataset.classNames.isEmpty)
    let scaling = try #require(dataset.targetScaling)
    #expect(abs(scaling.means[0] - values.reduce(0, +) / Double(values.count)) < 1e-9)
    for (row, value) in values.enumerated() {
      #expect(abs(scaling.restored(dataset.training.values[row], at: 0) - value) < 1e-5)
    }
  }

  @Test func rowsWithoutTargetAreDropped() throws {
    let dataset = try scratch.load("a,y\n1,u\n2,\n3,v\n4,NA\n5,u\n6,v\n")
    #expect(dataset.training.rows == 4)
    #expect(dataset.notes == ["2 rows without a value of y dropped ('NA' taken as missing: --missing)"])
  }
}
