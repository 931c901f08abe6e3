internal import Events

extension MachineReading {
  mutating func readBlockDevices() {
    for name in ProcFile.names(in: "\(sys)/class/block") {
      let directory = "\(sys)/class/block/\(name)"
      let numbers = ProcFile.text("\(directory)/dev").split(separator: ":").compactMap { Int64($0) }
      guard numbers.count == 2 else { continue }
      // A partition has its disk's queue.
      let queue = ProcFile.names(in: "\(directory)/queue").isEmpty ? "../queue" : "queue"
      add(
        MachineEvents.blockDevice,
        [
          .integer(numbers[0]), .integer(numbers[1]), .text(name),
          .integer(ProcFile.number("\(directory)/size") ?? 0),
          .integer(ProcFile.number("\(directory)/\(queue)/rotational") ?? 0),
          .text(ProcFile.text("\(directory)/\(queue)/scheduler")),
        ])
    }
  }

  mutating func readInterfaces() {
    for name in ProcFile.names(in: "\(sys)/class/net") {
      let directory = "\(sys)/class/net/\(name)"
      guard let index = ProcFile.number("\(directory)/ifindex") else { continue }
      add(
        MachineEvents.interface,
        [
          .integer(index), .text(name), .integer(ProcFile.number("\(directory)/mtu") ?? 0),
          .text(ProcFile.text("\(directory)/address")),
        ])
    }
  }

  mutating func readInterrupts() {
    for line in ProcFile.lines("\(proc)/interrupts").dropFirst() {
      let parts = line.split(separator: " ", omittingEmptySubsequences: true)
      guard let label = parts.first, label.hasSuffix(":"), let irq = Int64(label.dropLast()) else {
        continue
      }
      let words = parts.dropFirst().drop { Int64($0) != nil }
      add(MachineEvents.interrupt, [.integer(irq), .text(words.joined(separator: " "))])
    }
  }
}
