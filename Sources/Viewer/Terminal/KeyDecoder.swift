/// Turns the bytes that a terminal sends into keys.
///
/// Bytes come in any pieces. An Esc is held for `escapeDelay`; a key that follows in that time was typed
/// with Alt and means nothing. Then it is a key. Slow lines take keys apart, though: where `[` or `O`
/// follows within `sequenceDelay`, it was the beginning of another key, and is taken back.
package struct KeyDecoder: Sendable {
  /// How long after an Esc `[` and `O` still belong to it, and any part of a sequence to the last.
  static let sequenceDelay: Int64 = 500
  /// How long a paste may pause.
  static let pasteDelay: Int64 = 3000
  /// Bytes of a sequence that are looked at; longer ones are swallowed.
  static let longestSequence = 64
  /// Bytes of a paste that are kept.
  static let longestPaste = 65536

  private enum State: Hashable {
    case ground
    case escape
    /// An Esc that was given out, and may still be taken back.
    case givenEscape
    /// After `Esc [`.
    case control
    /// After `Esc O`.
    case single
    /// After `Esc [ [`, the function keys of the Linux console.
    case console
    /// The three bytes after `Esc [ M`.
    case oldMouse
    /// An answer of the terminal: `Esc ]`, `Esc P` and the like, up to BEL or `Esc \`.
    case answer
    case paste
    /// Inside of a character in UTF-8.
    case scalar
  }

  private let escapeDelay: Int64
  /// Whether a key right behind an Esc is one of its own: GNU screen keeps an Esc to itself until the
  /// next key while it hears the mouse.
  private let isEscapeLate: Bool
  private var state = State.ground
  private var sequence: [UInt8] = []
  private var isSwallowed = false
  private var text = PastedText()
  private var scalar = ScalarBytes()
  private var latest: Int64 = 0

  package init(escapeDelay: Int64 = 25, isEscapeLate: Bool = false) {
    self.escapeDelay = escapeDelay
    self.isEscapeLate = isEscapeLate
  }

  /// When `expire` has something to do, if nothing comes.
  package var deadline: Int64? {
    switch state {
    case .ground: nil
    case .escape: latest + escapeDelay
    case .paste: latest + Self.pasteDelay
    default: latest + Self.sequenceDelay
    }
  }

  /// Takes bytes that were read at a time.
  package mutating func feed(_ bytes: some Sequence<UInt8>, at milliseconds: Int64) -> [Key] {
    var keys = expire(at: milliseconds)
    for byte in bytes {
      take(byte, &keys)
      latest = milliseconds
    }
    return keys
  }

  /// Ends what has waited for its next byte too long.
  package mutating func expire(at milliseconds: Int64) -> [Key] {
    guard let deadline, milliseconds >= deadline else { return [] }
    var keys: [Key] = []
    switch state {
    case .escape:
      state = .givenEscape
      return [.escape] + expire(at: milliseconds)
    case .control where sequence.isEmpty && !isSwallowed: keys = [.escape, .character("[")]
    case .single where sequence.isEmpty && !isSwallowed: keys = [.escape, .character("O")]
    case .control: finishWithDollar(&keys)
    case .paste: keys = [.paste(text.taken())]
    default: break
    }
    reset()
    return keys
  }

  private mutating func reset() {
    state = .ground
    sequence.removeAll(keepingCapacity: true)
    isSwallowed = false
  }

  private mutating func begin(_ next: State) {
    reset()
    state = next
  }

  private mutating func keep(_ byte: UInt8) {
    if sequence.count < Self.longestSequence { sequence.append(byte) } else { isSwallowed = true }
  }

  private mutating func take(_ byte: UInt8, _ keys: inout [Key]) {
    switch state {
    case .ground: takePlain(byte, &keys)
    case .escape: takeAfterEscape(byte, &keys)
    case .givenEscape: takeAfterGivenEscape(byte, &keys)
    case .control: takeControl(byte, &keys)
    case .single: takeSingle(byte, &keys)
    case .console:
      reset()
      if let key = KeySequence.console(byte) { keys.append(key) }
    case .oldMouse:
      keep(byte)
      guard sequence.count == 3 else { return }
      if let event = MouseEvent(old: sequence) { keys.append(.mouse(event)) }
      reset()
    case .answer: takeAnswer(byte, &keys)
    case .paste:
      guard text.take(byte, atMost: Self.longestPaste) else { return }
      keys.append(.paste(text.taken()))
      reset()
    case .scalar: takeScalar(byte, &keys)
    }
  }

  private mutating func takePlain(_ byte: UInt8, _ keys: inout [Key]) {
    if byte == 0x1B {
      begin(.escape)
    } else if byte < 0x80 {
      keys.append(Key(ascii: byte))
    } else if scalar.begin(byte) {
      state = .scalar
    }
  }

  private mutating func takeScalar(_ byte: UInt8, _ keys: inout [Key]) {
    switch scalar.take(byte) {
    case .more: break
    case .done(let glyph):
      let isMeant = !isSwallowed && glyph.value >= 0xA0
      reset()
      if isMeant { keys.append(.character(glyph)) }
    case .broken:
      reset()
      takePlain(byte, &keys)
    }
  }

  private mutating func takeAfterEscape(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "["): begin(.control)
    case UInt8(ascii: "O"): begin(.single)
    // Some terminals say Alt and an arrow with two.
    case 0x1B: break
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      begin(.answer)
    case 0x20..<0x7F where !isEscapeLate: reset()
    case 0x80... where !isEscapeLate:
      reset()
      takePlain(byte, &keys)
      isSwallowed = state == .scalar
    default:
      keys.append(.escape)
      reset()
      takePlain(byte, &keys)
    }
  }

  private mutating func takeAfterGivenEscape(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "O"):
      keys.append(.escapeTakenBack)
      begin(byte == UInt8(ascii: "[") ? .control : .single)
    default:
      reset()
      takePlain(byte, &keys)
    }
  }

  private mutating func takeControl(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "[") where sequence.isEmpty && !isSwallowed: begin(.console)
    case UInt8(ascii: "M") where sequence.isEmpty && !isSwallowed: begin(.oldMouse)
    case 0x20..<0x40: keep(byte)
    case 0x40..<0x7F:
      let (parameters, isMeant) = (sequence, !isSwallowed)
      reset()
      guard isMeant else { return }
      if parameters == Array("200".utf8), byte == UInt8(ascii: "~") {
        begin(.paste)
      } else if let key = KeySequence(parameters, final: byte).key {
        keys.append(key)
      }
    default: abandon(byte, &keys)
    }
  }

  private mutating func takeSingle(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"): keep(byte)
    case 0x20..<0x7F:
      let isMeant = !isSwallowed
      reset()
      if isMeant, let key = KeySequence.single(byte) { keys.append(key) }
    default: abandon(byte, &keys)
    }
  }

  private mutating func takeAnswer(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case 0x07: reset()
    case 0x1B: begin(.escape)
    case 0x20...: break
    default: abandon(byte, &keys)
    }
  }

  /// A sequence that is broken off is nothing; the byte that broke it may be a key.
  private mutating func abandon(_ byte: UInt8, _ keys: inout [Key]) {
    if state == .control { finishWithDollar(&keys) }
    reset()
    takePlain(byte, &keys)
  }

  /// `Esc [ 7 $` is a key of rxvt and the beginning of an answer of others.
  private mutating func finishWithDollar(_ keys: inout [Key]) {
    guard sequence.last == UInt8(ascii: "$"), !isSwallowed,
      let key = KeySequence(sequence.dropLast(), final: UInt8(ascii: "~")).key
    else { return }
    keys.append(key)
  }
}
