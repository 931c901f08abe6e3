/// A traced program of Tests/Programs, compiled for a test with the library's own sources.
enum MarkedProgram {
  static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/")

  /// Compiles `name`.c into `folder`; what the compiler said where that failed.
  static func compile(_ name: String, into folder: String) -> String? {
    let script = """
      exec cc -O2 -I '\(root)/Sources/CSwtrace/include' -o '\(folder)/\(name)' \
      '\(root)/Tests/Programs/\(name).c' '\(root)'/Sources/CSwtrace/*.c -lpthread
      """
    let run = ProgramRun.run("sh", ["-c", script], in: folder)
    return run.status == 0 ? nil : run.errors
  }
}
