import Testing

@testable import ProgramTracing

@Suite struct MemoryLimitTests {
  @Test(arguments: [
    (MemoryLimit(group: nil, addressSpace: nil), 256),
    (MemoryLimit(group: 400, addressSpace: nil), 100),
    (MemoryLimit(group: 400, addressSpace: 200), 50),
    (MemoryLimit(group: 4000, addressSpace: 8000), 256),
  ])
  func `a buffer takes a quarter of the narrowest limit at most`(limit: MemoryLimit, share: Int) {
    #expect(limit.share(256) == share)
  }
}
