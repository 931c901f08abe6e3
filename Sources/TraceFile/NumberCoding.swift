/// How a run of n numbers of w bytes stands in a part; n and w are known from what is around it.
///
/// ```
/// plain        n × w bytes
/// constant     w bytes
/// dictionary   u16 m | m × w bytes | n × u8 index
/// planes       u8 transform | u8 low planes L | u32 exceptions x | [w bytes minimum]
///              | L × (n × u8), lowest bytes first | n × u8 top | x numbers of w bytes, coded in turn
/// runs         u32 r | r numbers of w bytes | r numbers of 4 bytes: lengths, n in all
/// ```
/// Planes: a number v is its low bytes plus 256^L × top; a top of 255 stands for 255 + the next
/// exception. So the rare large number costs no plane of its own.
///
/// Raw values are those of the trace file.
enum NumberCoding: UInt8 {
  case plain = 0
  case constant = 1
  case dictionary = 2
  case planes = 3
  case runs = 4
}

/// What was done to numbers before they were cut into planes; all modulo 256^w.
///
/// Raw values are those of the trace file.
enum NumberTransform: UInt8 {
  case none = 0
  /// The minimum was subtracted.
  case aboveMinimum = 1
  /// Each is the zig-zag difference to the one before it, the first to zero.
  case differences = 2
}

/// How a column of a group stands in a part, beside those of numbers of 1, 2, 4 or 8 bytes.
///
/// ```
/// plain        rows × width bytes | varying: rows numbers of 4 bytes: lengths | u32 bytes | bytes
/// dictionary   u16 m | varying: m numbers of 4 bytes: lengths | the m rows' bytes | rows × u8 index
/// words        fixed width only: width / 8 runs of rows numbers of 8 bytes, then one each of
///              4, 2 and 1 bytes as far as width asks for them
/// ```
/// Raw values are those of the trace file.
enum RowCoding: UInt8 {
  case plain = 0
  case dictionary = 1
  case words = 2
}
