import Glibc
import Testing

@testable import SwtraceCommand

/// The binary recording for long: apart from its terminal, into many traces.
@Suite(.serialized) struct LastingRecordingTests {
  private func script(_ text: String, in folder: String) -> ProgramRun {
    let functions = """
      swtrace='\(ProgramRun.swtrace)'
      numbers() {
        $swtrace print "$1" --format csv --where 'event == "exact:hit"' | tail -n +2 |
          grep -o 'number=[0-9]*' | cut -d= -f2
      }
      mkdir -m 700 s

      """
    return ProgramRun.run(
      "bash", ["-c", functions + ProgramRun.begun + text], in: folder,
      environment: ["SWTRACE_DIR=\(folder)/s"])
  }

  private static let hasScript = ProgramRun.run("script", ["--version"]).status == 0

  @Test(.enabled(if: hasScript, "script is not installed"))
  func `a detached recording outlives its shell and its terminal`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      # A shell with a terminal of its own, which is closed as soon as record has returned.
      script -qec "$swtrace record --detach --no-kernel -e 'exact:*' --session far -o far.swt" \\
        /dev/null | grep -c 'swtrace stop far'
      sleep 0.3; $swtrace sessions | grep -c detached
      ./exact 700; $swtrace stop far | grep -c '700 events'; numbers far.swt | wc -l
      $swtrace sessions
      """, in: scratch.path)
    #expect(run.output == "1\n1\n1\n700\nnothing is being recorded\n", "\(run.errors)")
  }

  @Test func `a detached recording that cannot begin says why and fails`() throws {
    let scratch = try Scratch()
    let run = script(
      "$swtrace record --detach --no-kernel -e 'exact:*' -o missing/far.swt; echo $?",
      in: scratch.path)
    #expect(run.output == "1\n")
    #expect(run.errors == "swtrace: missing/far.swt: No such file or directory\n")
  }

  @Test func `of rotated traces the newest are kept, each opens alone, nothing is missing`() throws
  {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      # A run has room in what a program gets at its start (1 MiB): a recorder that gets no processor
      # loses nothing.
      runs() { for n in 1 2 3 4 5 6; do for m in $(seq 8); do ./exact 50000; done; sleep 0.6; done; }
      $swtrace record -q --no-kernel -e 'exact:*' --rotate 64K --session r -o t.swt & recorder=$!
      begun rotating; runs
      $swtrace stop r > /dev/null; wait $recorder
      for t in t.swt t.?.swt t.??.swt; do
        [ -e $t ] || continue
        $swtrace info --check $t > /dev/null || echo "$t is not whole"
        numbers $t >> all
      done
      [ -e t.3.swt ] && echo many; wc -l < all; sort -n all | uniq -c | awk '$1 != 48' | wc -l
      $swtrace record -q --no-kernel -e 'exact:*' --rotate 64K,2 --session r -o k.swt & recorder=$!
      begun rotating; runs
      $swtrace stop r > /dev/null; wait $recorder; ls k*.swt | wc -l; ls k.swt
      """, in: scratch.path)
    #expect(run.output == "many\n2400000\n0\n2\n", "\(run.errors)")
    #expect(run.errors.contains("'k.swt'") || run.errors.contains("k.swt: No such"))
  }
}
