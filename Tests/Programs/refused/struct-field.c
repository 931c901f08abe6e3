/* Refused: a structure as a field.
 *
 * expects: cannot be recorded */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  struct { int a; } value = {1};
  SWTRACE_EVENT("app", "x", "value", value);
  return 0;
}
