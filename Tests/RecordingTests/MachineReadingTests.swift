import Events
import Glibc
import Testing

@testable import Recording

@Suite struct `Reading the machine's state` {
  let identifiers = MachineEvents.all.indices.map { EventTypeID(UInt32($0)) }

  func reading(_ proc: String, _ sys: String) -> MachineReading {
    MachineReading(
      proc: proc, sys: sys, stream: StreamID(0), identifiers: identifiers, time: 77)
  }

  func rows(_ batch: Batch, _ type: EventType) -> [[String]] {
    guard let index = MachineEvents.all.firstIndex(of: type),
      let group = batch.groups.first(where: { $0.type == identifiers[index] })
    else { return [] }
    return (0..<group.rows).map { row in
      zip(type.fields, group.columns).map { field, column in
        switch field.type {
        case .string: String(decoding: column.bytes[column.range(ofRow: row)], as: UTF8.self)
        case .signed: "\(column.signed(row))"
        default: "\(column.unsigned(row))"
        }
      }
    }
  }

  @Test func `finds CPUs, devices and interfaces in a tree of files`() {
    let tree = ScratchDirectory()
    tree.write("0-1\n", to: "sys/devices/system/cpu/present")
    tree.write("0\n", to: "sys/devices/system/cpu/online")
    for cpu in 0...1 {
      let directory = "sys/devices/system/cpu/cpu\(cpu)"
      tree.write("\(cpu)\n", to: "\(directory)/topology/core_id")
      tree.write("0\n", to: "\(directory)/topology/physical_package_id")
      tree.write("3\n", to: "\(directory)/cache/index3/level")
      tree.write("0-1\n", to: "\(directory)/cache/index3/shared_cpu_list")
      tree.write("", to: "\(directory)/node1/x")
    }
    tree.write("model name\t: Fast One\n", to: "proc/cpuinfo")
    tree.write("cpu  9 9\ncpu0 1 2 3 4 5 6 7 8 0 0\n", to: "proc/stat")
    tree.write("254:1\n", to: "sys/class/block/vda1/dev")
    tree.write("2048\n", to: "sys/class/block/vda1/size")
    tree.write("2\n", to: "sys/class/net/eth0/ifindex")
    tree.write("1500\n", to: "sys/class/net/eth0/mtu")
    tree.write("00:11\n", to: "sys/class/net/eth0/address")
    tree.write("  CPU0 CPU1\n 14:  5 6  IO-APIC 14-edge ata\nNMI: 1 2 x\n", to: "proc/interrupts")

    var reading = reading("\(tree.path)/proc", "\(tree.path)/sys")
    reading.readAll()
    let batch = reading.batch
    #expect(batch.times.allSatisfy { $0 == 77 })
    #expect(
      rows(batch, MachineEvents.cpu) == [
        ["0", "1", "0", "0", "1", "0", "Fast One", "0"],
        ["1", "0", "1", "0", "1", "0", "Fast One", "0"],
      ])
    let tick = 1_000_000_000 / sysconf(Int32(_SC_CLK_TCK))
    #expect(
      rows(batch, MachineEvents.cpuTime)
        == [["0", "\(3 * tick)", "\(3 * tick)", "\(4 * tick)"] + (5...8).map { "\($0 * tick)" }])
    #expect(rows(batch, MachineEvents.blockDevice) == [["254", "1", "vda1", "2048", "0", ""]])
    #expect(rows(batch, MachineEvents.interface) == [["2", "eth0", "1500", "00:11"]])
    #expect(rows(batch, MachineEvents.interrupt) == [["14", "IO-APIC 14-edge ata"]])
  }

  @Test func `finds this process, its threads and descriptors`() throws {
    var reading = reading("/proc", "/sys")
    reading.readProcesses()
    let mine = "\(getpid())"
    let thread = try #require(
      rows(reading.batch, MachineEvents.thread).first { $0[0] == mine && $0[1] == mine })
    #expect(thread[2] == "\(getppid())")
    #expect(!thread[3].isEmpty)
    #expect(CPUList(thread[6]) != nil)
    #expect(rows(reading.batch, MachineEvents.process).contains { $0[0] == mine })
    #expect(
      rows(reading.batch, MachineEvents.descriptor).contains { $0[0] == mine && $0[1] == "0" })
  }

  @Test func `of an empty tree is empty`() {
    let tree = ScratchDirectory()
    var reading = reading("\(tree.path)/proc", "\(tree.path)/sys")
    reading.readAll()
    #expect(reading.batch.count == 0)
  }

  @Test func `finds groups of cgroup version 2 with their limits`() {
    let tree = ScratchDirectory()
    tree.write("c \(tree.path)/cg cgroup2 rw 0 0\n", to: "proc/self/mounts")
    tree.write("20000 100000\n", to: "cg/web/cpu.max")
    tree.write("nr_periods 5\nnr_throttled 2\nthrottled_usec 7\n", to: "cg/web/cpu.stat")
    tree.write("0-1\n", to: "cg/web/cpuset.cpus.effective")
    tree.write("max 100000\n", to: "cg/idle/cpu.max")
    var reading = reading("\(tree.path)/proc", "\(tree.path)/sys")
    reading.readCgroups()
    #expect(
      rows(reading.batch, MachineEvents.cgroup)
        == [["/web", "0-1", "20000", "100000", "5", "2", "7000"]])
  }
}
