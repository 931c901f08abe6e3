import Events
import Testing

@testable import KernelTracing

@Suite struct PageFormatsTests {
  @Test func `formats come back out of their bytes`() throws {
    let trace = try DecodedTrace(Tracefs(root: Surroundings.fixtures + "/formats/linux-6.1"))
    let bytes = trace.formats.encoded
    let back = try unsafe PageFormats(decoding: bytes.span.bytes)
    #expect(back.layout == trace.formats.layout)
    #expect(back.formats == trace.formats.formats)
    #expect(back.types == trace.formats.types)
    #expect(back.undecoded == trace.formats.undecoded)
    #expect(back.slots == trace.formats.slots)
  }

  @Test func `bytes that were cut or changed are refused or read`() throws {
    let trace = try DecodedTrace(Tracefs(root: Surroundings.fixtures + "/formats/linux-6.1"))
    let bytes = trace.formats.encoded
    for length in stride(from: 0, to: bytes.count, by: 53) {
      let cut = Array(bytes[..<length])
      #expect(throws: KernelTracingError.self) {
        try unsafe PageFormats(decoding: cut.span.bytes)
      }
    }
    for place in 0..<200 {
      var changed = bytes
      changed[place] ^= 0x80
      _ = try? unsafe PageFormats(decoding: changed.span.bytes)
    }
  }
}
