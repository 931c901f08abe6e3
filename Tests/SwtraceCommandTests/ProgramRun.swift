import Glibc
import Testing

/// A program that has run: what it printed and how it ended.
struct ProgramRun {
  /// As a shell tells it: 128 + the signal where one ended it.
  var status: Int32
  var output: String
  var errors: String

  /// The swtrace of this build, which stands beside the tests.
  static let swtrace: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/") + "/swtrace"
  }()

  /// Before a command: it runs with mounts and process numbers of its own, and all of it ends with it.
  static let apart = [
    "unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
    "--mount-proc",
  ]

  /// Whether commands may run so and mount what they like: not everywhere may root.
  static let canBeApart =
    geteuid() == 0
    && ProgramRun.run(
      apart[0], Array(apart.dropFirst()) + ["mount", "-t", "tmpfs", "none", "/dev/shm"]
    ).status == 0

  /// A shell function: `begun WORD` waits until `swtrace sessions` shows the word and a session is
  /// published below $SWTRACE_DIR: programs that start from then on are recorded.
  static let begun = """
    begun() {
      for w in $(seq 600); do
        '\(ProgramRun.swtrace)' sessions | grep -q "$1" &&
          ls "$SWTRACE_DIR"/session-* >/dev/null 2>&1 && return
        sleep 0.1
      done
    }

    """

  static let hasPython = ProgramRun.run("python3", ["-c", ""]).status == 0

  /// Runs swtrace in `folder` with standard input empty or `input`.
  static func swtrace(
    _ arguments: [String], in folder: String = "/tmp", input: [UInt8] = [],
    environment: [String] = []
  ) -> ProgramRun {
    run(swtrace, arguments, in: folder, input: input, environment: environment)
  }

  static func run(
    _ program: String, _ arguments: [String], in folder: String = "/tmp", input: [UInt8] = [],
    environment: [String] = []
  ) -> ProgramRun {
    let (inFile, outFile, errorFile) = (temporary(), temporary(), temporary())
    defer { [inFile, outFile, errorFile].forEach { close($0) } }
    if !input.isEmpty { unsafe write(inFile, input, input.count) }
    lseek(inFile, 0, SEEK_SET)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, inFile, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, outFile, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errorFile, 2)
    var words =
      unsafe (["env", "-C", folder, program] + arguments).map { unsafe strdup($0) } + [nil]
    var variables =
      unsafe (["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm", "LC_ALL=C"] + environment)
      .map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    // Threads that run tests block signals; a shell that waits would then wait for ever.
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    unsafe posix_spawnattr_init(&attributes)
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var child = pid_t()
    let failed = unsafe posix_spawn(
      &child, "/usr/bin/env", &actions, &attributes, &words, &variables)
    guard failed == 0 else {
      return ProgramRun(status: 127, output: "", errors: "cannot run \(program)")
    }
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return ProgramRun(
      status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: contents(outFile),
      errors: contents(errorFile))
  }

  /// A file without a name.
  private static func temporary() -> Int32 {
    var template = Array("/tmp/swtrace-run-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unsafe unlink(template)
    return descriptor
  }

  private static func contents(_ descriptor: Int32) -> String {
    lseek(descriptor, 0, SEEK_SET)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while case let got = unsafe read(descriptor, &piece, piece.count), got > 0 {
      bytes.append(contentsOf: piece[..<got])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
