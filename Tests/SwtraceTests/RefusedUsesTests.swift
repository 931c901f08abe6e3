import Testing

/// What must not compile, with the compiler's words beside it in Tests/Programs/swift-refused.
@Suite struct RefusedUsesTests {
  @Test(arguments: ["Markers", "Placed"])
  func `the compiler refuses wrong uses and says why`(file: String) throws {
    let products = SwiftProgram.products
    _ = try SwiftProgram.run(
      "/usr/bin/env",
      [
        "swiftc", "-frontend", "-typecheck", "-verify", "-verify-ignore-unrelated",
        "\(SwiftProgram.package)/Tests/Programs/swift-refused/\(file).swift",
        "-module-name", "Refused", "-swift-version", "6", "-I", "\(products)/Modules",
        "-Xcc", "-fmodule-map-file=\(products)/CSwtrace.build/module.modulemap",
        "-load-plugin-executable", "\(products)/SwtraceMacros-tool#SwtraceMacros",
      ])
  }
}
