import Glibc
import Testing

@testable import SwtraceCommand

/// The binary on what killed recorders and unrecorded programs left, in a directory of their own.
@Suite(.serialized) struct RecoverCommandTests {
  /// A shell script with the binary as `$swtrace` and the sessions in the scratch folder's `s`.
  ///
  /// `apart`: with mounts and process numbers of its own, all of it gone with the script.
  private func script(_ text: String, in folder: String, apart: Bool = false) -> ProgramRun {
    let functions = """
      swtrace='\(ProgramRun.swtrace)'
      numbers() { # of a trace: how many exact:hit, and how many different ones
        $swtrace print "$1" --format csv --where 'event == "exact:hit"' | tail -n +2 |
          grep -o 'number=[0-9]*' | sort | uniq | wc -l
      }
      count() {
        $swtrace print "$1" --format csv --where 'event == "exact:hit"' | tail -n +2 | wc -l
      }
      # Runs exact; what processes of it left is told by their numbers, for swtrace's own commands
      # leave files as well where another test records all programs of the machine.
      exact() { ./exact "$@" & own="$own $!"; wait $!; }
      left() { for pid in $own; do ls s | grep "^process-$pid-"; done; }
      # Whether a session has the first marker of programs on, by the files of these names: other
      # sessions of this machine have bits of their own.
      on() { python3 - "$1" $2 <<'E'
      import glob, struct, sys
      session = struct.pack('<QQ', int(sys.argv[2][:16], 16), int(sys.argv[2][16:], 16))
      for name in glob.glob(sys.argv[1]):
          data = open(name, 'rb').read(1 << 20)
          if b'/hits' not in data[256:512]: continue
          slots, patterns = struct.unpack_from('<QQ', data, 96)
          bits = struct.unpack_from('<I', data, struct.unpack_from('<Q', data, 136)[0])[0]
          size = (patterns - slots) // 16
          print(sum(bits >> slot & 1 for slot in range(16)
                    if data[slots + slot * size:][:16] == session))
      E
      }
      session() { find "$@" -name 'session-*' 2>/dev/null | sed 's/.*session-//'; }
      mkdir -m 700 s

      """
    let words =
      (apart ? ProgramRun.apart : []) + ["bash", "-c", functions + ProgramRun.begun + text]
    return ProgramRun.run(
      words[0], Array(words.dropFirst()), in: folder, environment: ["SWTRACE_DIR=\(folder)/s"])
  }

  @Test func `what armed programs recorded without a recorder becomes a trace`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      export SWTRACE_RECORD='exact:*'
      for n in 1 2 3; do exact 1000; done
      unset SWTRACE_RECORD
      $swtrace recover s -o all.swt; count all.swt; left
      $swtrace recover s -o none.swt; echo $?
      export SWTRACE_RECORD='exact:*'; exact 500; unset SWTRACE_RECORD
      $swtrace recover s/$(left) -o one.swt; numbers one.swt; left | wc -l
      """, in: scratch.path)
    #expect(run.output.contains("all.swt  3 000 events  "), "\(run.output)\(run.errors)")
    #expect(run.output.contains("\n3000\n1\n"), "\(run.output)\(run.errors)")
    #expect(run.output.hasSuffix("\n500\n1\n"), "\(run.output)\(run.errors)")
    #expect(run.errors.contains("swtrace: s: nothing was left here"))
  }

  @Test func `a killed recorder's programs are switched off and what it left is recovered`() throws
  {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      $swtrace record -q --no-kernel -e 'exact:*' --session web -o web.swt & victim=$!
      begun web; kill -STOP $victim; sleep 0.1
      exact 3000; exact 3000
      kill -9 $victim; wait $victim
      exact 3000
      $swtrace recover s -o left.swt; numbers left.swt; count left.swt; left
      """, in: scratch.path)
    // The programs that ran under the session, and not the one that started after its death.
    #expect(run.output.hasSuffix("\n3000\n6000\n"), "\(run.output)\(run.errors)")
  }

  @Test func `the next recorder saves what a killed one left`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      $swtrace record -q --no-kernel -e 'exact:*' --session web -o web.swt & victim=$!
      begun web; kill -STOP $victim; sleep 0.1
      ./exact 2000
      kill -9 $victim; wait $victim
      $swtrace record -q --no-kernel -e 'exact:*' -o next.swt ./exact 10
      ls s | grep -c '^leftover-'
      $swtrace recover s -o left.swt; count left.swt; count next.swt
      """, in: scratch.path)
    #expect(run.output.hasPrefix("1\n"), "\(run.output)\(run.errors)")
    #expect(run.output.hasSuffix("\n2000\n10\n"), "\(run.output)\(run.errors)")
  }

  @Test(
    .enabled(if: ProgramRun.hasPython, "python3 is not installed"),
    arguments: ["$swtrace --version", "./exact 0"])
  func `a running program is switched off by the next swtrace or marked program`(
    next: String
  ) throws {
    let scratch = try Scratch()
    for program in ["hits", "exact"] {
      #expect(MarkedProgram.compile(program, into: scratch.path) == nil)
    }
    let run = script(
      """
      ./hits 1 100000000 10 1000 & program=$!
      $swtrace record -q --no-kernel -e 'app:*' --session web -o web.swt & victim=$!
      begun web; session=$(session s)
      for n in $(seq 600); do [ "$(on "s/process-$program-*" $session)" = 1 ] && break; sleep 0.1; done
      kill -9 $victim; wait $victim
      on "s/process-$program-*" $session; \(next) >/dev/null; on "s/process-$program-*" $session
      kill -9 $program
      """, in: scratch.path)
    // Another swtrace on this machine may have been the first to see it.
    #expect(["1\n0\n", "0\n0\n"].contains(run.output), "\(run.output)\(run.errors)")
  }

  @Test(
    .enabled(
      if: ProgramRun.canBeApart && ProgramRun.hasPython,
      "another user's programs need root, unshare and python3"))
  func `a killed session of root's is switched off by the programs of each user`() throws {
    let scratch = try Scratch()
    for program in ["hits", "exact"] {
      #expect(MarkedProgram.compile(program, into: scratch.path) == nil)
    }
    let run = script(
      """
      unset SWTRACE_DIR; chmod 755 .
      mount -t tmpfs none /dev/shm; chmod 1777 /dev/shm; mount -t tmpfs none /run
      nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
      $nobody ./hits 1 100000000 10 1000 &
      ./hits 1 100000000 10 1000 &
      $swtrace record -q --no-kernel -e 'app:*' --session web -o web.swt & victim=$!
      for n in $(seq 600); do
        session=$(session /run /dev/shm); [ -n "$session" ] && break; sleep 0.1
      done
      of() { on "/dev/shm/swtrace-$1/process-*" $session; }
      for n in $(seq 600); do [ "$(of 0)$(of 65534)" = 11 ] && break; sleep 0.1; done
      kill -9 $victim; wait $victim
      of 0; of 65534; $nobody ./exact 0; of 0; of 65534; ./exact 0; of 0
      """, in: scratch.path, apart: true)
    #expect(run.output == "1\n1\n1\n0\n0\n", "\(run.errors)")
  }

  @Test(
    .enabled(
      if: unsafe access("/sys/kernel/tracing/instances", W_OK) == 0 && ProgramRun.hasPython,
      "tracing the kernel needs root and tracefs, the load python3"))
  func `the kernel's unread pages of a killed recorder are saved`() throws {
    let scratch = try Scratch()
    let run = script(
      """
      victim() {
        rm -rf s *.swt; mkdir -m 700 s
        $swtrace record -q --no-markers -e sys_enter -b 64K --session pages-$$ -o k.swt \\
          --filter 'id == 110 and comm == "swtrace-pages"' & victim=$!
        for w in $(seq 600); do
          instance=$(echo /sys/kernel/tracing/instances/*pages-$$)
          on=$(cat $instance/events/raw_syscalls/sys_enter/enable $instance/tracing_on 2>/dev/null)
          [ "$on" = $'1\\n1' ] && break; kill -0 $victim || break; sleep 0.1
        done
        kill -STOP $victim; sleep 0.1
        python3 -c 'import os
      open("/proc/self/comm", "w").write("swtrace-pages")
      for n in range(500): os.getppid()'
        kill -9 $victim; wait $victim
      }
      # A recorder of the whole machine that starts this very moment saves them elsewhere.
      for n in $(seq 30); do
        victim; $swtrace recover s -o left.swt > told && break
      done
      cat told
      for n in $(seq 30); do
        victim; $swtrace record -q --no-kernel -e 'none:*' -o next.swt true
        $swtrace recover s -o left.swt > told && break
      done
      cat told; ls /sys/kernel/tracing/instances | grep -c pages-$$
      """, in: scratch.path)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3 && lines.last == "0", "\(run.output)\(run.errors)")
    #expect(lines.prefix(2).allSatisfy { $0.hasPrefix("left.swt  500 events  ") }, "\(run.output)")
  }

  @Test(
    .enabled(if: TextFile.read("/usr/bin/gcore") != nil, "needs gcore to dump core"),
    arguments: ["named", "memory"])
  func `a core dump of a marked program holds its last events`(name: String) throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("hits", into: scratch.path) == nil)
    let place = name == "named" ? "$PWD/s" : "/nonexistent"
    let run = script(
      """
      # A recorder of the whole machine that starts this very moment has read most of them.
      for n in 1 2 3 4 5; do
        SWTRACE_DIR=\(place) SWTRACE_RECORD='app:*' ./hits 1 100000 100000 60000000 & program=$!
        sleep $n; echo 0x3b > /proc/$program/coredump_filter
        gcore -o core $program >/dev/null 2>&1; kill -9 $program
        rm -rf s; $swtrace recover core.$program -o crash$n.swt
        $swtrace print crash$n.swt --format csv --where 'event == "app:hit"' | tail -n +2 > hits.csv
        wc -l < hits.csv; [ $(wc -l < hits.csv) = 100000 ] && break
      done
      """, in: scratch.path)
    #expect(run.output.hasSuffix("\n100000\n"), "\(run.output)\(run.errors)")
  }

  @Test func `what cannot be recovered is told`() throws {
    let scratch = try Scratch()
    #expect(TextFile.write("nothing at all", scratch.path + "/text"))
    for path in ["text", "missing"] {
      let run = ProgramRun.swtrace(["recover", path], in: scratch.path)
      #expect(run.status == 1 && run.output == "")
      #expect(run.errors.hasPrefix("swtrace: ") && run.errors.contains(path), "\(run.errors)")
    }
    #expect(unsafe access(scratch.path + "/recovered.swt", F_OK) != 0)
  }
}
