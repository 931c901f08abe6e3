import Events
import Testing

@testable import SwtraceCommand

@Suite struct FigureTests {
  @Test(arguments: [
    (0, "0 events"), (1, "1 event"), (618_204, "618 204 events"),
    (UInt64.max, "18 446 744 073 709 551 615 events"),
  ])
  func `counts stand in groups of three with their noun`(number: UInt64, text: String) {
    #expect(Figure.count(number, "event") == text)
  }

  @Test func `processes are plural`() {
    #expect(Figure.count(2, "process") == "2 processes")
  }

  @Test(arguments: [(0, "0.000"), (2_113_400_000, "2.113"), (-1_500_000, "-0.001")])
  func `seconds have three decimals`(nanoseconds: Int64, text: String) {
    #expect(Figure.seconds(Timestamp(nanoseconds: nanoseconds)) == text)
  }
}
