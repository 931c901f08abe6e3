/* Hits one marker N times; prints how often. The second argument waits for a recorder: the number of
 * milliseconds given to it before the first hit.
 *
 * flags: -std=c99 -D_GNU_SOURCE */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 1000;
  if (argc > 2) usleep((unsigned)atoi(argv[2]) * 1000);
  for (long i = 1; i <= count; i++) SWTRACE_EVENT("hot", "loop", "writer", 1, "number", i);
  printf("hits %ld\n", count);
  return 0;
}
