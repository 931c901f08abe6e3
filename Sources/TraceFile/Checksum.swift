/// CRC-32C (Castagnoli) of the bytes that it is fed, eight at a time.
struct Checksum {
  private var state: UInt32 = 0xFFFF_FFFF

  /// The checksum of all bytes so far.
  var value: UInt32 { ~state }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard var next = bytes.baseAddress else { return }
    let tables = unsafe ChecksumTables.shared.start
    var left = bytes.count
    var crc = state
    while left >= 8 {
      let low = unsafe UInt32(littleEndian: next.loadUnaligned(as: UInt32.self)) ^ crc
      let high = unsafe UInt32(littleEndian: next.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
      crc =
        unsafe tables[0x700 | Int(low & 0xFF)] ^ tables[0x600 | Int(low >> 8 & 0xFF)]
        ^ tables[0x500 | Int(low >> 16 & 0xFF)] ^ tables[0x400 | Int(low >> 24)]
      crc =
        unsafe crc ^ tables[0x300 | Int(high & 0xFF)] ^ tables[0x200 | Int(high >> 8 & 0xFF)]
        ^ tables[0x100 | Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
      unsafe next += 8
      left &-= 8
    }
    while left > 0 {
      let byte = unsafe next.load(as: UInt8.self)
      crc = unsafe crc >> 8 ^ tables[Int((crc ^ UInt32(byte)) & 0xFF)]
      unsafe next += 1
      left &-= 1
    }
    state = crc
  }

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = Checksum()
    unsafe checksum.add(bytes)
    return checksum.value
  }
}

/// Table k at 256 k: what a byte followed by k zero bytes adds to the checksum.
@safe private struct ChecksumTables: @unchecked Sendable {
  static let shared = ChecksumTables()

  let start: UnsafePointer<UInt32>

  private init() {
    let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
      unsafe tables[byte] = crc
    }
    for place in 256..<8 * 256 {
      let before = unsafe tables[place - 256]
      unsafe tables[place] = unsafe before >> 8 ^ tables[Int(before & 0xFF)]
    }
    unsafe start = UnsafePointer(tables)
  }
}
