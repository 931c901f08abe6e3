/* ends WAY: hits, then ends in that way, in the middle of everything.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void *hits(void *argument) {
  for (long i = 1; i <= 1000; i++) SWTRACE_EVENT("ends", "hit", "writer", (long)argument, "number", i);
  return 0;
}
static long deeper(volatile long *depth) {
  volatile char room[4096];
  room[0] = (char)*depth;
  return deeper(depth) + room[0];
}
static volatile int is_waiting;
static void *waits(void *argument) {
  hits(argument);
  is_waiting = 1;
  for (;;) pause();
}

int main(int argc, char **argv) {
  const char *way = argc > 1 ? argv[1] : "";
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  pthread_t thread;
  if (pthread_create(&thread, 0, hits, (void *)2L)) return 1;
  pthread_join(thread, 0);
  if (pthread_create(&thread, 0, waits, (void *)3L)) return 1;
  hits((void *)1L);
  while (!is_waiting) usleep(1000);
  volatile long depth = 0;
  if (strcmp(way, "_exit") == 0) _exit(0);
  if (strcmp(way, "abort") == 0) abort();
  if (strcmp(way, "null") == 0) *(volatile int *)depth = 1;
  if (strcmp(way, "stack") == 0) return (int)deeper(&depth);
  if (strcmp(way, "terminated") == 0) raise(SIGTERM);
  if (strcmp(way, "quick") == 0) quick_exit(0);
  if (strcmp(way, "thread") == 0) pthread_cancel(thread), pthread_exit(0);
  return 1;
}
