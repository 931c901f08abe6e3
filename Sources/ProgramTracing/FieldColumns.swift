internal import CSwtrace
internal import Events

/// Columns out of records that stand anywhere in memory, each checked by the walk that found it.
enum FieldColumns {
  /// The columns of a group whose fields have these codes.
  ///
  /// `places` says where each record's fields begin, and is used up.
  static func make(
    _ codes: [UInt8], records: UnsafeRawPointer, places: UnsafeMutableBufferPointer<UInt32>
  ) -> [Column] {
    var columns: [Column] = []
    var ahead = 0
    for code in codes {
      let width = Int(code & 0x0f)
      if width > 0 {
        columns.append(unsafe fixed(records, places, ahead: ahead, width: width))
        ahead += width
      } else {
        let isText = Int32(code & 0xf0) == SWTRACE_TYPE_STRING
        columns.append(unsafe varying(records, places, ahead: ahead, isText: isText))
        ahead = 0
      }
    }
    return columns
  }

  private static func fixed(
    _ records: UnsafeRawPointer, _ places: UnsafeMutableBufferPointer<UInt32>, ahead: Int,
    width: Int
  ) -> Column {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: places.count * width) {
      buffer, initialized in
      initialized = places.count * width
      guard let first = buffer.baseAddress else { return }
      let target = UnsafeMutableRawPointer(first)
      switch width {
      case 1: unsafe gather(UInt8.self, records, places, ahead, target)
      case 2: unsafe gather(UInt16.self, records, places, ahead, target)
      case 4: unsafe gather(UInt32.self, records, places, ahead, target)
      default: unsafe gather(UInt64.self, records, places, ahead, target)
      }
    }
    return Column(width: width, bytes: bytes)
  }

  private static func gather<Number: BitwiseCopyable>(
    _ type: Number.Type, _ records: UnsafeRawPointer,
    _ places: UnsafeMutableBufferPointer<UInt32>, _ ahead: Int, _ target: UnsafeMutableRawPointer
  ) {
    for row in 0..<places.count {
      let place = Int(unsafe places[row]) &+ ahead
      let number = unsafe records.loadUnaligned(fromByteOffset: place, as: Number.self)
      unsafe target.storeBytes(
        of: number, toByteOffset: row &* MemoryLayout<Number>.size, as: Number.self)
    }
  }

  /// Texts and bytes: u16 length, then as many bytes.
  ///
  /// Leaves each place behind them.
  private static func varying(
    _ records: UnsafeRawPointer, _ places: UnsafeMutableBufferPointer<UInt32>, ahead: Int,
    isText: Bool
  ) -> Column {
    let cut = UInt16(SWTRACE_LENGTH_CUT)
    let ellipsis: (UInt8, UInt8, UInt8) = (0xe2, 0x80, 0xa6)
    var total = 0
    var ends = [UInt32]()
    ends.reserveCapacity(places.count)
    for row in 0..<places.count {
      let place = Int(unsafe places[row]) &+ ahead
      let length = unsafe records.loadUnaligned(fromByteOffset: place, as: UInt16.self)
      total &+= Int(length & ~cut) &+ (isText && length & cut != 0 ? 3 : 0)
      ends.append(UInt32(truncatingIfNeeded: total))
    }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      initialized = total
      guard let first = buffer.baseAddress else { return }
      var target = UnsafeMutableRawPointer(first)
      for row in 0..<places.count {
        let place = Int(unsafe places[row]) &+ ahead
        let length = unsafe records.loadUnaligned(fromByteOffset: place, as: UInt16.self)
        let count = Int(length & ~cut)
        unsafe target.copyMemory(from: records + place + 2, byteCount: count)
        unsafe target += count
        if isText, length & cut != 0 {
          unsafe target.storeBytes(of: ellipsis.0, toByteOffset: 0, as: UInt8.self)
          unsafe target.storeBytes(of: ellipsis.1, toByteOffset: 1, as: UInt8.self)
          unsafe target.storeBytes(of: ellipsis.2, toByteOffset: 2, as: UInt8.self)
          unsafe target += 3
        }
      }
    }
    for row in 0..<places.count {
      let place = Int(unsafe places[row]) &+ ahead
      let length = unsafe records.loadUnaligned(fromByteOffset: place, as: UInt16.self)
      unsafe places[row] = UInt32(truncatingIfNeeded: place &+ 2 &+ Int(length & ~cut))
    }
    return Column(bytes: bytes, ends: ends)
  }
}
