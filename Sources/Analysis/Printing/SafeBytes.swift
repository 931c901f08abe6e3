import Events

/// How texts from a trace are written so that nothing in them can act on a terminal or break the
/// format.
enum Escaping {
  /// TerminalText's rules; `\` stands as it is.
  case terminal
  /// JSON's; what is no UTF-8 becomes U+FFFD, a character for each maximal broken part. What could
  /// steer a terminal is written `\u` too.
  case json
  /// TerminalText's rules inside a quoted CSV cell: `"` is doubled.
  case csv
}

extension OutputBytes {
  /// Makes room and writes a text from the trace.
  @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer, _ escaping: Escaping) {
    reserve(bytes.count &+ 16)
    if unsafe !putClean(bytes, escaping) { unsafe appendEscaped(bytes, escaping) }
  }

  /// Writes bytes that need no escape; false, and nothing written, where one does.
  @inline(__always)
  private mutating func putClean(_ bytes: UnsafeRawBufferPointer, _ escaping: Escaping) -> Bool {
    var dirty: UInt8 = 0
    for position in 0..<bytes.count {
      let byte = unsafe bytes[position]
      // Outside of 0x20...0x7e.
      dirty |= byte &- 0x20 >= 0x5F ? 1 : 0
      switch escaping {
      case .terminal: break
      case .json: dirty |= byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 1 : 0
      case .csv: dirty |= byte == UInt8(ascii: "\"") ? 1 : 0
      }
    }
    guard dirty == 0 else { return false }
    unsafe put(bytes)
    return true
  }

  @inline(never)
  private mutating func appendEscaped(_ bytes: UnsafeRawBufferPointer, _ escaping: Escaping) {
    append(unsafe Self.escaped(Array(bytes), escaping))
  }

  static func escaped(_ bytes: [UInt8], _ escaping: Escaping) -> [UInt8] {
    var output: [UInt8] = []
    switch escaping {
    case .terminal: TerminalText.append(bytes.span, to: &output)
    case .csv:
      var safe: [UInt8] = []
      TerminalText.append(bytes.span, to: &safe)
      for byte in safe {
        if byte == UInt8(ascii: "\"") { output.append(byte) }
        output.append(byte)
      }
    case .json: appendJSON(String(decoding: bytes, as: UTF8.self), to: &output)
    }
    return output
  }

  private static func appendJSON(_ text: String, to output: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output.append(contentsOf: "\\\"".utf8)
      case "\\": output.append(contentsOf: "\\\\".utf8)
      case "\n": output.append(contentsOf: "\\n".utf8)
      case "\r": output.append(contentsOf: "\\r".utf8)
      case "\t": output.append(contentsOf: "\\t".utf8)
      default:
        if scalar.value >= 0x20, scalar.value < 0x7F || !scalar.steersTerminals {
          output.append(contentsOf: String(scalar).utf8)
        } else {
          for unit in String(scalar).utf16 {
            output.append(contentsOf: "\\u".utf8)
            output.append(hexadecimal: UInt64(unit), prefixed: false, width: 4)
          }
        }
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether TerminalText writes the character out.
  fileprivate var steersTerminals: Bool {
    var output: [UInt8] = []
    let bytes = Array(String(self).utf8)
    TerminalText.append(bytes.span, to: &output)
    return output != bytes
  }
}
