import Events
import SyntheticTrace

/// Batches of every shape: all field types, constant, rising, random and few-valued columns.
struct RandomBatch {
  var random: SeededGenerator

  static let fieldTypes: [FieldType] = [
    .unsigned(bytes: 1), .unsigned(bytes: 2), .unsigned(bytes: 4), .unsigned(bytes: 8),
    .signed(bytes: 1), .signed(bytes: 2), .signed(bytes: 4), .signed(bytes: 8),
    .float(bytes: 4), .float(bytes: 8), .bool, .pointer(bytes: 4), .pointer(bytes: 8),
    .text(capacity: 16), .text(capacity: 7), .text(capacity: 12), .text(capacity: 1), .string,
    .array(.unsigned64, count: 6), .array(.signed16, count: 3), .array(.float32, count: 1),
    .sequence(.unsigned32), .bytes,
  ]

  /// One type for each field type, then some that have many fields or none.
  static let types: [EventType] =
    fieldTypes.enumerated().map { number, type in
      EventType(
        system: "test", name: "type\(number)", origin: .program,
        fields: [Field("value", type, typeName: "t")])
    } + [
      EventType(
        system: "test", name: "everything", kind: .counter, origin: .kernel,
        fields: fieldTypes.enumerated().map { Field("field\($0)", $1) }, printFormat: "\"%d\"",
        source: EventType.Source(file: "everything.c", line: 9)),
      EventType(system: "test", name: "nothing", kind: .end, origin: .machine, fields: []),
    ]

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  /// A batch of about `events` events of at most `groups` types, of streams below 5.
  mutating func next(events: Int, groups: Int) -> Batch {
    var batch = Batch(stream: StreamID(UInt32(random.below(5))))
    let chosen = (0..<RandomBatch.types.count).shuffled(using: &random).prefix(max(1, groups))
    var sizes = chosen.map { _ in random.below(2 * events / chosen.count + 1) }
    if random.once(in: 3) { sizes[0] += events }
    for (group, size) in sizes.enumerated() {
      batch.groupOf += [UInt16](repeating: UInt16(group), count: size)
    }
    if !random.once(in: 4) { batch.groupOf.shuffle(using: &random) }
    for (type, size) in zip(chosen, sizes) {
      batch.groups.append(group(EventTypeID(UInt32(type)), rows: size))
    }
    times(batch.groupOf.count, into: &batch)
    let count = batch.groupOf.count
    batch.threads = (0..<count).map { _ in Int32(truncatingIfNeeded: random.next() >> 40) }
    if random.once(in: 2) { batch.threads.sort() }
    if random.once(in: 5) { batch.threads = [] }
    if random.once(in: 3) { batch.cpus = (0..<count).map { _ in UInt16(random.below(4096)) } }
    if random.once(in: 3) {
      batch.streams = (0..<count).map { _ in StreamID(UInt32(random.below(5))) }
    }
    for _ in 0..<random.below(3) { batch.losses.append(loss()) }
    return batch
  }

  private mutating func times(_ count: Int, into batch: inout Batch) {
    let shape = random.below(5)
    var time = random.next() >> UInt64(random.below(40))
    var steps: UInt64 = 0
    for _ in 0..<count {
      switch shape {
      case 0: time &+= UInt64(random.below(3000))
      case 1: time &+= random.next() >> UInt64(random.below(64))
      case 2: time = random.next()
      default:
        // A clock of 24.5 ticks a step, which jumps now and then.
        steps &+= UInt64(random.below(60))
        if random.once(in: 200) { time &+= UInt64(random.below(1 << 20)) }
      }
      batch.times.append(shape < 3 ? time : time &+ steps &* 49 / 2)
    }
  }

  private mutating func group(_ id: EventTypeID, rows: Int) -> EventGroup {
    let type = RandomBatch.types[Int(id.index)]
    var group = EventGroup(
      type: id, rows: rows,
      columns: type.fields.map { field in
        field.type.width.map { fixed(width: $0, rows: rows) } ?? varying(rows: rows)
      })
    if random.once(in: 4) {
      group.remainder = random.once(in: 2) ? varying(rows: rows) : fixed(width: 3, rows: rows)
    }
    return group
  }

  private mutating func fixed(width: Int, rows: Int) -> Column {
    var column = Column(width: width, bytes: [])
    let shape = random.below(6)
    let few = (0..<random.below(300) + 1).map { _ in random.next() }
    var number = random.next()
    for row in 0..<rows {
      switch shape {
      case 0: break
      case 1: number &+= UInt64(random.below(7))
      case 2: number = random.next()
      case 3: number = few[random.below(few.count)]
      case 4: if random.once(in: 50) { number = random.next() }
      default: number = random.once(in: 9) ? random.next() : UInt64(row & 7)
      }
      var rest = width
      while rest > 0 {
        for position in 0..<min(rest, 8) {
          column.bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * position)))
        }
        rest -= 8
      }
    }
    return column
  }

  private mutating func varying(rows: Int) -> Column {
    var column = Column(bytes: [], ends: [])
    let shape = random.below(4)
    for row in 0..<rows {
      switch shape {
      case 0: column.append(contentsOf: [])
      case 1: column.append(contentsOf: "name-\(random.below(20))".utf8)
      case 2: column.append(contentsOf: "unlike-\(row)".utf8)
      default:
        let length = random.below(40)
        column.append(contentsOf: (0..<length).map { _ in UInt8(random.below(256)) })
      }
    }
    return column
  }

  private mutating func loss() -> Loss {
    Loss(
      stream: StreamID(UInt32(random.below(5))),
      reason: Loss.Reason.allCases[random.below(Loss.Reason.allCases.count)],
      count: random.once(in: 3) ? nil : random.next(), thread: Int32(random.below(9)),
      first: random.next(), last: random.next())
  }
}
