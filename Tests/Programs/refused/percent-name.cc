/* A name that an assembler template would take for one of its operands.
 *
 * expects: cannot stand in names in C++ */
#include "../../../Sources/CSwtrace/include/swtrace.h"

void use(void) { SWTRACE_EVENT("app", "full", "50%", 1); }
