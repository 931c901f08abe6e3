internal import Swtrace
internal import SwtraceMarkers

enum Stage: UInt8, MarkerField {
  case parse = 3
}

enum Colour: String, MarkerField {
  case red
}

/// Every field type, in the form that registers at its first touch.
private enum Made {
  static let none = Marker0("test", "none")
  static let signed = Marker5<Int8, Int16, Int32, Int64, Int>(
    "test", "signed", "i8", "i16", "i32", "i64", "int")
  static let unsigned = Marker5<UInt8, UInt16, UInt32, UInt64, UInt>(
    "test", "unsigned", "u8", "u16", "u32", "u64", "uint")
  static let other = Marker5<Float, Double, Bool, Stage, Colour>(
    "test", "other", "float", "double", "bool", "stage", "colour")
  static let pointers = unsafe Marker3<UnsafeRawPointer, OpaquePointer?, UnsafePointer<Int>?>(
    "test", "pointers", "raw", "opaque", "none")
  static let texts = Marker4<String, String, Substring, StaticString>(
    "test", "texts", "small", "large", "part", "static")
  static let bytes = Marker4<[UInt8], RawSpan, Span<UInt8>, ArraySlice<UInt8>>(
    "test", "bytes", "array", "raw", "span", "slice")
  static let long = Marker3<Int, String, String>("test", "long", "first", "long", "rest")
  static let twelve = Marker12<Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, String>(
    "test", "twelve", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
  static let counter = CounterMarker<Double>("test", "counter")
}

/// The same in the form whose descriptions stand in the file.
private enum Placed {
  #marker("placed", "none")
  #marker<Int8, UInt16, Int>("placed", "integers", "i8", "u16", "int")
  #marker<Float, Double, Bool>("placed", "other", "float", "double", "bool")
  #marker<UnsafeRawPointer, OpaquePointer?>("placed", "pointers", "raw", "none")
  #marker<String, Substring, Swift.StaticString>("placed", "all_texts", "large", "part", "static")
  #marker<[UInt8], RawSpan>("placed", "bytes", "array", "raw")
  #marker<Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, String>(
    "placed", "twelve", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
  #counterMarker<UInt32>("placed", "queue.depth")
  #spanMarker<Int>("placed", "request", "id")
}

func emitFields() {
  let text = "a text that is too long for the inside of a String"
  let bytes: [UInt8] = [1, 2, 254, 255]
  Made.none.emit()
  Made.signed.emit(-8, -16, -32, -64, .min)
  Made.unsigned.emit(8, 16, 32, 64, .max)
  Made.other.emit(1.5, -2.25, true, .parse, .red)
  unsafe Made.pointers.emit(
    UnsafeRawPointer(bitPattern: 0x1234) ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped,
    OpaquePointer(bitPattern: 0x5678), nil)
  Made.texts.emit("smäll", text, text.dropFirst(2).prefix(4), "static")
  unsafe Made.bytes.emit(bytes, bytes.span.bytes, bytes.span, bytes[1...2])
  unsafe Made.bytes.emit([], [UInt8]().span.bytes, [UInt8]().span, [])
  Made.long.emit(7, String(repeating: "x", count: 5000), "rest")
  Made.twelve.emit(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "twelve")
  Made.counter.emit(0.5)

  Placed.none.emit()
  Placed.integers.emit(-1, 2, 3)
  Placed.other.emit(1.5, -2.25, false)
  unsafe Placed.pointers.emit(
    UnsafeRawPointer(bitPattern: 0x1234) ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped, nil)
  Placed.allTexts.emit(text, text.dropFirst(2).prefix(4), "static")
  unsafe Placed.bytes.emit(bytes, bytes.span.bytes)
  Placed.twelve.emit(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "twelve")
  Placed.queueDepth.emit(12)
  onThreads(1) { _ in Placed.request.span(1) {} }
}
