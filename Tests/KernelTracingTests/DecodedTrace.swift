import Events

@testable import KernelTracing

/// Formats with numbers for their types, and what batches of them hold, event by event.
struct DecodedTrace {
  struct Event {
    var time: UInt64
    var thread: ThreadNumber
    var type: EventType
    var group: EventGroup
    var row: Int

    func integer(_ field: String) -> Int64? {
      guard let index = type.index(ofField: field) else { return nil }
      switch type.fields[index].type {
      case .signed: return group.columns[index].signed(row)
      case .unsigned, .bool, .pointer: return Int64(bitPattern: group.columns[index].unsigned(row))
      default: return nil
      }
    }

    /// The value of an integer field that is no address.
    func number(_ field: String) -> Int64? {
      guard let index = type.index(ofField: field) else { return nil }
      if case .pointer = type.fields[index].type { return nil }
      return integer(field)
    }

    func text(_ field: String) -> String? {
      guard let index = type.index(ofField: field) else { return nil }
      switch type.fields[index].type {
      case .text, .string:
        let column = group.columns[index]
        return String(
          decoding: column.bytes[column.range(ofRow: row)].prefix { $0 != 0 }, as: UTF8.self)
      default: return nil
      }
    }

    func bytes(_ field: String) -> [UInt8]? {
      guard let index = type.index(ofField: field) else { return nil }
      let column = group.columns[index]
      return Array(column.bytes[column.range(ofRow: row)])
    }
  }

  let formats: PageFormats
  let types: [EventType]

  init(layout: PageLayout, formats: [KernelEventFormat]) {
    types = formats.map(\.type) + [PageFormats.undecoded]
    self.formats = PageFormats(
      layout: layout,
      formats: formats.enumerated().map { ($1, EventTypeID(UInt32($0))) },
      undecoded: EventTypeID(UInt32(formats.count)))
  }

  /// All formats of a tree.
  init(_ tracefs: Tracefs) throws {
    let layout = try tracefs.pageLayout()
    var formats: [KernelEventFormat] = []
    for system in try tracefs.systems() {
      for event in try tracefs.events(of: system) {
        formats.append(
          try tracefs.format(
            KernelEventName(system: system, event: event), longBytes: layout.longBytes))
      }
    }
    self.init(layout: layout, formats: formats)
  }

  func events(of batch: Batch) -> [Event] {
    let rows = batch.rowOfEachEvent()
    return batch.times.indices.map { index in
      let group = batch.groups[Int(batch.groupOf[index])]
      return Event(
        time: batch.times[index], thread: batch.threads[index],
        type: types[Int(group.type.index)], group: group, row: rows[index])
    }
  }

  /// Decodes pages that lie one behind another.
  func decode(_ pages: [UInt8], pagesPerBatch: Int = 16) -> (
    batches: [Batch], outcomes: [PageOutcome]
  ) {
    var decoder = PageDecoder(formats, stream: StreamID(0))
    var batches: [Batch] = []
    var outcomes: [PageOutcome] = []
    var offset = 0
    while offset < pages.count {
      let end = min(offset + formats.layout.pageBytes, pages.count)
      unsafe outcomes.append(decoder.decode(pages.span.bytes.extracting(offset..<end)))
      if outcomes.count % pagesPerBatch == 0, let batch = decoder.takeBatch() {
        batches.append(batch)
      }
      offset = end
    }
    if let batch = decoder.takeBatch() { batches.append(batch) }
    return (batches, outcomes)
  }
}

extension Batch {
  /// What a batch must be, whatever it was made of; nil where it is.
  func contradiction(_ types: [EventType]) -> String? {
    if threads.count != count || groupOf.count != count { return "columns of unequal length" }
    if zip(times, times.dropFirst()).contains(where: { $0 > $1 }) { return "not sorted" }
    var rows = [Int](repeating: 0, count: groups.count)
    for group in groupOf {
      guard Int(group) < groups.count else { return "no such group" }
      rows[Int(group)] += 1
    }
    for (group, counted) in zip(groups, rows) {
      let type = types[Int(group.type.index)]
      if group.rows != counted || counted == 0 { return "rows of \(type.name)" }
      if group.columns.count != type.fields.count { return "columns of \(type.name)" }
      for (column, field) in zip(group.columns, type.fields) {
        if column.rows != counted { return "rows of \(type.name).\(field.name)" }
        if (field.type.width ?? 0) != column.width { return "width of \(field.name)" }
        if column.width == 0 {
          if zip(column.ends, column.ends.dropFirst()).contains(where: { $0 > $1 }) {
            return "ends of \(field.name)"
          }
          if Int(column.ends.last ?? 0) != column.bytes.count { return "bytes of \(field.name)" }
        }
      }
      if let remainder = group.remainder, remainder.rows != counted { return "remainder" }
    }
    return nil
  }
}
