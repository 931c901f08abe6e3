import Glibc
import Testing

@testable import SwtraceCommand

/// The real binary on this machine's kernel and on marked programs.
@Suite(.serialized) struct LiveRecordingTests {
  static let hasKernel: Bool = {
    guard geteuid() == 0 else { return false }
    let canMakeInstances = unsafe access("/sys/kernel/tracing/instances", W_OK) == 0
    return canMakeInstances
      && ProgramRun.swtrace(["info", "--format", "json"]).output.contains("\"kernel\"")
  }()

  /// Records in a directory of its own: other tests' programs are left to those tests.
  func record(_ arguments: [String], in folder: String) -> ProgramRun {
    ProgramRun.swtrace(
      ["record", "-q"] + arguments, in: folder, environment: ["SWTRACE_DIR=\(folder)"])
  }

  func number(_ key: String, in json: String) -> Int? {
    guard let range = json.firstRange(of: "\"\(key)\":") else { return nil }
    return Int(json[range.upperBound...].prefix { $0.isNumber })
  }

  @Test(arguments: [[], ["--only"]])
  func `200 processes that hit 1,000 markers each and exit at once are all there`(
    options: [String]
  ) throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let script = "for i in $(seq 200); do ./exact 1000 & done; wait"
    let run = record(
      ["--no-kernel", "-e", "exact:*"] + options + ["sh", "-c", script], in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    let events = ProgramRun.swtrace(
      ["print", "--format", "csv", "--where", "event == \"exact:hit\""], in: scratch.path)
    #expect(events.output.split(separator: "\n").dropFirst().count == 200_000)
    let info = ProgramRun.swtrace(["info", "--format", "json", "trace.swt"], in: scratch.path)
    #expect(number("lost", in: info.output) == 0, "\(info.errors)")
  }

  /// What `print` says of each run of a program: its process, and its numbers in their order.
  private static func runs(of lines: some Sequence<Substring>) -> [(process: Substring, hits: Int)]
  {
    var runs: [(process: Substring, hits: Int)] = []
    for line in lines {
      let columns = line.split(separator: ",", omittingEmptySubsequences: false)
      guard columns.count == 7, columns[2] == columns[3], columns[4] == "\"exact\"" else {
        return []
      }
      if columns[6].hasPrefix("\"number=0 ") { runs.append((columns[2], 0)) }
      guard let last = runs.last, last.process == columns[2],
        columns[6] == "\"number=\(last.hits) times=100\""
      else { return [] }
      runs[runs.count - 1].hits += 1
    }
    return runs
  }

  /// From 6.14 on each pid namespace has a pid_max of its own; before, it would be everybody's.
  private static let hasOwnNumbers: Bool = {
    let words = ProgramRun.run("uname", ["-r"]).output.split { $0 == "." || $0 == "-" }
    guard geteuid() == 0, let major = words.first.flatMap({ Int($0) }),
      let minor = words.dropFirst().first.flatMap({ Int($0) })
    else { return false }
    return (major, minor) >= (6, 14)
      && ProgramRun.run("unshare", ["--pid", "--fork", "--mount-proc", "true"]).status == 0
  }()

  @Test(
    .enabled(if: hasOwnNumbers, "needs root, unshare and a pid_max of each pid namespace"),
    arguments: [true, false])
  func `numbers that are used again mix no streams and take no other's name`(isInside: Bool) throws
  {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let count = isInside ? 1000 : 300
    let load =
      "echo 400 > /proc/sys/kernel/pid_max && for i in $(seq \(count)); do ./exact 100; done"
    let record = "'\(ProgramRun.swtrace)' record -q --no-kernel -e 'exact:*' -o many.swt"
    let unshare = "unshare --pid --fork --mount-proc"
    let run = ProgramRun.run(
      "sh",
      [
        "-c",
        isInside
          ? "\(unshare) \(record) sh -c '\(load)'" : "\(record) \(unshare) sh -c '\(load)'",
      ], in: scratch.path, environment: ["SWTRACE_DIR=\(scratch.path)"])
    #expect(run.status == 0, "\(run.errors)")
    let events = ProgramRun.swtrace(["print", "--format", "csv", "many.swt"], in: scratch.path)
    let runs = Self.runs(of: events.output.split(separator: "\n").dropFirst())
    #expect(runs.count == count)
    #expect(runs.allSatisfy { $0.hits == 100 })
    if isInside { #expect(Set(runs.map(\.process)).count < 400) }
  }

  /// Where control groups are made whose paths a recording keeps.
  private static let groups = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup"].first {
    unsafe geteuid() == 0 && access($0 + "/cgroup.procs", W_OK) == 0
  }

  @Test(
    .enabled(
      if: groups != nil && ProgramRun.canBeApart, "needs root, unshare and control groups"))
  func
    `a program in a container has its number on the host, the one inside and the container's name`()
    throws
  {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("hits", into: scratch.path) == nil)
    let groups = try #require(Self.groups)
    let load = """
      group=\(groups)/swtrace-test-$$; inner=$group/lxc.payload.web-1; mkdir -p $inner
      (echo $BASHPID > $inner/cgroup.procs
       exec unshare --pid --fork --mount-proc ./hits 1 300000 100 1000) > /dev/null
      for n in $(seq 600); do rmdir $inner $group 2>/dev/null && break; sleep 0.1; done
      """
    // In a directory of its own: other tests have such programs as well.
    let run = ProgramRun.swtrace(
      ["record", "-q", "--no-kernel", "-e", "app:*", "-o", "box.swt", "bash", "-c", load],
      in: scratch.path, environment: ["SWTRACE_DIR=\(scratch.path)"])
    #expect(run.status == 0, "\(run.errors)")
    let info = ProgramRun.swtrace(["info", "box.swt"], in: scratch.path).output
    let line = try #require(
      info.split(separator: "\n").first { $0.hasPrefix("  hits ") }, "\(info)")
    #expect(line.contains(" (1 inside web-1) "))
    let pid = try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    #expect(pid > 1)
  }

  @Test(.enabled(if: hasKernel, "needs root and tracefs"))
  func `isolated, a command and what it starts are all that is told of`() throws {
    let scratch = try Scratch()
    let run = ProgramRun.swtrace(
      [
        "record", "-q", "-b", "16M", "--isolate", "-o", "alone.swt", "sh", "-c",
        "sleep 0.01; sleep 0.01; :",
      ], in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    let stats = ProgramRun.swtrace(
      ["stats", "alone.swt", "threads", "--format", "json"], in: scratch.path)
    let rows = try JSONDocument(parsing: stats.output)["tables"]?["threads"]?.elements ?? []
    #expect(rows.map { $0["comm"]?.text ?? "" }.sorted() == ["sh", "sleep", "sleep"])
    #expect(rows.allSatisfy { $0["pid"]?.integer == $0["tid"]?.integer })
  }

  @Test func `without the kernel, programs that start later are waited for`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let script = """
      '\(ProgramRun.swtrace)' record -q --no-kernel --session later -o later.swt & recorder=$!
      begun later; ./exact 500; '\(ProgramRun.swtrace)' stop later >/dev/null; wait $recorder
      """
    let run = ProgramRun.run(
      "sh", ["-c", ProgramRun.begun + script], in: scratch.path,
      environment: ["SWTRACE_DIR=\(scratch.path)"])
    #expect(run.status == 0, "\(run.errors)")
    let events = ProgramRun.swtrace(["print", "--format", "csv", "later.swt"], in: scratch.path)
    #expect(events.output.split(separator: "\n").count { $0.contains("exact:hit") } == 500)
  }

  @Test func `where no marked program came there is no file, and the status says so`() throws {
    let scratch = try Scratch()
    let run = ProgramRun.run(
      "sh",
      ["-c", "'\(ProgramRun.swtrace)' record --no-kernel -p $$ -d 100ms -o none.swt; exit $?"],
      in: scratch.path)
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("swtrace: none.swt: not written: no marked program ran"))
    #expect(unsafe access("\(scratch.path)/none.swt", F_OK) != 0)
  }

  @Test func `the demo is recorded with its spans, its counter and what it waited for`() throws {
    let scratch = try Scratch()
    let run = ProgramRun.swtrace(["demo", "-o", "d.swt"], in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("d.swt "))
    let lines = run.output.split(separator: "\n")
    let findings = lines.filter { $0.hasPrefix("1 ") || $0.hasPrefix("2 ") || $0.hasPrefix("3 ") }
    if Self.hasKernel { #expect(!findings.isEmpty, "\(run.output)") }
    for name in ["request", "update", "journal_write", "queue_depth"] {
      let events = ProgramRun.swtrace(
        ["print", "--where", "event == \"demo:\(name)\"", "d.swt"], in: scratch.path)
      let count = events.output.split(separator: "\n").count
      // It runs for three seconds: how many there are is the machine's business.
      #expect(count > 4, "\(name): \(events.errors)")
    }
  }

  @Test func `the command gets the signals that record was started with`() throws {
    let scratch = try Scratch()
    let look = "grep SigIgn /proc/self/status"
    for trap in ["HUP PIPE", "HUP", "USR1"] {
      let record = "exec '\(ProgramRun.swtrace)' record -q --no-kernel \(look)"
      let bare = ProgramRun.run("sh", ["-c", "trap '' \(trap); \(look)"])
      let run = ProgramRun.run(
        "sh", ["-c", "trap '' \(trap); \(record)"], in: scratch.path,
        environment: ["SWTRACE_DIR=\(scratch.path)"])
      #expect(run.status == 0, "\(run.errors)")
      // 32 and 33 are the C library's own.
      func ignored(_ run: ProgramRun) throws -> UInt32 {
        try #require(UInt32(run.output.dropLast().suffix(8), radix: 16)) & 0x7fff_ffff
      }
      #expect(try ignored(run) == ignored(bare))
      #expect(try ignored(run) != 0)
    }
  }

  @Test(.enabled(if: hasKernel, "needs root and tracefs"))
  func `a bracketed system call stands between its markers every time`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("bracket", into: scratch.path) == nil)
    let run = record(
      ["-b", "16M", "-e", "getppid,bracket:*", "--only", "./bracket", "10000"], in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    let text = ProgramRun.swtrace(["print", "--format", "ndjson"], in: scratch.path).output
    var names: [Substring] = []
    for line in text.split(separator: "\n") {
      guard let range = line.firstRange(of: "\"event\":\"") else { continue }
      names.append(line[range.upperBound...].prefix { $0 != "\"" })
    }
    let cycle: [Substring] = [
      "bracket:before", "raw_syscalls:sys_enter", "raw_syscalls:sys_exit", "bracket:after",
    ]
    #expect(names.count == 40_000)
    let misplaced = names.enumerated().filter { $1 != cycle[$0 % 4] }.count
    #expect(misplaced == 0)
  }

  @Test(.enabled(if: hasKernel, "needs root and tracefs"))
  func `a recorder killed at random moments leaves a trace that opens`() throws {
    let scratch = try Scratch()
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      let delay = Double.random(in: 0.02...0.2, using: &generator)
      let script = """
        '\(ProgramRun.swtrace)' record -q -e sched,syscalls -o k.swt & victim=$!
        sleep \(delay); kill -9 $victim; wait $victim 2>/dev/null; true
        """
      _ = ProgramRun.run("sh", ["-c", script], in: scratch.path)
      if unsafe access(scratch.path + "/k.swt", F_OK) == 0 {
        let info = ProgramRun.swtrace(["info", "k.swt"], in: scratch.path)
        let isEmpty = info.errors.contains("empty, not a trace")
        #expect(info.status == 0 || isEmpty, "\(info.errors)")
      }
    }
    let last = ProgramRun.swtrace(
      ["record", "-q", "-d", "100ms", "-e", "sched", "-o", "last.swt"], in: scratch.path)
    #expect(last.status == 0, "\(last.errors)")
    let left = ProgramRun.run(
      "sh",
      [
        "-c",
        """
        # Those of other recorders are theirs as long as they live, and one that they save at this
        # moment they remove then.
        left() {
          ls /sys/kernel/tracing/instances | sed -n 's/^swtrace-\\([0-9]*\\).*/\\1/p' \
            | while read pid; do [ -d /proc/$pid ] || echo $pid; done | wc -l
        }
        for n in $(seq 600); do [ $(left) = 0 ] && break; sleep 0.1; done; left
        """,
      ])
    #expect(left.output == "0\n")
  }

  @Test(.enabled(if: hasKernel, "needs root and tracefs"))
  func `the recorder's own system calls are not in the trace`() throws {
    let scratch = try Scratch()
    // Other recorders may be at work on this machine: this one is known by its number.
    let script = "echo $$; exec '\(ProgramRun.swtrace)' record -q -d 500ms -e syscalls"
    let run = ProgramRun.run("sh", ["-c", script], in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    let pid = try #require(Int(run.output.prefix { $0.isNumber }))
    let own = ProgramRun.swtrace(["print", "--where", "pid == \(pid)"], in: scratch.path)
    let lines = own.output.split(separator: "\n").filter { !$0.contains(" machine:") }
    #expect(lines == [])
  }

  @Test(.enabled(if: geteuid() == 0, "mounting a small tmpfs needs root"))
  func `a full disk ends the recording with what fits`() throws {
    let scratch = try Scratch()
    #expect(MarkedProgram.compile("exact", into: scratch.path) == nil)
    let script = """
      mkdir small && mount -t tmpfs -o size=64k none small || exit 99
      '\(ProgramRun.swtrace)' record -q --no-kernel --max-size 1G -o small/t.swt \
        sh -c 'for n in $(seq 20); do ./exact 150000; done'
      status=$?; '\(ProgramRun.swtrace)' info small/t.swt >/dev/null; opened=$?
      umount small; exit $((status * 10 + opened))
      """
    let run = ProgramRun.run(
      "sh", ["-c", script], in: scratch.path, environment: ["SWTRACE_DIR=\(scratch.path)"])
    guard run.status != 99 else { return }
    // 125 (record's own failure with a command) and a file that opens.
    #expect(run.status == (125 * 10) & 0xff, "\(run.errors)")
    #expect(run.errors.contains("No space left"))
  }
}
