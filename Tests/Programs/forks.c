/* forks CHILDREN COUNT: hits app:hit COUNT times as itself, then in each of its forked children. */
#include <swtrace.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(long who, long count) {
  for (long i = 0; i < count; i++) SWTRACE_EVENT("app", "hit", "who", (int)who, "number", i);
}

int main(int argc, char **argv) {
  long children = argc > 1 ? atol(argv[1]) : 4, count = argc > 2 ? atol(argv[2]) : 100;
  run(0, count);
  for (long i = 1; i <= children; i++) {
    if (fork() == 0) {
      run(i, count);
      _exit(0);
    }
  }
  while (wait(0) > 0) {
  }
  return 0;
}
