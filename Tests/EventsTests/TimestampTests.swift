import Testing

@testable import Events

@Suite struct TimestampTests {
  @Test func `orders and subtracts`() {
    let early = Timestamp(nanoseconds: -5)
    let late = Timestamp(nanoseconds: 10)
    #expect(early < late)
    #expect((late - early).nanoseconds == 15)
    #expect((early + TimeSpan(nanoseconds: 15)) == late)
    #expect(TimeSpan(milliseconds: 2).nanoseconds == 2_000_000)
    #expect(TimeSpan(seconds: 2) > TimeSpan(milliseconds: 1999))
  }

  @Test func `clamps what does not fit`() {
    let first = Timestamp(nanoseconds: .min)
    let last = Timestamp(nanoseconds: .max)
    #expect((last - first).nanoseconds == .max)
    #expect((first - last).nanoseconds == .min)
    #expect((last + TimeSpan(nanoseconds: 1)).nanoseconds == .max)
    #expect((first + TimeSpan(nanoseconds: -1)).nanoseconds == .min)
  }
}
