/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Up to `length` bytes out of `alphabet`, repaired where they are no UTF-8.
  mutating func text(of alphabet: [UInt8], upTo length: Int) -> String {
    let bytes = (0..<below(length + 1)).map { _ in alphabet[below(alphabet.count)] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Up to `count` of `words`, put together.
  mutating func phrase(of words: [String], upTo count: Int) -> String {
    (0..<below(count + 1)).map { _ in words[below(words.count)] }.joined()
  }
}
