import Glibc
import SwtraceCommand

exit(Invocation.run(CommandLine.arguments))
