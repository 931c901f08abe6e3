/* Many children by vfork, each executes this program again and hits as a process of its own.
 *
 * flags: -std=gnu11 -Wno-deprecated-declarations */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc > 2) {
    for (long i = 1; i <= 100; i++) SWTRACE_EVENT("vfork", "hit", "writer", atol(argv[2]), "number", i);
    return 0;
  }
  long count = argc > 1 ? atol(argv[1]) : 10, number = 0;
  for (long k = 1; k <= count; k++) {
    char text[20];
    snprintf(text, sizeof text, "%ld", 100 + k);
    char *again[] = {argv[0], "child", text, 0};
    pid_t child = vfork();
    if (child == 0) {
      number++;
      SWTRACE_EVENT("vfork", "hit", "writer", 1, "number", number);
      execv("/proc/self/exe", again);
      _exit(1);
    }
    waitpid(child, 0, 0);
    number++;
    SWTRACE_EVENT("vfork", "hit", "writer", 1, "number", number);
  }
  return 0;
}
