import Glibc
import ProgramTracing
import Testing

@testable import SwtraceCommand

/// The binary with several recordings at once, in a directory of their own.
@Suite(.serialized) struct SessionsCommandTests {
  @Test func `what is being recorded stands in a table`() {
    var web = RecorderStatus(
      name: "web", mode: [.kernel, .markers], owner: 0, output: "/srv/web.swt")
    (web.user, web.process, web.created) = (0, 917, 1_000_000_000)
    (web.events, web.lost, web.updated) = (1_234_567, 12, 1)
    var old = RecorderStatus(name: "old", mode: .markers, owner: 0, output: "")
    (old.user, old.process, old.created) = (0, 33, 500)
    var stuck = web
    (stuck.name, stuck.output) = ("stuck", "/tmp/\u{1b}[31m.swt")
    let list = SessionList(
      [
        FoundRecorder(status: web, directory: "/d", isAlive: true, silence: 200_000_000),
        FoundRecorder(status: stuck, directory: "/d", isAlive: true, silence: 9_000_000_000),
        FoundRecorder(status: old, directory: "/d", isAlive: false, silence: 0),
      ], now: 61_500_000_000)
    Golden.expect(list.text, "Tests/Golden/sessions/list.txt")
    Golden.expect(String(decoding: list.json, as: UTF8.self), "Tests/Golden/sessions/list.json")
    #expect(SessionList([], now: 0).text == "nothing is being recorded\n")
  }

  /// A shell script with the binary as `$swtrace` and the sessions in the scratch folder.
  private func script(_ text: String, in folder: String) -> ProgramRun {
    ProgramRun.run(
      "bash", ["-c", "swtrace='\(ProgramRun.swtrace)'\n" + text], in: folder,
      environment: ["SWTRACE_DIR=\(folder)/s"])
  }

  @Test func `stop says what is not there, and a name is taken once`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      mkdir -m 700 s
      $swtrace stop web; echo $?
      ./exact 0; $swtrace record -q --no-kernel -e 'exact:*' --session web -o web.swt & victim=$!
      for n in $(seq 100); do $swtrace sessions | grep -q web && break; sleep 0.1; done
      $swtrace record -q --no-kernel -e 'exact:*' --session web -o other.swt; echo $?
      ls other.swt
      $swtrace stop wep; echo $?
      kill -9 $victim; wait $victim
      $swtrace sessions | grep -c ' dead '
      $swtrace stop web; echo $?
      """, in: scratch.path)
    #expect(run.output == "1\n1\n1\n1\n1\n", "\(run.errors)")
    #expect(run.errors.contains("swtrace: web: no such session\nhint: nothing is being recorded\n"))
    #expect(run.errors.contains("a session of this name is being recorded"))
    #expect(run.errors.contains("hint: did you mean 'web'?"))
    #expect(run.errors.contains("its recorder was killed"))
  }
}
