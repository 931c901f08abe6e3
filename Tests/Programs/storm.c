/* storm SIDE THREADS: threads that hit as fast as they can until somebody kills them. Behind each hit
 * its number stands in the file SIDE, at the thread's number; at 0 how many threads have begun.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile long *side;

static void *hits(void *argument) {
  long writer = (long)argument;
  __atomic_fetch_add(&side[0], 1, __ATOMIC_RELAXED);
  for (long i = 1;; i++) {
    if (i % 3)
      SWTRACE_EVENT("storm", "hit", "writer", writer, "number", i);
    else
      SWTRACE_EVENT("storm", "hit", "writer", writer, "number", i, "text", "a longer one, now and then");
    side[writer * 8] = i;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 3) return 1;
  int descriptor = open(argv[1], O_RDWR);
  side = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (side == MAP_FAILED) return 1;
  for (long i = 2; i <= atol(argv[2]); i++) {
    pthread_t thread;
    if (pthread_create(&thread, 0, hits, (void *)i)) return 1;
  }
  hits((void *)1L);
  return 0;
}
