/* A child made by the system call clone, past the C library: registers at its first hit.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  (void)argv;
  for (long i = 1; i <= 100; i++) SWTRACE_EVENT("clone", "hit", "writer", 1, "number", i);
  long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    /* With an argument: off, until somebody sets bit 31. */
    if (argc > 1) sleep(10);
    for (long i = 1; i <= 100; i++) SWTRACE_EVENT("clone", "hit", "writer", 2, "number", i);
    _exit(0);
  }
  for (long i = 101; i <= 200; i++) SWTRACE_EVENT("clone", "hit", "writer", 1, "number", i);
  waitpid((pid_t)child, 0, 0);
  return 0;
}
