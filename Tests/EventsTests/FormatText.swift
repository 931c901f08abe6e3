import Events
import Glibc

/// A kernel's `format` file as text, read just well enough for tests of print formats.
struct FormatText {
  var type: EventType

  init?(_ text: String, system: String) {
    var name = ""
    var fields: [Field] = []
    var printFormat = ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("name: ") { name = String(line.dropFirst(6)) }
      if line.hasPrefix("\tfield:"), let field = Self.field(line.dropFirst(7)) {
        fields.append(field)
      }
      if line.hasPrefix("print fmt: ") {
        printFormat = lines[index...].joined(separator: "\n")
        printFormat.removeFirst("print fmt: ".count)
        break
      }
    }
    guard !name.isEmpty else { return nil }
    type = EventType(
      system: system, name: name, origin: .kernel, fields: fields, printFormat: printFormat)
  }

  private static func field(_ line: Substring) -> Field? {
    let parts = line.split(separator: ";")
    guard parts.count >= 4, let declaration = parts.first,
      let size = parts[2].split(separator: ":").last.flatMap({ Int($0) })
    else { return nil }
    let isSigned = parts[3].hasSuffix("1")
    guard var name = declaration.split(separator: " ").last else { return nil }
    var isArray = false
    if let bracket = name.firstIndex(of: "[") {
      isArray = true
      name = name[..<bracket]
    }
    if name.hasPrefix("common_") { return nil }
    let isText = declaration.hasPrefix("char ")
    let type: FieldType =
      if declaration.contains("__data_loc") || declaration.contains("__rel_loc") {
        .string
      } else if isArray && isText {
        .text(capacity: size)
      } else if isArray || ![1, 2, 4, 8].contains(size) {
        .array(.unsigned8, count: size)
      } else if isSigned {
        .signed(bytes: size)
      } else {
        .unsigned(bytes: size)
      }
    return Field(String(name), type)
  }

  /// Every `format` file below `directory`/SYSTEM/EVENT.
  static func all(below directory: String) -> [FormatText] {
    names(in: directory).flatMap { system in
      names(in: "\(directory)/\(system)").compactMap { event in
        contents("\(directory)/\(system)/\(event)/format").flatMap {
          FormatText($0, system: system)
        }
      }
    }
  }

  static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  static func contents(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What a shell command prints.
  static func output(of command: String) -> String? {
    guard let stream = unsafe popen(command, "r") else { return nil }
    defer { unsafe pclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, stream)
      guard count > 0 else { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A file of the fixtures beside this folder.
  static func fixture(_ name: String, file: String = #filePath) -> String {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    return contents(folder.joined(separator: "/") + "/Fixtures/" + name) ?? ""
  }
}
