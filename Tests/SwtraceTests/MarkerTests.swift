import Testing

@Suite struct MarkerTests {
  @Test func `keeps every hit of threads that touch a marker first at one time`() throws {
    let program = try SwiftProgram(["hits", "8", "5000"], recording: "test:*")
    #expect(program.total.contains("events 40000 open 0 noted 0 overflow 0"), "\(program.total)")
    for thread in 1...8 {
      let numbers = program.events.filter { $0.field("thread") == "\(thread)" }
        .compactMap { $0.field("number").flatMap { Int($0) } }
      #expect(numbers == Array(1...5000))
    }
  }

  @Test func `computes no arguments while nobody records`() throws {
    let program = try SwiftProgram(["off"], recording: nil)
    #expect(program.output == "computed 0 on false\n")
    #expect(program.events.isEmpty)
  }

  @Test func `computes arguments once while somebody records`() throws {
    let program = try SwiftProgram(["off"], recording: "nobody:*")
    #expect(program.output == "computed 2000 on true\n")
    #expect(program.events.count == 1000)
    #expect(program.events.last?.fields == "number=1999 text=2000")
  }

  @Test func `records nothing that the patterns leave out`() throws {
    let program = try SwiftProgram(["off"], recording: "test:*")
    #expect(program.output == "computed 0 on false\n")
    #expect(program.events.isEmpty)
  }

  @Test func `registers a marker that is no constant by its description`() throws {
    let program = try SwiftProgram(["local", "20000"], recording: "test:local")
    #expect(program.events.count == 20000)
    #expect(program.events.last?.fields == "number=20000")
    #expect(program.total.hasSuffix("refused 0"), "\(program.total)")
  }

  @Test func `records in constructors, before main`() throws {
    let program = try SwiftProgram(["early"], recording: "early:*")
    #expect(program.output == "main\n")
    #expect(program.events.map(\.name) == ["early:made", "early:placed"])
    #expect(program.events.map(\.fields) == ["number=1", "number=2"])
  }
}
