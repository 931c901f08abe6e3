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
  private func script(_ text: String, in folder: String, apart: Bool = false) -> ProgramRun {
    let words =
      (apart ? ProgramRun.apart : [])
      + ["bash", "-c", "swtrace='\(ProgramRun.swtrace)'\n" + ProgramRun.begun + text]
    return ProgramRun.run(
      words[0], Array(words.dropFirst()), in: folder, environment: ["SWTRACE_DIR=\(folder)/s"])
  }

  @Test(
    .enabled(if: ProgramRun.canBeApart, "sessions of several users need root and unshare"))
  func `16 sessions of two users end in any order, a stalled one loses only its own`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("hits", into: scratch.path) == nil)
    let run = script(
      """
      unset SWTRACE_DIR; chmod 777 .
      mount -t tmpfs none /dev/shm; chmod 1777 /dev/shm; mount -t tmpfs none /run
      nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
      start() {
        user=; filter=
        [ $(($1 % 2)) = 1 ] && user=$nobody
        [ $(($1 % 4)) -ge 2 ] && filter='--filter number<1000'
        $user $swtrace record -q --no-kernel -e 'app:*' $filter --session s$1 -o s$1.swt & pids[$1]=$!
      }
      for n in $(shuf -i 1-16); do start $n; done
      for n in $(seq 600); do [ $($swtrace sessions | grep -c recording) = 16 ] && break; sleep 0.1; done
      published() { find /run/swtrace /dev/shm -name 'session-*' | wc -l; }
      for n in $(seq 600); do [ $(published) = 16 ] && break; sleep 0.1; done
      $swtrace sessions | awk 'NR > 1 { print $2 }' | sort | uniq -c
      kill -STOP ${pids[5]}
      # More than what a session that nobody drains has room for, slower than any could be drained.
      $nobody ./hits 2 30000 10 2000
      for n in $(seq 600); do $swtrace sessions | grep -q '^s5 .*stalled' && break; sleep 0.1; done
      $swtrace sessions | grep '^s5 ' | grep -o stalled
      for n in $(shuf -i 1-16 | grep -vx 5); do $swtrace stop s$n > /dev/null; done
      kill -CONT ${pids[5]}; $swtrace stop s5 > /dev/null; wait
      for n in $(seq 16); do
        $swtrace info s$n.swt --format json | grep -oE '"(events|lost)":[0-9]+' | head -2 |
          cut -d: -f2 | tr '\\n' ' '
      done
      $swtrace sessions
      """, in: scratch.path, apart: true)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 4, "\(run.output)\(run.errors)")
    guard lines.count == 4 else { return }
    #expect(lines[0] == "      8 nobody" && lines[1] == "      8 root" && lines[2] == "stalled")
    #expect(lines[3].hasSuffix("nothing is being recorded"), "\(lines[3])")
    let counts = lines[3].split(separator: " ").prefix(32).compactMap { Int($0) }
    #expect(counts.count == 32)
    guard counts.count == 32 else { return }
    for number in 1...16 {
      let (events, lost) = (counts[number * 2 - 2], counts[number * 2 - 1])
      if number == 5 {
        #expect(lost > 0 && events + lost == 60_000, "s5: \(events) and \(lost)")
      } else {
        let all = number % 4 >= 2 ? 2000 : 60_000
        #expect(events == all && lost == 0, "s\(number): \(events) and \(lost)")
      }
    }
  }

  @Test func `stop says what is not there, and a name is taken once`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      mkdir -m 700 s
      $swtrace stop web; echo $?
      ./exact 0; $swtrace record -q --no-kernel -e 'exact:*' --session web -o web.swt & victim=$!
      begun web
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
