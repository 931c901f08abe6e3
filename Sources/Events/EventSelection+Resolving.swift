extension EventSelection {
  /// Says what the words mean here, or which of them mean nothing.
  package func resolve(_ known: KnownEvents) throws(EventsError) -> ResolvedSelection {
    var resolution = Resolution(known)
    if !replacesDefault {
      for set in EventSet.all where Self.defaultList.split(separator: ",").contains(set.name[...]) {
        resolution.apply(set, includes: true)
      }
      resolution.result.markers.rules.append(EventPatternList.Rule(.everything))
    }
    for item in items { try resolution.apply(item) }
    return resolution.finish()
  }
}

private struct Resolution {
  let known: KnownEvents
  let kernel: [EventName]
  let systemCalls: Set<String>
  var chosen: [Bool]
  var result = ResolvedSelection()

  init(_ known: KnownEvents) {
    self.known = known
    kernel = known.kernel ?? []
    systemCalls = Set(known.systemCalls)
    chosen = [Bool](repeating: false, count: kernel.count)
  }

  /// Chooses or drops the kernel events that match; false where there are none.
  mutating func choose(_ pattern: EventPattern, includes: Bool) -> Bool {
    var found = false
    for (index, event) in kernel.enumerated()
    where pattern.matches(system: event.system, name: event.name) {
      chosen[index] = includes
      found = true
    }
    return found
  }

  mutating func apply(_ set: EventSet, includes: Bool) {
    var found = false
    for member in set.members where choose(member, includes: includes) { found = true }
    if set == .systemCalls { result.systemCalls = includes && found ? .all : .none }
    if !found, includes, !result.unavailable.contains(set.name) {
      result.unavailable.append(set.name)
    }
    if !includes { result.unavailable.removeAll { $0 == set.name } }
  }

  mutating func apply(_ item: EventSelection.Item) throws(EventsError) {
    let includes = item.sign != .remove
    if let set = EventSet.named(item.word) { return apply(set, includes: includes) }
    let pattern = try EventPattern(parsing: item.word)
    var found = choose(pattern, includes: includes)
    if found, includes, EventSet.systemCalls.members.contains(where: overlaps(pattern)) {
      result.systemCalls = .all
    }
    let isKnownMarker = known.markers.contains {
      pattern.matches(system: $0.system, name: $0.name)
    }
    // A pattern for several systems holds for markers that are yet to come, too.
    if isKnownMarker || (found && pattern.system?.isLiteral == false) {
      result.markers.rules.append(EventPatternList.Rule(pattern, includes: includes))
      found = true
    }
    if pattern.system != nil {
      if !found { try unmatched(item, pattern, includes: includes) }
      return
    }
    if systemCalls.contains(item.word) {
      apply(systemCall: item.word, includes: includes)
    } else if !found {
      try unknown(item, includes: includes)
    }
  }

  private func overlaps(_ pattern: EventPattern) -> (EventPattern) -> Bool {
    { pattern.matches(system: $0.system?.text ?? "", name: $0.name.text) }
  }

  private mutating func apply(systemCall name: String, includes: Bool) {
    if !includes { return result.systemCalls.remove(name) }
    var found = false
    for member in EventSet.systemCalls.members where choose(member, includes: true) { found = true }
    if found {
      result.systemCalls.add(name)
    } else {
      result.unavailable.append(name)
    }
  }

  /// A bare word that nothing here is called.
  private mutating func unknown(
    _ item: EventSelection.Item, includes: Bool
  ) throws(EventsError) {
    if known.kernel == nil {
      if includes { result.unavailable.append(item.word) }
      return
    }
    let names =
      EventSet.all.map(\.name) + kernel.map(\.name) + known.systemCalls
      + known.markers.map(\.name)
    let nearest = NearestNames.of(item.word, among: names)
    throw .selection(.unknownName(item.word, nearest: nearest), text: item.list, at: item.range)
  }

  /// A SYSTEM:EVENT that nothing here matches: a slip, or markers of a program yet to start.
  private mutating func unmatched(
    _ item: EventSelection.Item, _ pattern: EventPattern, includes: Bool
  ) throws(EventsError) {
    let system = pattern.system?.text ?? ""
    let providers = Set(known.markers.map(\.system))
    let systems = Set(kernel.map(\.system))
    if systems.contains(system) {
      let names = kernel.filter { $0.system == system }.map(\.qualified)
      let nearest = NearestNames.of(item.word, among: names)
      throw .selection(.unknownName(item.word, nearest: nearest), text: item.list, at: item.range)
    }
    if !providers.contains(system), pattern.system?.isLiteral == true {
      let nearest = NearestNames.of(system, among: systems.union(providers))
        .filter { $0.utf8.count >= 3 && !$0.contains(system) }
      if !nearest.isEmpty {
        let place = item.range.lowerBound..<item.range.lowerBound + system.utf8.count
        throw .selection(.unknownSystem(system, nearest: nearest), text: item.list, at: place)
      }
    }
    result.markers.rules.append(EventPatternList.Rule(pattern, includes: includes))
    if includes { result.awaited.append(pattern) }
  }

  consuming func finish() -> ResolvedSelection {
    let calls = EventSet.systemCalls
    for (index, event) in kernel.enumerated() where chosen[index] {
      let isSystemCall = calls.contains(system: event.system, name: event.name)
      if !isSystemCall || result.systemCalls != .none { result.kernel.append(event) }
    }
    result.kernel.sort()
    if !result.kernel.contains(where: { calls.contains(system: $0.system, name: $0.name) }) {
      result.systemCalls = .none
    }
    return result
  }
}
