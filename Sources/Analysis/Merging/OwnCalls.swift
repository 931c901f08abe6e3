import Events

/// Which enters and exits of system calls of a CPU's batch concern nobody but the thread that makes
/// them: those of the thread that the switch before them brought.
///
/// They can be given out together with the next other event of their CPU, whatever other CPUs do
/// meanwhile: a merge of 256 CPUs goes to another batch at every event otherwise. All else keeps its
/// place in time.
struct OwnCalls {
  private enum Kind {
    case call, switching, other
  }

  private let kinds: [Kind]
  private let nextField: Int

  /// nil where the batch has none.
  init?(_ batch: Batch, _ known: EventRoles) {
    guard batch.streams.isEmpty, batch.cpus.isEmpty, batch.losses.isEmpty,
      batch.threads.count == batch.count
    else { return nil }
    var nextField = -1
    kinds = batch.groups.map { group in
      let type = known[group.type]
      switch type.role {
      case .systemCallEnter, .systemCallExit: return .call
      case .schedSwitch:
        nextField = type.fields[2]
        return .switching
      default: return .other
      }
    }
    guard nextField >= 0, kinds.contains(.call) else { return nil }
    self.nextField = nextField
  }

  /// Fills in for each event the time of the event that it is given out with.
  func fill(_ order: UnsafeMutablePointer<UInt64>, of batch: FlatBatch) {
    guard batch.count > 0 else { return }
    unsafe markCalls(order, of: batch)
    var time = unsafe batch.keys[batch.count - 1]
    for position in stride(from: batch.count - 1, through: 0, by: -1) {
      if unsafe order[position] == 0 { time = unsafe batch.keys[position] }
      unsafe order[position] = time
    }
  }

  /// Marks what is given out with a later event by a 1.
  private func markCalls(_ marks: UnsafeMutablePointer<UInt64>, of batch: FlatBatch) {
    var current: ThreadNumber?
    unsafe kinds.withUnsafeBufferPointer { kinds in
      for position in 0..<batch.count {
        unsafe marks[position] = 0
        let group = unsafe Int(batch.groupOf[position])
        switch unsafe kinds[group] {
        case .call:
          if unsafe batch.threads[position] == current {
            unsafe marks[position] = 1
          } else {
            current = nil
          }
        case .switching:
          let column = batch.groups[group].columns[nextField]
          current =
            unsafe column.base == nil
            ? nil
            : ThreadNumber(
              truncatingIfNeeded: column.integer(unsafe Int(batch.rows[position]), signed: true))
        case .other: break
        }
      }
    }
  }
}
