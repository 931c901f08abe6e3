/* Killed at a named place: hits, chunk changes, threads, losses. After each hit its number stands in a
 * file that the test owns (the first argument). Built with -DSWTRACE_TESTPOINTS.
 *
 * flags: -std=gnu11 -pthread -DSWTRACE_TESTPOINTS */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile long *side;
static volatile long handled;

static void handler(int number) {
  (void)number;
  for (int k = 0; k < 200; k++) {
    handled++;
    SWTRACE_EVENT("killed", "hit", "writer", 3L, "number", handled);
    side[3] = handled;
  }
}

static void hits(long writer, long count) {
  for (long i = side[writer] + 1, last = side[writer] + count; i <= last; i++) {
    SWTRACE_EVENT("killed", "hit", "writer", writer, "number", i, "text", "some text to fill it");
    side[writer] = i;
  }
}
static void *thread_hits(void *argument) {
  hits((long)argument, 500);
  return 0;
}

int main(int argc, char **argv) {
  int descriptor = open(argv[1], O_RDWR);
  side = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (argc < 2 || side == MAP_FAILED) return 1;
  signal(SIGUSR1, handler);
  hits(1, 5000);
  pthread_t thread;
  pthread_create(&thread, 0, thread_hits, (void *)2L);
  pthread_join(thread, 0);
  hits(1, 40000);
  side[0] = 1;
  return 0;
}
