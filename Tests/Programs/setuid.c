/* Gives up root between hits; a child forked afterwards belongs to the other user.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  for (long i = 1; i <= 500; i++) SWTRACE_EVENT("setuid", "hit", "writer", 1, "number", i);
  if (setgid(65534) || setuid(65534)) return 1;
  for (long i = 501; i <= 1000; i++) SWTRACE_EVENT("setuid", "hit", "writer", 1, "number", i);
  pid_t child = fork();
  if (child == 0) {
    for (long i = 1; i <= 10; i++) SWTRACE_EVENT("setuid", "hit", "writer", 2, "number", i);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  return status != 0;
}
