internal import Events

/// Markers as `list-markers` prints them.
enum MarkerList {
  private static let processesShown = 4

  /// One line: name, what it says, fields, where it stands, who has it.
  static func line(_ marker: ListedMarker) -> String {
    let type = marker.type
    var text = TerminalText.escaped(type.qualifiedName).padded(to: 35) + " "
    text += type.kind.word.padded(to: 7) + " "
    let fields = type.fields.map {
      TerminalText.escaped("\($0.name): \($0.typeName.isEmpty ? $0.type.word : $0.typeName)")
    }
    text += "(\(fields.joined(separator: ", ")))"
    if let source = type.source {
      text += "  \(TerminalText.escaped(source.file)):\(source.line)"
    }
    let places = marker.places.sorted()
    for place in places.prefix(processesShown) {
      switch place {
      case .process(let pid): text += "  pid \(pid)"
      case .file(let path): text += "  \(TerminalText.escaped(path))"
      }
    }
    if places.count > processesShown { text += "  and \(places.count - processesShown) more" }
    return text + "\n"
  }

  static func json(_ markers: [ListedMarker]) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.pair("version", 1)
      json.key("markers")
      json.array { json in for marker in markers { append(marker, to: &json) } }
    }
    json.endLine()
    return json.bytes
  }

  private static func append(_ marker: ListedMarker, to json: inout JSONText) {
    let type = marker.type
    json.object { json in
      json.pair("name", type.qualifiedName)
      json.pair("kind", type.origin.word)
      json.pair("type", type.kind.word)
      json.key("fields")
      json.array { json in
        for field in type.fields {
          json.object { json in
            json.pair("name", field.name)
            json.pair("type", field.typeName.isEmpty ? field.type.word : field.typeName)
          }
        }
      }
      if let source = type.source {
        json.key("source")
        json.object { json in
          json.pair("file", source.file)
          json.pair("line", source.line)
        }
      }
      json.key("where")
      json.array { json in
        for place in marker.places.sorted() {
          json.object { json in
            switch place {
            case .process(let pid): json.pair("pid", pid)
            case .file(let path): json.pair("path", path)
            }
          }
        }
      }
    }
  }
}

extension EventType.Kind {
  var word: String {
    switch self {
    case .event: "event"
    case .begin: "begin"
    case .end: "end"
    case .counter: "counter"
    }
  }
}

extension EventType.Origin {
  var word: String {
    switch self {
    case .kernel: "kernel"
    case .program: "marker"
    case .machine: "machine"
    }
  }
}

extension FieldType {
  var word: String {
    switch self {
    case .unsigned(let bytes): "u\(bytes * 8)"
    case .signed(let bytes): "i\(bytes * 8)"
    case .float(let bytes): "f\(bytes * 8)"
    case .bool: "bool"
    case .pointer: "pointer"
    case .text(let capacity): "char[\(capacity)]"
    case .string: "string"
    case .array(let scalar, let count): "\(scalar.word)[\(count)]"
    case .sequence(let scalar): "\(scalar.word)[]"
    case .bytes: "bytes"
    }
  }
}

extension ScalarType {
  var word: String {
    switch self {
    case .unsigned8: "u8"
    case .unsigned16: "u16"
    case .unsigned32: "u32"
    case .unsigned64: "u64"
    case .signed8: "i8"
    case .signed16: "i16"
    case .signed32: "i32"
    case .signed64: "i64"
    case .float32: "f32"
    case .float64: "f64"
    }
  }
}
