internal import Events

/// `--filter`, as far as the kernel does not answer it: asked of batches before they are encoded.
struct RecordingFilter {
  private var evaluation: FilterEvaluation
  private let needs: FilterNeeds
  private var names: [ThreadNumber: UInt32] = [:]
  private var derived = DerivedColumns()
  private(set) var failure: EventsError?

  init(_ filter: Filter) {
    evaluation = FilterEvaluation(filter, outsideScope: .keep)
    needs = filter.needs
  }

  /// A thread's name, for terms over `comm`.
  mutating func learn(_ thread: ThreadNumber, _ name: String) {
    names[thread] = UInt32(derived.names.count)
    derived.names.append(Array(name.utf8))
  }

  /// The events that match; a process's own number and names are known of programs only.
  mutating func keep(
    of batch: Batch, types: [EventType], cpu: Int? = nil,
    processOf: (StreamID) -> ProcessNumber? = { _ in nil }
  ) -> Batch {
    derived.cpu = cpu.map { UInt16(truncatingIfNeeded: $0) }
    derived.comms =
      needs.contains(.comm)
      ? batch.threads.map { names[$0] ?? DerivedColumns.unknownName } : []
    derived.processes = needs.contains(.process) ? processes(of: batch, processOf) : []
    do throws(EventsError) {
      return batch.keeping(try evaluation.mask(of: batch, types: types, derived: derived))
    } catch {
      failure = failure ?? error
      return batch
    }
  }

  private func processes(
    of batch: Batch, _ processOf: (StreamID) -> ProcessNumber?
  ) -> [ProcessNumber] {
    let streams = batch.streams.isEmpty ? [batch.stream] : batch.streams
    let numbers = streams.map { processOf($0) ?? DerivedColumns.unknownProcess }
    return batch.streams.isEmpty
      ? [ProcessNumber](repeating: numbers[0], count: batch.count) : numbers
  }
}
