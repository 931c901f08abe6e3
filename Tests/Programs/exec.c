/* Hits, then executes itself: a second file.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <unistd.h>

int main(int argc, char **argv) {
  int writer = argc > 1 ? 2 : 1;
  for (long i = 1; i <= 100; i++) SWTRACE_EVENT("exec", "hit", "writer", writer, "number", i);
  if (argc > 1) return 0;
  char *again[] = {argv[0], "again", 0};
  execv("/proc/self/exe", again);
  return 1;
}
