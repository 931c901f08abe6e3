// 0 to 12 fields of every type, in inline functions, templates, lambdas and constructors.
//
// flags: -std=c++11
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <climits>
#include <string>

enum class colour : unsigned char { red, green = 7 };
enum old_colour { blue = 3 };

inline int in_inline(int value) {
  SWTRACE_EVENT("fields", "inline", "value", value);
  return value;
}
template <class T>
void in_template(T value) {
  SWTRACE_EVENT("fields", "template", "value", value);
}
struct scoped {
  int id;
  explicit scoped(int number) : id(number) { SWTRACE_EVENT("fields", "constructor", "id", id); }
  ~scoped() { SWTRACE_EVENT("fields", "destructor", "id", id); }
};
static scoped before_main(1);

struct bits {
  unsigned small : 3;
};

int main() {
  SWTRACE_EVENT("fields", "none");
  SWTRACE_EVENT("fields", "signed", "a", static_cast<signed char>(-1), "b",
                static_cast<short>(SHRT_MIN), "c", INT_MIN, "d", LONG_MIN, "e", LLONG_MIN);
  SWTRACE_EVENT("fields", "unsigned", "a", static_cast<unsigned char>(255), "b",
                static_cast<unsigned short>(65535), "c", UINT_MAX, "d", ULONG_MAX, "e", ULLONG_MAX);
  bits field = {5};
  SWTRACE_EVENT("fields", "others", "float", 1.5f, "double", -2.25, "yes", true, "colour",
                colour::green, "old", blue, "pointer", reinterpret_cast<void *>(0x1234), "null",
                nullptr, "bits", field.small);
  std::string text = "a string";
  const unsigned char bytes[] = {0xde, 0xad};
  SWTRACE_EVENT("fields", "texts", "string", text, "temporary", std::string("made ") + "here",
                "literal", "literal", "pointer", text.c_str(), "counted",
                swtrace_text("counted!", 7), "bytes", swtrace_bytes(bytes, sizeof bytes));
  SWTRACE_EVENT("fields", "twelve", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6, "g", 7, "h", 8,
                "i", 9, "j", 10, "k", 11, "l", 12L);
  in_inline(in_inline(1) + 1);
  in_template(1);
  in_template(2.5);
  in_template("text");
  [](int value) { SWTRACE_EVENT("fields", "lambda", "value", value); }(9);
  {
    SWTRACE_SPAN("fields", "scope", "depth", 1);
    SWTRACE_SPAN("fields", "scope", "depth", 2);
  }
  try {
    SWTRACE_SPAN("fields", "thrown");
    throw 1;
  } catch (int) {
  }
  SWTRACE_COUNTER("fields", "level", 42ull);
  return 0;
}
