internal import Swtrace
internal import SwtraceMarkers

private enum Trace {
  static let made = Marker1<Int>("early", "made", "number")
  #marker<Int>("early", "placed", "number")
}

/// Runs before `main`, like the initialiser of a global in C++.
@section(".init_array") @used
private let constructor: @convention(c) () -> Void = beforeMain

@c
private func beforeMain() {
  Trace.made.emit(1)
  Trace.placed.emit(2)
}
