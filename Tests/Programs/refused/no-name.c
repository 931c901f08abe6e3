/* Refused: a marker without a name.
 *
 * expects: a marker needs a provider and a name */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  SWTRACE_EVENT("app");
  return 0;
}
