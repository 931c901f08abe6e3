/* once [SECONDS]: hits app:once and app:words once each, then sleeps. */
#include <swtrace.h>

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  SWTRACE_EVENT("app", "once", "small", (int8_t)-5, "big", UINT64_MAX, "real", 2.5, "yes", 1 == 1);
  SWTRACE_EVENT("app", "words", "first", "hello", "number", 42, "second", "world");
  SWTRACE_BEGIN("app", "sleep");
  sleep(argc > 1 ? (unsigned)atoi(argv[1]) : 0);
  SWTRACE_END("app", "sleep");
  return 0;
}
