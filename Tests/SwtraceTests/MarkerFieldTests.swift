import Testing

@Suite struct MarkerFieldTests {
  static let program = Result { try SwiftProgram(["fields"], recording: "test:*,placed:*") }
  /// As the reader prints it: what is not a plain character, and a blank, as a dot.
  static let text = "a.text.that.is.too.long.for.the.inside.of.a.String"
  static let twelve = "a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9 j=10 k=11 l=twelve"

  @Test(arguments: [
    ("test:none", [""]),
    ("test:signed", ["i8=-8 i16=-16 i32=-32 i64=-64 int=-9223372036854775808"]),
    ("test:unsigned", ["u8=8 u16=16 u32=32 u64=64 uint=18446744073709551615"]),
    ("test:other", ["float=1.5 double=-2.25 bool=true stage=3 colour=red"]),
    ("test:pointers", ["raw=0x1234 opaque=0x5678 none=0x0"]),
    ("test:texts", ["small=sm..ll large=\(text) part=text static=static"]),
    (
      "test:bytes",
      [
        "array=0102feff raw=0102feff span=0102feff slice=02fe",
        "array= raw= span= slice=",
      ]
    ),
    ("test:twelve", [twelve]),
    ("test:counter", ["value=0.5"]),
    ("placed:none", [""]),
    ("placed:integers", ["i8=-1 u16=2 int=3"]),
    ("placed:other", ["float=1.5 double=-2.25 bool=false"]),
    ("placed:pointers", ["raw=0x1234 none=0x0"]),
    ("placed:all_texts", ["large=\(text) part=text static=static"]),
    ("placed:bytes", ["array=0102feff raw=0102feff"]),
    ("placed:twelve", [twelve]),
    ("placed:queue.depth", ["value=12"]),
    ("placed:request", ["span=0 id=1", "span=0"]),
  ])
  func `records fields of every type`(name: String, fields: [String]) throws {
    let events = try Self.program.get().events
    #expect(events.filter { $0.name == name }.map(\.fields) == fields)
  }

  @Test func `cuts the text that does not fit and keeps the fields behind it`() throws {
    let events = try Self.program.get().events
    let event = try #require(events.first { $0.name == "test:long" })
    #expect(event.field("first") == "7")
    let kept = try #require(event.field("long"))
    #expect(kept.utf8.filter { $0 == UInt8(ascii: "x") }.count == 3992 - 8 - 2 - 2)
  }
}
