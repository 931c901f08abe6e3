import Events

/// What was seen of a thread's name or process at an instant.
struct ThreadSighting {
  enum Fact {
    case name(UInt32)
    case process(ProcessNumber)
    /// A new thread took the number.
    case born(name: UInt32?)
  }

  var key: UInt64
  var thread: ThreadNumber
  var fact: Fact
}

/// A thread's name (an index, 0 unknown) and process (0 unknown).
struct ThreadLabel: Equatable {
  var name: UInt32 = 0
  var process: ProcessNumber = 0
}

/// The first 16 bytes of a name, zero-filled: as long as the kernel's names get.
private struct NameBytes: Equatable {
  var low: UInt64 = 0
  var high: UInt64 = 0

  init(low: UInt64 = 0, high: UInt64 = 0) {
    self.low = low
    self.high = high
  }

  init(_ name: [UInt8]) {
    for (position, byte) in name.prefix(16).enumerated() {
      if position < 8 {
        low |= UInt64(byte) << (8 * position)
      } else {
        high |= UInt64(byte) << (8 * (position - 8))
      }
    }
  }
}

/// Names and processes of all threads over time.
///
/// A name holds from the instant at which it was seen, the first one of a thread also before it. A
/// process holds for the whole life of a thread, from one fork with its number to the next.
package struct ThreadNames {
  /// Interned names as the kernel gave them; 0 is the unknown one.
  private(set) var texts: [[UInt8]] = [[]]
  private var numbers: [[UInt8]: UInt32] = [[]: 0]
  private var sightings: [ThreadSighting] = []
  private var index = ThreadIndex()
  /// By dense index: the name learned last, as its first 16 bytes, to skip what says nothing new.
  private var latest: [NameBytes] = [NameBytes()]
  private(set) var executables: [ProcessNumber: [UInt8]] = [:]
  /// Threads whose parent is kthreadd, and kthreadd.
  private(set) var kernelThreads: Set<ThreadNumber> = [2]

  package init() {}

  var isEmpty: Bool { sightings.isEmpty }

  mutating func intern(_ name: [UInt8]) -> UInt32 {
    if let known = numbers[name] { return known }
    let number = UInt32(texts.count)
    texts.append(name)
    numbers[name] = number
    return number
  }

  /// The name with this number, unless its bytes are in the way of UTF-8, where they are mended.
  func text(_ number: UInt32) -> String {
    String(decoding: texts[Int(number)], as: UTF8.self)
  }

  mutating func add(name: [UInt8], of thread: ThreadNumber, at key: UInt64) {
    let number = intern(name)
    note(latest: name, of: thread)
    sightings.append(ThreadSighting(key: key, thread: thread, fact: .name(number)))
  }

  mutating func add(process: ProcessNumber, of thread: ThreadNumber, at key: UInt64) {
    sightings.append(ThreadSighting(key: key, thread: thread, fact: .process(process)))
  }

  mutating func add(birthOf thread: ThreadNumber, name: [UInt8]?, at key: UInt64) {
    let number = name.map { intern($0) }
    if let name { note(latest: name, of: thread) }
    sightings.append(ThreadSighting(key: key, thread: thread, fact: .born(name: number)))
  }

  mutating func add(executable: [UInt8], of process: ProcessNumber) {
    executables[process] = executable
  }

  mutating func add(kernelThread: ThreadNumber) {
    kernelThreads.insert(kernelThread)
  }

  /// Whether these 16 bytes are the name that was learned last of a thread, in no order of time.
  mutating func isLatest(_ low: UInt64, _ high: UInt64, of thread: ThreadNumber) -> Bool {
    let dense = index.index(of: thread)
    return dense < latest.count && latest[dense] == NameBytes(low: low, high: high)
  }

  private mutating func note(latest name: [UInt8], of thread: ThreadNumber) {
    let dense = index.index(of: thread)
    while latest.count <= dense { latest.append(NameBytes()) }
    latest[dense] = NameBytes(name)
  }

  /// What was learned since the last call, in the order of learning.
  mutating func takeSightings() -> [ThreadSighting] {
    defer { sightings.removeAll(keepingCapacity: true) }
    return sightings
  }

  /// Everything seen, in order of time; each life with its process from its first instant on, each
  /// thread's first name from the start of time on.
  func orderedSightings() -> [ThreadSighting] {
    var ordered = Array(sightings.indices)
    ordered.sort {
      let (left, right) = (sightings[$0], sightings[$1])
      return (left.thread, left.key, $0) < (right.thread, right.key, $1)
    }
    var result: [ThreadSighting] = []
    result.reserveCapacity(ordered.count + ordered.count / 4)
    var position = 0
    while position < ordered.count {
      let start = position
      let thread = sightings[ordered[start]].thread
      position += 1
      while position < ordered.count, sightings[ordered[position]].continuesLife(of: thread) {
        position += 1
      }
      let isFirst = start == 0 || sightings[ordered[start - 1]].thread != thread
      append(life: ordered[start..<position], isFirst: isFirst, to: &result)
    }
    // By hand stable: sort keeps no order of equals.
    let order = result.indices.sorted { (result[$0].key, $0) < (result[$1].key, $1) }
    return order.map { result[$0] }
  }

  private func append(life: ArraySlice<Int>, isFirst: Bool, to result: inout [ThreadSighting]) {
    guard let first = life.first else { return }
    var start = sightings[first].key
    var isBorn = false
    if case .born = sightings[first].fact { isBorn = true }
    if isBorn { result.append(sightings[first]) }
    if isFirst, !isBorn { start = 0 }
    let process = life.first { if case .process = sightings[$0].fact { true } else { false } }
    if let process {
      result.append(
        ThreadSighting(
          key: start, thread: sightings[first].thread, fact: sightings[process].fact))
    }
    var isNamed = isBorn
    for index in life where index != process && !(isBorn && index == first) {
      var sighting = sightings[index]
      if case .name = sighting.fact, !isNamed {
        sighting.key = start
        isNamed = true
      }
      result.append(sighting)
    }
  }
}

extension ThreadSighting {
  fileprivate func continuesLife(of other: ThreadNumber) -> Bool {
    if case .born = fact { return false }
    return thread == other
  }
}
