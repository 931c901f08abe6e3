import Events

/// Where the numbers of a group's records come from.
struct GroupReader {
  /// What state tracking takes the events for; `other` where it passes them by.
  var role: EventRole
  /// What they are.
  let eventRole: EventRole
  var rows: Int
  private(set) var first: FlatColumn
  private(set) var second: FlatColumn
  private var third: FlatColumn
  private var flags: FlatColumn
  /// The next thread's, of a switch.
  private var priorities: FlatColumn
  let type: Int64
  /// Whether these columns have 8 bytes, as system calls have: a branch of its own is much faster
  /// than a jump by width.
  private let isFirstLong: Bool
  private let isSecondLong: Bool

  init(_ group: FlatGroup, _ known: KnownType) {
    let nothing = unsafe FlatColumn(base: nil, width: 0, ends: nil)
    func column(_ place: Int) -> FlatColumn {
      guard place < known.fields.count, known.fields[place] >= 0 else { return nothing }
      return group.columns[known.fields[place]]
    }
    rows = group.rows
    first = column(0)
    second = column(1)
    third = column(2)
    flags = nothing
    priorities = known.role == .schedSwitch ? column(6) : nothing
    role = known.role
    eventRole = known.role
    switch known.role {
    case .schedWaking, .schedWakeup, .schedWakeupNew, .schedMigrate: flags = column(2)
    case .processFork: flags = column(3)
    case .processExec: flags = column(2)
    case .processExit, .blockComplete: flags = column(1)
    case .machineProcess, .machineBlockDevice, .taskRename, .other, .softInterruptRaise,
      .blockInsert, .blockIssue, .netQueue, .netTransmit, .netReceive, .netCopy, .frequency,
      .cpuTime, .cpuQuota, .machineFact, .counter:
      role = .other
    default: break
    }
    type = Int64(group.type.index)
    isFirstLong = first.width == 8
    isSecondLong = second.width == 8
  }

  /// The first and the second number of a system call.
  @inline(__always)
  func firstNumber(_ row: Int) -> Int64 {
    isFirstLong ? first.load(Int64.self, row) : first.integer(row, signed: true)
  }

  @inline(__always)
  func secondNumber(_ row: Int) -> Int64 {
    isSecondLong ? second.load(Int64.self, row) : second.integer(row, signed: true)
  }

  var isCall: Bool { role == .systemCallEnter || role == .systemCallExit }

  /// The system call that a thread is in after this enter or exit, -1 none.
  @inline(__always)
  func call(_ row: Int) -> Int64 {
    role == .systemCallEnter ? first.integer(row, signed: true) : -1
  }

  /// The priority of the thread that a switch brought, nil where it was not told.
  @inline(__always)
  func priority(_ row: Int) -> Int32? {
    unsafe priorities.base == nil ? nil : priorities.number(row)
  }

  /// The thread that a switch brought, nil where it was not read.
  @inline(__always)
  func next(_ row: Int) -> ThreadNumber? {
    unsafe third.base == nil ? nil : third.number(row)
  }

  @inline(__always)
  func fill(_ record: inout StateRecord, row: Int) {
    switch role {
    case .schedSwitch:
      record.a = first.number(row)
      record.b = third.number(row)
      record.value = second.integer(row, signed: true)
    case .systemCallEnter, .systemCallExit: record.value = first.integer(row, signed: true)
    case .schedWaking, .schedWakeup, .schedWakeupNew, .schedMigrate:
      record.a = first.number(row)
      record.b = unsafe second.base == nil ? -1 : second.number(row)
      record.flags = UInt8(truncatingIfNeeded: flags.integer(row, signed: false))
    case .spanBegin, .spanEnd:
      record.value = type
      guard unsafe first.base != nil, first.width == 8 else { return }
      let number = first.load(UInt64.self, row)
      record.a = Int32(truncatingIfNeeded: number)
      record.b = Int32(truncatingIfNeeded: number >> 32)
    case .machineThread:
      record.a = first.number(row)
      record.b = third.number(row)
    case .blockComplete:
      record.value = first.integer(row, signed: false)
      record.flags = UInt8(truncatingIfNeeded: flags.integer(row, signed: false))
    case .interruptEntry, .interruptExit, .softInterruptEntry, .softInterruptExit:
      record.value = first.integer(row, signed: true)
    default:
      record.a = first.number(row)
      record.b = second.number(row)
      record.flags = UInt8(truncatingIfNeeded: flags.integer(row, signed: false))
    }
  }
}

extension FlatColumn {
  @inline(__always)
  func number(_ row: Int) -> Int32 {
    width == 4
      ? load(Int32.self, row) : Int32(truncatingIfNeeded: integer(row, signed: true))
  }
}
