import Events

extension StatisticsPass {
  /// Whether the filter admits what a thread (0: an idle CPU) did from `start` to `end`.
  @inline(__always)
  mutating func admits(
    _ dense: Int, cpu: UInt16, start: UInt64, end: UInt64, _ kind: TimeKind?
  ) -> Bool {
    guard hasFilter else { return true }
    var instance = instance(dense, cpu: cpu, start: start)
    instance.duration = end &- min(start, end)
    instance.states = kind?.states ?? TimeKind.idleNames
    return admits(instance)
  }

  /// Whether a thread is one of those whose events were recorded; others are seen where they give
  /// way to these, and what they do else is not known.
  func isChosen(_ dense: Int) -> Bool {
    rare.chosen?.contains(tracking.threads.number(dense)) ?? true
  }

  func admits(_ instance: FilterInstance) -> Bool {
    guard let filter = rare.filter else { return true }
    guard let moments = rare.moments else { return filter.matches(instance) }
    var instance = instance
    let start = UInt64(bitPattern: instance.time) &+ origin
    let end = start &+ (instance.duration ?? 0)
    for term in moments.places.keys
    where moments.holds(term, ThreadNumber(truncatingIfNeeded: instance.tid), start, end) {
      instance.answers.insert(term)
    }
    return filter.matches(instance)
  }

  /// What a filter may be asked of whatever a thread does.
  func instance(_ dense: Int, cpu: UInt16, start: UInt64) -> FilterInstance {
    var instance = FilterInstance()
    let state = tracking.threads.table[dense]
    instance.tid = Int64(tracking.threads.number(dense))
    if dense == 0 {
      instance.comm = Array("swapper/\(cpu)".utf8)
      instance.pid = 0
    } else {
      instance.comm = live.names.texts[Int(state.label.name)]
      if state.label.process != 0 { instance.pid = Int64(state.label.process) }
    }
    if cpu < Batch.unknownCPU { instance.cpu = Int64(cpu) }
    instance.time = Int64(bitPattern: start &- origin)
    if rare.filter?.needsSpans == true {
      instance.spans = tracking.spans.open(on: state, tracking.threads.number(dense))
    }
    return instance
  }

  @inline(never)
  mutating func admitsCall(
    _ call: Int64, _ dense: Int, _ start: UInt64, _ result: Int64?
  ) -> Bool {
    var instance = instance(dense, cpu: tracking.threads.table[dense].cpu, start: start)
    instance.event = "sys_exit"
    instance.system = "raw_syscalls"
    instance.duration = tracking.now &- min(start, tracking.now)
    let number = Int(call)
    let name =
      number >= 0 && number < rare.options.systemCallNames.count
      ? rare.options.systemCallNames[number] : "\(number)"
    instance.fields = [
      ("id", .named(call, Array(name.utf8))),
      ("syscall", .named(call, Array(name.utf8))),
    ]
    if let result { instance.fields.append(("ret", .number(result))) }
    if calls[dense].hasArguments {
      for place in 0..<6 {
        instance.fields.append(("args[\(place)]", .unsigned(calls[dense].arguments[place])))
      }
    }
    return admits(instance)
  }

  /// The fields of an event in a batch, as a filter knows them.
  func fields(_ group: FlatGroup, _ row: Int) -> [(name: String, value: FilterInstance.Value)] {
    let type = types[Int(group.type.index)]
    var fields: [(name: String, value: FilterInstance.Value)] = []
    for (place, field) in type.fields.enumerated() {
      guard let value = group.columns[place].value(row, as: field.type) else { continue }
      fields.append((field.name, value))
    }
    return fields
  }
}

extension FlatColumn {
  /// A field's value as a filter knows it; nil where the column is not there or is no plain value.
  func value(_ row: Int, as type: FieldType) -> FilterInstance.Value? {
    guard unsafe base != nil else { return nil }
    switch type {
    case .signed: return .number(integer(row, signed: true))
    case .unsigned(let bytes):
      let number = integer(row, signed: false)
      return bytes == 8 ? .unsigned(UInt64(bitPattern: number)) : .number(number)
    case .bool: return .number(integer(row, signed: false))
    case .pointer: return .unsigned(UInt64(bitPattern: integer(row, signed: false)))
    case .float(let bytes):
      return bytes == 4
        ? .float(Double(Float(bitPattern: load(UInt32.self, row))))
        : .float(Double(bitPattern: load(UInt64.self, row)))
    case .text, .string: return text(row).map { .text($0) }
    case .array, .sequence, .bytes: return nil
    }
  }
}
