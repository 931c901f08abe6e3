/* Hits a marker exactly as many times as the first argument says, and exits at once. */
#include <stdlib.h>

#include "swtrace.h"

int main(int count, char **words) {
  int times = count > 1 ? atoi(words[1]) : 1000;
  for (int number = 0; number < times; number++)
    SWTRACE_EVENT("exact", "hit", "number", number, "times", times);
  return 0;
}
