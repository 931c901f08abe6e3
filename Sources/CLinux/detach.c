#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static void point_nowhere(int first, int last) {
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0) return;
  for (int descriptor = first; descriptor <= last; descriptor++) dup2(nowhere, descriptor);
  if (nowhere > 2) close(nowhere);
}

pid_t swtrace_linux_detach(int *ready) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child < 0) {
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    errno = error;
    return -1;
  }
  close(ends[child == 0 ? 0 : 1]);
  *ready = ends[child == 0 ? 1 : 0];
  if (child == 0) {
    setsid();
    point_nowhere(0, 0);
  }
  return child;
}

void swtrace_linux_detached(int ready) {
  point_nowhere(1, 2);
  ssize_t written = write(ready, "", 1);
  (void)written;
  close(ready);
}

int swtrace_linux_wait_detached(pid_t child, int ready) {
  char byte;
  ssize_t got;
  do got = read(ready, &byte, 1);
  while (got < 0 && errno == EINTR);
  close(ready);
  if (got == 1) return 0;
  int status;
  pid_t ended;
  do ended = waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  if (ended != child) return 1;
  if (WIFEXITED(status)) return WEXITSTATUS(status) ? WEXITSTATUS(status) : 1;
  return 128 + WTERMSIG(status);
}
