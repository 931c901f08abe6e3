// Hits in destructors of thread_local objects, of main and of other threads.
//
// flags: -std=c++11 -pthread
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <thread>

struct last_words {
  int writer;
  ~last_words() { SWTRACE_EVENT("local", "destructor", "writer", writer); }
};

static void hits(int writer) {
  static thread_local last_words here;
  here.writer = writer;
  SWTRACE_EVENT("local", "hit", "writer", writer);
}

int main() {
  hits(1);
  for (int i = 2; i <= 21; i++) std::thread(hits, i).join();
  return 0;
}
