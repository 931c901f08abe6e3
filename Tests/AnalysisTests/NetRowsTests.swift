import Events
import Testing

@testable import Analysis

/// Packets of network devices.
@Suite struct NetRowsTests {
  private static let us: UInt64 = 1000
  private static func type(_ system: String, _ name: String, _ fields: [Field]) -> EventType {
    EventType(
      system: system, name: name, origin: .kernel,
      fields: [Field("common_flags", .unsigned(bytes: 1)), Field("skbaddr", .pointer(bytes: 8))]
        + fields)
  }
  private static let length = Field("len", .unsigned(bytes: 4))
  private static let name = Field("name", .string)
  private static let types = [
    type("net", "net_dev_queue", [length, name]),
    type("net", "net_dev_xmit", [length, Field("rc", .signed(bytes: 4)), name]),
    type("net", "netif_receive_skb", [length, name]),
    type("skb", "skb_copy_datagram_iovec", [length]),
  ]

  private var trace = HandMadeTrace(cpus: 1, types: types)

  private mutating func add(_ type: Int, _ time: UInt64, _ packet: Int64, _ values: FieldValue...) {
    trace.batches[0].append(
      HandMadeTrace.id(ofExtra: type), of: Self.types[type], time: time * Self.us, thread: 10,
      values: [.integer(0), .integer(packet)] + values)
  }

  @Test mutating func `packets go from the queue to the driver, and from the driver to a reader`()
    throws
  {
    add(0, 10, 1, .integer(100), .text("eth0"))
    add(0, 11, 2, .integer(200), .text("eth0"))
    add(1, 14, 1, .integer(100), .integer(0), .text("eth0"))
    add(1, 31, 2, .integer(200), .integer(16), .text("eth0"))
    // Never seen in a queue.
    add(1, 32, 3, .integer(50), .integer(0), .text("lo"))
    add(2, 40, 4, .integer(60), .text("eth0"))
    add(3, 47, 4, .integer(60))
    add(3, 48, 9, .integer(60))
    let answers = try Answers(trace, until: 100 * Self.us)
    #expect(answers.number("net", "eth0", "packets_out") == 2)
    #expect(answers.number("net", "eth0", "bytes_out") == 300)
    #expect(answers.number("net", "eth0", "failures_out") == 1)
    #expect(answers.number("net", "eth0", "packets_in") == 1)
    #expect(answers.number("net", "eth0", "bytes_in") == 60)
    #expect(answers.number("net", "eth0", "transmit_max_ns") == 20 * Self.us)
    #expect(answers.number("net", "eth0", "receive_max_ns") == 7 * Self.us)
    #expect(answers.number("net", "lo", "packets_out") == 1)
    #expect(answers.rows("net") == 2)
  }
}
