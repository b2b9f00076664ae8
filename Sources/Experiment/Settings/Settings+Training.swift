extension Setting {
  static let training = [
    Setting(.training, "epochs", \.training.epochs, "Passes over the training rows", .atLeast(1)),
    Setting(
      .training, "steps", \.training.steps, "Stop after this many optimizer steps", absence: "no limit",
      .atLeast(1)),
    Setting(.training, "batch_size", \.training.batchSize, "Rows in a minibatch", .atLeast(1)),
    Setting(.training, "optimizer", \.training.optimizer, "Optimizer"),
    Setting(
      .training, "learning_rate", \.training.learningRate, "Learning rate, at its largest", .positive),
    Setting(.training, "schedule", \.training.schedule, "How the learning rate changes over the run"),
    Setting(.training, "momentum", \.training.momentum, "Momentum of sgd", .fraction),
    Setting(
      .training, "patience", \.training.patience,
      "Stop when the held-out metric has not improved for this many evaluations", absence: "never",
      .atLeast(1)),
    Setting(
      .training, "final", \.training.finalNetwork, flag: .renamed("final", from: "keep"),
      "Which network the run ends with: the best by the held-out metric, or the last",
      absence: "best with --patience, otherwise last"),
    Setting(
      .training, "metric", \.training.metric, "The held-out metric that --patience and --final go by",
      absence: "accuracy or RMSE, then the loss"),
    // Whole numbers in an experiment file have a sign.
    Setting(.training, "seed", \.training.seed, "Seed of everything random", .atMost(Int(Int64.max))),
    Setting(
      .training, "label_smoothing", \.training.labelSmoothing,
      "Fraction of a label's probability that is spread over all classes", absence: "0", .fraction),
    Setting(
      .training, "weight_decay", \.training.weightDecay,
      "Decoupled weight decay, as in AdamW: per step and unit of learning rate, the fraction that weights lose",
      .notNegative),
    Setting(
      .training, "dropout", \.training.dropout,
      "Probability that an element of a hidden layer's output is dropped in training", .fraction),
    Setting(
      .training, "nested", \.training.isNested,
      "Nested dropout: in training half of the rows see only the first neurons of each dense layer, a random number of "
        + "them, so that plain cuts cost less", isOfLearnedWidths: true),
    Setting(
      .training, "class_weights", \.training.classWeights,
      "What a row of each class counts in the loss, not in metrics: balanced, W,W,… in the order of classes, "
        + "or NAME=W,…", absence: "all alike",
      data: DataKind.allCases.filter { $0 != .translations }),
    Setting(
      .training, "warmup_steps", \.training.warmupSteps,
      "Steps over which the learning rate rises from 0 to its full value, at most half of the run's",
      absence: "0", .notNegative),
    Setting(
      .training, "gradient_clip", \.training.gradientClip,
      "Maximum Euclidean norm of a gradient; longer ones are scaled to it", absence: "no clipping",
      .positive),
    Setting(
      .training, "teacher", \.training.teacher,
      "Knowledge distillation: how long the uncut network teaches after each cut: caught-up, until the held-out metric "
        + "is as good as before the cut, or a number of epochs", absence: "only where a cut asks for it",
      isOfLearnedWidths: true),
    Setting(
      .training, "teacher_weight", \.training.teacherWeight,
      "Weight of the distillation loss; the loss on the targets has the rest", .between(0, 1),
      isOfLearnedWidths: true),
    Setting(
      .training, "teacher_temperature", \.training.teacherTemperature,
      "Softmax temperature of the distillation loss; classification only", .positive,
      isOfLearnedWidths: true),
    Setting(
      .training, "threads", \.training.threads, "Threads that divide each minibatch among them",
      absence: "as many as make it faster", .between(1, 256)),
    Setting(
      .training, "pace", \.training.pace, flag: .dashboard, "Epochs a second that training is held back to",
      absence: "unlimited", .positive),
  ]
}
