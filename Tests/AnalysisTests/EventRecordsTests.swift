import Events
import Testing

@testable import Analysis

@Suite struct EventRecordsTests {
  @Test func `a record is a line of a cache`() {
    #expect(MemoryLayout<EventRecord>.stride == 64)
  }

  @Test func `records have what the loop over events needs`() throws {
    let issue = EventType(
      system: "block", name: "block_rq_issue", origin: .kernel,
      fields: [
        Field("common_flags", .unsigned(bytes: 1)), Field("dev", .unsigned(bytes: 4)),
        Field("sector", .unsigned(bytes: 8)), Field("nr_sector", .unsigned(bytes: 4)),
        Field("rwbs", .string),
      ])
    let mine = EventType(system: "mine", name: "here", origin: .program, fields: [])
    var trace = HandMadeTrace(cpus: 1, types: [issue, mine])
    trace.change(10, cpu: 0, from: 1, KernelTypes.sleeping, to: 7)
    trace.enter(20, cpu: 0, 7, 1, 3, 0xFFFF_FFFF_FFFF_FFFF)
    trace.exit(30, cpu: 0, 7, 1, -11)
    trace.batches[0].append(
      HandMadeTrace.id(ofExtra: 0), of: issue, time: 40, thread: 7,
      values: [
        .integer(0), .integer(8 << 20), .integer(1 << 40), .integer(16), .text("WS"),
      ])
    trace.batches[0].append(
      HandMadeTrace.id(ofExtra: 1), of: mine, time: 50, thread: 7, values: [])
    let batch = trace.batches[0]
    let flat = try #require(FlatBatch(batch, tables: trace.tables, clock: trace.clock))
    var meanings = trace.tables.types.map { type in
      type == KernelTypes.schedSwitch ? SchedulerStates(type) : nil
    }
    let times: [UInt64] = [110, 120, 130, 140, 150]
    let afterCalls = [false, true, false, false, false]
    let records = unsafe times.withUnsafeBufferPointer { times in
      unsafe afterCalls.withUnsafeBufferPointer { afterCalls in
        unsafe EventRecords(
          flat, times: times.baseAddress!, trace.roles, &meanings,
          afterCalls: afterCalls.baseAddress)
      }
    }
    #expect(records.count == 5)
    let told = (0..<5).map { unsafe records.base[$0] }
    #expect(told.map(\.key) == [10, 20, 30, 40, 50])
    #expect(told.map(\.state.key) == times)
    #expect(records.time(4) == 150)
    #expect(told.map(\.comesAfterCalls) == afterCalls)
    #expect(
      told.map(\.role) == [.schedSwitch, .systemCallEnter, .systemCallExit, .blockIssue, .other])

    #expect((told[0].state.a, told[0].state.b, told[0].second) == (1, 7, 120))
    #expect(told[0].state.value == Int64(SwitchedOut.sleeping.rawValue))
    let arguments = CallArguments(place: told[1].second)
    #expect(arguments.isKnown && arguments[0] == 3 && arguments[1] == .max && arguments[5] == 0)
    #expect((told[1].state.value, told[2].state.value, told[2].second) == (1, 1, -11))
    #expect(!CallArguments(place: 0).isKnown)
    #expect((told[3].state.role, told[3].state.value) == (.other, 8 << 20))
    #expect((told[3].second, told[3].third) == (1 << 40, 16))
    #expect(DiskOperation(told[3]) == .write)
  }
}
