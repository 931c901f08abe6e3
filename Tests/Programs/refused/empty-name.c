/* Refused: an empty name.
 *
 * expects: a marker needs a provider and a name */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  SWTRACE_EVENT("app", "", "id", 1);
  return 0;
}
