import Analysis
import Glibc
import SyntheticTrace
import Testing

@testable import Viewer

/// Whatever is pressed, on whatever trace, in whatever size: it neither crashes nor hangs, and every
/// frame is as large as the screen.
@Suite struct ViewFuzzTests {
  enum Subject: String, Sendable, CaseIterable {
    case plain, empty, oneEvent, cut, damaged, oneCPU, wide, crowded
  }

  private static func timeline(_ subject: Subject) throws -> Timeline {
    switch subject {
    case .plain: try SyntheticView.timeline()
    case .empty: try SyntheticView.timeline(rounds: 0)
    case .oneEvent:
      try SyntheticView.timeline(cpus: 1, threads: 1, processes: 0, rounds: 1, events: 1)
    case .cut: try SyntheticView.timeline(isCut: true)
    case .damaged:
      try SyntheticView.timeline { bytes in
        var bytes = bytes
        for place in stride(from: bytes.count / 3, to: bytes.count / 2, by: 7) {
          bytes[place] ^= 0x5A
        }
        return bytes
      }
    case .oneCPU: try SyntheticView.timeline(cpus: 1, threads: 3, processes: 0)
    case .wide:
      try SyntheticView.timeline(cpus: 256, threads: 300, processes: 0, rounds: 1, events: 30)
    case .crowded: try SyntheticView.timeline(cpus: 2, threads: 5000, rounds: 1, events: 12_000)
    }
  }

  private static let keys: [Key] =
    Command.all.flatMap(\.keys).filter { $0 != "e" && $0 != .control("c") && $0 != "q" }
    + [
      .enter, .up, .down, .escape, .tab, .paste("cpu == 1"), .paste("sched"), "5", "x", "ä",
      .insert,
    ]

  /// `SWTRACE_FUZZ_KEYS` makes it so many keys instead of 150.
  @Test(arguments: Subject.allCases)
  func `random keys do no harm`(subject: Subject) throws {
    let wanted = unsafe getenv("SWTRACE_FUZZ_KEYS").flatMap { unsafe Int(String(cString: $0)) }
    let timeline = try Self.timeline(subject)
    var random = SeededGenerator(seed: UInt64(subject.rawValue.count) &* 7919)
    let sizes = [(80, 24), (120, 40), (200, 60), (20, 6), (1, 1), (40, 3), (300, 90)]
    var view = SyntheticView.view(timeline)
    for number in 0..<(wanted ?? 150) {
      if number % 25 == 0 {
        let size = sizes[Int(random.next() % UInt64(sizes.count))]
        view.resize(columns: size.0, rows: size.1)
      }
      if random.next() % 12 == 0 {
        let kinds: [MouseEvent.Kind] = [.press, .drag, .release, .wheelUp, .wheelDown]
        view.press(
          .mouse(
            MouseEvent(
              kinds[Int(random.next() % 5)], row: Int(random.next() % 70),
              column: Int(random.next() % 220))))
      } else {
        view.press(Self.keys[Int(random.next() % UInt64(Self.keys.count))])
      }
      view.state.wish = nil
      if number % 3 == 0 { view.settle() }
      let frame = view.frame()
      #expect(frame.columns == max(1, view.state.columns) && frame.rows == max(1, view.state.rows))
      #expect(frame.cells.count == frame.columns * frame.rows)
      #expect(view.state.window.start >= 0 && view.state.window.end <= view.end)
      #expect(view.state.window.length > 0)
      #expect(view.state.cursor >= 0 && view.state.cursor < view.end)
    }
  }

  @Test func `nonsense in what was kept is passed over`() throws {
    let timeline = try SyntheticView.timeline()
    var random = SeededGenerator(seed: 3)
    var view = SyntheticView.view(timeline)
    for key in Key.keys(in: "mddm,p,1,jp") ?? [] { view.press(key) }
    let good = Array(view.memory.utf8)
    for _ in 0..<2000 {
      var bytes = good
      for _ in 0..<1 + random.next() % 8 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      var other = SyntheticView.view(timeline)
      other.remember(String(decoding: bytes, as: UTF8.self))
      #expect(other.state.window.end <= other.end && other.state.cursor < other.end)
    }
  }

  @Test func `what is kept is taken up again`() throws {
    let timeline = try SyntheticView.timeline()
    var view = SyntheticView.view(timeline)
    for key in Key.keys(in: "wwmddmM,burst,Enter,jp2jjpF,cpu == 1,Enter") ?? [] {
      view.press(key)
      view.settle()
    }
    var other = SyntheticView.view(timeline)
    let isKnown = other.remember(view.memory)
    #expect(isKnown)
    #expect(other.memory == view.memory)
    #expect(other.state.ranges["burst"] != nil)
    #expect(other.state.pins == view.state.pins)
    var placed = SyntheticView.view(timeline)
    placed.look(at: 100, length: 1000)
    placed.begin(on: .stats)
    placed.remember(view.memory)
    #expect(placed.state.window == TimelineWindow(100, 1100) && placed.state.screen == .stats)
    #expect(placed.state.pins == view.state.pins && placed.state.ranges == view.state.ranges)
    #expect(placed.state.filter == view.state.filter)
    let (kept, taken) = (view.settledFrame().lines, other.settledFrame().lines)
    for (kept, taken) in zip(kept, taken) { #expect(kept == taken) }
  }
}
