/* The child of a vfork writes as its parent's thread.
 *
 * flags: -std=gnu11 -Wno-deprecated-declarations */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  volatile long i = 1;
  for (; i <= 100; i++) SWTRACE_EVENT("vfork", "hit", "writer", 1, "number", i);
  pid_t child = vfork();
  if (child == 0) {
    for (; i <= 300; i++) SWTRACE_EVENT("vfork", "hit", "writer", 1, "number", i);
    _exit(0);
  }
  waitpid(child, 0, 0);
  for (; i <= 400; i++) SWTRACE_EVENT("vfork", "hit", "writer", 1, "number", i);
  return 0;
}
