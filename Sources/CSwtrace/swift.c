/* swift.c - enters the markers of a Swift program, which has no constructors of its own: this object
 * is linked into the same executable or library, whose section swtrace.h finds. */
#include "include/swtrace.h"

extern const uint32_t swtrace_switch_zero;
const uint32_t swtrace_switch_zero = 0;
