internal import Swtrace
internal import SwtraceMarkers

private enum Trace {
  static let outer = SpanMarker2<Int, String>("test", "outer", "id", "what")
  static let inner = SpanMarker1<Int>("test", "inner", "id")
  static let bare = SpanMarker0("test", "bare")
  static let thread = Marker1<Int>("test", "step", "id")
  #spanMarker<Int>("test", "placed_span", "id")
}

struct Refusal: Error {}

func emitSpans() async {
  onThreads(1) { _ in
    Trace.outer.span(1, "thread") {
      Trace.inner.span(2) {}
      try? Trace.inner.span(3) { () throws(Refusal) in throw Refusal() }
    }
    let result = Trace.placedSpan.span(4) { 40 + 2 }
    guard result == 42 else { fatalError("the body's result is lost") }
  }

  // Tasks that are suspended in the middle of their spans, more of them than threads.
  await withTaskGroup(of: Void.self) { group in
    for id in 100..<110 {
      group.addTask {
        await Trace.outer.span(id, "task") {
          for _ in 0..<5 { await Task.yield() }
          await Trace.inner.span(id) { await Task.yield() }
          Trace.bare.span {}
          await Trace.placedSpan.span(id) { await Task.yield() }
        }
      }
    }
  }

  // Begun here, ended elsewhere, crossing each other.
  let first = Trace.inner.begin(200)
  let second = Trace.inner.begin(201)
  onThreads(1) { _ in first.end() }
  second.end()
}
