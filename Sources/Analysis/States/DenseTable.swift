internal import CLinux

/// A growing table of plain values, reached by their index without checks of sharing.
@safe
struct DenseTable<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count: Int
  /// Beside the elements, so that the table is a few words whatever they are.
  private let empty: UnsafeMutablePointer<Element>

  init(_ empty: Element) {
    unsafe self.empty = .allocate(capacity: 1)
    unsafe self.empty.initialize(to: empty)
    count = 0
    capacity = 64
    unsafe base = .allocate(capacity: capacity)
  }

  deinit {
    unsafe base.deallocate()
    unsafe empty.deallocate()
  }

  /// Makes the table reach beyond `index`; new elements are empty.
  @inline(__always)
  mutating func reach(_ index: Int) {
    if index >= count { grow(to: index + 1) }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { makeRoom(for: count + 1) }
    unsafe (base + count).initialize(to: element)
    count &+= 1
  }

  mutating func removeLast() {
    precondition(count > 0)
    count -= 1
  }

  mutating func removeAll() { count = 0 }

  /// Leaves the first `kept` elements, where there are more.
  mutating func cut(to kept: Int) { count = min(count, kept) }

  /// Calls `body` with all elements.
  func withElements<Result>(_ body: (UnsafeBufferPointer<Element>) -> Result) -> Result {
    unsafe body(UnsafeBufferPointer(start: base, count: count))
  }

  mutating func withMutableElements(_ body: (UnsafeMutableBufferPointer<Element>) -> Void) {
    unsafe body(UnsafeMutableBufferPointer(start: base, count: count))
  }

  /// Has an element's first cache lines fetched that is needed soon.
  @inline(__always)
  func prefetch(_ index: Int, lines: Int = 1) {
    guard index < count else { return }
    let address = unsafe UnsafeRawPointer(base + index)
    for line in 0..<lines { unsafe swtrace_linux_prefetch(address + 64 &* line) }
  }

  @inline(never)
  private mutating func grow(to wanted: Int) {
    if wanted > capacity { makeRoom(for: wanted) }
    unsafe (base + count).initialize(repeating: empty.pointee, count: wanted - count)
    count = wanted
  }

  @inline(never)
  private mutating func makeRoom(for wanted: Int) {
    let more = max(capacity * 2, wanted)
    let next = UnsafeMutablePointer<Element>.allocate(capacity: more)
    unsafe next.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = unsafe next
    capacity = more
  }

  subscript(index: Int) -> Element {
    @inline(__always)
    _read {
      assert(index >= 0 && index < count)
      yield unsafe base[index]
    }
    @inline(__always)
    _modify {
      assert(index >= 0 && index < count)
      yield unsafe &base[index]
    }
  }
}
