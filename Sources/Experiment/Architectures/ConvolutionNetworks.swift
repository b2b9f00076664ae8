extension Architecture {
  /// Two convolutions and dense layers.
  static let cnn = convolutional(
    suits: [.images, .colorImages], defaultFor: [],
    channels: [Architecture.ChannelLayer(.inner, 32), Architecture.ChannelLayer(.inner, 64)],
    adaptable: [.head, .inner])

  /// A residual network of twenty layers.
  static let resnet20 = convolutional(
    suits: [.colorImages], defaultFor: [.colorImages],
    channels: [16, 32, 64].flatMap { width in
      // The first stream begins before its first block, and the others with theirs.
      let places: [ChannelLayer.Place] =
        width == 16 ? [.stream, .inner, .inner, .inner] : [.inner, .stream, .inner, .inner]
      return places.map { ChannelLayer($0, width) }
    },
    adaptable: [.head, .inner, .stream, .all])

  private static func convolutional(
    suits: [DataKind], defaultFor: [DataKind], channels: [ChannelLayer], adaptable: [AdaptedLayers]
  ) -> Architecture {
    Architecture(
      suits: suits, defaultFor: defaultFor, options: [.adapt, .widthMultiplier],
      setDefaults: { configuration, data in
        configuration.network.initialRate = 0.02
        // A mirrored photograph is another photograph; a mirrored digit is not a digit.
        configuration.data.augmentation = data == .colorImages ? true : nil
        configuration.training.epochs = 30
        // Searched for on ten epochs of 8,000 photographs: docs/channels.md has the table.
        configuration.training.batchSize = 64
        configuration.training.learningRate = 0.003
        configuration.training.warmupSteps = 100
      },
      fixedWidthCounts: { [$0.learnedChannels.count + 1] },
      fixedWidthAdvice: { options in
        let channels = options.learnedChannels.count
        return channels == 0
          ? nil
          : "--fixed-width takes \(channels + 1) widths with this --adapt: of \(channels) layers of channels, from the "
            + "input on, and of the head"
      },
      // One pass over them gives the whole curve of the head.
      inspectionRows: 2_000,
      // What lies below the head costs as much a row as the rest of a network.
      repairRows: 1_024, observationsPerThread: 8, channelLayers: channels,
      adaptable: adaptable)
  }
}
