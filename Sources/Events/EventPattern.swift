/// Names of events: `sched_switch`, `sched:sched_*`, `app:`.
package struct EventPattern: Hashable, Sendable {
  /// What the system or provider is called; nil where any will do.
  package let system: Glob?
  package let name: Glob

  /// Reads `NAME`, `SYSTEM:NAME` or `SYSTEM:`, each with globs.
  package init(parsing text: String) throws(EventsError) {
    let bytes = Array(text.utf8)
    func fail(_ problem: PatternProblem, _ range: Range<Int>) -> EventsError {
      .pattern(problem, text: text, at: range)
    }
    guard !bytes.isEmpty else { throw fail(.empty, 0..<0) }
    if let blank = bytes.firstIndex(where: { $0 <= 0x20 || $0 == 0x7F }) {
      throw fail(.unexpectedCharacter, blank..<blank + 1)
    }
    func part(_ range: Range<Int>) throws(EventsError) -> Glob {
      do {
        return try Glob(parsing: String(decoding: bytes[range], as: UTF8.self))
      } catch {
        guard case .pattern(let problem, _, let at) = error else { throw error }
        throw fail(problem, at.lowerBound + range.lowerBound..<range.upperBound)
      }
    }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
      system = nil
      name = try part(0..<bytes.count)
      return
    }
    guard colon > 0 else { throw fail(.emptySystem, 0..<1) }
    system = try part(0..<colon)
    name = colon + 1 == bytes.count ? Glob("*") : try part(colon + 1..<bytes.count)
  }

  /// A pattern whose parts are known to be whole.
  init(_ system: String?, _ name: String) {
    self.system = system.map { Glob($0) }
    self.name = Glob(name)
  }

  /// Every event of every system.
  package static let everything = EventPattern("*", "*")

  /// The pattern as it is written.
  package var text: String { system.map { "\($0.text):\(name.text)" } ?? name.text }

  package var isLiteral: Bool { name.isLiteral && (system?.isLiteral ?? true) }

  package func matches(system: String, name: String) -> Bool {
    self.name.matches(name) && (self.system?.matches(system) ?? true)
  }

  package func matches(_ type: EventType) -> Bool {
    matches(system: type.system, name: type.name)
  }
}

/// Patterns that take events in or leave them out; the last one that matches decides.
package struct EventPatternList: Hashable, Sendable {
  package struct Rule: Hashable, Sendable {
    package var pattern: EventPattern
    package var includes: Bool

    package init(_ pattern: EventPattern, includes: Bool = true) {
      self.pattern = pattern
      self.includes = includes
    }
  }

  package var rules: [Rule]

  package init(_ rules: [Rule] = []) {
    self.rules = rules
  }

  package var isEmpty: Bool { !rules.contains { $0.includes } }

  package func includes(system: String, name: String) -> Bool {
    rules.last { $0.pattern.matches(system: system, name: name) }?.includes ?? false
  }

  package func includes(_ type: EventType) -> Bool {
    includes(system: type.system, name: type.name)
  }
}
