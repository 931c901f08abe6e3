/// Where a field's value lies in a record.
struct FieldPlacement: Hashable, Sendable {
  enum Storage: Hashable, Sendable {
    /// `width` bytes at the offset.
    case fixed(width: Int)
    /// A word at the offset: length in the upper half, place in the lower, counted from the
    /// record's start.
    case dataLocation
    /// The same, counted from behind the word.
    case relativeLocation
    /// From the offset to the end of the record.
    case rest
  }

  /// Bits of a fixed field that are the value's.
  struct Bits: Hashable, Sendable {
    var shift: Int
    var count: Int
    var signed: Bool
  }

  var offset: Int
  var storage: Storage
  var bits: Bits?
  /// Bytes of an element; a varying value is a multiple of it.
  var elementBytes: Int

  var isVarying: Bool {
    if case .fixed = storage { false } else { true }
  }
}
