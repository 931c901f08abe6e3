import Events
import Glibc
import Testing

@testable import ProgramTracing

@Suite struct MarkedObjectTests {
  let once = MarkedProgram("once")

  @Test func `an executable's markers are read with their fields and places`() throws {
    let object = try MarkedObject(path: once.path)
    // Their order in the section is the compiler's.
    let names = object.markers.map { "\($0.name) \($0.kind)" }.sorted()
    #expect(names == ["once event", "sleep begin", "sleep end", "words event"])
    let words = try #require(object.markers.first { $0.name == "words" })
    #expect(words.system == "app")
    #expect(
      words.fields == [
        Field("first", .string), Field("number", .signed(bytes: 4)), Field("second", .string),
      ])
    #expect(words.source?.file.hasSuffix("once.c") == true)
    #expect((words.source?.line ?? 0) > 0)
  }

  @Test(arguments: [UInt8(1), 2])
  func `a 32-bit and a 64-bit object are read alike`(width: UInt8) throws {
    let file = SmallObject(width: width).write()
    defer { unsafe unlink(file) }
    #expect(try MarkedObject(path: file).markers.map(\.qualifiedName) == ["p:n"])
  }

  @Test func `what is no object is refused, and a pipe is not waited on`() throws {
    let scratch = ScratchDirectory()
    let pipe = scratch.path + "/pipe"
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(throws: ProgramTracingError.untrustedFile(path: pipe, reason: .notRegular)) {
      try MarkedObject(path: pipe)
    }
    #expect(throws: ProgramTracingError.untrustedFile(path: "/tmp", reason: .notRegular)) {
      try MarkedObject(path: "/tmp")
    }
    #expect(throws: ProgramTracingError.untrustedFile(path: "/dev/zero", reason: .notRegular)) {
      try MarkedObject(path: "/dev/zero")
    }
    #expect(throws: ProgramTracingError.system(call: "stat", path: "/nowhere", errno: ENOENT)) {
      try MarkedObject(path: "/nowhere")
    }
    #expect(throws: ProgramTracingError.notAnObject(path: #filePath)) {
      try MarkedObject(path: #filePath)
    }
    #expect(throws: ProgramTracingError.noMarkers(path: "/bin/sh")) {
      try MarkedObject(path: "/bin/sh")
    }
  }

  /// Offsets into SmallObject and what is written there.
  @Test(arguments: [
    ("a section table entry of no size", 58, 2, UInt64(0), "e_shentsize"),
    ("a table behind the end", 40, 8, 1 << 40, "e_shoff"),
    ("a table at the last byte", 40, 8, UInt64.max, "e_shoff"),
    ("too many sections", 60, 2, 0xfff0, "e_shnum"),
    ("no section of names", 62, 2, 77, "e_shstrndx"),
    ("a section behind the end", SmallObject.markerSection + 24, 8, 1 << 62, "swtrace_markers"),
    ("a huge section", SmallObject.markerSection + 32, 8, UInt64.max, "swtrace_markers"),
    ("a marker larger than its section", SmallObject.marker + 4, 4, 5000, "marker size"),
    ("a marker of no size", SmallObject.marker + 4, 4, 0, "marker size"),
    ("a marker without its magic", SmallObject.marker, 4, 7, "marker magic"),
    ("too many fields", SmallObject.marker + 35, 1, 13, "marker description"),
    ("a text longer than the marker", SmallObject.marker + 32, 2, 60_000, "marker description"),
    ("an unknown kind", SmallObject.marker + 34, 1, 9, "marker description"),
  ])
  func `damage is named`(
    what: String, offset: Int, bytes: Int, value: UInt64, field: String
  ) throws {
    var object = SmallObject(width: 2)
    object.store(value, at: offset, bytes: bytes)
    let path = object.write()
    defer { unsafe unlink(path) }
    do {
      _ = try MarkedObject(path: path)
      Issue.record("\(what) was accepted")
    } catch ProgramTracingError.malformed(_, let named, _) {
      #expect(named == field, "\(what)")
    }
  }

  @Test func `no truncation and no flipped byte ends the reader`() throws {
    let whole = SmallObject(width: 2).bytes
    var generator = SystemRandomNumberGenerator()
    var accepted = 0
    for round in 0..<3000 {
      var object = SmallObject(width: 2)
      if round < whole.count {
        object.bytes.removeLast(whole.count - round)
      } else {
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
          object.bytes[Int.random(in: 0..<whole.count, using: &generator)] =
            [
              0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &generator),
            ].randomElement(using: &generator) ?? 0
        }
      }
      let path = object.write()
      if (try? MarkedObject(path: path)) != nil { accepted += 1 }
      unsafe unlink(path)
    }
    #expect(accepted < 3000)
  }
}

/// An ELF file of three sections with one marker `p:n`, made byte by byte.
struct SmallObject {
  /// Where its parts lie when it is a 64-bit one.
  static let marker = 64
  static let text = Array("p\0n\0f.c\0".utf8)
  static let markerSize = 56 + text.count
  static let names = Array("\0swtrace_markers\0names\0".utf8)
  static let table = (marker + markerSize + names.count + 7) & ~7
  static let markerSection = table + 64

  var bytes: [UInt8]

  init(width: UInt8) {
    let isWide = width == 2
    let header = isWide ? 64 : 52
    let word = isWide ? 8 : 4
    var object: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, width, 1, 1] + [UInt8](repeating: 0, count: 9)
    func add(_ value: UInt64, _ count: Int) {
      for position in 0..<count {
        object.append(UInt8(truncatingIfNeeded: value >> (8 * position)))
      }
    }
    let markerAt = isWide ? 64 : 56
    let namesAt = markerAt + Self.markerSize
    let tableAt = (namesAt + Self.names.count + 7) & ~7
    add(3, 2)
    add(isWide ? 62 : 3, 2)
    add(1, 4)
    add(0, word)
    add(0, word)
    add(UInt64(tableAt), word)
    add(0, 4)
    add(UInt64(header), 2)
    add(0, 2)
    add(0, 2)
    add(isWide ? 64 : 40, 2)
    add(3, 2)
    add(2, 2)
    object += [UInt8](repeating: 0, count: markerAt - object.count)
    add(0x6b72_614d, 4)
    add(UInt64(Self.markerSize), 4)
    add(0, 24)
    add(UInt64(Self.text.count), 2)
    add(0, 2)
    add(7, 4)
    add(0, 16)
    object += Self.text
    object += Self.names
    object += [UInt8](repeating: 0, count: tableAt - object.count)
    for (name, offset, size) in [
      (0, 0, 0), (1, markerAt, Self.markerSize), (17, namesAt, Self.names.count),
    ] {
      add(UInt64(name), 4)
      add(1, 4)
      add(0, word)
      add(0, word)
      add(UInt64(offset), word)
      add(UInt64(size), word)
      add(0, 8)
      add(0, word)
      add(0, word)
    }
    bytes = object
  }

  mutating func store(_ value: UInt64, at offset: Int, bytes count: Int) {
    for position in 0..<count {
      bytes[offset + position] = UInt8(truncatingIfNeeded: value >> (8 * position))
    }
  }

  /// Writes the object to a file of its own.
  func write() -> String {
    var name = Array("\(temporaryDirectory())/swtrace-object-XXXXXX".utf8CString)
    let file = unsafe mkstemp(&name)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    close(file)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
