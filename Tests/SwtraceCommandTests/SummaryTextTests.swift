import Events
import KernelTracing
import Testing

@testable import Analysis
@testable import Recording
@testable import SwtraceCommand

@Suite struct SummaryTextTests {
  private func result() -> RecordingResult {
    RecordingResult(
      end: .duration, duration: TimeSpan(milliseconds: 3001), events: 618_204,
      kernelEvents: 618_000, programEvents: 204, bytes: 900_000, lost: [], rawBytes: 0,
      recorderElapsed: TimeSpan(milliseconds: 3010), recorderTime: TimeSpan(milliseconds: 27),
      systemCallCost: TimeSpan(nanoseconds: 420),
      commandStatus: nil, kernelUnavailable: nil, programsUnavailable: nil,
      sessionUnavailable: nil, droppedPrograms: [],
      outputFailure: nil, markedProcesses: 0, unavailable: [], hasPriority: true)
  }

  private func finding(
    _ kind: FindingKind, _ nanoseconds: Int64, at start: Int64, _ who: String, _ cause: String
  ) -> Finding {
    Finding(
      kind: kind, length: TimeSpan(nanoseconds: nanoseconds),
      start: Timestamp(nanoseconds: start), who: who, cause: cause, thread: 1, process: 1)
  }

  private func summary(_ findings: [Finding]) -> RecordingSummary {
    RecordingSummary(
      duration: TimeSpan(milliseconds: 3001), events: 618_204, busy: 0.34,
      busyOverTime: (0..<30).map { $0 == 3 ? nil : Double($0) / 30 },
      busiest: [.init(name: "nginx", share: 0.41), .init(name: "po\u{1b}st", share: 0.22)],
      processes: 61, findings: findings, sawSwitches: true, late: 0)
  }

  private func text(_ result: RecordingResult, _ summary: RecordingSummary?) -> String {
    SummaryText(
      result, summary: summary, options: RecordingOptions(),
      next: [("swtrace print", "every event"), ("swtrace info", "what is in it")]
    ).text
  }

  @Test func `findings after the figures`() {
    let findings = [
      finding(
        .cpuWait, 9_400_000, at: 2_113_000_000, "postgres 917",
        "behind kworker/0:1 while CPU3 idled"),
      finding(.diskWait, 41_200_000, at: 1_104_000_000, "postgres 902", "fsync on vda"),
      finding(.span, 14_200_000, at: 2_870_000_000, "http.request", ""),
    ]
    Golden.expect(text(result(), summary(findings)), "Tests/Golden/summary/findings.txt")
  }

  @Test func `a healthy machine`() {
    Golden.expect(text(result(), summary([])), "Tests/Golden/summary/healthy.txt")
  }

  @Test func `losses by place with their remedies, and what was not as asked for`() {
    var result = result()
    let cpu = EventStream(source: .cpu(5, buffer: 0), clock: .monotonic)
    let program = EventStream(
      source: .process(
        TracedProcess(
          pid: 4211, namespacePid: 4211, nonce: 1, start: 0, executable: "/opt/se\u{7}rver")),
      clock: .monotonic)
    result.lost = [
      .init(stream: cpu, reason: .kernelOverrun, count: 1204, isLowerBound: false),
      .init(stream: program, reason: .programBufferFull, count: 17, isLowerBound: true),
    ]
    result.end = .diskNearlyFull
    result.kernelUnavailable = .failed(.open, path: "/sys/kernel/tracing", errno: 13)
    result.unavailable = ["block"]
    result.shortages = [4211: 28]
    result.refusals = Dictionary(uniqueKeysWithValues: (1...6).map { (4210 + $0, UInt64($0)) })
    result.hasPriority = false
    result.systemCallCost = nil
    result.rawBytes = 4096
    Golden.expect(text(result, nil), "Tests/Golden/summary/losses.txt")
  }

  @Test func `the first minute fits in 120 columns`() {
    for line in text(result(), summary([])).split(separator: "\n") { #expect(line.count <= 120) }
  }
}
