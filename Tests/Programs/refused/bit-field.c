/* Refused: a bit-field (C knows no type for it).
 *
 * expects: bit-field */
#include "../../../Sources/CSwtrace/include/swtrace.h"

int main(void) {
  struct { unsigned a : 3; } value = {1};
  SWTRACE_EVENT("app", "x", "value", value.a);
  return 0;
}
