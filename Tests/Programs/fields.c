/* 0 to 12 fields of every type.
 *
 * flags: -std=c99 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <float.h>
#include <limits.h>
#include <stdbool.h>

enum colour { red, green = 7 };
struct opaque;

int main(void) {
  SWTRACE_EVENT("fields", "none");
  SWTRACE_EVENT("fields", "signed", "a", (signed char)-1, "b", (short)SHRT_MIN, "c", INT_MIN, "d",
                LONG_MIN, "e", LLONG_MIN, "f", (char)'x');
  SWTRACE_EVENT("fields", "unsigned", "a", (unsigned char)255, "b", (unsigned short)65535, "c",
                UINT_MAX, "d", ULONG_MAX, "e", ULLONG_MAX);
  SWTRACE_EVENT("fields", "floats", "a", 1.5f, "b", -2.25);
  bool yes = true;
  SWTRACE_EVENT("fields", "others", "yes", yes, "colour", green, "pointer", (void *)0x1234,
                "typed", (const int *)0x10, "object", (struct opaque *)0);
  char array[] = "array";
  const char *null = 0;
  const unsigned char bytes[] = {0xde, 0xad, 0xbe, 0xef};
  SWTRACE_EVENT("fields", "texts", "literal", "literal", "array", array, "null", null, "counted",
                swtrace_text("counted!", 7), "bytes", swtrace_bytes(bytes, sizeof bytes), "empty", "");
  SWTRACE_EVENT("fields", "twelve", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6, "g", 7, "h", 8,
                "i", 9, "j", 10, "k", 11, "l", 12L);
  static char big[5000];
  for (unsigned i = 0; i < sizeof big - 1; i++) big[i] = 'b';
  SWTRACE_EVENT("fields", "cut", "number", 1, "big", big, "after", "nothing left");
  {
    SWTRACE_SPAN("fields", "scope", "depth", 1);
    SWTRACE_SPAN("fields", "scope", "depth", 2);
    SWTRACE_BEGIN("fields", "pair", "id", 5u);
    SWTRACE_END("fields", "pair", "status", -5);
  }
  SWTRACE_COUNTER("fields", "level", 42ull);
  return 0;
}
