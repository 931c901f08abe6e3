/// The version of swtrace, as `--version` prints it and traces keep it.
package enum SwtraceVersion {
  package static let text = "0.1.0"
}
