// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

let room: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

// Rooms whose loops over events would make tests ten times slower are optimised in every build.
let optimised: [SwiftSetting] = room + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let runtime: [CSetting] = [.define("_GNU_SOURCE")]

let package = Package(
  name: "swtrace",
  products: [
    .executable(name: "swtrace", targets: ["swtrace"]),
    .library(name: "Swtrace", targets: ["Swtrace"]),
    .library(name: "SwtraceMarkers", targets: ["SwtraceMarkers"]),
    .library(name: "CSwtrace", targets: ["CSwtrace"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
  ],
  targets: [
    // What other people's programs link: markers for C and C++, for Swift, and their macro form.
    .target(name: "CSwtrace", cSettings: runtime),
    .target(
      name: "Swtrace", dependencies: ["CSwtrace"], exclude: ["Arities/generate.swift"],
      swiftSettings: room),
    .target(
      name: "SwtraceMarkers", dependencies: ["Swtrace", "CSwtrace", "SwtraceMacros"],
      swiftSettings: room),
    .macro(
      name: "SwtraceMacros",
      dependencies: [
        .product(name: "SwiftDiagnostics", package: "swift-syntax"),
        .product(name: "SwiftParser", package: "swift-syntax"),
        .product(name: "SwiftSyntax", package: "swift-syntax"),
        .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
        .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
        .product(name: "SwiftCompilerPlugin", package: "swift-syntax"),
      ],
      swiftSettings: room),

    // Floor 0: what an event is.
    .target(name: "Events", swiftSettings: optimised),

    // Floor 1: three ways to make or keep batches, strangers to each other.
    .target(name: "KernelTracing", dependencies: ["Events", "CLinux"], swiftSettings: optimised),
    .target(
      name: "ProgramTracing", dependencies: ["Events", "CSwtrace", "CLinux"],
      swiftSettings: optimised),
    .target(name: "TraceFile", dependencies: ["Events", "CZstd"], swiftSettings: optimised),

    // Floor 2: batches in from the world, batches out to answers.
    .target(
      name: "Recording",
      dependencies: ["Events", "KernelTracing", "ProgramTracing", "TraceFile", "CLinux"],
      swiftSettings: optimised),
    .target(
      name: "Analysis", dependencies: ["Events", "TraceFile", "CLinux"], swiftSettings: optimised),

    // Floor 3: the screen.
    .target(
      name: "Viewer", dependencies: ["Events", "Analysis", "CCurses"], swiftSettings: optimised),

    // Floor 4: words. The executable is a door.
    .target(
      name: "SwtraceCommand",
      dependencies: [
        "Events", "KernelTracing", "ProgramTracing", "TraceFile", "Recording", "Analysis",
        "Viewer", "CLinux", "Swtrace",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: room),
    .executableTarget(
      name: "swtrace", dependencies: ["SwtraceCommand"], path: "Sources/Executable",
      swiftSettings: room),

    // The cellar: C that Swift cannot import otherwise.
    .target(name: "CLinux", cSettings: runtime),
    .target(
      name: "CCurses", cSettings: runtime,
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

    // Tests: one target a room, and what they share.
    .target(
      name: "SyntheticTrace", dependencies: ["Events", "TraceFile"], path: "Tests/SyntheticTrace",
      swiftSettings: optimised),
    .executableTarget(
      name: "wide-trace", dependencies: ["SyntheticTrace"], path: "Tests/Benchmarks/WideTrace",
      swiftSettings: room),
    .testTarget(name: "CSwtraceTests", dependencies: ["CSwtrace"], swiftSettings: room),
    .testTarget(name: "EventsTests", dependencies: ["Events"], swiftSettings: room),
    .testTarget(
      name: "KernelTracingTests", dependencies: ["KernelTracing", "Events", "CLinux"],
      swiftSettings: room),
    .testTarget(
      name: "ProgramTracingTests",
      dependencies: ["ProgramTracing", "Events", "CSwtrace", "CLinux"],
      swiftSettings: room),
    .testTarget(
      name: "TraceFileTests", dependencies: ["TraceFile", "Events", "SyntheticTrace", "CZstd"],
      swiftSettings: room),
    .testTarget(
      name: "RecordingTests",
      dependencies: ["Recording", "TraceFile", "KernelTracing", "ProgramTracing", "Events"],
      swiftSettings: room),
    .testTarget(
      name: "AnalysisTests", dependencies: ["Analysis", "TraceFile", "Events", "SyntheticTrace"],
      swiftSettings: room),
    .testTarget(
      name: "ViewerTests",
      dependencies: ["Viewer", "Analysis", "TraceFile", "Events", "SyntheticTrace", "CCurses"],
      swiftSettings: room),
    .testTarget(
      name: "SwtraceCommandTests",
      dependencies: [
        "SwtraceCommand", "swtrace", "Events", "KernelTracing", "ProgramTracing", "TraceFile",
        "Recording", "Analysis", "Viewer", "SyntheticTrace", "TracedSwift",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: room),
    .executableTarget(
      name: "TracedSwift", dependencies: ["Swtrace", "SwtraceMarkers", "CSwtrace"],
      path: "Tests/Programs/swift", swiftSettings: room),
    .testTarget(
      name: "SwtraceTests",
      dependencies: [
        "Swtrace", "SwtraceMarkers", "CSwtrace", "SwtraceMacros", "TracedSwift", "ProgramTracing",
        "Events",
        .product(name: "SwiftBasicFormat", package: "swift-syntax"),
        .product(name: "SwiftDiagnostics", package: "swift-syntax"),
        .product(name: "SwiftParser", package: "swift-syntax"),
        .product(name: "SwiftSyntax", package: "swift-syntax"),
        .product(name: "SwiftSyntaxMacroExpansion", package: "swift-syntax"),
        .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
      ],
      swiftSettings: room),
  ],
  cLanguageStandard: .gnu11,
  cxxLanguageStandard: .cxx11
)
