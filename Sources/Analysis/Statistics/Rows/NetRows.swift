import Events

/// Packets of a network device.
struct NetRow {
  var name: [UInt8]
  var packetsOut: UInt64 = 0
  var bytesOut: UInt64 = 0
  var failures: UInt64 = 0
  var packetsIn: UInt64 = 0
  var bytesIn: UInt64 = 0
  /// From queue to driver, and from the driver to a reader.
  var transmit = LatencyHistogram()
  var receive = LatencyHistogram()
}

struct NetRows {
  /// Packets under way that are remembered.
  private static let most = 1 << 16

  private(set) var rows: [NetRow] = []
  private var numbers: [[UInt8]: Int] = [:]
  private var queued: [UInt64: UInt64] = [:]
  private var received: [UInt64: (time: UInt64, row: Int)] = [:]

  private mutating func row(_ name: [UInt8]) -> Int {
    if let known = numbers[name] { return known }
    numbers[name] = rows.count
    rows.append(NetRow(name: name))
    return rows.count - 1
  }

  mutating func restart() {
    for row in rows.indices { rows[row] = NetRow(name: rows[row].name) }
  }

  mutating func queue(_ packet: UInt64, at time: UInt64) {
    if queued.count < Self.most || queued[packet] != nil { queued[packet] = time }
  }

  mutating func transmit(
    _ packet: UInt64, bytes: Int64, failed: Bool = false, device: [UInt8], at time: UInt64,
    _ window: StatisticsWindow
  ) {
    let start = queued.removeValue(forKey: packet)
    guard window.counts(endAt: time) else { return }
    let row = row(device)
    rows[row].packetsOut &+= 1
    rows[row].bytesOut &+= UInt64(max(0, bytes))
    if failed { rows[row].failures &+= 1 }
    if let start { rows[row].transmit.record(time &- min(start, time), at: start) }
  }

  mutating func receive(
    _ packet: UInt64, bytes: Int64, device: [UInt8], at time: UInt64, _ window: StatisticsWindow
  ) {
    let row = row(device)
    if received.count < Self.most || received[packet] != nil { received[packet] = (time, row) }
    guard window.counts(endAt: time) else { return }
    rows[row].packetsIn &+= 1
    rows[row].bytesIn &+= UInt64(max(0, bytes))
  }

  mutating func copy(_ packet: UInt64, at time: UInt64, _ window: StatisticsWindow) {
    guard let (start, row) = received.removeValue(forKey: packet), window.counts(endAt: time)
    else { return }
    rows[row].receive.record(time &- min(start, time), at: start)
  }
}
