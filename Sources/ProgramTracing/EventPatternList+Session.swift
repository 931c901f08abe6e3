internal import Events

extension EventPatternList {
  /// The patterns as a program reads them: `*` and `?` alone, a line a rule.
  ///
  /// Where a rule says more than that, the lines take in more than the list; what came too much is
  /// left out when it is read.
  var sessionLines: [UInt8] {
    var lines: [String] = []
    for rule in rules {
      let system = rule.pattern.system?.text ?? "*"
      let (line, isExact) = Self.simplified("\(system):\(rule.pattern.name.text)")
      if rule.includes {
        lines.append(line)
      } else if isExact {
        lines.append("^" + line)
      }
    }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// The glob with each class of characters and each escaped one as `?`.
  private static func simplified(_ glob: String) -> (text: String, isExact: Bool) {
    var text: [UInt8] = []
    var isExact = true
    var bytes = Array(glob.utf8)[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        guard let next = bytes.popFirst() else { continue }
        let isPlain = next != UInt8(ascii: "*") && next != UInt8(ascii: "?")
        text.append(isPlain ? next : UInt8(ascii: "?"))
        isExact = isExact && isPlain
      case UInt8(ascii: "["):
        let close = bytes.dropFirst().firstIndex(of: UInt8(ascii: "]"))
        guard let close else {
          text.append(byte)
          continue
        }
        bytes = bytes[(close + 1)...]
        text.append(UInt8(ascii: "?"))
        isExact = false
      default:
        text.append(byte)
      }
    }
    return (String(decoding: text, as: UTF8.self), isExact)
  }
}
