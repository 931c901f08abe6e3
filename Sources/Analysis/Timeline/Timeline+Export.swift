extension Timeline {
  /// Writes the events of a window to a new trace, with all that is known of the machine's threads
  /// up to its end.
  ///
  /// Times stay what they are. Gives how many events it has, nil where `progress` said no.
  /// `descriptor` is an empty file to which the trace is written; it stays open. Reads the file.
  package func export(
    _ window: TimelineWindow, to descriptor: Int32, creator: String,
    progress: (Double) -> Bool = { _ in true }
  ) throws(AnalysisError) -> UInt64? {
    try WindowExport.write(trace, window, to: descriptor, creator: creator, progress)
  }
}
