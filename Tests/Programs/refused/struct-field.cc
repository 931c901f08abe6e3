/* Refused: a class as a field.
 *
 * expects: cannot be recorded */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main() {
  struct plain { int a; } value = {1};
  SWTRACE_EVENT("app", "x", "value", value);
  return 0;
}
