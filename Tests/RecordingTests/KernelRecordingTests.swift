import Events
import Glibc
import KernelTracing
import Testing
import TraceFile

@testable import Recording

/// Recordings of this machine's own kernel.
@Suite(.serialized) struct `Recording the kernel` {
  static let canTrace: Bool = {
    guard let tracefs = try? Tracefs.locate(mounting: false) else { return false }
    // Another test of this process may be probing at this moment.
    for _ in 0..<50 {
      if tracefs.probe().canRecord { return true }
      usleep(20_000)
    }
    return false
  }()

  /// Records some processes with small or large buffers; result and what is in the file.
  func record(
    bufferBytes: Int, processes: Int, _ change: (inout RecordingOptions) -> Void = { _ in }
  ) throws -> (result: RecordingResult, reader: TraceReader) {
    let scratch = ScratchDirectory()
    var options = RecordingOptions()
    options.output = .file("\(scratch.path)/t.swt")
    options.selections = ["sched,syscalls"]
    options.recordsMarkers = false
    options.bufferBytes = bufferBytes
    options.sessionName = "test-recording-\(getpid())"
    options.command = [
      "sh", "-c", "i=0; while [ $i -lt \(processes) ]; do /bin/true; i=$((i+1)); done",
    ]
    change(&options)
    let result = try Recording(options).run()
    return (result, try TraceReader(path: "\(scratch.path)/t.swt"))
  }

  /// The kernel's own last counts of each stream.
  func statistics(_ reader: TraceReader) throws -> [UInt32: [String: UInt64]] {
    var counts: [UInt32: [String: UInt64]] = [:]
    var decoder = try BlockDecoder()
    for block in reader.blocks.indices where reader.blocks[block].kind == .events {
      let batch = try reader.batch(block, .all, with: &decoder)
      for group in batch.groups where reader.types[Int(group.type.index)] == MachineEvents.fact {
        for row in 0..<group.rows {
          let texts = group.columns.map {
            String(decoding: $0.bytes[$0.range(ofRow: row)], as: UTF8.self)
          }
          guard texts[0].hasPrefix("kernel_statistics stream "),
            let stream = UInt32(texts[0].dropFirst(25))
          else { continue }
          for pair in texts[1].split(separator: " ") {
            let parts = pair.split(separator: "=")
            counts[stream, default: [:]][String(parts[0])] = UInt64(parts[1])
          }
        }
      }
    }
    return counts
  }

  @Test(
    .enabled(if: canTrace, "needs a tracefs in which instances can be made"),
    arguments: [16 << 10, 64 << 10, 4 << 20])
  func `keeps what the kernel says was read and counts what it says was lost`(buffer: Int) throws {
    for round in 0..<34 {
      let (result, reader) = try record(bufferBytes: buffer, processes: round % 4 * 12 + 2)
      #expect(reader.isComplete)
      #expect(result.commandStatus == 0)
      var kept: [UInt32: UInt64] = [:]
      var lost: [UInt32: UInt64] = [:]
      var decoder = try BlockDecoder()
      for (index, block) in reader.blocks.enumerated() {
        for loss in block.losses { lost[loss.stream.index, default: 0] += loss.count ?? 0 }
        guard block.kind == .events else { continue }
        let batch = try reader.batch(index, .common, with: &decoder)
        if batch.streams.isEmpty {
          kept[batch.stream.index, default: 0] += UInt64(batch.count)
        } else {
          for stream in batch.streams { kept[stream.index, default: 0] += 1 }
        }
      }
      let statistics = try statistics(reader)
      #expect(!statistics.isEmpty)
      for (stream, counts) in statistics {
        let all = ["commit_overrun", "dropped", "overrun"].reduce(0) { $0 + (counts[$1] ?? 0) }
        #expect(kept[stream, default: 0] == counts["read"])
        #expect(lost[stream, default: 0] == all)
      }
    }
  }

  @Test(.enabled(if: canTrace, "needs a tracefs in which instances can be made"))
  func `stamps with CLOCK_MONOTONIC where the processor's counter is not to be used`() throws {
    let (result, reader) = try record(bufferBytes: 4 << 20, processes: 5) {
      $0.usesProcessorClock = false
    }
    #expect(result.kernelEvents > 0)
    #expect(reader.preamble.referenceClock == .monotonic)
    #expect(reader.streams.allSatisfy { $0.clock == .monotonic })
    let start = reader.preamble.reading.monotonic
    let end = try #require(reader.totals).reading.monotonic
    for block in reader.blocks where block.kind == .events {
      #expect(block.first >= start && block.last <= end)
    }
  }

  @Test(.enabled(if: canTrace, "needs a tracefs in which instances can be made"))
  func `leaves nothing behind`() throws {
    _ = try record(bufferBytes: 1 << 20, processes: 1)
    let root = try Tracefs.locate(mounting: false).root
    let left = ProcFile.names(in: "\(root)/instances").filter {
      $0.hasPrefix("\(KernelRecording.prefix)test-recording-\(getpid())")
    }
    #expect(left.isEmpty)
  }

  @Test(.enabled(if: canTrace, "needs a tracefs in which instances can be made"))
  func `lets the kernel filter what it can`() throws {
    let (result, reader) = try record(bufferBytes: 4 << 20, processes: 20) {
      $0.selections = ["sched_switch"]
      $0.filter = "prev_comm == \"true\""
    }
    #expect(result.kernelEvents > 0)
    var decoder = try BlockDecoder()
    for index in reader.blocks.indices where reader.blocks[index].kind == .events {
      let batch = try reader.batch(index, .all, with: &decoder)
      for group in batch.groups {
        let type = reader.types[Int(group.type.index)]
        guard type.name == "sched_switch", let field = type.index(ofField: "prev_comm") else {
          continue
        }
        let column = group.columns[field]
        for row in 0..<group.rows {
          let name = column.bytes[row * column.width..<(row + 1) * column.width]
          #expect(name.starts(with: Array("true".utf8) + [0]))
        }
      }
    }
  }

  @Test func `that has no source says so`() {
    var options = RecordingOptions()
    options.tracefsRoot = "/nonexistent"
    options.recordsMarkers = false
    do throws(RecordingError) {
      _ = try Recording(options)
      Issue.record("there is nothing to record")
    } catch {
      guard case .noSource = error else {
        Issue.record("\(error)")
        return
      }
    }
  }
}
