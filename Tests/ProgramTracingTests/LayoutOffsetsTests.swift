import CSwtrace
import Testing

@testable import ProgramTracing

@Suite struct LayoutOffsetsTests {
  @Test func `words stand where the header puts them`() {
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.state) == Int(SlotOffset.state))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.generation) == Int(SlotOffset.generation))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.flags) == Int(SlotOffset.flags))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.patterns_size) == Int(SlotOffset.patternsSize))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.quota) == Int(SlotOffset.quota))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.backed) == Int(SlotOffset.backed))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.supply) == Int(SlotOffset.supply))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.lost) == Int(SlotOffset.lost))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.lost_first) == Int(SlotOffset.lostFirst))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.lost_last) == Int(SlotOffset.lostLast))
    #expect(MemoryLayout<swtrace_slot>.offset(of: \.stopped_at) == Int(SlotOffset.stoppedAt))
    #expect(MemoryLayout<swtrace_note>.offset(of: \.tid) == Int(NoteOffset.tid))
    #expect(MemoryLayout<swtrace_note>.offset(of: \.slot) == Int(NoteOffset.slot))
    #expect(MemoryLayout<swtrace_note>.offset(of: \.generation) == Int(NoteOffset.generation))
    #expect(MemoryLayout<swtrace_note>.offset(of: \.count) == Int(NoteOffset.count))
    #expect(MemoryLayout<swtrace_note>.offset(of: \.first) == Int(NoteOffset.first))
    #expect(MemoryLayout<swtrace_note>.offset(of: \.last) == Int(NoteOffset.last))
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.position) == ChunkOffset.position)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.end) == ChunkOffset.end)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.closed) == ChunkOffset.closed)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.base) == ChunkOffset.base)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.magic) == ChunkOffset.magic)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.tid) == ChunkOffset.tid)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.slot) == ChunkOffset.slot)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.generation) == ChunkOffset.generation)
    #expect(MemoryLayout<swtrace_chunk>.offset(of: \.first) == ChunkOffset.first)
  }
}
