/* main returns while other threads hit.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <pthread.h>
#include <unistd.h>

static int begun;

static void *hits(void *argument) {
  for (long i = 1;; i++) {
    SWTRACE_EVENT("busy", "hit", "writer", (long)argument, "number", i);
    __atomic_store_n(&begun, 1, __ATOMIC_RELEASE);
  }
  return 0;
}

int main(void) {
  for (long i = 1; i <= 3; i++) {
    pthread_t thread;
    if (pthread_create(&thread, 0, hits, (void *)i)) return 1;
  }
  do usleep(5000);
  while (!__atomic_load_n(&begun, __ATOMIC_ACQUIRE));
  return 0;
}
