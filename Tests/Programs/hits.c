/* hits THREADS COUNT [BATCH PAUSE_US]: each thread hits app:hit COUNT times with its number and a running
 * number, pausing after every BATCH hits; prints how often the marker was seen on. */
#include <swtrace.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static long count, batch, pause_us;

static void *run(void *argument) {
  long thread = (long)argument;
  for (long i = 0; i < count; i++) {
    SWTRACE_EVENT("app", "hit", "thread", (int)thread, "number", i);
    if (batch && i % batch == batch - 1) usleep((useconds_t)pause_us);
  }
  return 0;
}

int main(int argc, char **argv) {
  long threads = argc > 1 ? atol(argv[1]) : 1;
  count = argc > 2 ? atol(argv[2]) : 1000;
  batch = argc > 3 ? atol(argv[3]) : 0;
  pause_us = argc > 4 ? atol(argv[4]) : 0;
  pthread_t *others = calloc((size_t)threads, sizeof *others);
  for (long i = 1; i < threads; i++)
    if (pthread_create(&others[i], 0, run, (void *)i)) return 1;
  run(0);
  for (long i = 1; i < threads; i++) pthread_join(others[i], 0);
  return 0;
}
