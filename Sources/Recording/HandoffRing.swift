internal import Synchronization

/// A queue from one thread to one other, without a lock: a thread at high priority never waits
/// for one that was preempted.
///
/// ```
///  taken ─►│ x │ x │ x │   │   │◄─ given        slots[i & mask]
///          only the taker moves `taken`, only the giver moves `given`
/// ```
/// The giver writes the slot, then `given` (release); the taker reads `given` (acquire), the slot,
/// then moves `taken` (release), which the giver reads (acquire) before it uses the slot again.
@safe final class HandoffRing<Element: AnyObject>: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<Unmanaged<Element>?>
  private let mask: Int
  private let given = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)

  /// A ring for at least `capacity` elements.
  init(capacity: Int) {
    var size = 1
    while size < capacity { size *= 2 }
    mask = size - 1
    unsafe slots = .allocate(capacity: size)
    unsafe slots.initialize(repeating: nil, count: size)
  }

  deinit {
    while take() != nil {}
    unsafe slots.deallocate()
  }

  var count: Int { given.load(ordering: .acquiring) - taken.load(ordering: .acquiring) }

  /// Puts an element in; false where the ring is full.
  ///
  /// Called by the giver only.
  func give(_ element: Element) -> Bool {
    let position = given.load(ordering: .relaxed)
    guard position - taken.load(ordering: .acquiring) <= mask else { return false }
    unsafe slots[position & mask] = Unmanaged.passRetained(element)
    given.store(position + 1, ordering: .releasing)
    return true
  }

  /// Takes the oldest element; nil where the ring is empty.
  ///
  /// Called by the taker only.
  func take() -> Element? {
    let position = taken.load(ordering: .relaxed)
    guard position < given.load(ordering: .acquiring) else { return nil }
    let element = unsafe slots[position & mask]?.takeRetainedValue()
    unsafe slots[position & mask] = nil
    taken.store(position + 1, ordering: .releasing)
    return element
  }
}
