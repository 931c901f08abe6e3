import Glibc
import SyntheticTrace

/// Writes a synthetic trace of a large machine, for swtrace-bench: `wide-trace FILE EVENTS`.
let words = CommandLine.arguments
guard words.count == 3, let events = Int(words[2]) else { exit(2) }
let descriptor = unsafe open(words[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
guard descriptor >= 0 else {
  unsafe perror(words[1])
  exit(1)
}
let cpus = 256
let cgroups = (0..<12).map { "/kubepods.slice/pod\($0)" }
var trace = SyntheticTrace(
  seed: 1, cpus: cpus, threads: 5000, processes: 0, systemCalls: 300,
  topology: SyntheticTopology(nodes: 2, caches: 32, cgroups: cgroups))
try trace.write(
  to: descriptor, rounds: max(1, events / cpus / 4000), events: 4000, isComplete: true)
close(descriptor)
