/// Where errors of system calls are counted, by their number: those that programs see, those that
/// only the kernel does, and 0 for all others.
enum ErrorCounts {
  private static let seen = 134
  private static let firstInner = 512
  static let places = seen + 16

  static func place(_ number: Int) -> Int {
    if number > 0, number < seen { return number }
    let inner = number - firstInner
    return inner >= 0 && inner < places - seen ? seen + inner : 0
  }

  /// The name of what is counted there.
  static func name(_ place: Int) -> String {
    guard place > 0 else { return "other" }
    let number = place < seen ? place : place - seen + firstInner
    return ErrorNames.name(ofResult: -Int64(number)) ?? "\(number)"
  }
}
