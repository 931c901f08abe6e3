/// What a block never exceeds; a reader refuses what does.
enum BlockLimits {
  /// Events of a block.
  static let events = 1 << 24
  /// Bytes of all parts of a block once decompressed, and of the columns once decoded.
  static let rawBytes = 1 << 26
  /// Bytes of a block as it stands in the file.
  static let blockBytes = 1 << 27
  static let headerBytes = 1 << 23
  static let groups = 1 << 16
  static let losses = 1 << 16
  /// Streams of one block.
  static let streamsOfBlock = 1 << 20
  static let parts = groups + 2
  /// Event types and streams of a trace.
  static let types = 1 << 18
  static let streams = 1 << 20
  /// Bytes of all records of types and streams of a trace.
  static let tableBytes = 1 << 25
  /// Bytes of a text, or elements of an array, of fixed size.
  static let fieldBytes = 1 << 20
  /// What a column counts for beside its bytes.
  static let columnBytes = 64
  /// How deep columns of numbers may lie within one another.
  static let depth = 8
}
