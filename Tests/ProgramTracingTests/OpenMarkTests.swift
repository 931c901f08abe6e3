import Testing

@testable import ProgramTracing

@Suite struct OpenMarkTests {
  @Test func `a header tells what is open`() {
    #expect(OpenMark(1 << 63 | 8 << 48) == .record)
    #expect(OpenMark(1 << 63 | 8 << 48 | 1) == .tail)
    #expect(OpenMark(1 << 63 | 40 << 48 | 2) == .moved)
  }

  @Test(arguments: [true, false])
  func `a tail mark and the place after it are one event, whichever is met first`(
    tailFirst: Bool
  ) {
    var torn = TornEvents()
    let first = tailFirst ? OpenMark.tail : .moved
    let second = tailFirst ? OpenMark.moved : .tail
    func order(_ mark: OpenMark) -> UInt32 { mark == .tail ? 6 : 7 }
    let events = [
      torn.isAnother(first, thread: 9, order: order(first)),
      torn.isAnother(second, thread: 9, order: order(second)),
    ]
    #expect(events == [true, false])
  }

  @Test func `marks of other threads and chunks are events of their own`() {
    var torn = TornEvents()
    let events = [
      torn.isAnother(.tail, thread: 9, order: 6), torn.isAnother(.moved, thread: 8, order: 7),
      torn.isAnother(.moved, thread: 9, order: 6), torn.isAnother(.record, thread: 9, order: 7),
    ]
    #expect(events == [true, true, true, true])
  }
}
