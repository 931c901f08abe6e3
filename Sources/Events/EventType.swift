/// What an event is, described by data: a kernel format, a marker description and another
/// tool's event class give the same description.
package struct EventType: Hashable, Sendable {
  /// What an event of this type says.
  ///
  /// Raw values are those of the trace file.
  package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case event = 0
    case begin = 1
    case end = 2
    case counter = 3
  }

  /// Who wrote the event.
  ///
  /// Raw values are those of the trace file.
  package enum Origin: UInt8, Hashable, Sendable, CaseIterable {
    case kernel = 0
    case program = 1
    /// swtrace itself: the state of the machine (MachineEvents.swift).
    case machine = 2
  }

  /// Where a marker stands in its program's source.
  package struct Source: Hashable, Sendable {
    package var file: String
    package var line: UInt32

    package init(file: String, line: UInt32) {
      self.file = file
      self.line = line
    }
  }

  /// A kernel event's system, a marker's provider: `sched`, `app`.
  package var system: String
  /// Name without system: `sched_switch`, `request_begin`.
  package var name: String
  package var kind: Kind
  package var origin: Origin
  package var fields: [Field]
  /// The kernel's `print fmt` text, from which flags and symbolic values are taken; else empty.
  package var printFormat: String
  package var source: Source?

  package init(
    system: String, name: String, kind: Kind = .event, origin: Origin, fields: [Field],
    printFormat: String = "", source: Source? = nil
  ) {
    self.system = system
    self.name = name
    self.kind = kind
    self.origin = origin
    self.fields = fields
    self.printFormat = printFormat
    self.source = source
  }

  /// System and name as they are written everywhere: `sched:sched_switch`.
  package var qualifiedName: String { "\(system):\(name)" }

  /// What a span's begin and end have in common; nil for what is neither.
  package var spanName: String? {
    guard origin == .program, kind == .begin || kind == .end else { return nil }
    for suffix in ["_begin", "_end"] where name.hasSuffix(suffix) && name.count > suffix.count {
      return "\(system):\(name.dropLast(suffix.count))"
    }
    return qualifiedName
  }

  /// Position of the field with this name.
  package func index(ofField name: String) -> Int? {
    fields.firstIndex { $0.name == name }
  }
}
