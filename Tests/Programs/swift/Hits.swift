internal import Glibc
internal import Swtrace

private enum Trace {
  static let hit = Marker2<Int, Int>("test", "hit", "thread", "number")
  static let off = Marker2<Int, String>("nobody", "off", "number", "text")
}

/// Runs a body on several threads at once, with their numbers from 1.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  struct Start {
    let number: Int
    let body: @Sendable (Int) -> Void
  }
  var threads: [pthread_t] = []
  for number in 1...count {
    var thread = pthread_t()
    let start = UnsafeMutablePointer<Start>.allocate(capacity: 1)
    unsafe start.initialize(to: Start(number: number, body: body))
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe argument.assumingMemoryBound(to: Start.self)
        unsafe start.pointee.body(start.pointee.number)
        unsafe start.deinitialize(count: 1)
        unsafe start.deallocate()
        return nil
      }, start)
    guard status == 0 else { fatalError("pthread_create: \(status)") }
    threads.append(thread)
  }
  for thread in threads { _ = pthread_join(thread, nil) }
}

/// Every thread hits one marker, which none has touched before, `count` times.
func hits(threads: Int, count: Int) {
  onThreads(threads) { thread in
    for number in 1...count { Trace.hit.emit(thread, number) }
  }
}

/// Counts the arguments that are computed for a marker that nobody records.
func emitOff() {
  var computed = 0
  func next() -> Int {
    computed += 1
    return computed
  }
  for _ in 0..<1000 { Trace.off.emit(next(), "\(next())") }
  print("computed \(computed) on \(Trace.off.isOn)")
}

/// A marker that is no constant: registered once all the same, since its description is.
func emitLocal(_ times: Int) {
  for number in 1...times {
    let marker = Marker1<Int>("test", "local", "number")
    marker.emit(number)
  }
}
