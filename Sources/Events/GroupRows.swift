extension EventGroup {
  /// An empty group for events of `type`.
  package init(_ id: EventTypeID, for type: EventType) {
    self.init(type: id, rows: 0, columns: type.fields.map { Column(for: $0.type) })
  }
}

/// A value of one field, for groups that are put together row by row (never per traced event).
package enum FieldValue: Hashable, Sendable {
  case integer(Int64)
  case number(Double)
  case text(String)
  case bytes([UInt8])
}

extension Batch {
  /// Appends one event, its fields in the order of the type's; for the few events that swtrace
  /// makes itself, and for tests.
  package mutating func append(
    _ id: EventTypeID, of type: EventType, time: UInt64, thread: ThreadNumber = 0,
    cpu: UInt16? = nil, values: [FieldValue]
  ) {
    let group: Int
    if let known = groups.firstIndex(where: { $0.type == id }) {
      group = known
    } else {
      group = groups.count
      groups.append(EventGroup(id, for: type))
    }
    times.append(time)
    groupOf.append(UInt16(group))
    threads.append(thread)
    if let cpu { cpus.append(cpu) }
    groups[group].rows += 1
    for (column, value) in values.enumerated() {
      groups[group].columns[column].append(value, as: type.fields[column].type)
    }
  }
}

extension Column {
  mutating func append(_ value: FieldValue, as type: FieldType) {
    switch (value, type) {
    case (.integer(let integer), _) where width > 0 && width <= 8:
      append(UInt64(bitPattern: integer))
    case (.number(let number), .float(4)): append(UInt64(Float(number).bitPattern))
    case (.number(let number), _): append(number.bitPattern)
    case (.text(let text), _) where width == 0: append(contentsOf: text.utf8)
    case (.bytes(let row), _) where width == 0: append(contentsOf: row)
    case (.text(let text), _): appendPadded(Array(text.utf8))
    case (.bytes(let row), _): appendPadded(row)
    case (.integer(let integer), _): appendPadded([UInt8(truncatingIfNeeded: integer)])
    }
  }

  private mutating func appendPadded(_ row: [UInt8]) {
    bytes.append(contentsOf: row.prefix(width))
    bytes.append(contentsOf: repeatElement(0, count: max(0, width - row.count)))
  }
}
