// swift-tools-version:6.3
import PackageDescription

let commit = (Context.environment["AWN_COMMIT"] ?? "").filter { $0.isLetter || $0.isNumber || $0 == "-" }

// `make test-levels` compiles the kernels for one level of x86-64 (1, 2, 3 or 4) instead of choosing among all at run time.
let kernelLevel = ["1", "2", "3", "4"].first { $0 == Context.environment["AWN_KERNEL_LEVEL"] }

// `make sanitize` sets it: see Tests/CAllocations.
let isSanitized = Context.environment["AWN_SANITIZE"] != nil

let package = Package(
  name: "awn-tui",
  products: [
    .executable(name: "awn-tui", targets: ["awn-tui"]),
    // With the values it speaks: configurations, metrics, matrices.
    .library(name: "AdaptiveWidth", targets: ["AdaptiveWidth", "Experiment", "LinearAlgebra"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "ModelFiles", targets: ["ModelFiles", "AtomicFiles"]),
    .library(name: "Training", targets: ["Training", "Messaging", "Learning", "RunFolders"]),
    .library(name: "ModelExport", targets: ["ModelExport"]),
  ],
  dependencies: [
    // Commands, options, help, usage errors and shell completions.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Experiments and themes are TOML: people write them, and expect comments and line numbers in errors.
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    // ONNX models and TensorBoard's events are protocol buffers. Apple's library encodes them, is fuzzed and kept up to
    // date, and depends on nothing. Not its plugin, which compiles protoc: generated code is checked in.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "awn-tui",
      dependencies: [
        "AdaptiveWidth", "AtomicFiles", "CBuild", "Canvas", "Messaging", "Dashboard", "Datasets",
        "Experiment", "JSONText", "Learning", "LinearAlgebra", "ModelExport", "ModelFiles", "PlainText",
        "RunFolders",
        "TensorBoard", "Terminal", "TOMLText", "Training", "UserInterface",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Measures what the documentation claims.
    .executableTarget(
      name: "awn-bench",
      dependencies: [
        "AdaptiveWidth", "Messaging", "Datasets", "Experiment", "Learning", "LinearAlgebra", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [
        "common_peer", "gin_peer", "goal_peer", "graph_peer", "hidden_peer", "image_peer", "resnet_peer",
        "torch_peer", "torch_sequences", "torch_transformer",
      ].map { .embedInCode("Peers/\($0).py") }),

    // Flags, settings and screens that need no training: options, the home screen, dashboards of runs elsewhere
    // and of recorded ones. It needs no network, so it is compiled beside the method.
    .target(
      name: "UserInterface",
      dependencies: [
        "AtomicFiles", "Canvas", "Messaging", "Dashboard", "Datasets", "Experiment", "JSONText", "PlainText",
        "RunFolders", "Terminal", "TOMLText",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    // The screen. None of these three can see a weight.
    .target(name: "Dashboard", dependencies: ["Canvas", "Experiment", "PlainText"]),
    .target(name: "Terminal", dependencies: ["CTerminal", "Canvas"]),
    .target(
      name: "Canvas",
      dependencies: [
        "CText", "PlainText", "Themes", "TOMLText", .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    // How wide a terminal draws a character: the C library's table, in a locale of our own.
    .target(name: "CText"),
    .target(name: "TOMLText", dependencies: [.product(name: "TOMLKit", package: "TOMLKit")]),
    // The theme files themselves, compiled in, so that a lone binary keeps its themes.
    .target(
      name: "Themes", path: "themes",
      resources: ["dark", "light", "high-contrast", "colour-blind", "monochrome", "dusk"].map {
        .embedInCode("\($0).toml")
      }),

    // The method and what it learns from.
    .target(
      name: "Training",
      dependencies: [
        "AdaptiveWidth", "AtomicFiles", "Messaging", "Datasets", "Experiment", "JSONText", "Learning",
        "LinearAlgebra", "ModelFiles", "PlainText", "RunFolders",
      ]),
    // One step, one evaluation, one measurement of widths: what a run does to a network, without commands and files.
    .target(
      name: "Learning",
      dependencies: ["AdaptiveWidth", "Datasets", "Experiment", "LinearAlgebra", "PlainText"]),
    // What a run and those who watch it say to each other, in one process or by a socket.
    .target(name: "Messaging", dependencies: ["AtomicFiles", "Experiment", "JSONText"]),
    // What a run's folder says without its network: the experiment, evaluations, events, inspections.
    .target(
      name: "RunFolders",
      dependencies: [
        "AtomicFiles", "Datasets", "Experiment", "JSONText", "PlainText", "TOMLText",
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    .target(
      name: "ModelFiles",
      dependencies: [
        "AdaptiveWidth", "AtomicFiles", "Datasets", "Experiment", "JSONText", "LinearAlgebra", "PlainText",
      ]),
    // Writing files whole or not at all, locks, where a model's files are and what is wrong with them.
    .target(name: "AtomicFiles", dependencies: ["PlainText"]),
    .target(
      name: "Datasets", dependencies: ["CImages", "CZlib", "Experiment", "LinearAlgebra", "PlainText"]),
    .target(name: "AdaptiveWidth", dependencies: ["Experiment", "LinearAlgebra"]),
    .target(name: "LinearAlgebra", dependencies: ["CKernels"]),

    // Files for other programs.
    .target(
      name: "ModelExport",
      dependencies: [
        "AdaptiveWidth", "Datasets", "Experiment", "JSONText", "LinearAlgebra", "ModelFiles",
        "PlainText", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["ONNX/onnx.proto"]),
    .target(
      name: "TensorBoard", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["tensorboard.proto"]),

    // Values every module speaks: configuration, commands, events, snapshots.
    .target(name: "Experiment", dependencies: ["PlainText"]),
    // How the program's JSON is written and read.
    .target(name: "JSONText"),

    // Sentences that are safe to print: counts, names, suggestions.
    .target(name: "PlainText"),

    // C ends here.
    .target(
      name: "CTerminal", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(
      name: "CKernels",
      cSettings: [.headerSearchPath(".")] + (kernelLevel.map { [.define("AWN_KERNEL_LEVEL", to: $0)] } ?? [])),
    // PNG and JPEG: libpng and libjpeg-turbo, which browsers and Python's Pillow use too, are loaded when an image folder
    // is read. They read what cameras and other programs write, are fuzzed and kept up to date, and are a few hundred
    // kilobytes; libvips or GD would bring in dozens of libraries for formats that nobody trains on.
    .target(name: "CImages", linkerSettings: [.linkedLibrary("dl")]),
    // make passes the commit; a plain `swift build` leaves it empty.
    .target(
      name: "CBuild",
      cSettings: commit.isEmpty ? [] : [.define("AWN_COMMIT", to: "\"\(commit)\"")]),
    // gzip: IDX and CSV files usually come compressed.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .testTarget(
      name: "AdaptiveWidthTests", dependencies: ["AdaptiveWidth", "Experiment", "LinearAlgebra"],
      resources: [.copy("Oracle")]),
    .testTarget(name: "CanvasTests", dependencies: ["Canvas", "Fuzzing"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "AdaptiveWidth", "AtomicFiles", "awn-bench", "awn-tui", "Canvas", "Messaging", "Dashboard",
        "Datasets", "Experiment", "Fuzzing", "Learning", "LinearAlgebra", "ModelFiles", "Peers", "PlainText",
        "RunFolders",
        "TensorBoard", "Terminal", "Training", "UserInterface",
      ], exclude: ["OldTable"]),
    .testTarget(
      name: "DashboardTests", dependencies: ["Canvas", "Dashboard", "Experiment", "Fuzzing"],
      exclude: ["Golden"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["CZlib", "Datasets", "Experiment", "Fuzzing", "LinearAlgebra"]),
    .testTarget(name: "ExperimentTests", dependencies: ["Experiment", "JSONText"]),
    .testTarget(
      name: "LearningTests",
      dependencies: [
        "AdaptiveWidth", "AllocationProbe", "Datasets", "Experiment", "Learning", "LinearAlgebra",
        "SyntheticData",
      ]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"]),
    .testTarget(name: "MessagingTests", dependencies: ["Messaging"]),
    .testTarget(
      name: "ModelFilesTests",
      dependencies: [
        "AdaptiveWidth", "AtomicFiles", "Datasets", "Experiment", "Fuzzing", "JSONText", "LinearAlgebra",
        "ModelFiles", "RunFolders",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "RunFoldersTests", dependencies: ["Experiment", "Fuzzing", "RunFolders"]),
    .testTarget(
      name: "UserInterfaceTests",
      dependencies: ["Canvas", "Messaging", "Dashboard", "Experiment", "Terminal", "UserInterface"]),
    // Small data sets and the configuration to learn them with, for the tests of steps and runs.
    .target(
      name: "SyntheticData", dependencies: ["Datasets", "Experiment", "LinearAlgebra"],
      path: "Tests/SyntheticData"),
    // Damages files, for the tests of all formats.
    .target(name: "Fuzzing", dependencies: ["LinearAlgebra"], path: "Tests/Fuzzing"),
    .testTarget(
      name: "ModelExportTests",
      dependencies: [
        "AdaptiveWidth", "Datasets", "Experiment", "Learning", "LinearAlgebra", "ModelExport", "ModelFiles",
        "Peers", "Training",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(
      name: "TensorBoardTests",
      dependencies: [
        "Peers", "TensorBoard", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    // Python scripts that read what is written for other programs, and how tests run them.
    .target(
      name: "Peers",
      dependencies: ["TensorBoard", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      path: "Tests/Peers",
      exclude: [
        "check_blocks.py", "check_estimators.py", "check_onnx.py", "check_predictions.py",
        "check_tensorboard.py", "check_torch.py", "compare_tables.py", "measure_images.py",
        "measure_runs.py", "requirements.txt",
      ]),
    // What the tests run in a pseudo-terminal of its own.
    .executableTarget(
      name: "TerminalProbe", dependencies: ["Canvas", "Terminal"], path: "Tests/TerminalProbe"),
    .testTarget(
      name: "TerminalTests", dependencies: ["Canvas", "CTerminal", "Fuzzing", "Terminal", "TerminalProbe"]),
    // A process of its own, because it counts every allocation.
    .target(
      name: "CAllocations", path: "Tests/CAllocations",
      cSettings: isSanitized ? [.define("AWN_SANITIZED")] : []),
    .executableTarget(
      name: "AllocationProbe",
      dependencies: ["AdaptiveWidth", "CAllocations", "Datasets", "Experiment", "Learning", "LinearAlgebra"],
      path: "Tests/AllocationProbe"),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "AdaptiveWidth", "AtomicFiles", "Messaging", "Datasets", "Experiment", "Fuzzing", "JSONText",
        "Learning", "LinearAlgebra", "ModelFiles", "RunFolders", "SyntheticData", "Training",
      ], exclude: ["Keys/lines.txt", "Keys/messages.txt", "RunFolder/OldFolders"]),
  ]
)

// `make test-module MODULE=Dashboard` names one module, so that its tests are built and run without the others.
if let module = Context.environment["AWN_TEST_MODULE"] {
  package.targets.removeAll { $0.isTest && $0.name != "\(module)Tests" }
}

// Compiled without optimization, which halves the time that they take: the tests, and two modules that compute nothing
// themselves but call those that do. What tests measure or train is optimized.
for target in package.targets where target.isTest || ["awn-tui", "UserInterface"].contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-Onone"])]
}
