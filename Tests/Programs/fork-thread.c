/* A thread forks while two others hit; each child hits as a process of its own.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int over;

static void *hits(void *argument) {
  long writer = (long)argument, i = 0;
  while (!over) {
    i++;
    SWTRACE_EVENT("fork", "hit", "writer", writer, "number", i);
    /* Slower after a while: a buffer of 4 MiB lasts however long the forks take. */
    if (i % 64 == 0) usleep(i < 40000 ? 100 : 20000);
  }
  return (void *)i;
}
static void *forks(void *argument) {
  for (long child = 1, count = (long)argument; child <= count; child++) {
    pid_t pid = fork();
    if (pid == 0) {
      for (long i = 1; i <= 100; i++) SWTRACE_EVENT("fork", "hit", "writer", 100 + child, "number", i);
      _exit(0);
    }
    waitpid(pid, 0, 0);
  }
  return 0;
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 20;
  pthread_t threads[3];
  void *first, *second;
  pthread_create(&threads[0], 0, hits, (void *)1L);
  pthread_create(&threads[1], 0, hits, (void *)2L);
  pthread_create(&threads[2], 0, forks, (void *)count);
  pthread_join(threads[2], 0);
  over = 1;
  pthread_join(threads[0], &first);
  pthread_join(threads[1], &second);
  printf("first %ld second %ld\n", (long)first, (long)second);
  return 0;
}
