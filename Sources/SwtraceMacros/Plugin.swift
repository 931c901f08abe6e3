internal import SwiftCompilerPlugin
internal import SwiftSyntaxMacros

@main
struct SwtracePlugin: CompilerPlugin {
  let providingMacros: [any Macro.Type] = [
    EventMarkerMacro.self, SpanMarkerMacro.self, CounterMarkerMacro.self,
  ]
}
