/// Where words of the shared structures lie that are changed or read one by one (swtrace_layout.h).
enum SlotOffset {
  static let state: UInt64 = 16
  static let generation: UInt64 = 20
  static let flags: UInt64 = 24
  static let patternsSize: UInt64 = 28
  static let quota: UInt64 = 32
  static let backed: UInt64 = 40
  static let supply: UInt64 = 48
  static let lost: UInt64 = 64
  static let lostFirst: UInt64 = 72
  static let lostLast: UInt64 = 80
  static let stoppedAt: UInt64 = 88
}

enum NoteOffset {
  static let tid: UInt64 = 4
  static let slot: UInt64 = 8
  static let generation: UInt64 = 12
  static let count: UInt64 = 16
  static let first: UInt64 = 24
  static let last: UInt64 = 32
}

enum ChunkOffset {
  static let position = 4
  static let end = 8
  static let closed = 12
  static let base = 16
  static let magic = 64
  static let tid = 68
  static let slot = 76
  static let generation = 80
  static let order = 84
  static let first = 88
}
