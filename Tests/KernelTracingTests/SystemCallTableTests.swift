import Testing

@testable import KernelTracing

@Suite struct SystemCallTableTests {
  @Test(arguments: [
    (SystemCallTable.Architecture.x86_64, 0, "read"), (.x86_64, 59, "execve"),
    (.x86_64, 334, "rseq"), (.x86_64, 424, "pidfd_send_signal"), (.x86_64, 462, "mseal"),
    (.i386, 11, "execve"), (.i386, 240, "futex"), (.i386, 422, "futex_time64"),
    (.arm64, 63, "read"), (.arm64, 221, "execve"), (.arm64, 79, "newfstatat"),
    (.arm64, 435, "clone3"),
  ])
  func `names and numbers`(
    architecture: SystemCallTable.Architecture, number: Int, name: String
  ) {
    let table = SystemCallTable(architecture)
    #expect(table.name(number) == name)
    #expect(table.number(name) == number)
  }

  @Test(arguments: SystemCallTable.Architecture.allCases)
  func `every name has its number`(_ architecture: SystemCallTable.Architecture) {
    let table = SystemCallTable(architecture)
    #expect(table.names.count { !$0.isEmpty } > 300)
    for (number, name) in table.names.enumerated() where !name.isEmpty {
      #expect(table.number(name) == number)
    }
    for number in [-1, 400, 100_000, Int.max, Int.min] {
      #expect(table.name(number) == nil || number == 400)
    }
    #expect(table.number("no_such_call") == nil)
  }

  @Test func `machines by their own names`() {
    #expect(SystemCallTable(machine: "x86_64")?.architecture == .x86_64)
    #expect(SystemCallTable(machine: "i686")?.architecture == .i386)
    #expect(SystemCallTable(machine: "aarch64")?.architecture == .arm64)
    #expect(SystemCallTable(machine: "vax") == nil)
  }
}
