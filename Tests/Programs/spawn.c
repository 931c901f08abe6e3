/* posix_spawn and system from a marked program.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv) {
  int writer = argc > 1 ? 2 : 1;
  for (long i = 1; i <= 100; i++) SWTRACE_EVENT("spawn", "hit", "writer", writer, "number", i);
  if (argc > 1) return 0;
  char *arguments[] = {argv[0], "child", 0};
  pid_t child;
  int status = 1;
  if (posix_spawn(&child, "/proc/self/exe", 0, 0, arguments, environ)) return 1;
  waitpid(child, &status, 0);
  return status != 0 || system("true") != 0;
}
