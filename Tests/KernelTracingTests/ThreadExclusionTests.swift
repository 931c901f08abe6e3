import Events
import Testing

@testable import KernelTracing

@Suite struct ThreadExclusionTests {
  @Test(
    arguments: [
      (nil, [], nil), ("id == 3", [], "id == 3"), ("", [5], "common_pid != 5"),
      (nil, [5, 6], "common_pid != 5 && common_pid != 6"),
      ("id == 3 || id == 4", [7], "common_pid != 7 && (id == 3 || id == 4)"),
    ] as [(String?, [ThreadNumber], String?)])
  func `threads and a user's filter together`(
    filter: String?, threads: [ThreadNumber], composed: String?
  ) {
    #expect(ThreadExclusion.filter(filter, excluding: threads) == composed)
  }
}
