import Events

/// Names and processes of threads at one instant, which moves forward.
struct LiveNames {
  private(set) var names: ThreadNames
  /// Sightings that lie ahead, the next one last.
  private var ahead: [ThreadSighting]
  private var index = ThreadIndex()
  private var labels = [ThreadLabel()]
  /// Threads of which something was learned later than it was read first: their labels ahead may
  /// have changed.
  private(set) var learned: [ThreadNumber] = []
  /// The key of the next sighting.
  private(set) var nextKey: UInt64

  init(_ names: ThreadNames = ThreadNames()) {
    ahead = names.orderedSightings().reversed()
    nextKey = ahead.last?.key ?? .max
    self.names = names
    _ = self.names.takeSightings()
  }

  mutating func intern(_ name: [UInt8]) -> UInt32 { names.intern(name) }

  /// Learns what a batch says of threads, to hold from the events' times on.
  mutating func learn(
    from batch: FlatBatch, _ known: EventRoles, teaching: Bool = true, switches: Bool = true
  ) {
    names.learn(from: batch, known, teaching: teaching, switches: switches)
    let more = names.takeSightings()
    guard !more.isEmpty else { return }
    learned += more.map(\.thread)
    let all = Array(ahead.reversed()) + more
    ahead = all.indices.sorted { (all[$0].key, $0) > (all[$1].key, $1) }.map { all[$0] }
    nextKey = ahead.last?.key ?? .max
  }

  /// Moves to `key`: sightings up to it hold.
  mutating func advance(to key: UInt64) {
    while let next = ahead.last, next.key <= key {
      let dense = index.index(of: next.thread)
      while labels.count <= dense { labels.append(ThreadLabel()) }
      labels[dense].apply(next.fact)
      ahead.removeLast()
    }
    nextKey = ahead.last?.key ?? .max
  }

  /// Moves to just before `key` and calls `body` with each sighting that comes to hold.
  mutating func advance(toBefore key: UInt64, _ body: (ThreadSighting) -> Void) {
    while let next = ahead.last, next.key < key {
      body(next)
      ahead.removeLast()
    }
    nextKey = ahead.last?.key ?? .max
  }

  /// What holds for a thread now.
  @inline(__always)
  mutating func label(of thread: ThreadNumber) -> ThreadLabel {
    let dense = index.index(of: thread)
    return dense < labels.count ? labels[dense] : ThreadLabel()
  }
}

extension LiveNames {
  /// Labels of the threads of a batch's events, each at its event's time, from the instant at hand
  /// on.
  mutating func labels(of batch: FlatBatch) -> [ThreadLabel] {
    var labels = labels
    var next = ahead.count - 1
    var result: [ThreadLabel] = []
    result.reserveCapacity(batch.count)
    for position in 0..<batch.count {
      let key = unsafe batch.keys[position]
      while next >= 0, ahead[next].key <= key {
        let dense = index.index(of: ahead[next].thread)
        while labels.count <= dense { labels.append(ThreadLabel()) }
        labels[dense].apply(ahead[next].fact)
        next -= 1
      }
      let dense = index.index(of: unsafe batch.threads[position])
      result.append(dense < labels.count ? labels[dense] : ThreadLabel())
    }
    return result
  }
}

extension ThreadLabel {
  mutating func apply(_ fact: ThreadSighting.Fact) {
    switch fact {
    case .name(let name): self.name = name
    case .process(let process): self.process = process
    case .born(let name): self = ThreadLabel(name: name ?? 0)
    }
  }
}
