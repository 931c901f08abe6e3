import Testing

/// Types, names and values of fields, as the compilers of other people's programs make them.
@Suite struct FieldTests {
  static let ofC = """
    fields:none
    fields:signed a=-1 b=-32768 c=-2147483648 d=-9223372036854775808 e=-9223372036854775808 f=120
    fields:unsigned a=255 b=65535 c=4294967295 d=18446744073709551615 e=18446744073709551615
    fields:floats a=1.5 b=-2.25
    fields:others yes=true colour=7 pointer=0x1234 typed=0x10 object=0x0
    fields:texts literal=literal array=array null=(null) counted=counted bytes=deadbeef empty=
    fields:twelve a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9 j=10 k=11 l=12
    fields:scope depth=1
    fields:scope depth=2
    fields:pair id=5
    fields:pair status=-5
    fields:scope
    fields:scope
    fields:level value=42
    """

  static let ofCPlusPlus = """
    fields:constructor id=1
    fields:none
    fields:signed a=-1 b=-32768 c=-2147483648 d=-9223372036854775808 e=-9223372036854775808
    fields:unsigned a=255 b=65535 c=4294967295 d=18446744073709551615 e=18446744073709551615
    fields:others float=1.5 double=-2.25 yes=true colour=7 old=3 pointer=0x1234 null=0x0 bits=5
    fields:texts string=a.string temporary=made.here literal=literal pointer=a.string \
    counted=counted bytes=dead
    fields:twelve a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9 j=10 k=11 l=12
    fields:inline value=1
    fields:inline value=2
    fields:template value=1
    fields:template value=2.5
    fields:template value=text
    fields:lambda value=9
    fields:scope depth=1
    fields:scope depth=2
    fields:scope
    fields:scope
    fields:thrown
    fields:thrown
    fields:level value=42
    fields:destructor id=1
    """

  static let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]

  private static func lines(_ events: [LeftTrace.Event]) -> String {
    events.map { $0.fields.isEmpty ? $0.name : "\($0.name) \($0.fields)" }.joined(separator: "\n")
  }

  private static func builds(_ compilers: [String], _ dialects: [String]) -> [[String]] {
    compilers.filter(Command.exists).flatMap { compiler in
      dialects.map { [compiler] + $0.split(separator: " ").map(String.init) }
    }
  }

  @Test(
    arguments: builds(
      ["gcc", "clang"], ["-std=c99 -O0", "-std=c99 -O2", "-std=c11 -O2", "-std=gnu17 -O0"])
  )
  func `a C program's fields have their types and values`(build: [String]) throws {
    let program = try TracedProgram(
      "fields", compiler: build[0], options: Self.warnings + build.dropFirst())
    let process = try program.run().trace.process
    #expect(Self.lines(process.events.filter { $0.name != "fields:cut" }) == Self.ofC)
    #expect(process.lost == 0 && process.open == 0 && process.damaged == 0)
  }

  @Test(
    arguments: builds(
      ["g++", "clang++"], ["-std=c++11 -O0", "-std=c++11 -O2", "-std=c++17 -O2", "-std=c++20 -O0"]))
  func `a C++ program's fields have their types and values`(build: [String]) throws {
    let program = try TracedProgram(
      "fields.cc", compiler: build[0], options: Self.warnings + build.dropFirst())
    let process = try program.run().trace.process
    #expect(Self.lines(process.events) == Self.ofCPlusPlus)
    #expect(process.lost == 0 && process.open == 0 && process.damaged == 0)
  }

  @Test func `a long text is cut and marked, and the fields behind it are empty`() throws {
    let process = try TracedProgram("fields").run().trace.process
    let cut = try #require(process.events.first { $0.name == "fields:cut" })
    // 4,000 bytes with the header, an integer, two lengths.
    let text = String(repeating: "b", count: 4000 - 8 - 4 - 2 - 2)
    #expect(cut.fields == "number=1 big=\(text)... after=...")
  }

  @Test func `stamps of a thread do not go back`() throws {
    for file in ["fields", "fields.cc"] {
      let process = try TracedProgram(file).run().trace.process
      let times = process.events.map(\.ticks)
      #expect(times == times.sorted())
    }
  }

  @Test func `only what a pattern names is recorded, and the last pattern decides`() throws {
    let program = try TracedProgram("fields")
    func names(_ patterns: String) throws -> [String] {
      try program.run(recording: patterns).trace.processes.flatMap { $0.events.map(\.name) }
    }
    #expect(try names("fields:f*") == ["fields:floats"])
    #expect(try names("none,level") == ["fields:none", "fields:level"])
    #expect(try names("fields:t*,^fields:twelve") == ["fields:texts"])
    #expect(try names("other:*") == [])
  }
}
