import Glibc
import Testing

/// What must not compile, with the words that the compiler must say beside it in
/// Tests/Programs/refused (`expects: ...`).
@Suite struct RefusedUsesTests {
  static let folder = "\(TracedProgram.programs)/refused"

  static let files: [String] = {
    var names: [String] = []
    guard let listing = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(listing) }
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name.hasSuffix(".c") || name.hasSuffix(".cc") { names.append(name) }
    }
    return names.sorted()
  }()

  @Test func `there are wrong uses to refuse`() {
    #expect(Self.files.count >= 15)
  }

  @Test(arguments: files, ["gcc", "clang"].filter(Command.exists))
  func `the compiler refuses a wrong use and says why`(file: String, compiler: String) throws {
    let source = "\(Self.folder)/\(file)"
    let expected = try #require(TracedProgram.note("expects", in: source))
    let isC = file.hasSuffix(".c")
    for dialect in isC ? ["c99", "gnu11", "gnu17"] : ["c++11", "c++17"] {
      let end = try Command([compiler, "-std=\(dialect)", "-fsyntax-only", source]).wait()
      #expect(end.status == 1, "\(dialect)")
      // Strict C99 has no assertion with words: there the name of a member says it.
      let words = end.output.map { $0 == "_" ? " " : $0 }
      #expect(String(words).contains(expected), "\(dialect): \(end.output)")
    }
  }
}
