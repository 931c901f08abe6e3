/* Hits before main, at exit and in destructors.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <stdlib.h>

static __attribute__((constructor)) void before(void) { SWTRACE_EVENT("life", "constructor"); }
static __attribute__((constructor(102))) void early(void) { SWTRACE_EVENT("life", "early"); }
static __attribute__((destructor)) void after(void) { SWTRACE_EVENT("life", "destructor"); }
static void at_exit(void) { SWTRACE_EVENT("life", "atexit"); }

int main(void) {
  atexit(at_exit);
  SWTRACE_EVENT("life", "main");
  return 0;
}
