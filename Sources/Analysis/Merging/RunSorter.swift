/// A run of a batch's events that are given out together.
struct TimedRun: BitwiseCopyable {
  /// Since a moment before all of them.
  var time: UInt32
  var slot: Int32
  var start: UInt32
  var end: UInt32
}

/// Brings runs into the order of their times; of equal times the one that was appended first stays
/// first.
struct RunSorter: ~Copyable {
  private static let digit = 11

  private(set) var runs = DenseTable(TimedRun(time: 0, slot: 0, start: 0, end: 0))
  private var other = DenseTable(TimedRun(time: 0, slot: 0, start: 0, end: 0))
  private var places = DenseTable(UInt32(0))
  private var most: UInt32 = 0

  init() {
    places.reach(1 << Self.digit - 1)
  }

  @inline(__always)
  mutating func append(_ run: TimedRun) {
    runs.append(run)
    if run.time > most { most = run.time }
  }

  mutating func removeAll() {
    runs.removeAll()
    most = 0
  }

  mutating func sort() {
    guard runs.count > 1 else { return }
    other.reach(runs.count - 1)
    for shift in stride(from: 0, to: UInt32.bitWidth - most.leadingZeroBitCount, by: Self.digit) {
      distribute(by: UInt32(shift))
    }
  }

  /// Sorts by one digit, those of equal digits staying as they are.
  private mutating func distribute(by shift: UInt32) {
    let mask = UInt32(1) << UInt32(Self.digit) - 1
    for place in 0..<places.count { places[place] = 0 }
    for place in 0..<runs.count { places[Int(runs[place].time >> shift & mask)] &+= 1 }
    var sum: UInt32 = 0
    for place in 0..<places.count {
      let count = places[place]
      places[place] = sum
      sum &+= count
    }
    for place in 0..<runs.count {
      let run = runs[place]
      let digit = Int(run.time >> shift & mask)
      other[Int(places[digit])] = run
      places[digit] &+= 1
    }
    let count = runs.count
    swap(&runs, &other)
    runs.cut(to: count)
  }
}
