import Events
import SyntheticTrace

@testable import TraceFile

/// Traces that tests damage.
enum SmallTraces {
  /// The bytes of a trace of 2 CPUs and 1 process, and its batches.
  static func make(
    seed: UInt64 = 7, rounds: Int, events: Int, isCut: Bool = false
  ) throws -> (bytes: [UInt8], batches: [Batch]) {
    let file = ScratchFile()
    var trace = SyntheticTrace(seed: seed, cpus: 2, threads: 12, processes: 1)
    let batches = try trace.write(
      to: file.descriptor, rounds: rounds, events: events, isCut: isCut)
    return (file.bytes, batches)
  }

  /// The headers of a whole trace, in order.
  static func headers(_ bytes: [UInt8]) -> [PlacedHeader] {
    var headers: [PlacedHeader] = []
    var offset = 0
    while offset < bytes.count {
      let reading = unsafe bytes.withUnsafeBytes {
        unsafe BlockHeader.read(UnsafeRawBufferPointer(rebasing: $0[offset...]))
      }
      guard case .whole(let header, let headerBytes) = reading else { break }
      headers.append(
        PlacedHeader(header: header, headerBytes: headerBytes, offset: UInt64(offset)))
      offset += Int(header.length)
    }
    return headers
  }

  /// All batches that a reader finds, and what it could not read.
  static func batches(_ reader: TraceReader) throws -> (whole: [Batch], failed: Int) {
    var decoder = try BlockDecoder()
    var batches: [Batch] = []
    var failed = 0
    for (position, block) in reader.blocks.enumerated() where block.kind == .events {
      do throws(TraceFileError) {
        batches.append(try reader.batch(position, with: &decoder))
      } catch {
        failed += 1
      }
    }
    return (batches, failed)
  }
}
