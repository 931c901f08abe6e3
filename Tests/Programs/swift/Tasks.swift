internal import Glibc
internal import Swtrace

private enum Trace {
  static let step = SpanMarker1<Int>("tasks", "step", "id")
  static let compute = SpanMarker0("tasks", "compute")
}

private struct Times {
  var wall: UInt64 = 0
  var inside: UInt64 = 0
  var run: UInt64 = 0
}

private func time(_ clock: clockid_t) -> UInt64 {
  var now = timespec()
  unsafe clock_gettime(clock, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

/// Computes until the thread has had the CPU for so long; how long it had it.
private func compute(_ nanoseconds: UInt64) -> UInt64 {
  Trace.compute.span {
    let start = time(CLOCK_THREAD_CPUTIME_ID)
    while time(CLOCK_THREAD_CPUTIME_ID) < start + nanoseconds {}
    return time(CLOCK_THREAD_CPUTIME_ID) - start
  }
}

/// More tasks than threads compute, sleep and compute; tells how many spans that were, how long they
/// took, and how long they computed.
func runTasks() async {
  let (tasks, steps) = (8, 8)
  let sum = await withTaskGroup(of: Times.self) { group in
    for id in 0..<tasks {
      group.addTask {
        var times = Times()
        for _ in 0..<steps {
          let start = time(CLOCK_MONOTONIC)
          let (ran, inside) = await Trace.step.span(id) {
            let begin = time(CLOCK_MONOTONIC)
            let first = compute(2_000_000)
            try? await Task.sleep(for: .milliseconds(20))
            let second = compute(3_000_000)
            return (first + second, time(CLOCK_MONOTONIC) - begin)
          }
          times.run += ran
          times.inside += inside
          times.wall += time(CLOCK_MONOTONIC) - start
        }
        return times
      }
    }
    return await group.reduce(into: Times()) {
      $0.wall += $1.wall
      $0.inside += $1.inside
      $0.run += $1.run
    }
  }
  print("count \(tasks * steps)")
  print("wall \(sum.wall)")
  print("inside \(sum.inside)")
  print("run \(sum.run)")
}
