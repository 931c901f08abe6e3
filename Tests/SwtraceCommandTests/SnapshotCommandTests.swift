import Glibc
import Testing

@testable import SwtraceCommand

/// The binary as a flight recorder, its sessions in a directory of their own.
@Suite(.serialized) struct SnapshotCommandTests {
  /// A shell script with the binary as `$swtrace` and a flight recorder named box.
  private func script(_ text: String, _ options: String, in folder: String) -> ProgramRun {
    let functions = """
      \(ProgramRun.begun)
      swtrace='\(ProgramRun.swtrace)'
      # Of a trace: how many exact:hit there are, the first and the last number.
      run_of() {
        $swtrace print "$1" --format csv --where 'event == "exact:hit"' | tail -n +2 |
          grep -o 'number=[0-9]*' | cut -d= -f2 | sort -n |
          awk 'NR == 1 { first = $1 } { last = $1 } END { print NR, first, last }'
      }
      mkdir -m 700 s
      $swtrace record -q --no-kernel -e 'exact:*' --session box \(options) & recorder=$!
      begun flight

      """
    return ProgramRun.run(
      "bash", ["-c", functions + text], in: folder, environment: ["SWTRACE_DIR=\(folder)/s"])
  }

  @Test func `snapshots hold what was recorded, twice the same, and recording goes on`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      ./exact 5000; $swtrace snapshot box -o a.swt
      $swtrace snapshot box -o b.swt; run_of a.swt; run_of b.swt
      ./exact 3000 ; $swtrace snapshot box -o c.swt; run_of c.swt
      $swtrace stop box >/dev/null; wait $recorder; echo $?; ls s | grep -v process-; ls trace.swt
      $swtrace info --check a.swt >/dev/null; echo $?; $swtrace info a.swt | grep ^older
      """, "--flight-recorder", in: scratch.path)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 9, "\(run.output)\(run.errors)")
    guard lines.count == 9 else { return }
    #expect(lines[0].hasPrefix("a.swt  5 000 events  "))
    #expect(lines[0].hasSuffix("  0 older ones had fallen out"))
    #expect(lines[2] == "5000 0 4999" && lines[3] == "5000 0 4999")
    #expect(lines[5] == "8000 0 4999" && lines[6] == "0" && lines[7] == "0")
    #expect(lines[8] == "older      0 events had fallen out of the flight recorder")
  }

  @Test func `a signal, a failing command and an event have snapshots written`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      ./exact 10; sleep 1; ls *.swt 2>/dev/null | wc -l
      ./exact 200; for n in $(seq 600); do [ -e t.swt ] && break; sleep 0.1; done; sleep 2
      kill -USR1 $recorder; for n in $(seq 600); do [ -e t.2.swt ] && break; sleep 0.1; done; sleep 2
      $swtrace stop box > /dev/null; wait $recorder; run_of t.swt; run_of t.2.swt
      $swtrace record -q --no-kernel -e 'exact:*' --flight-recorder -o f.swt \\
        sh -c './exact 300; exit 3'; echo $?; run_of f.swt
      $swtrace record -q --no-kernel -e 'exact:*' --flight-recorder -o g.swt ./exact 300; ls g.swt
      """, "--flight-recorder -o t.swt --snapshot-when 'number == 150'", in: scratch.path)
    #expect(
      run.output == "0\n210 0 199\n210 0 199\n3\n300 0 299\n", "\(run.output)\(run.errors)")
  }

  @Test func `with --rotate the newest snapshots are kept, each with the newest events that fit`()
    throws
  {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      for n in $(seq 12); do ./exact 100000; sleep 0.1; done; ./exact 30; sleep 1.5
      for name in t t.2 t.3; do
        kill -USR1 $recorder; for n in $(seq 600); do [ -s $name.swt ] && break; sleep 0.1; done
        sleep 1
      done
      $swtrace snapshot box -o all.swt > /dev/null
      $swtrace stop box > /dev/null; wait $recorder; ls t*.swt
      [ $(run_of t.3.swt | cut -d' ' -f1) -lt $(run_of all.swt | cut -d' ' -f1) ] && echo fewer
      [ $(stat -c %s t.3.swt) -lt $((2 * 65536)) ] && echo small
      $swtrace print t.3.swt | tail -1 | grep -o 'number=29'
      for name in t.2 t.3; do $swtrace info --check $name.swt > /dev/null; echo $?; done
      """, "--flight-recorder --rotate 64K,2 -o t.swt", in: scratch.path)
    #expect(
      run.output == "t.2.swt\nt.3.swt\nfewer\nsmall\nnumber=29\n0\n0\n",
      "\(run.output)\(run.errors)")
  }

  @Test func `a killed flight recorder's events are recovered`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      # A snapshot waits for what was recorded before it.
      ./exact 4000; $swtrace snapshot box -o held.swt > /dev/null; kill -9 $recorder; wait $recorder
      $swtrace recover s -o left.swt > /dev/null; run_of left.swt; ls s | grep -v process-
      """, "--flight-recorder", in: scratch.path)
    #expect(run.output == "4000 0 3999\n", "\(run.output)\(run.errors)")
  }

  @Test func `a session that writes to its trace gives no snapshot`() throws {
    let scratch = try Scratch()
    let run = script(
      """
      $swtrace record -q --no-kernel -e 'exact:*' --session plain -o p.swt & other=$!
      begun plain
      $swtrace snapshot plain; echo $?; ls snapshot.swt
      $swtrace stop plain > /dev/null; $swtrace stop box > /dev/null; wait
      """, "--flight-recorder", in: scratch.path)
    #expect(run.output == "1\n")
    #expect(run.errors.contains("there is nothing to take a snapshot of"))
  }
}
