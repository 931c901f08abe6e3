/* Refused: a field without a value.
 *
 * expects: a field needs a name and a value */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  SWTRACE_EVENT("app", "x", "id");
  return 0;
}
