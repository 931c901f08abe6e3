import Testing

@testable import Events

@Suite struct LittleEndianTests {
  let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 0x88]

  @Test func `reads numbers where they lie within`() {
    let span = unsafe bytes.span.bytes
    #expect(span.load(UInt8.self, at: 7) == 0x88)
    #expect(span.load(UInt16.self, at: 1) == 0x0302)
    #expect(span.load(UInt32.self, at: 4) == 0x8807_0605)
    #expect(span.load(UInt64.self, at: 0) == 0x8807_0605_0403_0201)
    #expect(span.load(Int8.self, at: 7) == -120)
  }

  @Test func `gives nothing beyond the end`() {
    let span = unsafe bytes.span.bytes
    #expect(span.load(UInt8.self, at: 8) == nil)
    #expect(span.load(UInt16.self, at: 7) == nil)
    #expect(span.load(UInt64.self, at: 1) == nil)
    #expect(span.load(UInt8.self, at: -1) == nil)
    #expect(span.load(UInt8.self, at: .max) == nil)
    #expect(span.load(UInt8.self, at: .min) == nil)
    let none: [UInt8] = []
    let empty = unsafe none.span.bytes
    #expect(empty.load(UInt64.self, at: 0) == nil)
  }

  @Test func `writes what it reads`() {
    var written: [UInt8] = []
    written.append(littleEndian: UInt16(0x0102))
    written.append(littleEndian: Int64(-2))
    written.append(littleEndian: UInt8(7))
    #expect(written == [2, 1, 0xFE, 255, 255, 255, 255, 255, 255, 255, 7])
  }
}
