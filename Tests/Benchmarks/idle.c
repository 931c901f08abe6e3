/* A program with a marker that is never on: what start-up costs. See marker-cost.c. */
#include "../../Sources/CSwtrace/include/swtrace.h"

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) SWTRACE_EVENT("idle", "never", "arguments", argc);
  return 0;
}
