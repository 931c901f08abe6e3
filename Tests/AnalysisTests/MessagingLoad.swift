import Events
import SyntheticTrace

/// Events like those of many threads that send each other messages: system calls, wakings and
/// switches on a few CPUs, in proportion and order as they are recorded there.
struct MessagingLoad {
  let cpus: Int
  let threads: Int
  private var random: SeededGenerator
  private var time: UInt64 = 1_000_000
  private var running: [ThreadNumber]
  private var ready: [ThreadNumber]
  private var asleep: [ThreadNumber]
  private var batches: [Batch]

  static let types = [
    KernelTypes.schedSwitch, KernelTypes.waking, KernelTypes.wakeup, KernelTypes.sysEnter,
    KernelTypes.sysExit,
  ]

  init(cpus: Int, threads: Int, seed: UInt64 = 1) {
    self.cpus = cpus
    self.threads = threads
    random = SeededGenerator(seed: seed)
    running = (0..<cpus).map { ThreadNumber(1000 + $0) }
    ready = (cpus..<threads / 2).map { ThreadNumber(1000 + $0) }
    asleep = (max(cpus, threads / 2)..<threads).map { ThreadNumber(1000 + $0) }
    batches = []
  }

  /// Batches of all CPUs with about `count` events together.
  mutating func next(_ count: Int) -> [Batch] {
    batches = (0..<cpus).map { cpu in
      var batch = Batch(stream: StreamID(UInt32(cpu)))
      batch.groups = Self.types.map { EventGroup(KernelTypes.id($0), for: $0) }
      return batch
    }
    var made = 0
    while made < count {
      let cpu = Int(random.next() % UInt64(cpus))
      made += turn(cpu)
    }
    return batches
  }

  /// Lets a time pass in which nothing happens.
  mutating func rest(_ nanoseconds: UInt64) { time += nanoseconds }

  private mutating func stamp(_ cpu: Int, _ group: Int, _ thread: ThreadNumber) {
    time += 100 + random.next() % 400
    batches[cpu].times.append(time)
    batches[cpu].groupOf.append(UInt16(group))
    batches[cpu].threads.append(thread)
    batches[cpu].groups[group].rows += 1
    batches[cpu].groups[group].columns[0].bytes.append(0)
  }

  private mutating func put(_ cpu: Int, _ group: Int, _ column: Int, _ value: UInt64) {
    batches[cpu].groups[group].columns[column].append(value)
  }

  private mutating func put(_ cpu: Int, _ group: Int, _ column: Int, comm thread: ThreadNumber) {
    let name = Array("sched-messaging".utf8) + [0]
    batches[cpu].groups[group].columns[column].bytes.append(contentsOf: name)
  }

  private mutating func turn(_ cpu: Int) -> Int {
    let thread = running[cpu]
    var made = 0
    for _ in 0..<Int(1 + random.next() % 3) {
      enter(cpu, thread, 1)
      made += 2
      if !asleep.isEmpty, random.next() % 2 == 0 {
        let place = Int(random.next() % UInt64(asleep.count))
        let woken = asleep.swapAt(place)
        wake(cpu, 1, by: thread, woken)
        wake(cpu, 2, by: thread, woken)
        ready.append(woken)
        made += 2
      }
      leave(cpu, thread, 1, 100)
    }
    guard !ready.isEmpty else { return made }
    let next = ready.swapAt(Int(random.next() % UInt64(ready.count)))
    let isPreempted = random.next() % 8 == 0
    if !isPreempted {
      enter(cpu, thread, 0)
      made += 1
    }
    stamp(cpu, 0, thread)
    put(cpu, 0, 1, comm: thread)
    put(cpu, 0, 2, UInt64(thread))
    put(cpu, 0, 3, 120)
    put(cpu, 0, 4, isPreempted ? 0x100 : 1)
    put(cpu, 0, 5, comm: next)
    put(cpu, 0, 6, UInt64(next))
    put(cpu, 0, 7, 120)
    if isPreempted { ready.append(thread) } else { asleep.append(thread) }
    running[cpu] = next
    leave(cpu, next, 0, 100)
    return made + 2
  }

  private mutating func enter(_ cpu: Int, _ thread: ThreadNumber, _ number: UInt64) {
    stamp(cpu, 3, thread)
    put(cpu, 3, 1, number)
    for argument in 0..<6 {
      let value = argument < 3 ? 0x7ffd_3a00_1200 + random.next() % 4096 : 0
      batches[cpu].groups[3].columns[2].bytes.append(littleEndian: value)
    }
  }

  private mutating func leave(
    _ cpu: Int, _ thread: ThreadNumber, _ number: UInt64, _ result: UInt64
  ) {
    stamp(cpu, 4, thread)
    put(cpu, 4, 1, number)
    put(cpu, 4, 2, result)
  }

  private mutating func wake(
    _ cpu: Int, _ group: Int, by thread: ThreadNumber, _ woken: ThreadNumber
  ) {
    stamp(cpu, group, thread)
    put(cpu, group, 1, comm: woken)
    put(cpu, group, 2, UInt64(woken))
    put(cpu, group, 3, 120)
    put(cpu, group, 4, UInt64(cpu))
  }
}

extension [ThreadNumber] {
  /// Takes an element out, the last one into its place.
  fileprivate mutating func swapAt(_ place: Int) -> ThreadNumber {
    let taken = self[place]
    self[place] = self[count - 1]
    removeLast()
    return taken
  }
}
