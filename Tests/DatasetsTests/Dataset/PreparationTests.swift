import Datasets
import Experiment
import Foundation
import Testing

@Suite struct PreparationTests {
  let scratch: Scratch
  private let training = "size,colour,label\n1,red,u\n2,blue,v\n3,,u\n6,red,v\n"

  init() throws { scratch = try Scratch() }

  private func preparation(_ text: String? = nil, target: String? = nil) throws -> Preparation {
    try scratch.load(text ?? training, target: target).preparation
  }

  private func failure(_ preparation: Preparation, _ text: String) throws -> DataError? {
    let path = try scratch.write(text, as: "other.csv")
    do throws(DataError) {
      _ = try preparation.table(from: path)
      return nil
    } catch {
      return error
    }
  }

  @Test func otherFileIsPreparedAsTheTrainingRows() throws {
    let dataset = try scratch.load(training)
    let same = try dataset.preparation.table(from: scratch.write(training, as: "same.csv"))
    #expect(same.table == dataset.training)
    #expect(same.notes.isEmpty)
  }

  @Test func columnsAreMatchedByName() throws {
    let prepared = try preparation()
    let path = try scratch.write(
      "extra,label,colour,size\n9,v,green,3\n9,,red,3\n9,u,,NA\n", as: "other.csv")
    let (table, notes) = try prepared.table(from: path)
    #expect(prepared.featureNames == ["size", "colour=blue", "colour=red", "colour missing"])
    #expect(table.features == [0, 0, 0, 0, 0, 0, 0, 1])
    #expect(table.classes == [1, 0])
    #expect(
      notes == [
        "1 row without a value of label dropped",
        "1 cell of colour has a category that training did not see ('green'), counted as none",
      ])
    let inputs = try prepared.inputs(from: path)
    #expect(inputs.rows == 3)
    #expect(inputs.features == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test func columnsAreMatchedByPositionWithoutHeader() throws {
    let prepared = try preparation("u,1,5\nv,2,6\nu,4,7\nv,9,9\n", target: "0")
    let whole = try prepared.table(from: scratch.write("v,4,8\nu,9,1\n", as: "whole.csv"))
    #expect(whole.table.classes == [1, 0])
    let inputs = try prepared.inputs(from: scratch.write("4,8\n9,1\n", as: "inputs.csv"))
    #expect(inputs.features == whole.table.features)
  }

  @Test func headerAloneTellsTextColumns() throws {
    let prepared = try preparation("colour,label\nred,u\nblue,v\nred,u\nblue,v\n")
    let (table, _) = try prepared.table(from: scratch.write("label,colour\nu,red\n", as: "one.csv"))
    #expect(table.rows == 1)
    #expect(table.features == [0, 1])
  }

  /// A file of features alone may have a single column: no delimiter tells that its first row is a header.
  @Test func featuresOfOneColumn() throws {
    let prepared = try preparation("size,label\n1,u\n2,v\n3,u\n6,v\n")
    for text in ["size\n2\n6\n", "2\n6\n"] {
      let inputs = try prepared.inputs(from: scratch.write(text, as: "one.csv"))
      #expect(inputs.rows == 2)
      #expect(inputs.features == [2, 6].map { prepared.featureScaling.standardized($0, at: 0) })
    }
  }

  @Test func unfitFilesAreNamed() throws {
    let prepared = try preparation()
    let path = "\(scratch.path)/other.csv"
    #expect(
      try failure(prepared, "size,colour,label\n1,red,u\n2,red,w\n")
        == DataError(.rows(.unknownClass("w", known: ["u", "v"])), file: path, line: 3, column: "label"))
    #expect(
      try failure(prepared, "size,label\n1,u\n")
        == DataError(.table(.missingColumns(["colour"], spare: [])), file: path, line: 1))
    #expect(
      try failure(prepared, "Size,colour,label\n1,red,u\n")?.description
        == "\(path), line 1: the column 'size' of the training data is missing; add it, or rename 'Size' if that is it"
    )
    #expect(
      try failure(prepared, "weather,colour,label\n1,red,u\n")?.description
        == "\(path), line 1: the column 'size' of the training data is missing; add it, or rename it if it is here "
        + "(weather)")
    // Rows may have names that the header has no name for, but then no other may be missing.
    #expect(
      try failure(prepared, "size,label\n1,red,u\n2,blue,v\n")?.description
        == "\(path), line 1: the header has 2 names for 3 cells, and the column 'colour' of the training data is not "
        + "among them; name all columns in it")
    #expect(
      try failure(prepared, "a,b,c\n1,red,u\n2,red,v\n")?.description
        == "\(path), line 1: this line does not name the columns as the training data do, so it is taken as a row, in "
        + "which 'a' is no value; name the columns size, colour")
    let wide = try preparation("a,b,c,d,e,y\n1,2,3,1,1,u\n2,1,3,2,1,v\n3,2,1,1,2,u\n4,2,2,2,1,v\n")
    #expect(
      try failure(wide, "a,b,c,y\n1,2,3,u\n")?.description
        == "\(path), line 1: the columns d, e of the training data are missing; add them")
    #expect(
      try failure(wide, "a,b,c,D,y\n1,2,3,4,u\n")?.description
        == "\(path), line 1: the columns d, e of the training data are missing; add them, or rename those that are "
        + "here under other names (D)")
    let unfit = "size,colour,label\n1,red,u\nbig,red,v\n"
    #expect(try failure(prepared, unfit)?.reason == .table(.notANumber(text: "big", others: 1)))
    #expect(
      try failure(prepared, "1,red,u,2\n2,red,u,3\n")?.reason == .table(.columnCount(expected: 3, found: 4)))
    #expect(try failure(prepared, "size,colour,label\n1,red,\n")?.reason == .rows(.noTargets))
    let images = try scratch.write(idx([1, 1, 1], [0]), as: "images")
    #expect(throws: DataError(.rows(.otherKind(expected: .table, found: .images)), file: images)) {
      try prepared.table(from: images)
    }
  }

  @Test func testFileReplacesTheTestFraction() throws {
    let test = try scratch.write("size,colour,label\n3,red,v\n", as: "test.csv")
    let dataset = try Dataset.load(
      DataOptions(path: scratch.write(training), validation: 0, test: 0.9, testPath: test), seed: 0)
    #expect(dataset.training.rows == 4)
    #expect(dataset.test?.classes == [1])
  }
}
