import Testing

@testable import Events

@Suite struct MachineEventsTests {
  @Test func `describes types of the machine that are told apart`() {
    #expect(Set(MachineEvents.all.map(\.qualifiedName)).count == MachineEvents.all.count)
    for type in MachineEvents.all {
      #expect(type.system == "machine")
      #expect(type.origin == .machine)
      #expect(!type.fields.isEmpty)
      #expect(Set(type.fields.map(\.name)).count == type.fields.count)
    }
  }

  @Test func `finds fields by name`() {
    #expect(MachineEvents.thread.index(ofField: "comm") == 3)
    #expect(MachineEvents.thread.index(ofField: "nothing") == nil)
    #expect(MachineEvents.cpuTime.index(ofField: "steal_ns") != nil)
  }
}
