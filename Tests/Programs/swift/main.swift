/// Traced programs, one behaviour for each first argument; SwtraceTests reads what they recorded.
let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "fields": emitFields()
case "hits": hits(threads: number(1), count: number(2))
case "off": emitOff()
case "local": emitLocal(number(1))
case "spans": await emitSpans()
case "tasks": await runTasks()
case "early": print("main")
case "cost": cost(burst: number(1), rounds: number(2))
default:
  print(
    "usage: TracedSwift fields | hits THREADS COUNT | off | local TIMES | spans | tasks | early | cost BURST ROUNDS"
  )
}

func number(_ index: Int) -> Int {
  arguments.dropFirst(index).first.flatMap { Int($0) } ?? 1
}
