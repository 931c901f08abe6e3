/* Refused: a name that is not a literal.
 *
 * expects: name */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  const char *name = "x";
  SWTRACE_EVENT("app", name, "id", 1);
  return 0;
}
