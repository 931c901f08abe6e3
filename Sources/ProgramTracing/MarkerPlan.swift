internal import CSwtrace

/// How records of one marker of one program are taken apart.
struct MarkerPlan {
  /// `group` of a marker that no batch has met yet.
  static let unresolved: UInt16 = 0xffff
  /// `group` of a marker that the session does not want.
  static let unwanted: UInt16 = 0xfffe

  /// Bytes of the fields, 0xffff where a field's length varies.
  var fixedSize: UInt16
  var group: UInt16 = unresolved
  /// Where the codes of the fields begin, and how many there are.
  var firstCode: UInt32
  var codeCount: UInt8

  static let varying: UInt16 = 0xffff

  init(codes: [UInt8], firstCode: Int) {
    let varies = codes.contains { $0 & 0x0f == 0 }
    fixedSize = varies ? Self.varying : UInt16(codes.reduce(0) { $0 + Int($1 & 0x0f) })
    self.firstCode = UInt32(firstCode)
    codeCount = UInt8(codes.count)
  }
}
