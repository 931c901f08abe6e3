/// Why there is no screen.
package enum TerminalError: Error, Hashable {
  case notATerminal(descriptor: Int32)
  /// Its name, from TERM, is not in the terminals' descriptions.
  case unknownTerminal(String)
  /// It cannot move its cursor.
  case poorTerminal(String)
  /// The settings of the process do not allow it: descriptors or memory have run out.
  case outOfResources
}
