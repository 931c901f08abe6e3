/* The grandchild of a double fork, in a session of its own, closed descriptors.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    setsid();
    if (fork()) _exit(0);
    for (int i = 0; i < 64; i++) close(i);
    if (chdir("/")) return 1;
    for (long i = 1; i <= 1000; i++) SWTRACE_EVENT("daemon", "hit", "writer", 1, "number", i);
    _exit(0);
  }
  waitpid(child, 0, 0);
  usleep(200000);
  return 0;
}
