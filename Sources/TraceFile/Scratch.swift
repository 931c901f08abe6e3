/// Memory that grows and is kept between blocks.
@safe struct Scratch<Element: BitwiseCopyable>: ~Copyable {
  private var memory: UnsafeMutableBufferPointer<Element>

  init() {
    unsafe memory = UnsafeMutableBufferPointer(start: nil, count: 0)
  }

  /// Space for `count` elements, of undefined content; what was there before is gone.
  mutating func space(_ count: Int) -> UnsafeMutablePointer<Element> {
    if unsafe memory.count < count || memory.baseAddress == nil {
      unsafe memory.deallocate()
      unsafe memory = .allocate(capacity: max(count + count / 2, 64))
    }
    guard let start = unsafe memory.baseAddress else { preconditionFailure() }
    return unsafe start
  }

  deinit {
    unsafe memory.deallocate()
  }
}
