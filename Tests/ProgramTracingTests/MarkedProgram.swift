import Glibc
import Synchronization

/// A C program of Tests/Programs, compiled with the runtime's sources.
struct MarkedProgram {
  let path: String

  private static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  private static let build = Mutex<[String: Bool]>([:])
  private static let place = "\(temporaryDirectory())/swtrace-programs-\(getpid())"

  /// Compiles `name`.c, once a test run.
  init(_ name: String) {
    path = "\(Self.place)/\(name)"
    let source = "\(Self.root)/Tests/Programs/\(name).c"
    Self.build.withLock { built in
      guard built[name] == nil else { return }
      if built.isEmpty {
        unsafe mkdir(Self.place, 0o700)
        atexit { _ = run(["/bin/sh", "-c", "rm -rf \(MarkedProgram.place)"]) }
      }
      let include = "\(Self.root)/Sources/CSwtrace/include"
      let runtime = "\(Self.place)/runtime"
      var script = ""
      if built.isEmpty {
        script = """
          mkdir \(runtime) && cd \(runtime) && cc -std=gnu11 -O2 -D_GNU_SOURCE -I\(include) \
          -c \(Self.root)/Sources/CSwtrace/*.c &&
          """
      }
      script +=
        " cc -std=gnu11 -O2 -D_GNU_SOURCE -I\(include) \(source) \(runtime)/*.o -o \(path) -lpthread"
      built[name] = run(["/bin/sh", "-c", script]) == 0
    }
  }

  /// Starts the program with its markers' files in `directory`.
  func start(
    _ arguments: [String] = [], in directory: String, environment: [String] = []
  ) -> pid_t {
    spawn([path] + arguments, environment: ["SWTRACE_DIR=\(directory)"] + environment)
  }
}

func temporaryDirectory() -> String {
  unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
}

/// Starts a program; its number, or one that nobody has: -1 would be everybody's to kill.
func spawn(_ arguments: [String], environment: [String] = ["PATH=/usr/bin:/bin"]) -> pid_t {
  var pid: pid_t = 0
  let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
  let variables = unsafe environment.map { unsafe strdup($0) } + [nil]
  defer { unsafe (words + variables).forEach { unsafe free($0) } }
  // Threads that run tests block signals; a child must not inherit that.
  var attributes = posix_spawnattr_t()
  var none = sigset_t()
  unsafe posix_spawnattr_init(&attributes)
  unsafe sigemptyset(&none)
  unsafe posix_spawnattr_setsigmask(&attributes, &none)
  unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
  defer { unsafe posix_spawnattr_destroy(&attributes) }
  let error = unsafe posix_spawn(&pid, arguments[0], nil, &attributes, words, variables)
  return error == 0 ? pid : .max
}

/// Waits for a child; its exit status, or 128 + the signal, or 127 where it is none.
@discardableResult
func wait(for pid: pid_t) -> Int32 {
  var status: Int32 = 0
  while unsafe waitpid(pid, &status, 0) != pid {
    guard errno == EINTR else { return 127 }
  }
  return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
}

/// Kills a child and takes its status.
func end(_ pid: pid_t) {
  kill(pid, SIGKILL)
  wait(for: pid)
}

func run(_ arguments: [String]) -> Int32 {
  wait(for: spawn(arguments, environment: ["PATH=/usr/local/bin:/usr/bin:/bin"]))
}

/// A directory of a test's own in memory, removed with what is in it.
final class ScratchDirectory {
  let path: String
  private static let count = Atomic<Int>(0)

  init() {
    let number = Self.count.add(1, ordering: .relaxed).newValue
    path = "/dev/shm/swtrace-test-\(getpid())-\(number)"
    unsafe mkdir(path, 0o700)
  }

  deinit {
    _ = run(["/bin/rm", "-rf", path])
  }

  var names: [String] {
    var names: [String] = []
    guard let listing = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(listing) }
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
