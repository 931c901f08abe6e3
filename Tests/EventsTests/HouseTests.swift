import Testing

/// Rooms and who may import whom, as Sources/README.md draws it.
@Suite struct HouseTests {
  static let floors: [String: Set<String>] = [
    "Executable": ["SwtraceCommand"],
    "SwtraceCommand": [
      "Events", "KernelTracing", "ProgramTracing", "TraceFile", "Recording", "Analysis", "Viewer",
      "CLinux", "Swtrace", "ArgumentParser",
    ],
    "Viewer": ["Events", "Analysis", "CCurses"],
    "Recording": ["Events", "KernelTracing", "ProgramTracing", "TraceFile", "CLinux"],
    "Analysis": ["Events", "TraceFile", "CLinux"],
    "KernelTracing": ["Events", "CLinux"],
    "ProgramTracing": ["Events", "CSwtrace", "CLinux"],
    "TraceFile": ["Events", "CZstd"],
    "Events": [],
    "Swtrace": ["CSwtrace"],
    "SwtraceMarkers": ["Swtrace", "CSwtrace"],
    "SwtraceMacros": [
      "SwiftCompilerPlugin", "SwiftDiagnostics", "SwiftParser", "SwiftSyntax", "SwiftSyntaxBuilder",
      "SwiftSyntaxMacros",
    ],
  ]

  /// Modules of the system that any room may use, except the one that is pure.
  static let system: Set = ["Glibc", "Synchronization"]

  struct Source {
    var room: String
    var path: String
    var name: String
    var lines: [Substring]

    /// The modules that the file imports.
    var imports: [String] {
      lines.compactMap { line in
        let words = line.split(separator: " ")
        guard let word = words.firstIndex(of: "import"), words.count > word + 1,
          words[..<word].allSatisfy({
            ["package", "public", "internal", "private", "fileprivate"].contains($0)
              || $0.hasPrefix("@")
          })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
        let module = kinds.contains(words[word + 1]) ? words.last : words[word + 1]
        return module.flatMap { $0.split(separator: ".").first.map(String.init) }
      }
    }

    /// The names of the types that the file declares.
    var types: [String] {
      lines.flatMap { line -> [String] in
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "/") }
        guard
          let word = words.firstIndex(where: {
            ["struct", "class", "enum", "actor", "protocol"].contains($0)
          }), words.count > word + 1,
          words[..<word].allSatisfy({
            [
              "package", "public", "internal", "private", "fileprivate", "final", "indirect",
              "frozen", "usableFromInline", "safe",
            ].contains($0)
          })
        else { return [] }
        return [String(words[word + 1])]
      }
    }
  }

  static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  static let sources = files(below: "Sources")
  static let tests = files(below: "Tests")

  static func files(below folder: String) -> [Source] {
    var found: [Source] = []
    func walk(_ path: String, room: String) {
      for name in FormatText.names(in: "\(root)/\(path)") {
        let inner = "\(path)/\(name)"
        // A script that writes sources has a name in lower case.
        if name.hasSuffix(".swift"), name.first?.isUppercase == true || room == "Executable" {
          let text = FormatText.contents("\(root)/\(inner)") ?? ""
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
          found.append(Source(room: room, path: inner, name: name, lines: lines))
        } else if !name.contains(".") {
          walk(inner, room: room.isEmpty ? name : room)
        }
      }
    }
    walk(folder, room: "")
    return found
  }

  @Test func `every room is on the map`() {
    #expect(Self.sources.count > 50)
    #expect(Set(Self.sources.map(\.room)).isSubset(of: Set(Self.floors.keys)))
    let map = FormatText.contents("\(Self.root)/Sources/README.md") ?? ""
    for room in Set(Self.sources.map(\.room)) { #expect(map.contains(room), "\(room)") }
  }

  @Test func `rooms import only rooms below`() {
    for source in Self.sources {
      let allowed = (Self.floors[source.room] ?? []).union(
        source.room == "Events" ? [] : Self.system)
      for module in source.imports {
        #expect(allowed.contains(module), "\(source.path) imports \(module)")
      }
    }
  }

  @Test func `zstd and the argument parser have one room each, curses one file`() {
    func rooms(importing module: String) -> Set<String> {
      Set(Self.sources.filter { $0.imports.contains(module) }.map(\.room))
    }
    #expect(rooms(importing: "CZstd").isSubset(of: ["TraceFile"]))
    #expect(rooms(importing: "ArgumentParser").isSubset(of: ["SwtraceCommand"]))
    #expect(Self.sources.filter { $0.imports.contains("CCurses") }.count <= 1)
  }

  @Test func `nobody imports Foundation`() {
    for source in Self.sources + Self.tests {
      for module in source.imports {
        #expect(!module.hasPrefix("Foundation"), "\(source.path) imports \(module)")
      }
    }
  }

  @Test func `files and types are named after nouns of the field`() {
    let vague: Set = [
      "Utils", "Util", "Helper", "Helpers", "Manager", "Service", "Impl", "Base", "Common", "Core",
      "Data", "Info", "Context",
    ]
    for source in Self.sources {
      for name in source.types + [String(source.name.dropLast(6))] {
        // A subcommand's file is named after the subcommand.
        if name.hasPrefix("InfoCommand") { continue }
        let words = Self.words(of: name)
        #expect(vague.isDisjoint(with: words), "\(source.path): \(name)")
      }
    }
  }

  /// The words of a name in capitals: `TraceFile` is Trace and File.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    for character in name {
      if character.isUppercase || words.isEmpty {
        words.append(String(character))
      } else if character.isLetter || character.isNumber {
        words[words.count - 1].append(character)
      } else {
        words.append("")
      }
    }
    return words
  }

  @Test func `no file has outgrown its room`() {
    for source in Self.sources { #expect(source.lines.count <= 500, "\(source.path)") }
  }

  @Test func `reads imports and types as they are written`() {
    let text = """
      package import Events
      @testable import struct TraceFile.Reader
      import Glibc
      // import Nothing
      package final class TraceReader {
      private struct Page: Sendable {
      let important = 1
      """
    let source = Source(
      room: "", path: "", name: "",
      lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    #expect(source.imports == ["Events", "TraceFile", "Glibc"])
    #expect(source.types == ["TraceReader", "Page"])
    #expect(Self.words(of: "TraceFile+Data") == ["Trace", "File", "", "Data"])
  }
}
