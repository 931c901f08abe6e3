/// How records of one event are taken out of a page; small, as each event looks at it.
///
/// ```
/// record   | common and other fixed fields | varying values | fill | what no field explains
///          0                          fixedBytes                   └─ remainder
/// ```
struct RecordPlan {
  /// Records with fewer bytes are kept whole, undecoded.
  var fixedBytes: Int32
  /// Bytes of a record without varying values, up to a multiple of 4.
  var usualBytes: Int32
  /// Distance of rows, a multiple of 16.
  var stride: Int32
  /// Where `common_pid` is, -1 where there is none.
  var threadOffset: Int32
  /// Fill at the structure's end.
  var fill: Int32
  /// Of the varying fields among all of the decoder's.
  var firstVarying: Int32
  var varyingCount: Int32

  /// Of records that are kept whole.
  static let whole = RecordPlan(
    fixedBytes: 0, usualBytes: 0, stride: 16, threadOffset: -1, fill: 0, firstVarying: 0,
    varyingCount: 2)

  var varyingRange: Range<Int> { Int(firstVarying)..<Int(firstVarying + varyingCount) }
}

extension RecordPlan {
  init(_ format: KernelEventFormat, firstVarying: Int) {
    self.init(
      fixedBytes: Int32(format.fixedBytes), usualBytes: Int32((format.structBytes + 3) & ~3),
      stride: Int32((max(format.fixedBytes, 1) + 15) & ~15),
      threadOffset: Int32(format.threadOffset ?? -1),
      fill: Int32(format.structBytes - format.fixedBytes), firstVarying: Int32(firstVarying),
      varyingCount: Int32(format.placements.count { $0.isVarying }))
  }
}
