import Glibc
import SyntheticTrace
import Testing
import TraceFile

@testable import SwtraceCommand

@Suite struct ViewCommandTests {
  private static let time = ["TZ=UTC0", "XDG_CACHE_HOME=/nonexistent"]

  private static func view(_ arguments: [String], in folder: String) -> ProgramRun {
    ProgramRun.swtrace(["view", "small.swt"] + arguments, in: folder, environment: time)
  }

  struct Look: Sendable, CustomTestStringConvertible {
    var screen: String
    var columns: Int
    var rows: Int
    var keys = ""
    var name = ""

    var testDescription: String { "\(screen)-\(columns)x\(rows)\(name.isEmpty ? "" : "-" + name)" }
  }

  static let looks =
    ["cpu", "thread", "events", "stats"].flatMap { screen in
      [(80, 24), (120, 40), (200, 60)].map { Look(screen: screen, columns: $0.0, rows: $0.1) }
    } + [
      Look(screen: "cpu", columns: 120, rows: 40, keys: "wwwjjj", name: "zoomed"),
      Look(screen: "thread", columns: 120, rows: 40, keys: "wwwwjj, ", name: "unfolded"),
      Look(
        screen: "cpu", columns: 80, rows: 24, keys: "m,Right,Right,Right,Right,m", name: "marked"),
      Look(screen: "cpu", columns: 120, rows: 40, keys: "?", name: "help"),
      Look(screen: "cpu", columns: 120, rows: 40, keys: ":zoom", name: "palette"),
      Look(screen: "events", columns: 120, rows: 40, keys: "jjjm", name: "moved"),
      Look(screen: "stats", columns: 120, rows: 40, keys: "Tab,Tab,jj", name: "tables"),
      Look(screen: "thread", columns: 120, rows: 40, keys: "!", name: "problem"),
    ]

  @Test(arguments: looks)
  func `a screen as text stays as it is`(look: Look) throws {
    let scratch = try Scratch()
    try SmallTrace(rounds: 3, events: 400).write(in: scratch.path)
    var arguments = [
      "--print", look.screen, "--columns", "\(look.columns)", "--rows", "\(look.rows)",
    ]
    if !look.keys.isEmpty { arguments += ["--keys", look.keys] }
    let run = Self.view(arguments, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    Golden.expect(run.output, "Tests/Golden/view/\(look.testDescription).txt")
    for line in run.output.split(separator: "\n") { #expect(line.count <= look.columns) }
  }

  @Test func `the place, the filter and the table can be said`() throws {
    let scratch = try Scratch()
    try SmallTrace(rounds: 3, events: 400).write(in: scratch.path)
    let cpu = Self.view(["--print", "cpu", "--at", "50%", "--span", "100us"], in: scratch.path)
    #expect(cpu.output.contains(" 100 us "), "\(cpu.output) \(cpu.errors)")
    let events = Self.view(["--print", "events", "--where", "cpu == 1"], in: scratch.path)
    #expect(events.output.contains("F: cpu == 1"), "\(events.output) \(events.errors)")
    let instants = Self.view(["--print", "events", "--where", "dur > 1ms"], in: scratch.path)
    #expect(instants.output.contains("\n 'dur' asks about what takes time"), "\(instants.output)")
    let narrow = Self.view(
      ["--print", "events", "--where", "comm ~ \"worker*\"", "--columns", "80"], in: scratch.path)
    #expect(narrow.output.hasPrefix(" small.swt  "), "\(narrow.output) \(narrow.errors)")
    let stats = Self.view(["--print", "stats", "--table", "syscalls"], in: scratch.path)
    #expect(stats.output.contains("[syscalls]"), "\(stats.output) \(stats.errors)")
  }

  @Test(
    arguments: [
      (["--print", "cup"], "cpu"), (["--print", "cpu", "--at", "1h"], "long"),
      (["--print", "cpu", "--where", "pod == 3"], "pod"),
      (["--print", "stats", "--table", "thread"], "threads"),
      (["--print", "cpu", "--rows", "3"], "between 4 and 1000"),
      (["--print", "cpu", "--columns", "5"], "between 20 and 1000"),
      (["--print", "cpu", "--span", "0"], "longer than nothing"),
      ([], "not a terminal"),
    ])
  func `what cannot be shown is refused in words`(arguments: [String], words: String) throws {
    let scratch = try Scratch()
    try SmallTrace(rounds: 1, events: 40).write(in: scratch.path)
    let run = Self.view(arguments, in: scratch.path)
    #expect(run.status != 0)
    #expect(run.output == "")
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test(arguments: ["empty", "cut", "noise", "folder", "missing"])
  func `files that are no whole trace are told or shown as far as they go`(kind: String) throws {
    let scratch = try Scratch()
    let path = try SmallTrace(rounds: 3, events: 100).write(in: scratch.path, cut: kind == "cut")
    switch kind {
    case "empty": #expect(TextFile.write("", path))
    case "noise": #expect(TextFile.write("no trace at all\n", path))
    case "folder":
      unsafe unlink(path)
      unsafe mkdir(path, 0o755)
    case "missing": unsafe unlink(path)
    default: break
    }
    let run = Self.view(["--print", "cpu"], in: scratch.path)
    if kind == "cut" {
      #expect(run.status == 0)
      #expect(run.output.contains("CPU1"))
    } else {
      #expect(run.status == 1)
      #expect(run.errors.contains("small.swt"), "\(run.errors)")
    }
  }

  @Test func `a part that is exported opens alone`() throws {
    let scratch = try Scratch()
    try SmallTrace(rounds: 3, events: 400).write(in: scratch.path)
    let run = Self.view(
      ["--print", "cpu", "--at", "25%", "--span", "300us", "--keys", "e,Ctrl-U,part.swt,Enter"],
      in: scratch.path)
    #expect(run.output.contains("events written to part.swt"), "\(run.output) \(run.errors)")
    let part = ProgramRun.swtrace(["info", "part.swt"], in: scratch.path)
    #expect(part.status == 0, "\(part.errors)")
    let again = Self.view(
      ["--print", "cpu", "--at", "25%", "--span", "300us", "--keys", "e,Ctrl-U,part.swt,Enter"],
      in: scratch.path)
    #expect(again.output.contains("part.swt: File exists"), "\(again.output)")
  }

  static func largeTrace(in folder: String) throws -> String {
    var trace = SyntheticTrace(seed: 5, cpus: 4, threads: 40, processes: 1)
    let path = folder + "/large.swt"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    try trace.write(to: descriptor, rounds: 44, events: 5000)
    return path
  }

  @Test func `levels of a large trace are kept, used and made anew when damaged`() throws {
    let scratch = try Scratch()
    let trace = try Self.largeTrace(in: scratch.path)
    let levels = trace + ".levels"
    func print() -> ProgramRun {
      ProgramRun.swtrace(
        ["view", "large.swt", "--print", "cpu"], in: scratch.path, environment: Self.time)
    }
    func status() -> (inode: ino_t, mode: mode_t, bytes: Int) {
      var status = stat()
      guard unsafe lstat(levels, &status) == 0 else { return (0, 0, 0) }
      return (status.st_ino, status.st_mode, Int(status.st_size))
    }
    let first = print()
    #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
    let kept = status()
    #expect(kept.mode == S_IFREG | 0o600 && kept.bytes > 1000 && kept.bytes < 8 << 20)
    #expect(print().output == first.output)
    #expect(status().inode == kept.inode)
    let unread = ProgramRun.swtrace(
      ["view", "large.swt", "--print", "thread", "--times"], in: scratch.path,
      environment: Self.time)
    #expect(unread.output.contains("worker-10") && unread.output.contains("░"))
    #expect(unread.output.contains("index 0%"), "\(unread.output)")
    #expect(unsafe truncate(levels, off_t(kept.bytes / 2)) == 0)
    #expect(print().output == first.output)
    #expect(status().bytes == kept.bytes)
  }

  @Test func `levels are kept in the cache where others may write beside the trace`() throws {
    let scratch = try Scratch()
    let trace = try Self.largeTrace(in: scratch.path)
    #expect(unsafe chmod(scratch.path, 0o777) == 0)
    let cache = scratch.path + "/cache"
    func print() -> ProgramRun {
      ProgramRun.swtrace(
        ["view", "large.swt", "--print", "cpu"], in: scratch.path,
        environment: ["TZ=UTC0", "XDG_CACHE_HOME=\(cache)"])
    }
    let first = print()
    #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
    let kept = ProgramRun.run("sh", ["-c", "ls cache/swtrace"], in: scratch.path).output
    #expect(kept.hasSuffix(".levels\n") && kept.utf8.count == 32 + 8, "\(kept)")
    var status = stat()
    #expect(unsafe lstat(trace + ".levels", &status) != 0)
    let path = "\(cache)/swtrace/\(kept.dropLast())"
    #expect(unsafe lstat(path, &status) == 0 && status.st_mode == S_IFREG | 0o600)
    let inode = status.st_ino
    #expect(print().output == first.output)
    #expect(unsafe lstat(path, &status) == 0 && status.st_ino == inode)
  }

  @Test func `levels that stand behind a link are not read, and the link is replaced`() throws {
    let scratch = try Scratch()
    let trace = try Self.largeTrace(in: scratch.path)
    let other = scratch.path + "/other"
    let empty = unsafe open(other, O_WRONLY | O_CREAT, 0o600)
    close(empty)
    #expect(unsafe symlink(other, trace + ".levels") == 0)
    let run = ProgramRun.swtrace(
      ["view", "large.swt", "--print", "cpu"], in: scratch.path, environment: Self.time)
    #expect(run.status == 0)
    var status = stat()
    #expect(unsafe lstat(other, &status) == 0 && status.st_size == 0)
    #expect(unsafe lstat(trace + ".levels", &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
  }

  @Test func `keys of one's own are read, and what is wrong with them is told by its line`() throws
  {
    let scratch = try Scratch()
    try SmallTrace(rounds: 3, events: 400).write(in: scratch.path)
    unsafe mkdir(scratch.path + "/swtrace", 0o700)
    func run(_ keys: String) throws -> ProgramRun {
      let path = scratch.path + "/swtrace/keys"
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      defer { close(descriptor) }
      try #require(unsafe write(descriptor, keys, keys.utf8.count) == keys.utf8.count)
      return ProgramRun.swtrace(
        ["view", "small.swt", "--print", "cpu", "--keys", "XX"], in: scratch.path,
        environment: Self.time + ["XDG_CONFIG_HOME=\(scratch.path)"])
    }
    let zoomed = Self.view(["--print", "cpu", "--keys", "ww"], in: scratch.path)
    let own = try run("zoom.in X w\n")
    #expect(own.status == 0 && zoomed.status == 0)
    #expect(own.output.split(separator: "\n")[1] == zoomed.output.split(separator: "\n")[1])
    let wrong = try run("# mine\nzoom.inn X\n")
    #expect(wrong.status == 1)
    #expect(
      wrong.errors == """
        swtrace: \(scratch.path)/swtrace/keys:2: no command is called 'zoom.inn'
        hint: did you mean 'zoom.in'?

        """)
  }
}
