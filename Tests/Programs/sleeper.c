/* Sleeps by the clock.
 *
 * Tells the time of all sleeps, and how much of it the thread computed. */
#include "../../Sources/CSwtrace/include/swtrace.h"
#include "truth.h"

int main(void) {
  name_thread("sleeper");
  uint64_t wall = 0, inside = 0, ran = 0;
  for (int i = 0; i < 100; i++) {
    uint64_t start = wall_ns();
    {
      SWTRACE_SPAN("sleeper", "sleep", "number", i);
      uint64_t begin = wall_ns(), cpu = cpu_ns();
      struct timespec time = {0, 5000000};
      nanosleep(&time, 0);
      ran += cpu_ns() - cpu;
      inside += wall_ns() - begin;
    }
    wall += wall_ns() - start;
  }
  tell("count", 100);
  tell("wall", wall);
  tell("inside", inside);
  tell("run", ran);
  return 0;
}
