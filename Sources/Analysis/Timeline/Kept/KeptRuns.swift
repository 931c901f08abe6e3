/// Runs of kept levels, each taken in by whichever thread comes first: the marks, then lanes.
struct KeptRuns: Sendable {
  private var bytes: [UInt8]
  private let places: [Int]
  private var next = 0
  private var done = 0
  private var isAwaited: [Bool]
  private var awaited: Int
  var isStopped = false
  private(set) var isBad = false

  init(_ bytes: [UInt8], places: some Collection<Int>, rows: Int) {
    self.bytes = bytes
    self.places = Array(places)
    isAwaited = Array(repeating: true, count: rows)
    awaited = rows
  }

  var share: Double { Double(done) / Double(places.count) }

  /// The next run, with its place in the bytes; nil where there is none, or nobody wants it any more.
  mutating func take() -> (number: Int, bytes: [UInt8], place: Int)? {
    guard !isBad, !isStopped, next < places.count else { return nil }
    defer { next += 1 }
    return (next, bytes, places[next])
  }

  /// Whether the lane of a row is in none of the runs that have arrived.
  func isAwaited(row: Int) -> Bool { awaited > 0 && isAwaited[row] }

  /// Takes note that a run has arrived, with these rows; whether that was the last one.
  mutating func arrive(rows: some Sequence<Int>) -> Bool {
    for row in rows {
      if !isAwaited[row] { isBad = true }
      isAwaited[row] = false
      awaited -= 1
    }
    done += 1
    guard done == places.count else { return false }
    if awaited != 0 { isBad = true }
    if !isBad { bytes = [] }
    return !isBad
  }

  mutating func refuse() { isBad = true }
}
