/// Where things are in a ring-buffer page, as the kernel's `header_page` says.
///
/// ```
/// 0   u64    time stamp that the first event's delta counts from
/// 8   long   commit: bytes of events in bits 0-19; bit 31: events were missed before this page;
///            bit 30: how many stands behind the data, as a long
/// 16  …      events (12 on 32-bit machines)
/// ```
package struct PageLayout: Hashable, Sendable {
  static let largestPage = 1 << 24

  /// Whole page with its header.
  package var pageBytes: Int
  package var commitOffset: Int
  /// Bytes of `commit`, of a `long`, of the count of missed events: 4 or 8.
  package var longBytes: Int
  package var dataOffset: Int

  package init(
    parsing headerPage: String, path: String = "header_page"
  ) throws(KernelTracingError) {
    var commit: FormatLine?
    var data: FormatLine?
    var stamp: FormatLine?
    var rest = FormatText(headerPage)
    while !rest.isEmpty {
      guard let field = FormatLine(parsing: rest.cut(before: UInt8(ascii: "\n"))) else { continue }
      switch FieldDeclaration(parsing: field.declaration).name {
      case "timestamp": stamp = field
      case "commit": commit = field
      case "data": data = field
      default: break
      }
    }
    guard let stamp, let commit, let data, stamp.offset == 0, stamp.size == 8,
      let layout = Self(
        pageBytes: data.offset + data.size, commitOffset: commit.offset, longBytes: commit.size,
        dataOffset: data.offset)
    else { throw .malformed(path: path, line: 1) }
    self = layout
  }

  /// nil where the numbers contradict each other.
  init?(pageBytes: Int, commitOffset: Int, longBytes: Int, dataOffset: Int) {
    guard longBytes == 4 || longBytes == 8, commitOffset >= 8, commitOffset <= 64,
      dataOffset >= commitOffset + longBytes, dataOffset <= 128, pageBytes >= dataOffset + 8,
      pageBytes <= Self.largestPage
    else { return nil }
    self.pageBytes = pageBytes
    self.commitOffset = commitOffset
    self.longBytes = longBytes
    self.dataOffset = dataOffset
  }
}

extension PageLayout {
  /// Checks that events within pages are as all kernels so far have them.
  static func check(headerEvent: String, path: String) throws(KernelTracingError) {
    let expected = [
      ["type_len", "5", "bits"], ["time_delta", "27", "bits"], ["array", "32", "bits"],
      ["padding", "type", "==", "29"], ["time_extend", "type", "==", "30"],
      ["data", "max", "type_len", "==", "28"],
    ]
    let lines = headerEvent.split(separator: "\n").map { line in
      line.split { $0 == " " || $0 == "\t" || $0 == ":" }.map(String.init)
    }
    for words in expected where !lines.contains(words) {
      let line = lines.firstIndex { $0.first == words.first } ?? 0
      throw .malformed(path: path, line: line + 1)
    }
  }
}
