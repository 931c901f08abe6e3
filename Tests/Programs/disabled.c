/* Every kind of marker, with arguments that must not be evaluated where markers vanish.
 *
 * flags: -std=c99 */
#include "swtrace.h"

#include <stdio.h>

static int evaluated;

int main(void) {
  SWTRACE_EVENT("vanish", "none");
  SWTRACE_EVENT("vanish", "event", "a", ++evaluated, "text", "text");
  SWTRACE_BEGIN("vanish", "pair", "a", ++evaluated);
  SWTRACE_END("vanish", "pair");
  SWTRACE_COUNTER("vanish", "level", ++evaluated);
  SWTRACE_SPAN("vanish", "scope", "a", ++evaluated);
  printf("evaluated %d\n", evaluated);
  return 0;
}
