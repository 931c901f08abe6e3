/// The short name of the container that a control group belongs to.
package enum ContainerName {
  /// From a group's path: the first twelve digits of a container's number, or the name that LXC or
  /// systemd-machined gives it; empty for what is in none.
  package static func of(cgroup path: [UInt8]) -> [UInt8] {
    number(in: path) ?? given(in: path) ?? []
  }

  private static func number(in path: [UInt8]) -> [UInt8]? {
    var run: [UInt8] = []
    for byte in path {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
        run.append(byte)
        if run.count == 64 { return Array(run.prefix(12)) }
      default: run.removeAll(keepingCapacity: true)
      }
    }
    return nil
  }

  private static let given = [
    ("lxc.payload.", ""), ("machine-", ".scope"), ("systemd-nspawn@", ".service"),
  ].map { (Array($0.utf8), Array($1.utf8)) }

  private static func given(in path: [UInt8]) -> [UInt8]? {
    for part in path.split(separator: UInt8(ascii: "/")) {
      for (prefix, suffix) in given
      where part.count > prefix.count + suffix.count && part.starts(with: prefix)
        && part.suffix(suffix.count).elementsEqual(suffix)
      {
        return unescaped(part.dropFirst(prefix.count).dropLast(suffix.count))
      }
    }
    return nil
  }

  /// systemd writes what may not stand in a unit's name as `\x2d`.
  private static func unescaped(_ name: ArraySlice<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var rest = name
    while let byte = rest.first {
      if byte == UInt8(ascii: "\\"), rest.dropFirst().first == UInt8(ascii: "x"), rest.count >= 4,
        let value = UInt8(String(decoding: rest.dropFirst(2).prefix(2), as: UTF8.self), radix: 16)
      {
        plain.append(value)
        rest = rest.dropFirst(4)
      } else {
        plain.append(byte)
        rest = rest.dropFirst()
      }
    }
    return plain
  }
}
