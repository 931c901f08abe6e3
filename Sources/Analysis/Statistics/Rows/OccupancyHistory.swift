import Events

/// What had a CPU: the latest pieces one by one, those before them summed up from each instant on
/// at which a wait began that lasts.
///
/// ```
///      sums           sums             pieces
///  |-------------|---------------|aaa|b|c|aa|idle|...|
///  ^ one waits   ^ another does  ^ begin             ^ end
/// ```
/// So memory is bounded by who waits, and a wait knows who had the CPU however long it was.
struct OccupancyHistory {
  /// Pieces that are remembered one by one, a power of two.
  private static let remembered = 1024

  private struct Piece {
    var end: UInt64
    var number: Int32
  }

  private struct Sums {
    let start: UInt64
    /// Waits that began there and last.
    var waits = 0
    var times: [Int32: UInt64] = [:]

    mutating func add(_ number: Int32, _ time: UInt64) {
      if time > 0 { times[number, default: 0] &+= time }
    }
  }

  private struct Wait {
    let dense: Int
    let start: UInt64

    func lasts(_ cpu: Int, _ stays: borrowing DenseTable<QueueStay>) -> Bool {
      let stay = stays[dense]
      return stay.start == start && Int(stay.cpu) == cpu
    }
  }

  private var pieces: [Piece] = []
  private var count = 0
  private var begin: UInt64
  private(set) var end: UInt64
  private var sums: [Sums] = []
  /// Waits that began since `begin`, over or not, in order.
  private var waits: [Wait] = []
  private var firstWait = 0
  private var mostWaits = Self.remembered

  init(since origin: UInt64) {
    begin = origin
    end = origin
  }

  private func piece(_ place: Int) -> Piece { pieces[place & (Self.remembered - 1)] }

  mutating func append(
    _ number: Int32, until now: UInt64, cpu: Int, cut: UInt64,
    _ stays: borrowing DenseTable<QueueStay>
  ) {
    end = now
    if count > 0, piece(count - 1).number == number {
      pieces[(count - 1) & (Self.remembered - 1)].end = now
      return
    }
    if pieces.count < Self.remembered {
      pieces.append(Piece(end: now, number: number))
    } else {
      sumUpOldest(cpu: cpu, cut: cut, stays)
      pieces[count & (Self.remembered - 1)] = Piece(end: now, number: number)
    }
    count += 1
  }

  private mutating func sumUpOldest(
    cpu: Int, cut: UInt64, _ stays: borrowing DenseTable<QueueStay>
  ) {
    let oldest = piece(count)
    var start = begin
    func add(until end: UInt64) {
      if !sums.isEmpty { sums[sums.count - 1].add(oldest.number, end - start) }
      start = end
    }
    func sumUp(from instant: UInt64) {
      add(until: max(instant, start))
      if sums.last?.start != start { sums.append(Sums(start: start)) }
    }
    var isCut = cut > begin && cut < oldest.end
    while firstWait < waits.count, waits[firstWait].start < oldest.end {
      let wait = waits[firstWait]
      firstWait += 1
      guard wait.lasts(cpu, stays) else { continue }
      if isCut, cut <= wait.start {
        sumUp(from: cut)
        isCut = false
      }
      sumUp(from: wait.start)
      sums[sums.count - 1].waits += 1
    }
    if isCut { sumUp(from: cut) }
    add(until: oldest.end)
    begin = oldest.end
  }

  mutating func beginWait(
    _ dense: Int, at now: UInt64, cpu: Int, _ stays: borrowing DenseTable<QueueStay>
  ) {
    if waits.count == mostWaits {
      var lasting: [Wait] = []
      for wait in waits[firstWait...] where wait.lasts(cpu, stays) { lasting.append(wait) }
      waits = lasting
      firstWait = 0
      mostWaits = max(Self.remembered, waits.count * 2)
    }
    waits.append(Wait(dense: dense, start: now))
  }

  /// A wait is over: what is summed up for no other one is put to what is before it.
  mutating func endWait(begun start: UInt64) {
    guard start < begin, let place = sums.firstIndex(where: { $0.start >= start }) else { return }
    sums[place].waits -= 1
    guard sums[place].waits <= 0 else { return }
    let ended = sums.remove(at: place)
    if place > 0 { for (number, time) in ended.times { sums[place - 1].add(number, time) } }
  }

  /// Whether so many pieces ended after an instant.
  func has(_ number: Int, since start: UInt64) -> Bool {
    start < begin || (count >= number && piece(count - number).end > start)
  }

  /// Remembered pieces within a span of time, the latest first.
  @inline(__always)
  func forEachPiece(from start: UInt64, to end: UInt64, _ body: (Int32, UInt64) -> Void) {
    for place in (count - pieces.count..<count).reversed() {
      let last = piece(place).end
      guard last > start else { return }
      let first = place > count - pieces.count ? piece(place - 1).end : begin
      if first < end { body(piece(place).number, min(last, end) - max(first, start)) }
    }
  }

  /// Sums of what is older than the pieces, from the beginning of a wait on.
  func forEachSum(from start: UInt64, to end: UInt64, _ body: (Int32, UInt64) -> Void) {
    guard start < begin, begin <= end else { return }
    for sum in sums.reversed() {
      guard sum.start >= start else { return }
      for (number, time) in sum.times { body(number, time) }
    }
  }
}
