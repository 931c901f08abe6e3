/* Hits one marker N times; prints how often. The second argument waits for a recorder: the number of
 * milliseconds given to it before the first hit; the third is of how many hits a millisecond is paused.
 *
 * flags: -std=c99 -D_GNU_SOURCE */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 1000;
  if (argc > 2) usleep((unsigned)atoi(argv[2]) * 1000);
  long batch = argc > 3 ? atol(argv[3]) : 0;
  for (long i = 1; i <= count; i++) {
    SWTRACE_EVENT("hot", "loop", "writer", 1, "number", i);
    if (batch && i % batch == 0) usleep(1000);
  }
  printf("hits %ld\n", count);
  return 0;
}
