/* main returns while other threads hit.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <pthread.h>
#include <unistd.h>

static void *hits(void *argument) {
  for (long i = 1;; i++) SWTRACE_EVENT("busy", "hit", "writer", (long)argument, "number", i);
  return 0;
}

int main(void) {
  for (long i = 1; i <= 3; i++) {
    pthread_t thread;
    if (pthread_create(&thread, 0, hits, (void *)i)) return 1;
  }
  usleep(5000);
  return 0;
}
