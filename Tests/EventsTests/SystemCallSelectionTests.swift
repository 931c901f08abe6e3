import Testing

@testable import Events

@Suite struct SystemCallSelectionTests {
  let numbers = ["read": [0, 3], "openat": [257], "futex": [202]]

  @Test func `says which calls are in`() {
    #expect(SystemCallSelection.all.includes("read"))
    #expect(!SystemCallSelection.none.includes("read"))
    #expect(SystemCallSelection.only(["read"]).includes("read"))
    #expect(!SystemCallSelection.only(["read"]).includes("write"))
    #expect(!SystemCallSelection.except(["read"]).includes("read"))
    #expect(SystemCallSelection.except(["read"]).includes("write"))
  }

  @Test func `writes the kernel's filter by number`() {
    func filter(_ selection: SystemCallSelection) -> String? {
      selection.kernelFilter { numbers[$0] ?? [] }
    }
    #expect(filter(.all) == nil)
    #expect(filter(.none) == nil)
    #expect(filter(.only(["openat", "read"])) == "id == 0 || id == 3 || id == 257")
    #expect(filter(.except(["openat", "futex"])) == "id != 202 && id != 257")
  }
}
