internal import Events

extension EventStream {
  func write(to record: inout PartBytes) {
    record.appendEntry { entry in
      switch source {
      case .cpu(let cpu, let buffer):
        entry.append(UInt8(1))
        entry.append(clock.rawValue)
        entry.append(UInt16(0))
        entry.append(UInt32(truncatingIfNeeded: cpu))
        entry.append(UInt32(truncatingIfNeeded: buffer))
      case .process(let process):
        entry.append(UInt8(2))
        entry.append(clock.rawValue)
        entry.append(UInt16(0))
        entry.append(process.pid)
        entry.append(process.namespacePid)
        entry.append(process.nonce)
        entry.append(process.start)
        entry.append(text: process.executable)
      case .machine:
        entry.append(UInt8(3))
        entry.append(clock.rawValue)
        entry.append(UInt16(0))
      }
    }
  }

  init(_ record: inout ByteCursor) throws(Malformation) {
    var entry = unsafe ByteCursor(try record.entry())
    let tag = entry.next(UInt8.self)
    guard let clock = ClockKind(rawValue: entry.next(UInt8.self)) else {
      throw Malformation("clock")
    }
    _ = entry.next(UInt16.self)
    switch tag {
    case 1:
      let cpu = Int(entry.next(UInt32.self))
      let buffer = Int(entry.next(UInt32.self))
      self.init(source: .cpu(cpu, buffer: buffer), clock: clock)
    case 2:
      let pid = entry.next(Int32.self)
      let namespacePid = entry.next(Int32.self)
      let nonce = entry.next(UInt64.self)
      let start = entry.next(UInt64.self)
      let process = TracedProcess(
        pid: pid, namespacePid: namespacePid, nonce: nonce, start: start,
        executable: entry.text())
      self.init(source: .process(process), clock: clock)
    case 3: self.init(source: .machine, clock: clock)
    default: throw Malformation("stream source")
    }
    if entry.isShort { throw Malformation("stream") }
  }
}
