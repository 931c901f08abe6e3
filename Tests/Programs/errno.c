/* errno is the same behind a marker, whatever path it takes.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int changed;

static __attribute__((constructor(200))) void first(void) {
  errno = 4711;
  SWTRACE_EVENT("errno", "constructor");
  if (errno != 4711) changed++;
}
static void *hits(void *argument) {
  for (long i = 1; i <= 20000; i++) {
    errno = 4711;
    SWTRACE_EVENT("errno", "hit", "writer", (long)argument, "number", i);
    if (errno != 4711) changed++;
  }
  return 0;
}

int main(void) {
  hits((void *)1L);
  pthread_t thread;
  pthread_create(&thread, 0, hits, (void *)2L);
  pthread_join(thread, 0);
  pid_t child = fork();
  if (child == 0) {
    hits((void *)3L);
    _exit(changed);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf("changed %d child %d\n", changed, status);
  return 0;
}
