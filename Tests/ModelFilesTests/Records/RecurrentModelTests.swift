import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

@Suite struct RecurrentModelTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func model(
    _ options: NetworkOptions, adapting adapt: AdaptedLayers? = nil
  ) -> (SavedModel, Batch) {
    var options = options
    (options.kind, options.stateSize, options.adapt) = (.rnn, 5, adapt)
    var network = Network(
      options: options, ratePrior: nil, inputs: .steps(features: 2), outputs: 2, problem: .classification,
      seed: 3)
    var random = RandomStream(seed: 3, purpose: "batch")
    let elements = (0..<14).map { _ in Float(random.normal()) }
    var batch = Batch(inputs: Matrix(rows: 7, columns: 2, elements), labels: [0, 1, 1])
    (batch.structure.active, batch.structure.order) = ([3, 2, 2], [1, 0, 2])
    var workspace = Workspace()
    var optimizer = Optimizer(kind: .adam, learningRate: 0.02)
    for _ in 0..<3 {
      _ = network.lossAndGradients(batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 10, observations: 3))
    }
    let origin = SavedModel.Origin(name: "test", seed: 3, step: 3, epoch: 1.5, version: "1")
    return (SavedModel(network: network, optimizer: optimizer, origin: origin), batch)
  }

  private func outputs(_ network: Network, _ batch: Batch) -> [Float] {
    var workspace = Workspace()
    network.forward(batch, &workspace)
    return workspace.output.elements
  }

  @Test(arguments: [nil, [6, 7]], [nil, 4])
  func aRecurrentNetworkComesBack(_ fixedWidths: [Int]?, _ reach: Int?) throws {
    var options = NetworkOptions(fixedWidths: fixedWidths, initialRate: 0.2)
    options.backpropagationSteps = reach
    let (model, batch) = model(options)
    try ModelFile.write(model, to: scratch.location)
    let loaded = try ModelFile.read(scratch.path).model.network
    #expect(loaded.bits == model.network.bits && outputs(loaded, batch) == outputs(model.network, batch))
    let recurrence = try #require(loaded.blocks[2] as? Recurrence)
    #expect(recurrence.backpropagationSteps == reach)
  }

  @Test(arguments: [AdaptedLayers.stream, .all])
  func aStateOfLearnedWidthComesBack(_ adapt: AdaptedLayers) throws {
    var (model, batch) = model(NetworkOptions(initialRate: 0.2), adapting: adapt)
    model.network.truncate(layer: adapt == .all ? 1 : 0, to: 4)
    try ModelFile.write(model, to: scratch.location)
    let loaded = try ModelFile.read(scratch.path).model
    #expect(loaded.network.bits == model.network.bits)
    #expect(outputs(loaded.network, batch) == outputs(model.network, batch))
    #expect(loaded.network.layerNames == model.network.layerNames && loaded.network.layerNames != nil)
    #expect(loaded.network.widths == model.network.widths)
    // Both go on in the same way: rates, slopes and moments are there.
    func next(_ model: SavedModel) -> Network {
      var (network, optimizer) = (model.network, model.optimizer!)
      var workspace = Workspace()
      _ = network.lossAndGradients(batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 10, observations: 3))
      return network
    }
    #expect(next(loaded).bits == next(model).bits)
  }

  @Test func whatIsNoStateIsRefused() throws {
    let (model, _) = model(NetworkOptions(initialRate: 0.2), adapting: .stream)
    try ModelFile.write(model, to: scratch.location)
    let text = String(decoding: try #require(scratch.content("checkpoint.json")), as: UTF8.self)
    for (key, damage, clause) in [
      ("\"summand\" : true", "\"summand\" : false", "reads no summand of it"),
      ("\"summand\" : true", "\"unknown\" : 1", "reads no summand of it"),
      ("\"state_adaptation\"", "\"unknown\"", "is a summand of a state, but is read by something else"),
    ] {
      #expect(text.contains(key))
      _ = try scratch.write(Data(text.replacing(key, with: damage).utf8), as: "checkpoint.json")
      let error = failure { () throws(ModelFileError) in _ = try ModelFile.read(scratch.path) }
      #expect(try #require(error).description.contains(clause), "\(error!)")
    }
  }

  @Test func howSequencesAreMadeComesBack() throws {
    let (model, _) = model(NetworkOptions(initialRate: 0.2))
    let columns = (0..<2).map { InputColumn(name: "x\($0)", position: $0, kind: .number) }
    let layouts: [SequenceLayout] = [
      .columns(identifier: .init(name: "id", position: 4), time: .init(name: "time", position: 3)),
      .columns(identifier: .init(name: "id", position: 4), time: nil),
    ]
    for layout in layouts {
      var saved = model
      saved.preparation = Preparation(
        inputs: .columns(columns, width: 5, targetPosition: 2, hasHeader: true), targetName: "y",
        target: .classes(["0", "1"]), featureScaling: .identity(2), sequence: layout)
      try ModelFile.write(saved, to: scratch.location)
      #expect(try ModelFile.read(scratch.path).model.preparation == saved.preparation)
    }
  }

  @Test func whatIsNoRecurrenceIsRefused() throws {
    let (model, _) = model(NetworkOptions(fixedWidths: [6, 7]))
    try ModelFile.write(model, to: scratch.location)
    let text = String(decoding: try #require(scratch.content("checkpoint.json")), as: UTF8.self)
    for (damage, clause) in [
      ("\"fixed_width\" : -1", "the fixed width must lie between"),
      ("\"unknown\" : 1", "a recurrence has one width"),
    ] {
      _ = try scratch.write(
        Data(text.replacing("\"fixed_width\" : 7", with: damage).utf8), as: "checkpoint.json")
      let error = failure { () throws(ModelFileError) in _ = try ModelFile.read(scratch.path) }
      #expect(try #require(error).description.contains(clause))
    }
  }
}
