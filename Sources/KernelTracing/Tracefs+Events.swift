extension Tracefs {
  /// Names of event systems, sorted.
  package func systems() throws(KernelTracingError) -> [String] {
    let directory = root + "/events"
    return try TracefsFiles.names(in: directory)
      .filter { TracefsFiles.isDirectory(directory + "/" + $0) }
  }

  /// Names of a system's events, sorted.
  package func events(of system: String) throws(KernelTracingError) -> [String] {
    try Self.events(of: system, in: root)
  }

  static func events(
    of system: String, in directory: String
  ) throws(KernelTracingError) -> [String] {
    guard TracefsFiles.isComponent(system) else { throw .badName(system) }
    let directory = directory + "/events/" + system
    return try TracefsFiles.names(in: directory)
      .filter { TracefsFiles.isDirectory(directory + "/" + $0) }
  }

  /// All events that can be switched on, sorted.
  package func events() throws(KernelTracingError) -> [KernelEventName] {
    try Self.eventNames(root + "/available_events")
  }

  /// The lines `system:event` of a file.
  static func eventNames(_ path: String) throws(KernelTracingError) -> [KernelEventName] {
    try TracefsFiles.lines(path).compactMap { line -> KernelEventName? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      return KernelEventName(system: String(parts[0]), event: String(parts[1]))
    }.sorted()
  }

  package func format(_ event: KernelEventName) throws(KernelTracingError) -> KernelEventFormat {
    try format(event, longBytes: try pageLayout().longBytes)
  }

  /// An event's format, where the layout of pages is known already.
  package func format(
    _ event: KernelEventName, longBytes: Int
  ) throws(KernelTracingError) -> KernelEventFormat {
    guard TracefsFiles.isComponent(event.system), TracefsFiles.isComponent(event.event) else {
      throw .noSuchEvent(event)
    }
    let path = "\(root)/events/\(event.system)/\(event.event)/format"
    let text: String
    do throws(KernelTracingError) {
      text = try TracefsFiles.text(path)
    } catch {
      throw error.isMissingFile ? .noSuchEvent(event) : error
    }
    return try KernelEventFormat(
      parsing: text, system: event.system, longBytes: longBytes, path: path)
  }

  /// The kernel's own events (`ftrace:print`, `ftrace:kernel_stack`), which come without being
  /// switched on.
  package func ownEvents() throws(KernelTracingError) -> [KernelEventName] {
    try events(of: "ftrace").map { KernelEventName(system: "ftrace", event: $0) }
  }
}
