/* Brackets a system call with two markers, as many times as the first argument says. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "swtrace.h"

int main(int count, char **words) {
  int times = count > 1 ? atoi(words[1]) : 10000;
  for (int number = 0; number < times; number++) {
    SWTRACE_EVENT("bracket", "before", "number", number);
    syscall(SYS_getppid);
    SWTRACE_EVENT("bracket", "after", "number", number);
  }
  return 0;
}
