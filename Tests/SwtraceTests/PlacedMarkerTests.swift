import Events
import ProgramTracing
import Testing

@Suite struct PlacedMarkerTests {
  @Test func `descriptions are read from the file that is not run`() throws {
    let object = try MarkedObject(path: SwiftProgram.executable)
    let placed = object.markers.filter { $0.system == "placed" }
    #expect(
      Set(placed.map { "\($0.kind) \($0.name)(\($0.fields.map(\.name).joined(separator: ",")))" })
        == [
          "event none()", "event integers(i8,u16,int)", "event other(float,double,bool)",
          "event pointers(raw,none)", "event all_texts(large,part,static)",
          "event bytes(array,raw)", "event twelve(a,b,c,d,e,f,g,h,i,j,k,l)",
          "counter queue.depth(value)", "begin request(span,id)", "end request(span)",
        ])
    let integers = try #require(placed.first { $0.name == "integers" })
    #expect(integers.source?.file == "TracedSwift/Fields.swift")
    #expect(integers.source?.line == 36)
  }
}
