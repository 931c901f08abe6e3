/* swtrace_runtime.h - the path of a marker hit, inline, and the functions behind it.
 *
 * swtrace.h builds its macros on these; bindings for other languages may do the same. A hit is
 *
 *     uint32_t bits = swtrace_switch_bits(marker);             two loads, one branch: the off path
 *     while (bits) {
 *       uint32_t slot = swtrace_next_slot(&bits);              once for each session that wants it
 *       struct swtrace_record record = swtrace_record_reserve(marker, slot, payload_size);
 *       if (!record.place) continue;                           lost, and counted
 *       uint8_t *cursor = record.payload;
 *       cursor = swtrace_put_32(cursor, value); ...            exactly payload_size bytes
 *       swtrace_record_commit(record);
 *     }
 *
 * Between reserve and commit nothing may return early or throw: the record would stay open.
 *
 * Invariants of the border (each answers a failure):
 *  - `position` is changed by its owner thread alone, by one instruction, so that a signal handler
 *    comes before it or after it and gets other space. No lock prefix is needed for that.
 *  - The open stamp is stored before the clock is read and before the payload: a thread that never
 *    comes back (kill, longjmp) leaves a record of known size.
 *  - The true header is stored last, with release: who sees it sees the payload.
 *  - All that may be missing (thread place, chunk, room, a clock that can be read here, distance that
 *    fits) ends in swtrace_record_slow, which makes no system call once the process is registered.
 */
#ifndef SWTRACE_RUNTIME_H
#define SWTRACE_RUNTIME_H

#include "swtrace_layout.h"

#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SWTRACE_INLINE static inline __attribute__((always_inline, unused))
#define SWTRACE_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Test builds stop at named places; see testpoint.c. */
#ifdef SWTRACE_TESTPOINTS
void swtrace_testpoint(const char *name);
#define SWTRACE_TESTPOINT(name) swtrace_testpoint(name)
#else
#define SWTRACE_TESTPOINT(name) ((void)0)
#endif

/* ---- the machine ---------------------------------------------------------------------------------
 *
 * swtrace_ticks         the clock of the records
 * swtrace_unlocked_add  *word += n in one instruction, as far as this thread can tell; old value
 * swtrace_store_header  the store that completes a record
 * swtrace_store_stamp   the store that opens one
 * swtrace_room          does a record that ends at `stop` fit (end and closed in one comparison)
 */
#if defined(__x86_64__) || defined(__i386__)

#define SWTRACE_TICKS_CLOCK SWTRACE_CLOCK_PROCESSOR
SWTRACE_INLINE uint64_t swtrace_ticks(void) {
  unsigned long low, high; /* a 64-bit program's upper halves are cleared */
#ifdef SWTRACE_ORDERED_CLOCK
  __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
#else
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
#endif
  return (uint64_t)high << 32 | low;
}
SWTRACE_INLINE uint32_t swtrace_unlocked_add(uint32_t *word, uint32_t n) {
  __asm__ volatile("xaddl %0, %1" : "+r"(n), "+m"(*word) : : "cc", "memory");
  return n;
}

#elif defined(__aarch64__)

#define SWTRACE_TICKS_CLOCK SWTRACE_CLOCK_PROCESSOR
SWTRACE_INLINE uint64_t swtrace_ticks(void) {
  uint64_t ticks;
#ifdef SWTRACE_ORDERED_CLOCK
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
#else
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
#endif
  return ticks;
}
/* The monitor is cleared by every exception: a signal in between makes the store fail and repeat. */
SWTRACE_INLINE uint32_t swtrace_unlocked_add(uint32_t *word, uint32_t n) {
  uint32_t old, sum, failed;
  __asm__ volatile(
      "1:\tldxr %w0, %3\n\tadd %w1, %w0, %w4\n\tstxr %w2, %w1, %3\n\tcbnz %w2, 1b"
      : "=&r"(old), "=&r"(sum), "=&r"(failed), "+Q"(*word)
      : "r"(n)
      : "memory");
  return old;
}

#else

#include <time.h>
#define SWTRACE_TICKS_CLOCK SWTRACE_CLOCK_MONOTONIC
SWTRACE_INLINE uint64_t swtrace_ticks(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
SWTRACE_INLINE uint32_t swtrace_unlocked_add(uint32_t *word, uint32_t n) {
  return __atomic_fetch_add(word, n, __ATOMIC_RELAXED);
}

#endif

#if __SIZEOF_POINTER__ == 8 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

SWTRACE_INLINE void swtrace_store_header(uint8_t *place, uint64_t header) {
  __atomic_store_n((uint64_t *)(void *)place, header, __ATOMIC_RELEASE);
}
SWTRACE_INLINE void swtrace_store_stamp(uint8_t *place, uint64_t stamp) {
  __atomic_store_n((uint64_t *)(void *)place, stamp, __ATOMIC_RELAXED);
  __asm__ volatile("" : : : "memory");
}
SWTRACE_INLINE int swtrace_room(const struct swtrace_chunk *chunk, uint64_t stop) {
  int64_t limit; /* end in the lower half, bit 31 of `closed` is the sign */
  memcpy(&limit, &chunk->end, sizeof limit);
  return (int64_t)stop <= limit;
}

#else

/* The half with the open bit is the one that counts. It is stored last. */
SWTRACE_INLINE uint32_t *swtrace_half(uint8_t *place, int upper) {
  return (uint32_t *)(void *)place + (upper == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__));
}
SWTRACE_INLINE void swtrace_store_header(uint8_t *place, uint64_t header) {
  __atomic_store_n(swtrace_half(place, 0), (uint32_t)header, __ATOMIC_RELAXED);
  __atomic_store_n(swtrace_half(place, 1), (uint32_t)(header >> 32), __ATOMIC_RELEASE);
}
SWTRACE_INLINE void swtrace_store_stamp(uint8_t *place, uint64_t stamp) {
  swtrace_store_header(place, stamp);
  __asm__ volatile("" : : : "memory");
}
SWTRACE_INLINE int swtrace_room(const struct swtrace_chunk *chunk, uint64_t stop) {
  return stop <= __atomic_load_n(&chunk->end, __ATOMIC_RELAXED) &&
         !(__atomic_load_n(&chunk->closed, __ATOMIC_RELAXED) & SWTRACE_CHUNK_CLOSED);
}

#endif

/* ---- a hit ---------------------------------------------------------------------------------------- */

/* What a thread's hits need, in private memory that a fork empties. */
struct swtrace_thread {
  struct swtrace_chunk *chunk[32]; /* by slot; [31], the bit for re-registration, is always null */
  const uint32_t *cpu;             /* where the number of the current CPU stands (rseq), if below 4095 */
};

/* A reserved record. place is null when the event is lost (and counted). */
struct swtrace_record {
  uint8_t *place;   /* of the header */
  uint8_t *payload; /* of the first field */
  uint64_t header;
};

#if defined(__GLIBC__)
#define SWTRACE_TLS_MODEL __attribute__((tls_model("initial-exec")))
#else
#define SWTRACE_TLS_MODEL
#endif
/* Never null: a thread without a place has one without chunks. */
extern __thread struct swtrace_thread *swtrace_thread_pointer SWTRACE_TLS_MODEL;

/* No room, no chunk, no thread place, or `chunk` null: finds space or counts the loss. */
struct swtrace_record swtrace_record_slow(const struct swtrace_marker *marker, uint32_t slot,
                                          uint32_t size, struct swtrace_chunk *chunk,
                                          uint32_t position);
/* The record at `place` is stamped, but its time or its id does not fit: moves it. */
struct swtrace_record swtrace_record_extended(const struct swtrace_marker *marker, uint32_t slot,
                                              uint32_t size, uint8_t *place);

/* The off path. Bit s: slot s wants this marker. */
SWTRACE_INLINE uint32_t swtrace_switch_bits(const struct swtrace_marker *marker) {
  const uint32_t *word = __atomic_load_n(&marker->switch_word.address, __ATOMIC_ACQUIRE);
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* A branch and not a count of zeros for slot 0: then the way to the chunk does not wait for the switch
 * word, whose loads the branch predictor hides. */
SWTRACE_INLINE uint32_t swtrace_next_slot(uint32_t *bits) {
  uint32_t slot = 0;
  if (SWTRACE_UNLIKELY(!(*bits & 1))) {
    slot = (uint32_t)__builtin_ctz(*bits);
    __asm__ volatile("" : "+r"(slot));
  }
  *bits &= *bits - 1;
  return slot;
}

/* Space for a record of `payload` bytes of fields, stamped and timed. */
SWTRACE_INLINE struct swtrace_record swtrace_record_reserve(const struct swtrace_marker *marker,
                                                            uint32_t slot, uint32_t payload) {
  struct swtrace_thread *thread = swtrace_thread_pointer;
  uint32_t size = (payload + 15U) & ~7U;
  /* First this pointer, then the chunk: where a signal handler forks in between, the child finds both
   * emptied, and whoever has a chunk has a word to read. */
  const uint32_t *cpu_word = __atomic_load_n(&thread->cpu, __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  struct swtrace_chunk *chunk = thread->chunk[slot];
  if (SWTRACE_UNLIKELY(!chunk)) return swtrace_record_slow(marker, slot, size, 0, 0);

  uint32_t position = swtrace_unlocked_add(&chunk->position, size);
  SWTRACE_TESTPOINT("reserve");
  if (SWTRACE_UNLIKELY(!swtrace_room(chunk, (uint64_t)position + size)))
    return swtrace_record_slow(marker, slot, size, chunk, position);
  struct swtrace_record record;
  record.place = (uint8_t *)chunk + position;
  swtrace_store_stamp(record.place, swtrace_record_open(size));
  SWTRACE_TESTPOINT("stamp");

  uint64_t cpu = __atomic_load_n(cpu_word, __ATOMIC_RELAXED) & SWTRACE_CPU_UNKNOWN;
  uint64_t head = marker->head;
  record.header = head + (swtrace_ticks() - chunk->base);
  if (SWTRACE_UNLIKELY((record.header ^ head) >> SWTRACE_TICKS_BITS))
    return swtrace_record_extended(marker, slot, size, record.place);
  record.header += cpu << SWTRACE_TICKS_BITS;
  record.payload = record.place + 8;
  SWTRACE_TESTPOINT("clock");
  return record;
}

SWTRACE_INLINE void swtrace_record_commit(struct swtrace_record record) {
  SWTRACE_TESTPOINT("write");
  swtrace_store_header(record.place, record.header);
  SWTRACE_TESTPOINT("commit");
}

/* ---- fields: each stores at the cursor and returns the cursor behind it --------------------------- */

SWTRACE_INLINE uint8_t *swtrace_put_raw(uint8_t *cursor, const void *bytes, uint32_t count) {
  memcpy(cursor, bytes, count);
  return cursor + count;
}
SWTRACE_INLINE uint8_t *swtrace_put_8(uint8_t *cursor, uint8_t value) {
  return swtrace_put_raw(cursor, &value, 1);
}
SWTRACE_INLINE uint8_t *swtrace_put_16(uint8_t *cursor, uint16_t value) {
  return swtrace_put_raw(cursor, &value, 2);
}
SWTRACE_INLINE uint8_t *swtrace_put_32(uint8_t *cursor, uint32_t value) {
  return swtrace_put_raw(cursor, &value, 4);
}
SWTRACE_INLINE uint8_t *swtrace_put_64(uint8_t *cursor, uint64_t value) {
  return swtrace_put_raw(cursor, &value, 8);
}
SWTRACE_INLINE uint8_t *swtrace_put_float(uint8_t *cursor, float value) {
  return swtrace_put_raw(cursor, &value, 4);
}
SWTRACE_INLINE uint8_t *swtrace_put_double(uint8_t *cursor, double value) {
  return swtrace_put_raw(cursor, &value, 8);
}
/* Texts are short: two overlapping moves instead of a call through the C library's tables. */
static inline __attribute__((unused)) uint8_t *swtrace_put_short(uint8_t *cursor, const void *bytes,
                                                                 uint32_t count) {
  const uint8_t *from = (const uint8_t *)bytes, *tail = from + count;
  uint8_t *end = cursor + count;
  if (count > 32) {
    memcpy(cursor, from, count);
  } else if (count >= 16) {
    memcpy(cursor, from, 16);
    memcpy(end - 16, tail - 16, 16);
  } else if (count >= 8) {
    memcpy(cursor, from, 8);
    memcpy(end - 8, tail - 8, 8);
  } else if (count >= 4) {
    memcpy(cursor, from, 4);
    memcpy(end - 4, tail - 4, 4);
  } else if (count) {
    *cursor = *from;
    memcpy(end - 1, tail - 1, 1);
    if (count > 1) cursor[1] = from[1];
  }
  return end;
}
/* A string or byte array needs 2 + kept bytes; `kept` comes from swtrace_fit. */
SWTRACE_INLINE uint8_t *swtrace_put_text(uint8_t *cursor, const void *bytes, size_t length,
                                         uint32_t kept) {
  uint16_t stored = (uint16_t)(kept | (kept < length ? SWTRACE_LENGTH_CUT : 0));
  cursor = swtrace_put_raw(cursor, &stored, 2);
  return __builtin_constant_p(kept) ? swtrace_put_raw(cursor, bytes, kept)
                                    : swtrace_put_short(cursor, bytes, kept);
}
/* How many of `length` bytes are kept when `*room` bytes are left for texts in this record (begin
 * with SWTRACE_RECORD_MAX - 8 - width of all fixed fields - 2 for each text). */
SWTRACE_INLINE uint32_t swtrace_fit(size_t length, uint32_t *room) {
  uint32_t kept = length < *room ? (uint32_t)length : *room;
  *room -= kept;
  return kept;
}

/* ---- markers and the objects that hold them -------------------------------------------------------- */

/* One for each executable and shared object with a section swtrace_markers. */
struct swtrace_object {
  struct swtrace_object *next;
  struct swtrace_marker *start;
  struct swtrace_marker *stop;
};

/* From an object's constructor and destructor. Entering twice is entering once. */
void swtrace_object_enter(struct swtrace_object *object, struct swtrace_marker *start,
                          struct swtrace_marker *stop);
void swtrace_object_leave(struct swtrace_object *object);

/* Registers a marker made at run time. The marker and its text must stay where they are for the life
 * of the process, and be complete: magic, size, switch_word.address pointing to a zero (its own
 * `reserved` will do), head, id and reserved 0, description, text. From any thread or signal handler,
 * any number of times; makes no system call once the process is registered. Returns its id; 0 when
 * there is no room: the marker stays off. */
uint32_t swtrace_register(struct swtrace_marker *marker);

#ifdef __cplusplus
}
#endif
#endif
