import Testing

@testable import Events

@Suite struct ClockConversionTests {
  func reading(_ processor: UInt64, _ monotonic: UInt64) -> ClockReading {
    ClockReading(processor: processor, monotonic: monotonic, realtime: 0, boottime: 0)
  }

  func conversion(_ readings: [(UInt64, UInt64)]) -> ClockConversion {
    ClockConversion(
      readings.map { reading($0.0, $0.1) }, from: \.processor, to: \.monotonic)
  }

  @Test func `runs straight between readings and on beyond them`() {
    let convert = conversion([(3000, 1000), (6000, 2000), (12000, 3000)])
    #expect(convert(3000) == 1000)
    #expect(abs(convert(4500) - 1500) <= 1)
    #expect(convert(6000) == 2000)
    #expect(abs(convert(9000) - 2500) <= 1)
    #expect(abs(convert(18000) - 4000) <= 1)
    #expect(abs(convert(0) - 0) <= 1)
  }

  @Test func `counts one tick as a nanosecond with one reading, or none`() {
    let one = conversion([(5000, 100)])
    #expect(one(5000) == 100)
    #expect(one(5010) == 110)
    #expect(one(4990) == 90)
    #expect(one(4000) == -900)
    #expect(conversion([])(7) == 7)
  }

  @Test func `passes over readings that do not advance`() {
    let convert = conversion([(1000, 1000), (1000, 1500), (900, 1600), (2000, 900), (3000, 3000)])
    #expect(abs(convert(2000) - 2000) <= 1)
  }

  @Test func `stays within a nanosecond over hours at real frequencies`() {
    // 2.4 GHz for ten hours.
    let hours: UInt64 = 36_000
    let convert = conversion([(0, 0), (hours * 2_400_000_000, hours * 1_000_000_000)])
    for second in stride(from: UInt64(0), through: hours, by: 997) {
      #expect(abs(convert(second * 2_400_000_000) - Int64(second * 1_000_000_000)) <= 1)
    }
  }

  @Test func `does not trap on extreme readings`() {
    let values: [UInt64] = [0, 1, 2, 1 << 32, 1 << 63, .max - 1, .max]
    for first in values {
      for second in values {
        for third in values {
          for fourth in values {
            let convert = conversion([(first, second), (third, fourth)])
            for tick in values { _ = convert(tick) }
            _ = convert.convert(values, relativeTo: .min)
          }
        }
      }
    }
  }

  @Test func `converts a run as it converts each`() {
    let convert = conversion([(1000, 10), (2000, 20), (4000, 30), (4001, 90)])
    let ticks: [UInt64] = [0, 999, 1000, 1500, 3999, 4000, 4001, 9000, 1200, 5, 4000]
    #expect(convert.convert(ticks) == ticks.map { convert($0) })
    #expect(convert.convert(ticks, relativeTo: 7) == ticks.map { convert($0) - 7 })
    #expect(convert.convert([]) == [])
  }

  @Test func `picks a clock's ticks out of a reading`() {
    let reading = reading(1, 2)
    #expect(reading.ticks(of: .processor) == 1)
    #expect(reading.ticks(of: .monotonic) == 2)
  }
}
