// Uses of the macros that are refused, each with its words: for `swiftc -frontend -verify`.
import SwtraceMarkers

enum Stage: UInt8, MarkerField {
  case parse
}

let name: StaticString = "name"

enum Placed {
  // expected-error@+1 {{the macro does not know the type 'Stage'}}
  #marker<Stage>("app", "a", "stage")
  // expected-error@+1 {{provider, name and field names are string literals without interpolation}}
  #marker("app", name)
  // expected-warning@+2 {{cannot specialize a non-generic external macro 'marker'}}
  // expected-error@+1 {{0 field names for 1 types}}
  #marker<Int>("app", "a")
  // expected-error@+1 {{the name is empty}}
  #marker<Int>("app", "a", "")
}
