/* Refused: a type that no field type holds.
 *
 * expects: cannot be recorded */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main() {
  SWTRACE_EVENT("app", "x", "value", 1.0L);
  return 0;
}
