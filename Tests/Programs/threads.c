/* Short-lived threads, a hundred hits each, at most 64 alive at a time.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *hits(void *argument) {
  long writer = (long)argument;
  for (long i = 1; i <= 100; i++) SWTRACE_EVENT("threads", "hit", "writer", writer, "number", i);
  return 0;
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 1000;
  pthread_t threads[64];
  for (long i = 0; i < count; i++) {
    if (i >= 64) pthread_join(threads[i % 64], 0);
    if (pthread_create(&threads[i % 64], 0, hits, (void *)(i + 1))) return 1;
  }
  for (long i = count < 64 ? 0 : count - 64; i < count; i++) pthread_join(threads[i % 64], 0);
  printf("hits %ld\n", count * 100);
  return 0;
}
