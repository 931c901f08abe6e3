/// When the next frame is drawn: at once after a key, and while much arrives 30 times a second.
struct FramePacing {
  static let milliseconds: Int64 = 33

  private var drawn: Int64 = .min / 2
  /// Whether what is new can wait for the next frame.
  private var canWait = false

  /// How long the frame is put off, in milliseconds; 0 where it is due.
  func pause(at now: Int64) -> Int {
    canWait ? Int(clamping: max(0, Self.milliseconds - (now - drawn))) : 0
  }

  mutating func draw(at now: Int64) {
    drawn = now
    canWait = false
  }

  /// Takes note of what came: nothing that a user does waits, also while a frame is put off.
  mutating func take(isUsers: Bool, isWoken: Bool) {
    canWait = !isUsers && (canWait || isWoken)
  }
}
