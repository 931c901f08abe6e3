/// What a terminal says: a key, the mouse, a paste.
package enum Key: Hashable, Sendable {
  case character(Unicode.Scalar)
  /// A letter with Ctrl, in lower case.
  case control(Unicode.Scalar)
  case up, down, left, right, home, end, pageUp, pageDown, insert, delete
  case backspace, enter, tab, backTab, escape
  /// The Esc before was the beginning of the key that follows: it is to be undone.
  case escapeTakenBack
  case function(Int)
  case mouse(MouseEvent)
  case paste(String)
}

/// What the mouse did, where; row and column count from 0.
package struct MouseEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case press, release, drag, wheelUp, wheelDown
  }

  package var kind: Kind
  package var row: Int
  package var column: Int

  package init(_ kind: Kind, row: Int, column: Int) {
    self.kind = kind
    self.row = row
    self.column = column
  }
}
