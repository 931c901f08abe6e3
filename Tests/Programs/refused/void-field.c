/* Refused: an expression without a value.
 *
 * expects: void */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  SWTRACE_EVENT("app", "x", "value", (void)0);
  return 0;
}
