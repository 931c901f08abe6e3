/* Refused: a complex number as a field.
 *
 * expects: cannot be recorded */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  SWTRACE_EVENT("app", "x", "value", 1.0 + 1.0i);
  return 0;
}
