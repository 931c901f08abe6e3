// Uses of markers that the compiler refuses, each with its words: for `swiftc -frontend -verify`.
import Swtrace

struct Request {
  var id: Int
}

enum Trace {
  static let begin = Marker2<Int, String>("app", "begin", "id", "path")
  static let spans = SpanMarker1<Int>("app", "request", "id")
  static let queue = CounterMarker<Int>("app", "queue")

  // expected-error@+1 {{type 'Request' does not conform to protocol 'MarkerField'}}
  static let structure = Marker1<Request>("app", "a", "r")
  // expected-error@+1 {{'Marker1' requires the types 'Int' and 'UInt8' be equivalent}}
  static let numbers = Marker1<[Int]>("app", "a", "n")
  // expected-error@+2 {{type 'Int' does not conform to protocol 'MarkerPointer'}}
  // expected-error@+1 {{'Marker1' requires that 'Int' conform to 'MarkerPointer'}}
  static let optional = Marker1<Int?>("app", "a", "n")
  // expected-error@+1 {{missing argument for parameter #4 in call}}
  static let fewNames = Marker2<Int, Int>("app", "a", "n")
  // expected-error@+1 {{missing argument label 'file:' in call}}
  static let manyNames = Marker1<Int>("app", "a", "n", "m")
  // expected-error@+1 {{type 'String' does not conform to protocol 'CounterValue'}}
  static let text = CounterMarker<String>("app", "a")
  // expected-error@+1 {{cannot convert value of type 'String' to expected argument type 'StaticString'}}
  static let computed = Marker0("app", String(1))
}

func use() {
  // expected-error@+2 {{cannot convert value of type 'String' to expected argument type 'Int'}}
  // expected-error@+1 {{cannot convert value of type 'Int' to expected argument type 'String'}}
  Trace.begin.emit("path", 1)
  // expected-error@+1 {{missing argument for parameter #2 in call}}
  Trace.begin.emit(1)
  // expected-error@+1 {{extra argument in call}}
  Trace.begin.emit(1, "path", 2)
  // expected-error@+1 {{cannot convert value of type 'Double' to expected argument type 'Int'}}
  Trace.queue.emit(0.5)
  // expected-error@+1 {{cannot convert value of type 'String' to expected argument type 'Int'}}
  _ = Trace.spans.begin("id")
}
