/* Refused: a field without a name.
 *
 * expects: needs a name */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  SWTRACE_EVENT("app", "x", "", 1);
  return 0;
}
