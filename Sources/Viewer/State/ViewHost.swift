package import Analysis
package import Events

/// What the viewer is given from outside: names, words and files are not its own.
package struct ViewHost: Sendable {
  /// The trace as it is called on the screen, and as a shell takes it.
  package var name = ""
  package var shellPath = ""
  /// Local time minus UTC, in seconds.
  package var utcOffset: Int64 = 0
  /// The tables of `swtrace stats` as text.
  package var tableLines:
    @Sendable (_ statistics: TraceStatistics, _ width: Int, _ sort: String?, _ histograms: Bool) ->
      [String] = { _, _, _, _ in [] }
  package var words: @Sendable (AnalysisError) -> String = { _ in "" }
  package var filterWords: @Sendable (FilterProblem) -> String = { _ in "" }
  /// Writes a part of the trace to a new file; gives how many events it has or why that failed.
  package var export:
    @Sendable (
      _ timeline: Timeline, _ window: TimelineWindow, _ path: String,
      _ progress: @Sendable (Double) -> Bool
    ) -> ExportOutcome = { _, _, _, _ in .stopped }
  /// Keeps marks, filters, pins and the last place; says why it could not.
  package var keep: @Sendable (_ memory: String) -> String? = { _ in nil }
  /// Keeps the levels of a trace that was read; says why it could not.
  package var keepLevels: @Sendable (Timeline) -> String? = { _ in nil }
  package var keys = KeyBindings()
  /// A row of a table as JSON.
  package var rowJSON: @Sendable (_ table: StatisticsTable, _ row: Int) -> String = { _, _ in "{}" }
  /// Milliseconds of a clock that double clicks are told by.
  package var clock: @Sendable () -> Int64 = { Moment.now / 1_000_000 }
  /// What its user has to know from the start.
  package var notice: String?
  /// Opens the trace again, which has grown; nil where it has not.
  package var reopen: (@Sendable () -> Timeline?)?

  package init() {}
}

package enum ExportOutcome: Sendable {
  case written(events: UInt64)
  case failed(String)
  case stopped
}
