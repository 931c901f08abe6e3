import Events
import Glibc
import SyntheticTrace

@testable import TraceFile

/// Reads traces that may hold anything in every way there is, and looks whether what comes out can
/// be right.
struct TraceTrial: ~Copyable {
  private let file = ScratchFile()
  private(set) var opened = 0
  private(set) var batches = 0
  private(set) var refusedBatches = 0
  /// The most of the processor's time that opening, one block, checking or streaming took.
  private(set) var longest = Duration.zero
  private var last = Duration.zero
  /// What must not be, of the mutants in which it was.
  private(set) var failures: [String] = []

  /// The file of a mutant that ends the process stays behind.
  mutating func run(_ bytes: [UInt8], number: Int, piece: Int) {
    file.write(bytes)
    last = TraceTrial.processorTime()
    var found: String?
    do throws(TraceFileError) {
      found = try readFile()
      if found == nil { found = try readStream(bytes, piece: piece) }
    } catch {
      found = "\(error)"
    }
    mark()
    if let found { failures.append("mutant \(number): \(found)") }
  }

  private mutating func mark() {
    let now = TraceTrial.processorTime()
    longest = max(longest, now - last)
    last = now
  }

  static func processorTime() -> Duration {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private mutating func readFile() throws(TraceFileError) -> String? {
    let reader: TraceReader
    do throws(TraceFileError) {
      reader = try TraceReader(path: file.path)
    } catch {
      switch error {
      case .notATrace, .unsupportedVersion: return nil
      default: throw error
      }
    }
    opened += 1
    mark()
    var decoder = try BlockDecoder()
    let selections: [[BlockSelection]] = [[.all, .common], [.all, .types([EventTypeID(3)])]]
    for (position, block) in reader.blocks.enumerated() {
      switch block.kind {
      case .events?:
        for selection in selections[position % 2] {
          guard
            let batch = try attempt({ () throws(TraceFileError) in
              try reader.batch(position, selection, with: &decoder)
            })
          else {
            refusedBatches += 1
            continue
          }
          batches += 1
          mark()
          if let wrong = TraceTrial.fault(of: batch, reader.types, reader.streams) { return wrong }
        }
      case .rawPages?:
        _ = try attempt { () throws(TraceFileError) in
          try reader.rawPages(position, with: &decoder)
        }
      case .pageFormats?:
        _ = try attempt { () throws(TraceFileError) in
          try reader.pageFormats(position, with: &decoder)
        }
      default: break
      }
    }
    _ = try reader.check()
    mark()
    return nil
  }

  /// The stream's reader finds the blocks that walking through the file finds, and the same damage.
  private func readStream(_ bytes: [UInt8], piece: Int) throws(TraceFileError) -> String? {
    var reader = try TraceStreamReader()
    var items: [TraceItem] = []
    do throws(TraceFileError) {
      var failure: TraceFileError?
      unsafe bytes.withUnsafeBytes { bytes in
        do throws(TraceFileError) {
          for start in stride(from: 0, to: bytes.count, by: piece) {
            let end = min(start + piece, bytes.count)
            unsafe try reader.feed(
              UnsafeRawBufferPointer(rebasing: bytes[start..<end]), into: &items)
          }
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      try reader.finish(into: &items)
    } catch {
      if case .unsupportedVersion = error { return nil }
      throw error
    }
    var walk = TraceWalk(try TraceBytes(path: file.path))
    try walk.run()
    var damage: [Damage] = []
    var blocks = 0
    for item in items {
      switch item {
      case .events(let batch):
        blocks += 1
        if let wrong = TraceTrial.fault(of: batch, reader.types, reader.streams) { return wrong }
      case .damage(let found):
        if found.block?.kind == .events { blocks += 1 }
        if found.reason.isOfPlace { damage.append(found) }
      default: break
      }
    }
    let walked =
      walk.blocks.count { $0.header.kind == BlockKind.events.rawValue }
      + walk.damage.count { $0.block?.kind == .events }
    if walked != blocks { return "\(blocks) blocks in the stream, \(walked) in the file" }
    if walk.damage.filter(\.reason.isOfPlace) != damage { return "other damage in the stream" }
    return nil
  }

  private func attempt<Result>(
    _ read: () throws(TraceFileError) -> Result
  ) throws(TraceFileError) -> Result? {
    do throws(TraceFileError) {
      return try read()
    } catch {
      guard case .damaged = error else { throw error }
      return nil
    }
  }

  /// In what a batch contradicts itself or its trace.
  private static func fault(
    of batch: Batch, _ types: [EventType], _ streams: [EventStream]
  ) -> String? {
    do throws(TraceFileError) {
      try batch.check()
    } catch {
      return "\(error)"
    }
    for group in batch.groups {
      guard Int(group.type.index) < types.count else { return "type" }
      let widths = types[Int(group.type.index)].fields.map { $0.type.width ?? 0 }
      guard group.columns.isEmpty || group.columns.map(\.width) == widths else { return "columns" }
    }
    let numbers = batch.streams + [batch.stream] + batch.losses.map(\.stream)
    return numbers.allSatisfy { Int($0.index) < streams.count } ? nil : "stream"
  }
}

extension Damage.Reason {
  /// Whether it is found without a look at a block's content.
  fileprivate var isOfPlace: Bool {
    switch self {
    case .noBlock, .cut, .headerChecksum, .missingBlocks: true
    default: false
    }
  }
}
