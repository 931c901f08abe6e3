internal import Synchronization

/// The memory that what waits between drain threads and encoders may take together.
final class QueueBudget: Sendable {
  let bytes: Int
  private let used = Atomic<Int>(0)

  init(bytes: Int) {
    self.bytes = bytes
  }

  /// Takes a share; false where that would exceed the budget.
  func take(_ share: Int) -> Bool {
    let after = used.add(share, ordering: .relaxed).newValue
    if after <= bytes { return true }
    used.subtract(share, ordering: .relaxed)
    return false
  }

  func giveBack(_ share: Int) {
    used.subtract(share, ordering: .relaxed)
  }

  /// How much of the budget is taken, from 0 to 1.
  var pressure: Double { Double(used.load(ordering: .relaxed)) / Double(bytes) }
}
