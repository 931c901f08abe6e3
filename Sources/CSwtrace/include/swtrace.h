/* swtrace.h - markers for C (C99 and later) and C++ (C++11 and later), gcc and clang.
 *
 *     #include <swtrace.h>                                         cc app.c -lswtrace
 *
 *     SWTRACE_EVENT("app", "accept", "fd", fd, "peer", name);      something happened
 *     SWTRACE_BEGIN("app", "request", "id", id);                   a span begins on this thread,
 *     SWTRACE_END("app", "request", "status", status);             and ends
 *     SWTRACE_SPAN("app", "flush", "bytes", n);                    a span that ends with its scope
 *     SWTRACE_COUNTER("app", "queue", depth);                      a value over time
 *
 * Provider, name and the names of up to 12 fields are string literals; a provider and a name make
 * "app:accept". A field's type is its argument's: integers of every width, float, double, bool,
 * enumerations, pointers, text (char pointers; in C++ std::string and its like), counted text
 * swtrace_text(pointer, length) and byte arrays swtrace_bytes(pointer, length). Anything else is
 * refused by the compiler. Arguments are evaluated only while somebody records the marker, then once.
 *
 * A marker that is off costs two loads and a branch that is not taken. A marker that is on makes no
 * system call, takes no lock and allocates nothing; it may stand in signal handlers, in constructors
 * and after fork. See swtrace.h(3).
 *
 * Markers vanish, and nothing needs to be linked, with -DSWTRACE_DISABLE, and when this header stands
 * alone: it is made to be copied into a project's sources. Whether the library is meant is decided
 * by the presence of its other headers at compile time and not by weak symbols, because weak
 * references neither pull a member out of libswtrace.a nor keep libswtrace.so under --as-needed: the
 * markers would vanish without a word.
 *
 * -DSWTRACE_ORDERED_CLOCK waits for earlier loads before it reads the clock (twice the price).
 */
#ifndef SWTRACE_H
#define SWTRACE_H

#if !defined(SWTRACE_DISABLE) && defined(__GNUC__) && defined(__linux__) && defined(__has_include)
#if __has_include("swtrace_runtime.h")
#define SWTRACE_ENABLED 1
#endif
#endif

#include <stddef.h>
#include <stdint.h>

/* Text of known length, and bytes without further meaning, as fields. */
struct swtrace_text {
  const char *pointer;
  size_t length;
};
struct swtrace_bytes {
  const void *pointer;
  size_t length;
};
#if defined(__cplusplus) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
static inline struct swtrace_text swtrace_text(const char *pointer, size_t length) {
  struct swtrace_text text = {pointer, length};
  return text;
}
static inline struct swtrace_bytes swtrace_bytes(const void *pointer, size_t length) {
  struct swtrace_bytes bytes = {pointer, length};
  return bytes;
}
#if defined(__cplusplus) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#define SWTRACE_EVENT(...) SWTRACE_USE(SWTRACE_MARK, SWTRACE_KIND_EVENT, __VA_ARGS__)
#define SWTRACE_BEGIN(...) SWTRACE_USE(SWTRACE_MARK, SWTRACE_KIND_BEGIN, __VA_ARGS__)
#define SWTRACE_END(...) SWTRACE_USE(SWTRACE_MARK, SWTRACE_KIND_END, __VA_ARGS__)
#define SWTRACE_COUNTER(provider, name, amount) \
  SWTRACE_USE(SWTRACE_MARK, SWTRACE_KIND_COUNTER, provider, name, "value", amount)
/* A declaration: two in one scope do not collide; a jump out of the scope with longjmp ends no span. */
#define SWTRACE_SPAN(...) SWTRACE_SPAN_(__COUNTER__, __VA_ARGS__)

/* ---- arguments counted and walked ----------------------------------------------------------------- */

#define SWTRACE_PASTE_(a, b) a##b
#define SWTRACE_PASTE(a, b) SWTRACE_PASTE_(a, b)
#define SWTRACE_STRING_(x) #x
#define SWTRACE_STRING(x) SWTRACE_STRING_(x)

#define SWTRACE_USE(M, kind, ...) \
  SWTRACE_PASTE(SWTRACE_FORM_, SWTRACE_FORM(__VA_ARGS__))(M, kind, __VA_ARGS__)
#define SWTRACE_FORM(...) \
  SWTRACE_FORM_(__VA_ARGS__, \
      MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, F12, \
      ODD, F11, ODD, F10, ODD, F9, ODD, F8, ODD, F7, ODD, F6, ODD, F5, ODD, F4, ODD, F3, ODD, \
      F2, ODD, F1, ODD, F0, FEW, FEW)
#define SWTRACE_FORM_( \
                      a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, \
                      a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, \
                      a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, \
                      form, ...) form

#ifdef __cplusplus
#define SWTRACE_REFUSE(words) static_assert(false, words)
#define SWTRACE_REQUIRE(condition, member, words) static_assert(condition, words)
#elif defined(_Static_assert) /* strict C99: the C library has an emulation without words */
#define SWTRACE_REFUSE(words) SWTRACE_REQUIRE(0, swtrace_fields_are_pairs_of_name_and_value, words)
#define SWTRACE_REQUIRE(condition, member, words) \
  ((void)sizeof(struct { int member : (condition) ? 1 : -1; }))
#else
#define SWTRACE_REFUSE(words) __extension__ _Static_assert(0, words)
#define SWTRACE_REQUIRE(condition, member, words) __extension__ _Static_assert(condition, words)
#endif

#define SWTRACE_FORM_FEW(...) SWTRACE_REFUSE("swtrace: a marker needs a provider and a name")
#define SWTRACE_FORM_ODD(...) SWTRACE_REFUSE("swtrace: a field needs a name and a value")
#define SWTRACE_FORM_MANY(...) SWTRACE_REFUSE("swtrace: a marker has at most 12 fields")

#define SWTRACE_FORM_F0(M, kind, p, n) M(kind, p, n, 0, SWTRACE_EACH_0,)
#define SWTRACE_FORM_F1(M, kind, p, n, ...) M(kind, p, n, 1, SWTRACE_EACH_1, __VA_ARGS__)
#define SWTRACE_FORM_F2(M, kind, p, n, ...) M(kind, p, n, 2, SWTRACE_EACH_2, __VA_ARGS__)
#define SWTRACE_FORM_F3(M, kind, p, n, ...) M(kind, p, n, 3, SWTRACE_EACH_3, __VA_ARGS__)
#define SWTRACE_FORM_F4(M, kind, p, n, ...) M(kind, p, n, 4, SWTRACE_EACH_4, __VA_ARGS__)
#define SWTRACE_FORM_F5(M, kind, p, n, ...) M(kind, p, n, 5, SWTRACE_EACH_5, __VA_ARGS__)
#define SWTRACE_FORM_F6(M, kind, p, n, ...) M(kind, p, n, 6, SWTRACE_EACH_6, __VA_ARGS__)
#define SWTRACE_FORM_F7(M, kind, p, n, ...) M(kind, p, n, 7, SWTRACE_EACH_7, __VA_ARGS__)
#define SWTRACE_FORM_F8(M, kind, p, n, ...) M(kind, p, n, 8, SWTRACE_EACH_8, __VA_ARGS__)
#define SWTRACE_FORM_F9(M, kind, p, n, ...) M(kind, p, n, 9, SWTRACE_EACH_9, __VA_ARGS__)
#define SWTRACE_FORM_F10(M, kind, p, n, ...) M(kind, p, n, 10, SWTRACE_EACH_10, __VA_ARGS__)
#define SWTRACE_FORM_F11(M, kind, p, n, ...) M(kind, p, n, 11, SWTRACE_EACH_11, __VA_ARGS__)
#define SWTRACE_FORM_F12(M, kind, p, n, ...) M(kind, p, n, 12, SWTRACE_EACH_12, __VA_ARGS__)

#define SWTRACE_EACH_0(X, ...)
#define SWTRACE_EACH_1(X, n1, v1) \
  X(1, n1, v1)
#define SWTRACE_EACH_2(X, n1, v1, n2, v2) \
  X(1, n1, v1) X(2, n2, v2)
#define SWTRACE_EACH_3(X, n1, v1, n2, v2, n3, v3) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3)
#define SWTRACE_EACH_4(X, n1, v1, n2, v2, n3, v3, n4, v4) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4)
#define SWTRACE_EACH_5(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5)
#define SWTRACE_EACH_6(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5, n6, v6) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5) X(6, n6, v6)
#define SWTRACE_EACH_7(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5, n6, v6, n7, v7) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5) X(6, n6, v6) X(7, n7, v7)
#define SWTRACE_EACH_8(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5, n6, v6, n7, v7, n8, v8) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5) X(6, n6, v6) X(7, n7, v7) \
  X(8, n8, v8)
#define SWTRACE_EACH_9(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5, n6, v6, n7, v7, n8, v8, \
                         n9, v9) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5) X(6, n6, v6) X(7, n7, v7) \
  X(8, n8, v8) X(9, n9, v9)
#define SWTRACE_EACH_10(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5, n6, v6, n7, v7, n8, v8, \
                         n9, v9, n10, v10) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5) X(6, n6, v6) X(7, n7, v7) \
  X(8, n8, v8) X(9, n9, v9) X(10, n10, v10)
#define SWTRACE_EACH_11(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5, n6, v6, n7, v7, n8, v8, \
                         n9, v9, n10, v10, n11, v11) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5) X(6, n6, v6) X(7, n7, v7) \
  X(8, n8, v8) X(9, n9, v9) X(10, n10, v10) X(11, n11, v11)
#define SWTRACE_EACH_12(X, n1, v1, n2, v2, n3, v3, n4, v4, n5, v5, n6, v6, n7, v7, n8, v8, \
                         n9, v9, n10, v10, n11, v11, n12, v12) \
  X(1, n1, v1) X(2, n2, v2) X(3, n3, v3) X(4, n4, v4) X(5, n5, v5) X(6, n6, v6) X(7, n7, v7) \
  X(8, n8, v8) X(9, n9, v9) X(10, n10, v10) X(11, n11, v11) X(12, n12, v12)

#ifndef SWTRACE_ENABLED

#define SWTRACE_UNUSED(i, n, v) (void)(v);
#define SWTRACE_MARK(kind, p, n, count, each, ...)  \
  do {                                              \
    if (0) {                                        \
      (void)sizeof("" p n);                         \
      each(SWTRACE_UNUSED, __VA_ARGS__)             \
    }                                               \
  } while (0)
#define SWTRACE_SPAN_(counter, ...) SWTRACE_EVENT(__VA_ARGS__)

#else

#include "swtrace_runtime.h"

/* ---- a hit with its fields ------------------------------------------------------------------------ */

#ifdef __cplusplus
extern "C" {
#endif

/* `type` is a constant wherever these are used: what does not apply is not compiled. */
SWTRACE_INLINE uint32_t swtrace_field_width(uint8_t type) {
  return type >= SWTRACE_TYPE_STRING ? 2U : type & 15U;
}
SWTRACE_INLINE struct swtrace_text swtrace_field_text(uint8_t type, const void *value, size_t size) {
  struct swtrace_text text = {0, 0};
  if (type >= SWTRACE_TYPE_STRING) {
    if (size == sizeof(char *)) {
      memcpy(&text.pointer, value, sizeof(char *));
      if (!text.pointer) text.pointer = "(null)";
      text.length = strlen(text.pointer);
    } else {
      memcpy(&text, value, sizeof text);
      if (!text.pointer) text.length = 0;
    }
  }
  return text;
}
SWTRACE_INLINE uint32_t swtrace_field_kept(uint8_t type, size_t length, uint32_t *room) {
  return type >= SWTRACE_TYPE_STRING ? swtrace_fit(length, room) : 0;
}
SWTRACE_INLINE uint8_t *swtrace_field_put(uint8_t *cursor, uint8_t type, const void *value,
                                          struct swtrace_text text, uint32_t kept) {
  if (type >= SWTRACE_TYPE_STRING) return swtrace_put_text(cursor, text.pointer, text.length, kept);
  return swtrace_put_raw(cursor, value, type & 15U);
}

/* A marker without fields: the end of a scope. */
SWTRACE_INLINE void swtrace_hit(const struct swtrace_marker *marker) {
  uint32_t bits = swtrace_switch_bits(marker);
  if (SWTRACE_UNLIKELY(bits)) {
    do {
      struct swtrace_record record = swtrace_record_reserve(marker, swtrace_next_slot(&bits), 0);
      if (record.place) swtrace_record_commit(record);
    } while (bits);
  }
}

#ifdef __cplusplus
}
#endif

#define SWTRACE_SUM_WIDTH(i, n, v) swtrace_room -= swtrace_field_width(SWTRACE_CODE(i, v));
#define SWTRACE_TAKE(i, n, v)                                                                  \
  const struct swtrace_text swtrace_text_##i =                                                 \
      swtrace_field_text(SWTRACE_CODE(i, v), SWTRACE_ADDRESS(i), sizeof(swtrace_value_##i));   \
  const uint32_t swtrace_kept_##i =                                                            \
      swtrace_field_kept(SWTRACE_CODE(i, v), swtrace_text_##i.length, &swtrace_room);
#define SWTRACE_PUT(i, n, v)                                                                   \
  swtrace_cursor = swtrace_field_put(swtrace_cursor, SWTRACE_CODE(i, v), SWTRACE_ADDRESS(i),   \
                                     swtrace_text_##i, swtrace_kept_##i);

#define SWTRACE_MARK(kind, p, n, count, each, ...)                                             \
  do {                                                                                         \
    SWTRACE_DESCRIBE(swtrace_marker_here, kind, p, n, count, each, __VA_ARGS__);               \
    uint32_t swtrace_bits = swtrace_switch_bits(swtrace_marker_here);                          \
    if (SWTRACE_UNLIKELY(swtrace_bits)) {                                                      \
      uint32_t swtrace_room = SWTRACE_RECORD_MAX - 8;                                          \
      each(SWTRACE_DECLARE, __VA_ARGS__)                                                       \
      each(SWTRACE_SUM_WIDTH, __VA_ARGS__)                                                     \
      each(SWTRACE_TAKE, __VA_ARGS__)                                                          \
      do {                                                                                     \
        struct swtrace_record swtrace_here =                                                   \
            swtrace_record_reserve(swtrace_marker_here, swtrace_next_slot(&swtrace_bits),      \
                                   SWTRACE_RECORD_MAX - 8 - swtrace_room);                     \
        if (SWTRACE_UNLIKELY(!swtrace_here.place)) continue;                                   \
        uint8_t *swtrace_cursor = swtrace_here.payload;                                        \
        each(SWTRACE_PUT, __VA_ARGS__)                                                         \
        (void)swtrace_cursor;                                                                  \
        swtrace_record_commit(swtrace_here);                                                   \
      } while (swtrace_bits);                                                                  \
    }                                                                                          \
  } while (0)

/* Begin, then the marker of the end as the value. */
#define SWTRACE_SPAN_MARKS(kind, p, n, count, each, ...)                                        \
  __extension__({                                                                              \
    SWTRACE_MARK(SWTRACE_KIND_BEGIN, p, n, count, each, __VA_ARGS__);                          \
    SWTRACE_DESCRIBE(swtrace_marker_end, SWTRACE_KIND_END, p, n, 0, SWTRACE_EACH_0, );         \
    swtrace_marker_end;                                                                        \
  })

#ifndef __cplusplus

/* ---- C: a type's code, the description -------------------------------------------------------------
 *
 * The record is a static variable in the section; names stand in it as character arrays. */

#define SWTRACE_SIGNED(T) (SWTRACE_TYPE_SIGNED | sizeof(T))
#define SWTRACE_UNSIGNED(T) (SWTRACE_TYPE_UNSIGNED | sizeof(T))
#define SWTRACE_CODE(i, v)                                                                     \
  ((uint8_t)__extension__ _Generic((v),                                                        \
      _Bool: SWTRACE_TYPE_BOOL,                                                                \
      char: (char)-1 < 0 ? SWTRACE_SIGNED(char) : SWTRACE_UNSIGNED(char),                      \
      signed char: SWTRACE_SIGNED(char),                                                       \
      unsigned char: SWTRACE_UNSIGNED(char),                                                   \
      short: SWTRACE_SIGNED(short),                                                            \
      unsigned short: SWTRACE_UNSIGNED(short),                                                 \
      int: SWTRACE_SIGNED(int),                                                                \
      unsigned: SWTRACE_UNSIGNED(int),                                                         \
      long: SWTRACE_SIGNED(long),                                                              \
      unsigned long: SWTRACE_UNSIGNED(long),                                                   \
      long long: SWTRACE_SIGNED(long long),                                                    \
      unsigned long long: SWTRACE_UNSIGNED(long long),                                         \
      float: SWTRACE_TYPE_FLOAT | sizeof(float),                                               \
      double: SWTRACE_TYPE_FLOAT | sizeof(double),                                             \
      char *: SWTRACE_TYPE_STRING,                                                             \
      const char *: SWTRACE_TYPE_STRING,                                                       \
      struct swtrace_text: SWTRACE_TYPE_STRING,                                                \
      struct swtrace_bytes: SWTRACE_TYPE_BYTES,                                                \
      default: __builtin_classify_type(v) == 5 ? SWTRACE_TYPE_POINTER | sizeof(void *) : 0xff))

#define SWTRACE_ADDRESS(i) ((const void *)&swtrace_value_##i)
#define SWTRACE_DECLARE(i, n, v) __extension__ __auto_type swtrace_value_##i = (v);
#define SWTRACE_CHECK(i, n, v)                                                                 \
  SWTRACE_REQUIRE(sizeof("" n) > 1, swtrace_a_field_needs_a_name, "swtrace: field " #i " needs a name"); \
  SWTRACE_REQUIRE(SWTRACE_CODE(i, v) != 0xff, swtrace_the_type_of_this_field_cannot_be_recorded, \
                  "swtrace: the type of field " #i " (" n ") cannot be recorded; cast it, or use " \
                  "swtrace_text or swtrace_bytes");
#define SWTRACE_NO_TYPES_0 0 /* empty braces are no C99 */
#define SWTRACE_NO_TYPES_1
#define SWTRACE_NO_TYPES_2
#define SWTRACE_NO_TYPES_3
#define SWTRACE_NO_TYPES_4
#define SWTRACE_NO_TYPES_5
#define SWTRACE_NO_TYPES_6
#define SWTRACE_NO_TYPES_7
#define SWTRACE_NO_TYPES_8
#define SWTRACE_NO_TYPES_9
#define SWTRACE_NO_TYPES_10
#define SWTRACE_NO_TYPES_11
#define SWTRACE_NO_TYPES_12
#define SWTRACE_TYPE_ENTRY(i, n, v) SWTRACE_CODE(i, v),
#define SWTRACE_NAME_MEMBER(i, n, v) char field_##i[sizeof("" n)];
#define SWTRACE_NAME_SIZE(i, n, v) +sizeof("" n)
#define SWTRACE_NAME_VALUE(i, n, v) "" n,

#define SWTRACE_DESCRIBE(variable, mark, p, n, count, each, ...)                                \
  each(SWTRACE_CHECK, __VA_ARGS__)                                                             \
  SWTRACE_REQUIRE(sizeof("" p) > 1 && sizeof("" n) > 1, swtrace_a_marker_needs_a_provider_and_a_name, \
                  "swtrace: a marker needs a provider and a name");                            \
  static struct {                                                                              \
    struct swtrace_marker marker;                                                              \
    char provider[sizeof("" p)];                                                               \
    char name[sizeof("" n)];                                                                   \
    each(SWTRACE_NAME_MEMBER, __VA_ARGS__)                                                     \
    char file[sizeof(__FILE__)];                                                               \
  } SWTRACE_PASTE(variable, _record)                                                           \
      __attribute__((section("swtrace_markers"), used, aligned(8))) = {                        \
          {SWTRACE_MARKER_MAGIC,                                                               \
           sizeof(SWTRACE_PASTE(variable, _record)),                                           \
           {&SWTRACE_PASTE(variable, _record).marker.reserved},                                \
           0,                                                                                  \
           0,                                                                                  \
           0,                                                                                  \
           {sizeof("" p) + sizeof("" n) each(SWTRACE_NAME_SIZE, __VA_ARGS__) + sizeof(__FILE__), \
            mark,                                                                              \
            count,                                                                             \
            __LINE__,                                                                          \
            {each(SWTRACE_TYPE_ENTRY, __VA_ARGS__) SWTRACE_PASTE(SWTRACE_NO_TYPES_, count)},   \
            0}},                                                                               \
          "" p,                                                                                \
          "" n,                                                                                \
          each(SWTRACE_NAME_VALUE, __VA_ARGS__) __FILE__};                                     \
  const struct swtrace_marker *const variable __attribute__((unused)) =                       \
      &SWTRACE_PASTE(variable, _record).marker

static inline __attribute__((unused)) void swtrace_span_leave(
    const struct swtrace_marker *const *end) {
  swtrace_hit(*end);
}
#define SWTRACE_SPAN_(counter, ...)                                                            \
  const struct swtrace_marker *const SWTRACE_PASTE(swtrace_span_, counter)                     \
      __attribute__((cleanup(swtrace_span_leave), unused)) =                                   \
          SWTRACE_USE(SWTRACE_SPAN_MARKS, 0, __VA_ARGS__)

#else

/* ---- C++: a type's code, the description -----------------------------------------------------------
 *
 * A static variable of an inline function or a template cannot be placed in a section together with
 * others (gcc: "section type conflict"; template instances lose the attribute). So the record is
 * written by the assembler, as an address and not as a variable: one instruction takes the address
 * (and can leave the loop). Each copy of an inlined function brings its own record; equal ones share
 * an id. The tail of the file's name is passed as numbers, since an assembler template gives '%', '{',
 * '|' and '}' a meaning; names have none of them. */

#include <type_traits>

namespace swtrace {

template <class T, class Enable = void>
struct field {
  static_assert(sizeof(T) == 0,
                "swtrace: the type of this field cannot be recorded; cast it, or use swtrace_text or "
                "swtrace_bytes");
};
template <class T>
struct field<T, typename std::enable_if<std::is_arithmetic<T>::value && sizeof(T) <= 8>::type> {
  typedef T stored;
  static const uint8_t code = std::is_same<T, bool>::value            ? SWTRACE_TYPE_BOOL
                              : std::is_floating_point<T>::value      ? SWTRACE_TYPE_FLOAT | sizeof(T)
                              : std::is_signed<T>::value              ? SWTRACE_TYPE_SIGNED | sizeof(T)
                                                                      : SWTRACE_TYPE_UNSIGNED | sizeof(T);
  static T get(T value) { return value; }
};
template <class T>
struct field<T, typename std::enable_if<std::is_enum<T>::value>::type> {
  typedef typename std::underlying_type<T>::type stored;
  static const uint8_t code = field<stored>::code;
  static stored get(T value) { return static_cast<stored>(value); }
};
template <class T>
struct field<T *> {
  typedef uintptr_t stored;
  static const uint8_t code = SWTRACE_TYPE_POINTER | sizeof(void *);
  template <class U>
  static stored get(U *value) {
    return reinterpret_cast<stored>(value);
  }
};
template <>
struct field<decltype(nullptr)> {
  typedef uintptr_t stored;
  static const uint8_t code = SWTRACE_TYPE_POINTER | sizeof(void *);
  static stored get(decltype(nullptr)) { return 0; }
};
template <>
struct field<const char *> {
  typedef const char *stored;
  static const uint8_t code = SWTRACE_TYPE_STRING;
  static stored get(const char *value) { return value; }
};
template <>
struct field<char *> : field<const char *> {};
template <>
struct field<struct ::swtrace_text> {
  typedef struct ::swtrace_text stored;
  static const uint8_t code = SWTRACE_TYPE_STRING;
  static stored get(const stored &value) { return value; }
};
template <>
struct field<struct ::swtrace_bytes> {
  typedef struct ::swtrace_bytes stored;
  static const uint8_t code = SWTRACE_TYPE_BYTES;
  static stored get(const stored &value) { return value; }
};
/* std::string, std::string_view and their like. */
template <class T>
struct field<T, typename std::enable_if<
                    std::is_class<T>::value &&
                    std::is_convertible<decltype(std::declval<const T &>().data()), const char *>::value &&
                    std::is_convertible<decltype(std::declval<const T &>().size()), size_t>::value>::type> {
  typedef struct ::swtrace_text stored;
  static const uint8_t code = SWTRACE_TYPE_STRING;
  static stored get(const T &value) {
    stored text = {value.data(), value.size()};
    return text;
  }
};

template <class T>
struct of {
  typedef field<typename std::decay<T>::type> type;
};
template <class T>
typename of<T>::type::stored value(const T &given) {
  return of<T>::type::get(given);
}
/* Numbers of four bytes, as the machine would load them: gcc's %c takes no wider ones. */
constexpr uint32_t placed(uint32_t byte, unsigned i) {
  return byte << (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 8 * i : 24 - 8 * i);
}
constexpr uint32_t character(const char *text, size_t size, size_t index) {
  return index < size ? static_cast<unsigned char>(text[index]) : 0;
}
constexpr uint32_t word(const char *text, size_t size, size_t index) {
  return placed(character(text, size, index), 0) | placed(character(text, size, index + 1), 1) |
         placed(character(text, size, index + 2), 2) | placed(character(text, size, index + 3), 3);
}
constexpr bool is_plain(const char *text) {
  return !*text || (*text != '%' && *text != '{' && *text != '|' && *text != '}' && is_plain(text + 1));
}
constexpr size_t tail(size_t size) { return size > 96 ? size - 96 : 0; }
constexpr int32_t file_word(const char *text, size_t size, size_t i) {
  return static_cast<int32_t>(word(text, size, tail(size) + 4 * i));
}
constexpr uint32_t code_word(unsigned, unsigned) { return 0; }
template <class... Rest>
constexpr uint32_t code_word(unsigned wanted, unsigned i, uint8_t first, Rest... rest) {
  return (i / 4 == wanted ? placed(first, i % 4) : 0) | code_word(wanted, i + 1, rest...);
}

class span {
  const struct ::swtrace_marker *end;

 public:
  explicit span(const struct ::swtrace_marker *marker) : end(marker) {}
  ~span() { swtrace_hit(end); }
  span(const span &) = delete;
  span &operator=(const span &) = delete;
};

}  // namespace swtrace

#define SWTRACE_CODE(i, v) (swtrace::of<decltype((v))>::type::code)
#define SWTRACE_ADDRESS(i) static_cast<const void *>(&swtrace_value_##i)
#define SWTRACE_DECLARE(i, n, v)                                                               \
  const auto &swtrace_given_##i = (v);                                                         \
  const auto swtrace_value_##i = swtrace::value(swtrace_given_##i);
#define SWTRACE_CODE_ARGUMENT(i, n, v) , SWTRACE_CODE(i, v)
#define SWTRACE_PLAIN(text)                                                                    \
  static_assert(swtrace::is_plain("" text),                                                    \
                "swtrace: '%', '{', '|' and '}' cannot stand in names in C++");
#define SWTRACE_CHECK(i, n, v)                                                                 \
  static_assert(sizeof("" n) > 1, "swtrace: field " #i " needs a name");                       \
  SWTRACE_PLAIN(n)
#define SWTRACE_ASM_NAME(i, n, v) ".asciz " SWTRACE_STRING(n) "\n"
#define SWTRACE_FILE_WORD(i) \
  "i"(std::integral_constant<int32_t, swtrace::file_word(__FILE__, sizeof(__FILE__), i)>::value)

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 9
#define SWTRACE_ASM __asm__ __inline__
#else
#define SWTRACE_ASM __asm__
#endif
#if defined(__x86_64__)
#define SWTRACE_ASM_ADDRESS "lea 990f(%%rip), %0\n"
#define SWTRACE_ASM_POINTER ".quad 990b + 28\n"
#elif defined(__i386__) && defined(__PIC__)
#define SWTRACE_ASM_ADDRESS "call 995f\n995: popl %0\naddl $990f - 995b, %0\n"
#define SWTRACE_ASM_POINTER ".long 990b + 28\n.long 0\n"
#elif defined(__i386__)
#define SWTRACE_ASM_ADDRESS "movl $990f, %0\n"
#define SWTRACE_ASM_POINTER ".long 990b + 28\n.long 0\n"
#elif defined(__aarch64__)
#define SWTRACE_ASM_ADDRESS "adrp %0, 990f\nadd %0, %0, :lo12:990f\n"
#define SWTRACE_ASM_POINTER ".quad 990b + 28\n"
#elif defined(__riscv) && __riscv_xlen == 64
#define SWTRACE_ASM_ADDRESS "lla %0, 990f\n"
#define SWTRACE_ASM_POINTER ".quad 990b + 28\n"
#else
#error "swtrace: C++ markers need the address of a label here; -DSWTRACE_DISABLE builds without them"
#endif

#define SWTRACE_TYPE_WORD(w, each, ...)                                                        \
  "i"(std::integral_constant<int32_t, static_cast<int32_t>(swtrace::code_word(                 \
          w, 0 each(SWTRACE_CODE_ARGUMENT, __VA_ARGS__)))>::value)

#define SWTRACE_DESCRIBE(variable, mark, p, n, count, each, ...)                               \
  static_assert(sizeof("" p) > 1 && sizeof("" n) > 1,                                          \
                "swtrace: a marker needs a provider and a name");                              \
  SWTRACE_PLAIN(p) SWTRACE_PLAIN(n)                                                            \
  each(SWTRACE_CHECK, __VA_ARGS__)                                                             \
  const struct ::swtrace_marker *variable;                                                     \
  SWTRACE_ASM(SWTRACE_ASM_ADDRESS                                                              \
              ".pushsection swtrace_markers,\"aw\",%%progbits\n"                            \
              ".balign 8\n"                                                                   \
              "990: .long 0x6b72614d\n"                                                      \
              ".long 991f - 990b\n" SWTRACE_ASM_POINTER                                       \
              ".quad 0\n.long 0\n.long 0\n"                                                 \
              ".short 992f - 993f\n"                                                          \
              ".byte " SWTRACE_STRING(mark) ", " #count "\n"                                  \
              ".long " SWTRACE_STRING(__LINE__) "\n"                                          \
              ".long %c[types0], %c[types1], %c[types2], 0\n"                                 \
              "993: .asciz " SWTRACE_STRING(p) "\n"                                           \
              ".asciz " SWTRACE_STRING(n) "\n"                                                \
              each(SWTRACE_ASM_NAME, __VA_ARGS__)                                              \
              ".long %c[f0], %c[f1], %c[f2], %c[f3], %c[f4], %c[f5], %c[f6], %c[f7]\n"        \
              ".long %c[f8], %c[f9], %c[f10], %c[f11], %c[f12], %c[f13], %c[f14], %c[f15]\n"  \
              ".long %c[f16], %c[f17], %c[f18], %c[f19], %c[f20], %c[f21], %c[f22], %c[f23]\n"\
              ".byte 0\n"                                                                     \
              "992: .balign 8\n"                                                              \
              "991: .popsection"                                                               \
              : "=r"(variable)                                                                 \
              : [types0] SWTRACE_TYPE_WORD(0, each, __VA_ARGS__),                              \
                [types1] SWTRACE_TYPE_WORD(1, each, __VA_ARGS__),                              \
                [types2] SWTRACE_TYPE_WORD(2, each, __VA_ARGS__),                              \
                [f0] SWTRACE_FILE_WORD(0), [f1] SWTRACE_FILE_WORD(1), [f2] SWTRACE_FILE_WORD(2),\
                [f3] SWTRACE_FILE_WORD(3), [f4] SWTRACE_FILE_WORD(4), [f5] SWTRACE_FILE_WORD(5),\
                [f6] SWTRACE_FILE_WORD(6), [f7] SWTRACE_FILE_WORD(7), [f8] SWTRACE_FILE_WORD(8),\
                [f9] SWTRACE_FILE_WORD(9), [f10] SWTRACE_FILE_WORD(10), [f11] SWTRACE_FILE_WORD(11),\
                [f12] SWTRACE_FILE_WORD(12), [f13] SWTRACE_FILE_WORD(13), [f14] SWTRACE_FILE_WORD(14),\
                [f15] SWTRACE_FILE_WORD(15), [f16] SWTRACE_FILE_WORD(16), [f17] SWTRACE_FILE_WORD(17),\
                [f18] SWTRACE_FILE_WORD(18), [f19] SWTRACE_FILE_WORD(19), [f20] SWTRACE_FILE_WORD(20),\
                [f21] SWTRACE_FILE_WORD(21), [f22] SWTRACE_FILE_WORD(22), [f23] SWTRACE_FILE_WORD(23))

#define SWTRACE_SPAN_(counter, ...)                  \
  swtrace::span SWTRACE_PASTE(swtrace_span_, counter)( \
      SWTRACE_USE(SWTRACE_SPAN_MARKS, 0, __VA_ARGS__))

#endif

/* ---- this object's markers --------------------------------------------------------------------------
 *
 * Each translation unit enters its executable or shared object before constructors without priority
 * run, and leaves it at dlclose. Swift takes this header through its importer and enters otherwise. */
#ifndef __swift__
#ifdef __cplusplus
extern "C" {
#endif
extern struct swtrace_marker __start_swtrace_markers[]
    __attribute__((weak, visibility("hidden")));
extern struct swtrace_marker __stop_swtrace_markers[]
    __attribute__((weak, visibility("hidden")));
__attribute__((weak, visibility("hidden"))) struct swtrace_object swtrace_object_here;

static __attribute__((constructor(101), used)) void swtrace_enter_here(void) {
  swtrace_object_enter(&swtrace_object_here, __start_swtrace_markers, __stop_swtrace_markers);
}
static __attribute__((destructor(101), used)) void swtrace_leave_here(void) {
  swtrace_object_leave(&swtrace_object_here);
}
#ifdef __cplusplus
}
#endif
#endif

#endif
#endif
