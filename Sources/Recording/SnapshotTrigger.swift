internal import Events
internal import Synchronization

/// `--snapshot-when`: looks through the events for one that matches.
final class SnapshotTrigger: Sendable {
  private let evaluation: Mutex<FilterEvaluation>
  /// Raised when an event matched.
  let matched = Signal()
  private let tables: @Sendable () -> [EventType]

  init(_ filter: Filter, types: @escaping @Sendable () -> [EventType]) {
    evaluation = Mutex(FilterEvaluation(filter, outsideScope: .drop))
    tables = types
  }

  func look(at batch: Batch) {
    guard batch.count > 0, !matched.isRaised else { return }
    let types = tables()
    let isMatch = evaluation.withLock { evaluation in
      (try? evaluation.mask(of: batch, types: types, derived: DerivedColumns()))?.contains(true)
    }
    if isMatch ?? false { matched.raise() }
  }
}
