/* A parent, its child, its grandchild; each writes as its own process.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void hits(int writer, long from, long to) {
  for (long i = from; i <= to; i++) SWTRACE_EVENT("fork", "hit", "writer", writer, "number", i);
}

int main(void) {
  hits(1, 1, 500);
  pid_t child = fork();
  if (child == 0) {
    hits(2, 1, 500);
    pid_t grandchild = fork();
    if (grandchild == 0) {
      hits(3, 1, 1000);
      _exit(0);
    }
    hits(2, 501, 1000);
    waitpid(grandchild, 0, 0);
    _exit(0);
  }
  hits(1, 501, 1000);
  waitpid(child, 0, 0);
  return 0;
}
