import Testing

@testable import Events

@Suite struct EventTypeTableTests {
  @Test func `gives the same content the same number`() {
    var table = EventTypeTable()
    let first = table.intern(MachineEvents.thread)
    let second = table.intern(MachineEvents.process)
    #expect(first != second)
    #expect(table.intern(MachineEvents.thread) == first)
    #expect(table.types == [MachineEvents.thread, MachineEvents.process])
    #expect(table[second] == MachineEvents.process)
    #expect(table[EventTypeID(2)] == nil)
  }

  @Test func `tells types apart by every part`() {
    var table = EventTypeTable()
    let plain = EventType(system: "s", name: "n", origin: .kernel, fields: [])
    var ids = [table.intern(plain)]
    var other = plain
    other.printFormat = "x"
    ids.append(table.intern(other))
    other = plain
    other.kind = .begin
    ids.append(table.intern(other))
    other = plain
    other.fields = [Field("a", .bool)]
    ids.append(table.intern(other))
    other.fields = [Field("a", .unsigned(bytes: 1))]
    ids.append(table.intern(other))
    #expect(Set(ids).count == 5)
    #expect(table.count == 5)
  }
}
