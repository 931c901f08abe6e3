internal import Events
internal import KernelTracing

/// Which kernel events go into which instance, and by which filters.
struct KernelPlan {
  struct Instance {
    var events: [KernelEventName] = []
    /// The user's own filter of an event, before threads are excluded.
    var filters: [KernelEventName: String] = [:]
    /// Records only the traced threads and what they fork.
    var followsThreads = false
  }

  var instances: [Instance] = []
  var formats: [KernelEventName: KernelEventFormat] = [:]
  /// Whether the filter has to be asked again about what the kernel lets through.
  var hasRemainder = false

  /// System calls stand apart where they are narrowed and the rest is not.
  init(
    _ tracefs: Tracefs, _ sources: RecordingSources, _ options: RecordingOptions
  ) throws(RecordingError) {
    let table = SystemCallTable(machine: Machine.name)
    let callFilter = sources.selection.systemCalls.kernelFilter { name in
      table?.number(name).map { [$0] } ?? []
    }
    let evaluation = sources.filter.map { FilterEvaluation($0, outsideScope: .keep) }
    var main = Instance()
    var narrowed = Instance()
    narrowed.followsThreads = true
    for event in sources.selection.kernel {
      let name = KernelEventName(system: event.system, event: event.name)
      do throws(KernelTracingError) {
        formats[name] = try tracefs.format(name)
      } catch {
        throw .kernel(error)
      }
      let isSystemCall = EventSet.systemCalls.contains(system: event.system, name: event.name)
      let isNarrowed = options.scope == .isolate || (options.scope == .only && isSystemCall)
      var filters = isSystemCall ? [callFilter].compactMap { $0 } : []
      if let evaluation, let type = formats[name]?.type {
        let asked = evaluation.kernelFilter(for: type)
        hasRemainder = hasRemainder || asked.hasRemainder
        switch asked.verdict {
        case .nothing: continue
        case .everything: break
        case .expression(let text): filters.append(text)
        }
      }
      let filter =
        filters.count < 2 ? filters.first : filters.map { "(\($0))" }.joined(separator: " && ")
      if isNarrowed {
        narrowed.events.append(name)
        narrowed.filters[name] = filter
      } else {
        main.events.append(name)
        main.filters[name] = filter
      }
    }
    instances = [main, narrowed].filter { !$0.events.isEmpty }
    if sources.selection.awaited.isEmpty {
      do throws(EventsError) {
        try sources.filter?.check(against: formats.values.map(\.type) + sources.markers)
      } catch {
        throw .events(error)
      }
    }
    if hasRemainder { try refuseWhatIsUnknown(sources.filter) }
  }

  /// Names and processes of threads are known from the trace only, once it is there.
  private func refuseWhatIsUnknown(_ filter: Filter?) throws(RecordingError) {
    guard let filter else { return }
    var refusal: EventsError?
    filter.root.visit { term in
      guard refusal == nil, let field = term.question.field else { return }
      switch field {
      case .comm, .pid, .time:
        let name = String(filter.text.utf8[term.fieldRange]) ?? ""
        let isField = formats.values.contains {
          filter.covers($0.type) && $0.type.index(ofField: name) != nil
        }
        refusal = .filter(
          isField
            ? .needsTraceBesideField(term: name, field: "." + name) : .needsTrace(term: name),
          text: filter.text, at: term.range)
      default: break
      }
    }
    if let refusal { throw .events(refusal) }
  }
}

extension String.UTF8View {
  fileprivate subscript(range: Range<Int>) -> Substring.UTF8View {
    self[
      index(startIndex, offsetBy: range.lowerBound)..<index(startIndex, offsetBy: range.upperBound)]
  }
}
