import Glibc
import Testing

/// The binary where memory, a reader, the scheduler or other programs are against it.
@Suite(.serialized) struct HinderedRecordingTests {
  private func script(_ text: String, in folder: String) -> ProgramRun {
    let start = "swtrace='\(ProgramRun.swtrace)'; mkdir -m 700 s\n" + ProgramRun.begun
    return ProgramRun.run(
      "bash", ["-c", start + text], in: folder, environment: ["SWTRACE_DIR=\(folder)/s"])
  }

  private struct Counts {
    var kept = 0, lost = 0

    init(of trace: String, in folder: String) throws {
      let info = ProgramRun.swtrace(["info", "--format", "json", trace], in: folder)
      let document = try JSONDocument(parsing: info.output)
      lost = try #require(document["lost"]?.integer)
      for type in document["types"]?.elements ?? [] where type["event"]?.text == "app:hit" {
        kept += type["count"]?.integer ?? 0
      }
    }
  }

  @Test
  func `who reads the trace and comes late holds up no program, and each event is accounted for`()
    throws
  {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("hits", into: scratch.path) == nil)
    let run = script(
      """
      $swtrace record -q --no-kernel -e 'app:*' -o - sh -c './hits 2 1000000; touch done' | {
        for n in $(seq 600); do [ -e done ] && break; sleep 0.1; done; ls done; cat > late.swt
      }
      """, in: scratch.path)
    #expect(run.output == "done\n", "\(run.output)\(run.errors)")
    let counts = try Counts(of: "late.swt", in: scratch.path)
    #expect(counts.kept + counts.lost == 2_000_000 && counts.kept > 0)
  }

  @Test func `a recorder that is stopped for a while counts what found no room`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("hits", into: scratch.path) == nil)
    let run = script(
      """
      $swtrace record -q --no-kernel -e 'app:*' --session slow -o slow.swt & recorder=$!
      begun slow
      ./hits 2 1500000 1000 1000 & hits=$!
      for n in 1 2 3; do sleep 0.2; kill -STOP $recorder; sleep 0.7; kill -CONT $recorder; done
      wait $hits; $swtrace stop slow > /dev/null; wait $recorder; echo $?
      """, in: scratch.path)
    #expect(run.output.hasSuffix("0\n"), "\(run.output)\(run.errors)")
    let counts = try Counts(of: "slow.swt", in: scratch.path)
    #expect(counts.kept + counts.lost == 3_000_000 && counts.kept > 0)
  }

  @Test(.enabled(if: ProgramRun.hasPython, "python3 is not installed"))
  func `thousands of broken registrations disturb no program's events, and take no memory`()
    throws
  {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let run = script(
      """
      mkdir -m 700 left; SWTRACE_DIR=$PWD/left SWTRACE_RECORD='exact:*' ./exact 10
      $swtrace record -q --no-kernel -e 'exact:*' --session web -o web.swt & recorder=$!
      begun web
      for n in $(seq 10); do ./exact 5000; done & programs=$!
      python3 - <<'E'
      import glob, os
      left = glob.glob('left/process-*')[0]
      head, size = open(left, 'rb').read(65536), os.stat(left).st_size
      for number in range(4000):
          with open('s/.flood', 'wb', opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
              file.write(head)
              file.truncate(size)
          os.rename('s/.flood', 's/process-%d-%032x' % (100000 + number, number))
      E
      wait $programs; ./exact 500
      awk '/VmHWM/ { print $2 }' /proc/$recorder/status; ls /proc/$recorder/fd | wc -l
      $swtrace stop web > /dev/null; wait $recorder; echo $?
      """, in: scratch.path)
    let lines = run.output.split(separator: "\n").map { Int($0.filter(\.isNumber)) ?? -1 }
    try #require(lines.count == 3, "\(run.output)\(run.errors)")
    #expect(lines[0] < 128 << 10 && lines[1] < 100 && lines[2] == 0)
    let events = ProgramRun.swtrace(["print", "--format", "csv", "web.swt"], in: scratch.path)
    #expect(events.output.split(separator: "\n").count { $0.contains("\"exact:hit\"") } == 50_500)
  }

  @Test func `too little address space is refused before anything is begun`() throws {
    let scratch = try Scratch()
    let run = script(
      "ulimit -v 200000; $swtrace record -d 1s -o no.swt; echo $?; ls *.swt", in: scratch.path)
    #expect(run.output == "1\n")
    #expect(run.errors.hasPrefix("swtrace: record: its address space is limited to 200000 KiB, "))
  }

  /// Where control groups of memory are made, and the file of a group that limits it.
  private static let memoryGroups: (folder: String, limit: String)? = {
    guard geteuid() == 0 else { return nil }
    let first = "/sys/fs/cgroup/memory"
    if unsafe access(first + "/memory.limit_in_bytes", W_OK) == 0 {
      return (first, "memory.limit_in_bytes")
    }
    let controllers = TextFile.bytes("/sys/fs/cgroup/cgroup.subtree_control") ?? []
    return String(decoding: controllers, as: UTF8.self).contains("memory")
      ? ("/sys/fs/cgroup", "memory.max") : nil
  }()

  @Test(
    .enabled(
      if: LiveRecordingTests.hasKernel && memoryGroups != nil,
      "needs root, tracefs and memory control groups"))
  func `in a control group of little memory the recorder lives and says what it lost`() throws {
    let scratch = try Scratch()
    let groups = try #require(Self.memoryGroups)
    let run = script(
      """
      group=\(groups.folder)/swtrace-test-$$
      mkdir $group && echo 96M > $group/\(groups.limit)
      (echo $BASHPID > $group/cgroup.procs
       exec $swtrace record -q -e 'sched:*,raw_syscalls:*' --session small -o small.swt) & recorder=$!
      for n in $(seq 600); do $swtrace sessions | grep -q small && break; sleep 0.1; done
      for n in $(seq 20); do dd if=/dev/zero of=/dev/null bs=1 count=40000 2>/dev/null; done
      $swtrace stop small > /dev/null; wait $recorder; echo $?
      for n in $(seq 600); do rmdir $group 2>/dev/null && break; sleep 0.1; done
      $swtrace info --check small.swt > /dev/null; echo $?
      """, in: scratch.path)
    #expect(run.output == "0\n0\n", "\(run.errors)")
  }
}
