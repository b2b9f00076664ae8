import AdaptiveWidth
import AtomicFiles
import ModelFiles
import Testing

/// Blocks of a library's user, for which files have no record.
@Suite struct UnknownBlockTests {
  private struct Doubling: Block {
    let inputs = 3
    let outputs = 3

    func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
    func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {}
    func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {}
  }

  @Test func aNetworkWithOneIsNotSaved() throws {
    let network = Network(blocks: [Doubling()], problem: .regression)
    let model = SavedModel(network: network, origin: SavedModel.Origin(name: "test"))
    let error = try #require(
      failure { () throws(ModelFileError) in
        _ = try ModelFile.encode(model, training: nil, ModelLocation(folder: "run"))
      })
    #expect(
      error.description
        == "run/checkpoint.json: the network is not saved, because files cannot describe a block of type "
        + "Doubling; what was saved before stays as it is")
    #expect(error.isOfWriting)
  }
}
