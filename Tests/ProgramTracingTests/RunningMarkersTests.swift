import Events
import Glibc
import Testing

@testable import ProgramTracing

@Suite struct RunningMarkersTests {
  @Test func `running programs are listed with their markers`() throws {
    let scratch = ScratchDirectory()
    let once = MarkedProgram("once")
    let pids = (0..<3).map { _ in once.start(["300"], in: scratch.path) }
    // Without a place for its file, a program keeps it in memory of its own.
    let lone = once.start(["300"], in: "/nowhere")
    defer {
      for pid in pids + [lone] {
        kill(pid, SIGKILL)
        wait(for: pid)
      }
    }
    var running = RunningMarkers()
    wait {
      running = RunningMarkers()
      let words = running.markers.first { $0.type.qualifiedName == "app:words" }
      return Set(words?.processes ?? []).isSuperset(of: pids + [lone])
    }
    let words = try #require(running.markers.first { $0.type.qualifiedName == "app:words" })
    #expect(Set(words.processes).isSuperset(of: pids))
    #expect(words.processes.contains(lone))
    #expect(words.type.fields.map(\.name) == ["first", "number", "second"])

    let one = RunningMarkers(of: [pids[1]])
    #expect(one.markers.map(\.type.name).sorted() == ["once", "sleep", "sleep", "words"])
    #expect(one.markers.allSatisfy { $0.processes == [pids[1]] })
  }

  @Test func `a process without markers has none`() {
    let pid = spawn(["/bin/sleep", "300"])
    defer {
      kill(pid, SIGKILL)
      wait(for: pid)
    }
    #expect(RunningMarkers(of: [pid]).markers.isEmpty)
    #expect(RunningMarkers(of: [pid]).unreadable.isEmpty)
  }
}
