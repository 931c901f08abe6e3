import Events
import Glibc
import SyntheticTrace
import Testing

@testable import TraceFile

/// The n-th call fails, n = 1, 2, 3 … until the trace is written untouched.
@Suite struct TraceOutputTests {
  /// Counts calls and decides which of them fail.
  private final class Faults {
    var calls = 0
    let failing: Int
    let isPersistent: Bool
    let errno: Int32
    let truncateFails: Bool

    init(_ failing: Int, isPersistent: Bool, errno: Int32, truncateFails: Bool) {
      self.failing = failing
      self.isPersistent = isPersistent
      self.errno = errno
      self.truncateFails = truncateFails
    }

    /// How many bytes of `count` to write before failing, nil to write them all.
    func next(_ count: Int) -> Int? {
      calls += 1
      guard calls == failing || (isPersistent && calls > failing) else { return nil }
      return 0
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var errno: Int32
    var isPersistent: Bool
    var isTorn = false
    var truncateFails = false

    var testDescription: String {
      "errno \(errno)\(isPersistent ? " for good" : " once")\(isTorn ? ", torn" : "")"
        + (truncateFails ? ", truncation fails too" : "")
    }
  }

  private static let cases = [
    Case(errno: EIO, isPersistent: false), Case(errno: ENOSPC, isPersistent: true),
    Case(errno: ENOSPC, isPersistent: false, isTorn: true),
    Case(errno: EIO, isPersistent: true, isTorn: true),
    Case(errno: ENOSPC, isPersistent: false, isTorn: true, truncateFails: true),
    Case(errno: ENOSPC, isPersistent: true, isTorn: true, truncateFails: true),
  ]

  @Test(arguments: cases)
  func `leaves whole blocks whichever write fails`(fault: Case) throws {
    var passed = false
    for failing in 1...40 {
      let faults = Faults(
        failing, isPersistent: fault.isPersistent, errno: fault.errno,
        truncateFails: fault.truncateFails)
      let file = ScratchFile()
      let (events, errors) = try write(to: file, faults, isTorn: fault.isTorn)
      if errors == 0 {
        passed = true
        #expect(faults.calls < failing)
        #expect(try TraceReader(path: file.path).isComplete)
        break
      }
      let bytes = file.bytes
      guard !bytes.isEmpty, let reader = try? TraceReader(path: file.path) else {
        #expect(events == 0)
        continue
      }
      let (whole, failed) = try SmallTraces.batches(reader)
      #expect(whole.reduce(0) { $0 + $1.count } == events, "write \(failing)")
      #expect(failed == 0)
      if !fault.truncateFails { #expect(reader.damage == []) }
      if !fault.isPersistent, !fault.truncateFails, failing > 1 { #expect(reader.isComplete) }
    }
    #expect(passed)
  }

  @Test func `goes on after interruptions, waits and short writes`() throws {
    let whole = ScratchFile()
    let pieces = ScratchFile()
    var calls = 0
    _ = try write(to: whole, Faults(0, isPersistent: false, errno: 0, truncateFails: false))
    var trace = SyntheticTrace(seed: 5, cpus: 1, threads: 4, processes: 0)
    _ = try write(
      &trace, to: pieces,
      unsafe OutputCalls(
        write: { descriptor, bytes, count in
          calls += 1
          if calls % 3 == 0 {
            errno = calls % 2 == 0 ? EINTR : EAGAIN
            return -1
          }
          return unsafe Glibc.write(descriptor, bytes, min(count, 1 + calls % 90))
        }, truncate: { ftruncate($0, $1) }, seek: { lseek($0, $1, SEEK_SET) }))
    #expect(pieces.bytes == whole.bytes)
    #expect(calls > 60)
  }

  private func write(
    to file: borrowing ScratchFile, _ faults: Faults, isTorn: Bool = false
  ) throws -> (events: Int, errors: Int) {
    var trace = SyntheticTrace(seed: 5, cpus: 1, threads: 4, processes: 0)
    return try write(
      &trace, to: file,
      unsafe OutputCalls(
        write: { descriptor, bytes, count in
          guard faults.next(count) != nil else {
            return unsafe Glibc.write(descriptor, bytes, count)
          }
          if isTorn { _ = unsafe Glibc.write(descriptor, bytes, count / 2) }
          errno = faults.errno
          return -1
        },
        truncate: { descriptor, count in
          if faults.truncateFails {
            errno = EIO
            return -1
          }
          return ftruncate(descriptor, count)
        }, seek: { lseek($0, $1, SEEK_SET) }))
  }

  /// Writes a small trace, going on after errors; events that were accepted, and errors.
  private func write(
    _ trace: inout SyntheticTrace, to file: borrowing ScratchFile, _ calls: OutputCalls
  ) throws -> (events: Int, errors: Int) {
    var events = 0
    var errors = 0
    var writer: TraceWriter
    do throws(TraceFileError) {
      writer = try TraceWriter(
        descriptor: file.descriptor, preamble: trace.preamble, calls: calls)
    } catch {
      return (0, 1)
    }
    var encoder = try BlockEncoder()
    let types = trace.types
    func attempt(_ append: (inout TraceWriter) throws(TraceFileError) -> Void) -> Bool {
      do throws(TraceFileError) {
        try append(&writer)
        return true
      } catch {
        errors += 1
        return false
      }
    }
    while !attempt({ (writer) throws(TraceFileError) in try writer.append(types: types[...]) }) {
      if errors > 2 { return (events, errors) }
    }
    for _ in 0..<4 {
      let batch = trace.batch(of: StreamID(0), events: 20)
      let block = try encoder.encode(batch)
      if attempt({ (writer) throws(TraceFileError) in try writer.append(block) }) {
        events += batch.count
      }
    }
    let totals = TraceTotals(reading: trace.reading(at: trace.start))
    if !attempt({ (writer) throws(TraceFileError) in try writer.finish(totals) }) {
      _ = attempt { (writer) throws(TraceFileError) in try writer.finish(totals) }
    }
    return (events, errors)
  }
}
