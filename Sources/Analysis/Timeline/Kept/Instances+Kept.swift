import Events

extension Instances {
  func put(to output: inout KeptBytes) {
    output.put(UInt64(kinds.count))
    for (place, kind) in kinds.enumerated() {
      kind.put(to: &output)
      output.put(signed: Int64(ofKind[place]))
      output.put(UInt64(longest[place].count))
      for instance in longest[place] {
        output.put(UInt64(instance.row))
        LevelState(occupant: instance.stretch.occupant, state: instance.stretch.state)
          .put(to: &output)
        output.put(UInt64(instance.stretch.start))
        output.put(UInt64(instance.stretch.length))
      }
    }
    let slots = ofRow.indices.filter { ofRow[$0] >= 0 }
    output.put(UInt64(slots.count))
    for slot in slots {
      output.put(UInt64(slot))
      output.put(UInt64(ofRow[slot]))
    }
    output.put(UInt64(histograms.count))
    for histogram in histograms { histogram.put(to: &output) }
  }

  init(_ input: inout KeptReader, rows: Int) {
    self.init()
    for _ in 0..<input.count(ofBytes: 4) {
      guard let kind = Kind(&input), places[kind] == nil else {
        input.refuse()
        return
      }
      let place = place(kind)
      ofKind[place] = Int(input.signed(Int16.self))
      let count = input.count(ofBytes: 5)
      guard count <= Self.most else {
        input.refuse()
        return
      }
      longest[place] = (0..<count).map { _ in
        let row = Int32(input.place(in: rows))
        let state = LevelState(&input)
        let start = Int64(input.time())
        let end = start + Int64(input.time())
        return Instance(
          row: row, stretch: LaneStretch(state.state, state.occupant, start, end))
      }
    }
    for _ in 0..<input.count(ofBytes: 2) {
      let slot = input.place(in: rows * LaneState.count)
      let number = Int32(input.place(in: Self.mostHistograms))
      guard !input.isBad else { return }
      while ofRow.count <= slot { ofRow.append(-1) }
      ofRow[slot] = number
    }
    let count = input.count(ofBytes: 5)
    guard count <= Self.mostHistograms, ofKind.allSatisfy({ $0 < count }),
      ofRow.allSatisfy({ $0 < count })
    else {
      input.refuse()
      return
    }
    histograms = (0..<count).map { _ in LatencyHistogram(&input) }
  }
}

extension Instances.Kind {
  fileprivate func put(to output: inout KeptBytes) {
    let (tag, number): (UInt64, Int32) =
      switch self {
      case .state(let state): (0, Int32(state.rawValue))
      case .call(let number): (1, number)
      case .span(let name): (2, name)
      case .hardInterrupt: (3, 0)
      case .softInterrupt: (4, 0)
      }
    output.put(tag)
    output.put(signed: Int64(number))
  }

  fileprivate init?(_ input: inout KeptReader) {
    let tag = input.next()
    let number = input.signed(Int32.self)
    switch tag {
    case 0:
      guard let raw = UInt8(exactly: number), let state = LaneState(rawValue: raw) else {
        return nil
      }
      self = .state(state)
    case 1: self = .call(number)
    case 2: self = .span(number)
    case 3: self = .hardInterrupt
    case 4: self = .softInterrupt
    default: return nil
    }
  }
}

extension LatencyHistogram {
  fileprivate func put(to output: inout KeptBytes) {
    let parts = parts
    for number in [parts.count, parts.sum, parts.min, parts.max, parts.maxTime] {
      output.put(number)
    }
    output.put(UInt64(parts.values.count))
    for value in parts.values { output.put(value) }
    output.put(UInt64(parts.buckets.count))
    var last = 0
    for (number, times) in parts.buckets {
      output.put(UInt64(bitPattern: Int64(number - last)))
      output.put(times)
      last = number
    }
  }

  fileprivate init(_ input: inout KeptReader) {
    var parts = Parts(
      count: input.next(), sum: input.next(), min: input.next(), max: input.next(),
      maxTime: input.next())
    let count = input.count()
    if count > Self.mostExact { input.refuse() }
    parts.values = (0..<count).map { _ in input.next() }
    var sum = UInt64(count)
    var number = 0
    for _ in 0..<input.count(ofBytes: 2) {
      number += input.place(in: Self.buckets)
      let times = input.next()
      if number >= Self.buckets || times > TimelineState.mostCount { input.refuse() }
      guard !input.isBad else { break }
      parts.buckets.append((number, times))
      sum += times
    }
    if sum != parts.count { input.refuse() }
    self.init(input.isBad ? Parts() : parts)
  }
}
