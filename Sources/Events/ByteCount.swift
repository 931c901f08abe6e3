/// A number of bytes.
package struct ByteCount: Hashable, Comparable, Sendable {
  package var bytes: UInt64

  package init(bytes: UInt64) {
    self.bytes = bytes
  }

  /// Reads `16M`, `4MiB`, `1.5G`, `512`; K, M, G and T count in 1024s, kB, MB, GB and TB in 1000s.
  package init(parsing text: String) throws(EventsError) {
    bytes = try Unit.read(text, in: Unit.sizes, bare: 1)
  }

  package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

  /// What a file or a transfer amounts to: `0.9 MB`, `53 MB`.
  package var text: String {
    var text: [UInt8] = []
    text.append(self)
    return String(decoding: text, as: UTF8.self)
  }

  /// What a buffer measures: `16 KiB`, `1.5 GiB`.
  package var binaryText: String {
    var text: [UInt8] = []
    text.append(binary: self)
    return String(decoding: text, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Appends `512 B`, `40 kB`, `0.9 MB`, `53 MB`.
  package mutating func append(_ size: ByteCount) {
    if size.bytes < 1000 {
      append(decimal: size.bytes)
      return append(" B")
    }
    let units: [(unit: UInt64, name: StaticString)] = [
      (1_000_000_000_000, " TB"), (1_000_000_000, " GB"), (1_000_000, " MB"), (1000, " kB"),
    ]
    for (unit, name) in units where size.bytes >= unit / 2 {
      appendTenths(size.bytes, of: unit)
      return append(name)
    }
  }

  /// Appends `512 B`, `16 KiB`, `1.5 GiB`.
  package mutating func append(binary size: ByteCount) {
    let units: [(shift: UInt64, name: StaticString)] = [
      (40, " TiB"), (30, " GiB"), (20, " MiB"), (10, " KiB"), (0, " B"),
    ]
    for (shift, name) in units where size.bytes >> shift > 0 || shift == 0 {
      let unit = UInt64(1) << shift
      if size.bytes % unit == 0 {
        append(decimal: size.bytes / unit)
      } else {
        appendTenths(size.bytes, of: unit)
      }
      return append(name)
    }
  }

  private mutating func appendTenths(_ value: UInt64, of unit: UInt64) {
    let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
    appendTenths(whole * 10 + (rest * 10 + unit / 2) / unit)
  }
}
