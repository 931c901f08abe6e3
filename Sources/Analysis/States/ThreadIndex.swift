import Events

/// Gives each thread number a small dense index, in the order of first appearance; 0 is the thread
/// number 0, which every idle CPU shares.
struct ThreadIndex {
  /// Linux gives no higher thread number.
  private static let limit = 1 << 22

  private var direct: [UInt32] = [0]
  private var others: [ThreadNumber: UInt32] = [:]
  private(set) var threads: [ThreadNumber] = [0]

  var count: Int { threads.count }

  /// The dense index of a thread, new where it was not seen before.
  @inline(__always)
  mutating func index(of thread: ThreadNumber) -> Int {
    let number = Int(thread)
    if number >= 0, number < direct.count {
      let known = direct[number]
      if known != 0 || number == 0 { return Int(known) }
    }
    return add(thread)
  }

  /// The dense index of a thread that was seen, else nil.
  func known(_ thread: ThreadNumber) -> Int? {
    let number = Int(thread)
    if number >= 0, number < direct.count {
      let known = direct[number]
      if known != 0 || number == 0 { return Int(known) }
    }
    return others[thread].map(Int.init)
  }

  @inline(never)
  private mutating func add(_ thread: ThreadNumber) -> Int {
    let number = Int(thread)
    guard number >= 0, number < Self.limit else {
      if let known = others[thread] { return Int(known) }
      let index = UInt32(threads.count)
      others[thread] = index
      threads.append(thread)
      return Int(index)
    }
    if number >= direct.count {
      var capacity = max(direct.count, 1024)
      while capacity <= number { capacity *= 2 }
      direct.append(contentsOf: repeatElement(0, count: capacity - direct.count))
    }
    let index = UInt32(threads.count)
    direct[number] = index
    threads.append(thread)
    return Int(index)
  }
}
