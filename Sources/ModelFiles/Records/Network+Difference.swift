import AdaptiveWidth
import Foundation
import PlainText

extension Network {
  /// How the architecture of a saved network differs from this one's, as a clause about "the checkpoint's network";
  /// `nil` if training could have made one of the other.
  ///
  /// Learned widths, rates, rate priors and parameters may differ. Everything else that files say of a network must
  /// agree: what every block is, what it reads, its settings (such as kernel, stride, heads or pooling), the extents
  /// that are not learned, and how learned widths follow from rates.
  package func architectureDifference(of saved: Network) -> String? {
    if saved.problem != problem { return "the checkpoint's network learns a \(saved.problem.rawValue)" }
    if saved.inputs != inputs || saved.outputs != outputs {
      return "the checkpoint's network has \(saved.inputs) inputs and \(saved.outputs) outputs instead of "
        + "\(inputs) and \(outputs)"
    }
    let (count, savedCount) = (adaptiveBlocks.count, saved.adaptiveBlocks.count)
    // Either network learns some of its widths: the choice of layers is all that differs.
    if count != savedCount && min(count, savedCount) > 0 && !isOfDenseLayers {
      return "the checkpoint's network learns \(counted(savedCount, "width")) instead of \(count): "
        + "give the same --adapt"
    }
    if saved.blocks.count != blocks.count {
      return "the checkpoint's network has \(saved.sizeText) instead of \(sizeText)"
    }
    for index in blocks.indices {
      if let difference = difference(of: saved, inBlock: index) { return difference }
    }
    return nil
  }

  private var sizeText: String {
    guard isOfDenseLayers else { return "\(blocks.count) blocks" }
    return blocks.count == 2 ? "1 hidden layer" : "\(blocks.count - 1) hidden layers"
  }

  private var isOfDenseLayers: Bool { isChain && blocks.allSatisfy { $0 is Dense } }

  private func difference(of saved: Network, inBlock index: Int) -> String? {
    let name = "block \(index + 1) of the checkpoint's network"
    guard var own = try? BlockEntry(blocks[index], withMoments: false),
      var other = try? BlockEntry(saved.blocks[index], withMoments: false)
    else {
      // Files cannot describe one of them, so the types are all there is to compare.
      let (own, other) = (type(of: blocks[index]), type(of: saved.blocks[index]))
      return own == other ? nil : "\(name) is of type \(other) instead of \(own)"
    }
    if own.kind != other.kind {
      return "\(name) is of kind \(other.kind) instead of \(own.kind)"
    }
    let block = "\(name) (\(own.kind))"
    if sources[index] != saved.sources[index] {
      return "\(block) reads other blocks: \(Self.text(saved.sources[index])) instead of "
        + Self.text(sources[index])
    }
    own.forgetLearnedWidths(ofInput: readsLearnedWidth(index))
    other.forgetLearnedWidths(ofInput: saved.readsLearnedWidth(index))
    if let setting = own.record.settingDifference(from: other.record) {
      return "\(block) has another \(setting)"
    }
    if own.adaptation == nil, carriesLearnedWidth(index), saved.carriesLearnedWidth(index) { return nil }
    return own.adaptationDifference(from: other).map { "\(block) \($0)" }
  }

  /// Whether a block passes on neurons of a learned width, or puts out a state of one.
  private func carriesLearnedWidth(_ index: Int) -> Bool {
    adaptiveLayers.contains { $0.carriers.contains(index) || $0.state == index }
  }

  private func readsLearnedWidth(_ index: Int) -> Bool {
    adaptiveLayers.contains { $0.readers.contains(index) || $0.carriers.contains(index) }
  }

  private static func text(_ sources: [Int]) -> String {
    sources.map { $0 == LayerNode.batch ? "the input" : "\($0 + 1)" }.joined(separator: ", ")
  }
}

extension BlockEntry {
  fileprivate mutating func forgetLearnedWidths(ofInput: Bool) {
    record.forgetWidths(ofInput: ofInput, ofOutput: adaptation != nil)
  }

  fileprivate func adaptationDifference(from other: BlockEntry) -> String? {
    switch (adaptation?.state, other.adaptation?.state) {
    case (nil, nil):
      return outputs == other.outputs ? nil : "has \(other.outputs) outputs instead of \(outputs)"
    case (nil, _?): return "has a learned width"
    case (_?, nil): return "has a fixed width"
    case (let own?, let other?):
      if own.family != other.family { return "has another importance, \(other.family.rawValue)" }
      if own.quantile != other.quantile { return "has another quantile, \(other.quantile)" }
      if own.minimumRate != other.minimumRate { return "has another minimum rate, \(other.minimumRate)" }
      return nil
    }
  }
}

extension BlockRecord {
  /// The first of the record's JSON keys whose value differs, with both values; `nil` if the records are equal. Of values
  /// that have keys themselves, those are compared.
  fileprivate func settingDifference(from other: any BlockRecord) -> String? {
    if self == other as? Self { return nil }
    guard let own = try? settings(), let others = try? other.settings() else { return "setting" }
    let keys = Set(own.keys).union(others.keys).sorted()
    guard let key = keys.first(where: { own[$0] != others[$0] }) else { return "setting" }
    let isInner = key.contains(": ")
    // The channels that are not learned.
    let advice = isInner && ["channels", "filters"].contains { key.hasSuffix($0) }
    return "\(key)\(isInner ? "" : ":") \(others[key] ?? "none") instead of \(own[key] ?? "none")"
      + (advice ? "; give the same --width-multiplier" : "")
  }

  /// The record's JSON keys and values, as text: "convolution: filters" and 16.
  fileprivate func settings() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let object = try JSONSerialization.jsonObject(with: encoder.encode(self)) as? [String: Any] ?? [:]
    return try Self.texts(of: object)
  }

  private static func texts(of object: [String: Any]) throws -> [String: String] {
    var result: [String: String] = [:]
    for (key, value) in object {
      if let inner = value as? [String: Any] {
        for (name, text) in try texts(of: inner) { result["\(key): \(name)"] = text }
        continue
      }
      let data = try JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
      result[key] = String(decoding: data, as: UTF8.self)
    }
    return result
  }
}
