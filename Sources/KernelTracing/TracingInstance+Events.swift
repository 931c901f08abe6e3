internal import Glibc

extension TracingInstance {
  package func enable(_ event: KernelEventName) throws(KernelTracingError) {
    try write("1", to: "enable", of: event)
  }

  package func disable(_ event: KernelEventName) throws(KernelTracingError) {
    try write("0", to: "enable", of: event)
  }

  /// Switches many events on, a system at once where all of its events are asked for.
  package func enable(_ events: [KernelEventName]) throws(KernelTracingError) {
    for (system, asked) in Dictionary(grouping: Set(events), by: \.system).sorted(by: {
      $0.key < $1.key
    }) {
      let known: [String]
      do throws(KernelTracingError) {
        known = try Tracefs.events(of: system, in: path)
      } catch {
        throw error.isMissingFile ? .noSuchEvent(asked[0]) : error
      }
      if asked.count == known.count, Set(asked.map(\.event)) == Set(known),
        (try? write("1", to: "events/\(system)/enable")) != nil
      {
        continue
      }
      for event in asked.sorted() { try enable(event) }
    }
  }

  package func disableAll() throws(KernelTracingError) {
    try write("0", to: "events/enable")
  }

  /// Events that are switched on, sorted.
  package func enabledEvents() throws(KernelTracingError) -> [KernelEventName] {
    try Tracefs.eventNames("\(path)/set_event")
  }

  /// Sets an event's filter; where the kernel refuses it, its own words are in the error.
  package func set(filter: String, of event: KernelEventName) throws(KernelTracingError) {
    do throws(KernelTracingError) {
      try write(filter, to: "filter", of: event)
    } catch {
      guard case .failed(.write, _, EINVAL) = error else { throw error }
      let refusal = filterRefusal(of: event)
      throw .filterRefused(
        event, filter: filter, message: refusal.message, column: refusal.column)
    }
  }

  package func clearFilter(of event: KernelEventName) throws(KernelTracingError) {
    try write("0", to: "filter", of: event)
  }

  private func write(
    _ setting: String, to file: String, of event: KernelEventName
  ) throws(KernelTracingError) {
    guard TracefsFiles.isComponent(event.system), TracefsFiles.isComponent(event.event) else {
      throw .noSuchEvent(event)
    }
    do throws(KernelTracingError) {
      try write(setting, to: "events/\(event.system)/\(event.event)/\(file)")
    } catch {
      throw error.isMissingFile ? .noSuchEvent(event) : error
    }
  }

  /// The last entry of `error_log`, or what the filter's file says in its place.
  ///
  /// ```
  /// [  117.404795] event filter parse error: error: Field not found
  ///   Command: foo == 1
  ///            ^
  /// ```
  private func filterRefusal(of event: KernelEventName) -> (message: String, column: Int?) {
    if let lines = try? TracefsFiles.lines("\(path)/error_log"),
      let last = lines.lastIndex(where: { $0.first == "[" }),
      let message = Self.text(of: lines[last], behind: "error: ")
    {
      let label = "  Command: "
      let caret = lines.dropFirst(last + 1).last { $0.drop { $0 == " " } == "^" }
      let column = caret.map { $0.utf8.count - 1 - label.utf8.count }
      return (message, column.flatMap { $0 >= 0 ? $0 : nil })
    }
    let lines = (try? TracefsFiles.lines("\(path)/events/\(event.system)/\(event.event)/filter"))
    for line in lines ?? [] {
      if let message = Self.text(of: line, behind: "parse_error: ") { return (message, nil) }
    }
    return ("", nil)
  }

  /// What stands behind the last `key` in a line.
  private static func text(of line: Substring, behind key: String) -> String? {
    var start = line.startIndex
    var found: Substring?
    while start < line.endIndex {
      if line[start...].utf8.starts(with: key.utf8) {
        found = line[start...].dropFirst(key.utf8.count)
      }
      start = line.index(after: start)
    }
    return found.map(String.init)
  }
}
