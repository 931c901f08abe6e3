/* swtrace_layout.h - the memory that a traced program and a recorder share.
 *
 * This header is the ABI between a program linked with libswtrace, the recorders that watch it, and
 * `swtrace recover` after either has died. It declares bytes and the words that change them, no
 * policy: the program's side is in the .c files beside it, the recorder's in the room ProgramTracing.
 *
 * Extension rules
 *  - Fixed-size types only, no pointer, no padding that is not named; little or big endian and word
 *    size are the producer's own and stated in its header.
 *  - Every part is found through its offset and count in struct swtrace_registry, never by adding
 *    sizes of other parts. New parts may be appended; `header_size` tells how much of the header
 *    the producer knew. Bytes named `reserved` are zero and may get a meaning whose zero is today's.
 *  - Changing the size or meaning of anything else raises SWTRACE_LAYOUT_VERSION. The hash covers
 *    the sizes; a reader refuses a producer whose version or hash it does not know, and says so.
 *  - New record kinds take ids downwards from 0x7ffd; a reader that meets a reserved id it does not
 *    know stops in that chunk and counts the rest as damaged.
 *  - Plain fields: `_Atomic` cannot be seen from Swift. Every word that two sides touch is named in
 *    the drawings, and is read and written with the swtrace_load_ and swtrace_store_ functions below.
 *
 * Two kinds of files lie in a directory (a user's /dev/shm/swtrace-<uid> or $SWTRACE_DIR, 0700; for
 * root's sessions /run/swtrace, 0755). Both appear by rename(2), complete:
 *
 *   process-<pid>-<nonce, 32 hex digits>    one for each process and exec: registry and buffer
 *   session-<id, 32 hex digits>             one for each session: what it wants
 *
 * A process removes its file at exit if no session ever was in it; other files are recorders' to
 * remove, when nobody maps them (fcntl(F_SETLEASE, F_RDLCK) on a read-only descriptor succeeds).
 *
 * Where no directory can be had, a process's file is a memfd named "swtrace-process", found through
 * /proc/PID/maps. Names starting with '.' are files on their way; ignore them.
 *
 *
 * The file of a process
 *
 *   offset 0    ┌──────────────────────────────────────────────┐
 *               │ struct swtrace_registry                      │ backed by memory before the
 *               ├──────────────────────────────────────────────┤ file appears
 *     slots     │ struct swtrace_slot [SWTRACE_SLOTS]          │
 *     patterns  │ char [SWTRACE_SLOTS][SWTRACE_PATTERNS_SIZE]  │
 *     notes     │ struct swtrace_note [note_count]             │
 *     extents   │ uint32_t [extent_count]                      │
 *     free      │ uint32_t [extent_count][2]                   │
 *               ├──────────────────────────────────────────────┤
 *     markers   │ struct swtrace_switch [marker_capacity]      │ backed up to markers_backed
 *               ├──────────────────────────────────────────────┤
 *     table     │ struct swtrace_entry, one after another      │ backed up to table_backed
 *               ├──────────────────────────────────────────────┤
 *     chunks    │ extents of 256 KiB                           │ sparse: backed where `extents`
 *               └──────────────────────────────────────────────┘ says so
 *
 * The program touches nothing that is not backed: a hole in a full tmpfs would be a SIGBUS.
 *
 *
 * Who may write what, and how
 *
 *   the program    its own memory instructions, compare-and-swap where threads meet
 *   a recorder     futex(FUTEX_WAKE_OP) for words that the program reads or writes meanwhile: atomic,
 *                  and EFAULT instead of SIGBUS when the producer truncated its file; it can OR,
 *                  ANDN, ADD, XOR and SET 32-bit words but not compare (see swtrace_recorder.h).
 *                  pwrite(2) for everything that nobody else touches at that time. Recorders
 *                  exclude each other by an open-file-description write lock on byte 0 of the
 *                  registry while they claim a slot or an extent, or raise a *_backed word.
 *
 *
 * Switches, slots, sessions
 *
 *   marker (in the program's data) ──pointer──► struct swtrace_switch.bits
 *                                               bit s (0..15)  slot s records this marker
 *                                               bit 31         enter the slow path: you may be the
 *                                                              unregistered child of a raw clone
 *
 *   slot    FREE ─claim─► CLAIMED ─id, generation+1, patterns, quota─► ACTIVE ─► STOPPED ─► FREE
 *
 *   Until registry.state is READY only the program's constructor claims slots; afterwards only
 *   recorders do (under the lock). So a recorder that meets STARTING comes back soon: when the
 *   process is READY, either it has found the session's file by itself and the session is in a slot,
 *   or the recorder claims one. The program publishes its file, fences, then reads the directory;
 *   the recorder publishes its session, then scans: one of them sees the other.
 *   A slot is FREE again when no thread has a chunk of it. A thread that sleeps since the session may
 *   keep its chunk for ever, so a recorder that finds no FREE slot claims a STOPPED one, after taking
 *   all free chunks of its extents away (state DEAD) and closing all others: whoever still has, or is
 *   about to have, one of those goes to the slow path, which compares the generation and leaves it.
 *   Extents of generations before that are freed when all their chunks are FULL or DEAD.
 *   A slot's patterns are kept here, so that a marker that is registered later (dlopen, first touch)
 *   is switched on without opening a file; if they are longer than the room, SWTRACE_SLOT_LONG says
 *   that switching such markers on is the recorder's. Whoever sees more markers than it has matched
 *   matches again; both sides set the same bits.
 *
 *
 * Extents and chunks
 *
 *   The area is divided into extents of 256 KiB. An extent belongs to one slot and holds chunks of
 *   one size: class 0..3 = 64 x 4 KiB, 16 x 16 KiB, 4 x 64 KiB, 1 x 256 KiB. Extents from
 *   `own_first` up are provisioned by the program (constructor; slow path where the slot has
 *   SWTRACE_SLOT_POPULATE), the ones below by recorders: never by both. To provision:
 *     1. find an extent whose word is 0 (recorder: under the lock; program: by compare-and-swap)
 *     2. back its 256 KiB with memory (one write or fallocate: ENOSPC is an error, not a SIGBUS)
 *     3. in each chunk, either leave all at zero, header included: a chunk never used; or write the
 *        header: magic, state FREE, position SWTRACE_CHUNK_HEADER, end = the chunk's size, all else 0
 *        (a claimer lowers `end` so that 8 bytes of room for a tail mark stay behind it)
 *     4. write the extent's word                                  (swtrace_extent_word)
 *     5. set its bits in `free` (atomically), then add 1 to slot.supply
 *   A program looks at the extent's word only after it has seen a free bit, and again after it has
 *   taken it. It may cut a free chunk of class 3 into smaller ones by taking its only bit, writing the
 *   extent's word and setting the new bits: so a reader takes the class from the word each time, and
 *   passes over chunks without the magic.
 *
 *   free bit set ──clear the bit─► mine ──CAS FREE→CLAIMED, sequence+1─► CLAIMED ──CAS─► WRITING
 *        ▲                                                                                  │ the owner
 *        │ recorder, or the program when it gives an unused one back                        ▼ needs more
 *        └── zeroed, position and end set, FREE (same sequence) ◄── read ◄────────────── FULL
 *
 *   FULL says that the owner reserves no more in it. A record of an outer level (a signal handler
 *   filled the chunk meanwhile) may still be open; that level closes it by storing its header. So a
 *   recorder frees a FULL chunk only when no record in it is open. DEAD is FULL whose thread has
 *   run its exit hook: what is open there stays open.
 *   A chunk that is FULL with a record left open by a longjmp can be given free again around it:
 *   `position` and `end` of a free chunk may enclose any range that no open record touches; a
 *   claimer takes them as they are.
 *   A free chunk is zero from its position to its end; its base and first are 0.
 *   A chunk that stays FREE with its bit clear was dropped by a thread on its way (a longjmp between
 *   the two steps): its bit may be set again at any time, the compare-and-swap decides.
 *
 *
 * Records
 *
 *   From the place where position stood when the chunk was claimed (`first`), 8-byte aligned, one
 *   behind another:
 *
 *     63   62          48 47      36 35                              0
 *    ┌───┬───────────────┬──────────┬─────────────────────────────────┐
 *    │ 0 │ marker id     │ cpu      │ ticks since the chunk's base    │ payload ...   complete
 *    ├───┼───────────────┼──────────┴─────────────────────────────────┤
 *    │ 1 │ size in bytes │ 0 or SWTRACE_OPEN_TAIL, _MOVED             │ anything      open
 *    ├───┴───────────────┴────────────────────────────────────────────┤
 *    │ 0                                                              │ nothing here yet
 *    └────────────────────────────────────────────────────────────────┘
 *
 *   Reserve = add the size to `position`, one unlocked read-modify-write. Then the open stamp (the
 *   size includes the header and is a multiple of 8), the clock, the payload, the header (release).
 *   On 32-bit machines the upper half is the half that counts and is stored last.
 *
 *   Reading, live: stop at the first 0 or open header. When the chunk is FULL, or its program is
 *   dead: step over an open record by its size and count it lost. A run of zero words that is
 *   followed by a non-zero word, or reaches min(position, end), is a record whose stamp was not yet
 *   stored: step over it, count it lost (one).
 *   The level that finds no room puts a tail mark where its record would have begun, at `end` at the
 *   latest: first open with SWTRACE_OPEN_TAIL, then, when its event has a place in another chunk or
 *   is counted as lost, complete with the id SWTRACE_RECORD_TAIL. Either ends the chunk; an open one
 *   stands for an event on its way and is treated as every open record. That event's new place is
 *   stamped with SWTRACE_OPEN_MOVED: an open tail and an open moved record of one thread and slot are
 *   one event. A FULL chunk is settled when a walk meets a complete tail mark and nothing open and no
 *   zero before it. A DEAD chunk may end without a tail mark, at its position.
 *   Records of nested levels are not in the order of their stamps.
 *
 *   Payload: the fields in order, without padding, in the producer's byte order: integers, floats,
 *   bool (1 byte), pointers (their own width); string = u16 length + bytes (bit 15 of the length:
 *   the string was cut; no terminating zero); bytes likewise. Then up to 7 bytes of anything. A
 *   record is at most SWTRACE_RECORD_MAX bytes.
 *
 *   id SWTRACE_RECORD_EXTENDED: the payload begins with u64 absolute ticks and u32 marker id, the
 *   fields follow. Taken when the distance from the base does not fit in 36 bits (time that went
 *   back included) and for marker ids that do not fit in 15 bits. The header's ticks are 0. It takes
 *   16 bytes more than the same fields would in an ordinary record.
 *   id SWTRACE_RECORD_SKIP: nothing; the header's ticks hold its size in bytes.
 *   cpu 4095 = not known.
 */
#ifndef SWTRACE_LAYOUT_H
#define SWTRACE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define SWTRACE_STATIC_ASSERT(condition, words) static_assert(condition, words)
#else
#define SWTRACE_STATIC_ASSERT(condition, words) _Static_assert(condition, words)
#endif
#ifdef __GNUC__
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpedantic"
#else
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
#endif

#define SWTRACE_LAYOUT_VERSION 1

#define SWTRACE_REGISTRY_MAGIC 0x31636f7270747753ULL /* "Swtproc1" read as little endian */
#define SWTRACE_SESSION_MAGIC 0x3173657370747753ULL  /* "Swtpses1" */
#define SWTRACE_CHUNK_MAGIC 0x6b6e6843U              /* "Chnk" */
#define SWTRACE_MARKER_MAGIC 0x6b72614dU             /* "Mark" */

#define SWTRACE_SLOTS 16
#define SWTRACE_SLOT_BITS 0x0000ffffU
#define SWTRACE_SWITCH_REREGISTER 0x80000000U
#define SWTRACE_FIELDS_MAX 12
#define SWTRACE_PATTERNS_SIZE 512
#define SWTRACE_TEXT_MAX 4096

/* ---- markers ---------------------------------------------------------------------------------- */

#define SWTRACE_KIND_EVENT 0
#define SWTRACE_KIND_BEGIN 1
#define SWTRACE_KIND_END 2
#define SWTRACE_KIND_COUNTER 3

/* A field's type: class in the upper four bits, width in bytes in the lower (0: of varying length). */
#define SWTRACE_TYPE_UNSIGNED 0x00
#define SWTRACE_TYPE_SIGNED 0x10
#define SWTRACE_TYPE_FLOAT 0x20
#define SWTRACE_TYPE_POINTER 0x30
#define SWTRACE_TYPE_BOOL 0x41
#define SWTRACE_TYPE_STRING 0x50
#define SWTRACE_TYPE_BYTES 0x60

/* What is said about a marker, as it stands in ELF section swtrace_markers (behind the working
 * words of struct swtrace_marker) and, copied, in the registry's table.
 *
 *   ┌──────────────┬─────────┬──────────┬──────────────────────────────────────────────────────┐
 *   │ size  kind n │ line    │ types[12]│ provider\0 name\0 field 1\0 ... field n\0 file\0      │
 *   └──────────────┴─────────┴──────────┴──────────────────────────────────────────────────────┘
 *
 * `size` is the length of the text with all its zeros. Nothing in it needs a relocation. */
struct swtrace_description {
  uint16_t size;
  uint8_t kind;
  uint8_t field_count;
  uint32_t line;
  uint8_t types[SWTRACE_FIELDS_MAX];
  uint32_t reserved;
  /* char text[size] */
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_description) == 24, "ABI");

/* A marker in a program's data: ELF section swtrace_markers, each aligned to 8 bytes. Whoever walks
 * the section skips words of 8 zero bytes between records (alignment), then takes `size` bytes.
 * `switch_address` and `head` are the running program's; in a file they are to be ignored. */
struct swtrace_marker {
  uint32_t magic;
  uint32_t size; /* of the whole record with its text, multiple of 8 not required */
  union {
    const uint32_t *address; /* points to a zero until the marker is registered */
    uint64_t wide;
  } switch_word;
  uint64_t head; /* id << 48; low 36 bits all ones if the id does not fit in 15 bits */
  uint32_t id;   /* 0 until registered */
  uint32_t reserved;
  struct swtrace_description description;
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_marker) == 56, "ABI");

/* ---- the file of a process -------------------------------------------------------------------- */

#define SWTRACE_CLOCK_PROCESSOR 1 /* rdtsc, cntvct_el0 */
#define SWTRACE_CLOCK_MONOTONIC 2 /* CLOCK_MONOTONIC, ns */

#define SWTRACE_PROCESS_STARTING 0 /* the constructor still reads session files */
#define SWTRACE_PROCESS_READY 1

#define SWTRACE_PROCESS_NO_EXIT_HOOK 2U /* flags: chunks of ended threads stay WRITING until it dies */
#define SWTRACE_PROCESS_NO_WIPE 4U      /* kernel without MADV_WIPEONFORK */

/* All clocks at one instant, as nearly as can be had. */
struct swtrace_reading {
  uint64_t processor; /* 0 where it cannot be used */
  uint64_t monotonic;
  uint64_t realtime;
  uint64_t boottime;
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_reading) == 32, "ABI");

struct swtrace_registry {
  uint64_t magic;
  uint32_t layout_version;
  uint32_t layout_hash;
  uint32_t header_size;
  uint32_t word_size; /* 4 or 8: sizeof(void *) of the program */
  uint64_t nonce[2];
  int32_t pid;   /* as the process sees itself; another outside of its pid namespace */
  uint32_t state; /* SWTRACE_PROCESS_STARTING or READY */
  uint32_t flags;
  uint32_t clock;
  struct swtrace_reading start;

  /* The parts: offsets in the file. */
  uint64_t mapped_size; /* of the whole file */
  uint64_t slots_offset;
  uint64_t patterns_offset;
  uint64_t notes_offset;
  uint64_t extents_offset;
  uint64_t free_offset;
  uint64_t markers_offset;
  uint64_t table_offset;
  uint64_t chunks_offset;
  uint32_t slot_count;
  uint32_t note_count;
  uint32_t extent_count;
  uint32_t own_first; /* extents from here up are provisioned by the program only */
  uint32_t marker_capacity;
  uint32_t table_capacity; /* bytes */

  /* Growth. Raised by the program's constructors or, under the lock, by a recorder. */
  uint32_t markers_backed; /* bytes of the part `markers` backed by memory */
  uint32_t table_backed;   /* bytes of the part `table` */

  /* Low 32 bits: markers registered, ids 1..n. High 32 bits: bytes of the table in use. */
  uint64_t markers;
  uint32_t markers_refused; /* that found no room; they stay off */
  uint32_t pid_namespace;   /* in which pid is its number: inode of /proc/self/ns/pid; 0 = not known */
  /* Hits while the process was not yet registered (a raw clone's first ones). */
  uint64_t lost_unregistered;
  uint64_t lost_unregistered_first;
  uint64_t lost_unregistered_last;

  uint64_t reserved1[3];
  char executable[256]; /* path, cut, ends with a zero */
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_registry) == 512, "ABI");

/* A marker's switch and where its description lies. markers[id - 1]. */
struct swtrace_switch {
  uint32_t bits;
  uint32_t entry; /* offset in the table, + 1; 0 = not yet written */
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_switch) == 8, "ABI");

/* A copied description in the table, aligned to 8. Stays after dlclose. */
struct swtrace_entry {
  uint32_t size; /* of the entry with its text, rounded up to 8 */
  uint32_t hash;
  uint32_t id;
  uint32_t reserved;
  struct swtrace_description description;
  /* char text[description.size] */
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_entry) == 40, "ABI");

#define SWTRACE_SLOT_FREE 0
#define SWTRACE_SLOT_CLAIMED 1
#define SWTRACE_SLOT_ACTIVE 2
#define SWTRACE_SLOT_STOPPED 3

#define SWTRACE_SLOT_POPULATE 1U    /* flags: the slow path may madvise(MADV_POPULATE_WRITE); set by a
                                       recorder that has seen the process live without seccomp */
#define SWTRACE_SLOT_LONG 2U        /* patterns did not fit: see the session's file */
#define SWTRACE_SLOT_ENVIRONMENT 4U /* armed by SWTRACE_RECORD, no session file, no recorder */

/* A session in this process. */
struct swtrace_slot {
  uint64_t session[2]; /* its id; {1, 0} = armed by the environment */
  uint32_t state;
  uint32_t generation; /* counts the sessions that had this slot */
  uint32_t flags;
  uint32_t patterns_size;
  uint64_t quota;  /* bytes of chunks that this session may have here */
  uint64_t backed; /* bytes provisioned so far (program: atomic add; recorder: under the lock) */

  uint32_t supply; /* + 1 after chunks became free */
  uint32_t dry;    /* program: value of `supply` at which no free chunk was found */
  uint32_t hint;   /* program: extent where a free chunk was found last */
  uint32_t largest_class; /* no chunk larger than this class is taken */

  /* Losses that found no free note, of any thread (program: atomic adds). */
  uint64_t lost;
  uint64_t lost_first;
  uint64_t lost_last;
  uint64_t stopped_at; /* recorder: ticks; later stamps are outside the session */
  uint64_t reserved[4];
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_slot) == 128, "ABI");

#define SWTRACE_NOTE_FREE 0
#define SWTRACE_NOTE_OPEN 1
#define SWTRACE_NOTE_CLOSED 2

/* A run of losses of one thread in one session: opened by its first lost event, closed when the
 * thread has filled a chunk without loss, or ends. The recorder follows `count` and `last` while it
 * is open (each look narrows the place of what was lost meanwhile) and sets a closed one free. */
struct swtrace_note {
  uint32_t state;
  int32_t tid; /* as the process sees it */
  uint32_t slot;
  uint32_t generation; /* of the slot */
  uint64_t count;
  uint64_t first; /* ticks of the first and the last lost event */
  uint64_t last;
  uint64_t reserved[3];
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_note) == 64, "ABI");

/* ---- chunks ------------------------------------------------------------------------------------ */

#define SWTRACE_EXTENT_SIZE 262144U
#define SWTRACE_CLASSES 4

/* slot + 1 : 8, class : 8, low bits of the slot's generation : 16. */
static inline uint32_t swtrace_extent_word(uint32_t slot, uint32_t size_class, uint32_t generation) {
  return (slot + 1) | size_class << 8 | generation << 16;
}
static inline uint32_t swtrace_extent_slot(uint32_t word) { return (word & 0xff) - 1; }
static inline uint32_t swtrace_extent_class(uint32_t word) { return word >> 8 & 0xff; }
static inline uint32_t swtrace_extent_generation(uint32_t word) { return word >> 16; }
static inline uint32_t swtrace_class_size(uint32_t size_class) { return 4096U << (2 * size_class); }

#define SWTRACE_CHUNK_FREE 0
#define SWTRACE_CHUNK_CLAIMED 1
#define SWTRACE_CHUNK_WRITING 2
#define SWTRACE_CHUNK_FULL 3
#define SWTRACE_CHUNK_DEAD 4
#define SWTRACE_CHUNK_STATE(word) ((word)&7U)
#define SWTRACE_CHUNK_SEQUENCE(word) ((word) >> 3)
#define SWTRACE_CHUNK_HEADER 128U
#define SWTRACE_CHUNK_CLOSED 0x80000000U

struct swtrace_chunk {
  /* First line: the hot path's. */
  uint32_t state;    /* low 3 bits state, upper 29 sequence (+ 1 at each claim) */
  uint32_t position; /* reserved up to here, from the chunk's start; goes beyond `end` when full */
  uint32_t end;      /* records lie below */
  uint32_t closed;   /* bit 31, set by the recorder: reserve no more here, hand it over */
  uint64_t base;     /* ticks; 0 = not yet claimed by anybody */
  uint64_t reserved0[5];

  /* Second line: who, for whom. */
  uint32_t magic;
  int32_t tid;         /* as the process sees it */
  uint32_t thread;     /* the program's own number of the thread's place */
  uint32_t slot;
  uint32_t generation; /* of the slot */
  uint32_t order;      /* running number among this thread's chunks in this slot */
  uint32_t first;      /* where the records of this sequence begin; set by its claimer */
  uint32_t consumed;   /* recorder's: read up to here */
  uint64_t reserved1[4];
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_chunk) == SWTRACE_CHUNK_HEADER, "ABI");

/* ---- records ------------------------------------------------------------------------------------ */

#define SWTRACE_RECORD_MAX 4000U
#define SWTRACE_RECORD_EXTENDED 0x7fffU
#define SWTRACE_RECORD_SKIP 0x7ffeU
#define SWTRACE_RECORD_TAIL 0x7ffdU
#define SWTRACE_MARKER_ID_MAX 0x7f00U /* larger ids take an extended record */
#define SWTRACE_CPU_UNKNOWN 4095U
#define SWTRACE_LENGTH_CUT 0x8000U

#define SWTRACE_TICKS_BITS 36
#define SWTRACE_TICKS_MASK 0x0000000fffffffffULL
#define SWTRACE_OPEN 0x8000000000000000ULL
#define SWTRACE_OPEN_TAIL 1ULL
#define SWTRACE_OPEN_MOVED 2ULL

static inline uint64_t swtrace_record_header(uint32_t id, uint32_t cpu, uint64_t ticks) {
  return (uint64_t)id << 48 | (uint64_t)cpu << SWTRACE_TICKS_BITS | ticks;
}
static inline uint64_t swtrace_record_open(uint32_t size) {
  return SWTRACE_OPEN | (uint64_t)size << 48;
}
static inline int swtrace_record_is_open(uint64_t header) { return header >> 63 != 0; }
static inline uint32_t swtrace_record_open_size(uint64_t header) { return header >> 48 & 0x7fff; }
static inline uint32_t swtrace_record_id(uint64_t header) { return header >> 48 & 0x7fff; }
static inline uint32_t swtrace_record_cpu(uint64_t header) {
  return header >> SWTRACE_TICKS_BITS & 0xfff;
}
static inline uint64_t swtrace_record_ticks(uint64_t header) { return header & SWTRACE_TICKS_MASK; }

/* ---- the file of a session ----------------------------------------------------------------------- */

#define SWTRACE_SESSION_ARMED 1U /* flags: valid without a recorder holding its lock */
#define SWTRACE_SESSION_ONLY 2U  /* only processes with SWTRACE_SESSION=<id> in their environment, or
                                    forked from a process that is in it, join by themselves */

/* The recorder holds an open-file-description write lock on byte 0 of this file for as long as it
 * lives; whoever can read it asks with F_OFD_GETLK. Unlocked and not ARMED = dead: not to be joined;
 * starting processes (dead.c) and swtrace switch it off where they may. */
struct swtrace_session {
  uint64_t magic;
  uint32_t layout_version;
  uint32_t layout_hash;
  uint64_t id[2]; /* from getrandom(2) */
  uint32_t flags;
  uint32_t clock;         /* the recorder's wish; 0 = the process's own choice */
  uint32_t recorder_pid;  /* as the recorder sees itself; for words, never for decisions */
  uint32_t only_uid;      /* 0xffffffff = every user */
  uint64_t quota;         /* bytes of chunks for each process */
  uint64_t budget;        /* bytes of chunks for all processes together */
  uint32_t start_bytes;   /* that a starting process provisions by itself */
  uint32_t largest_class; /* of chunks, 0..3 */
  uint64_t created;       /* CLOCK_REALTIME, ns */
  uint32_t patterns_size; /* bytes of patterns behind this header, at most SWTRACE_TEXT_MAX */
  uint32_t reserved0;
  char name[64];
  uint64_t reserved[5];
  /* char patterns[patterns_size]: lines. `glob` switches on every marker whose provider:name it
     matches, `^glob` off again; the last line that matches decides. '*' any run of characters,
     '?' one. A glob without ':' is matched against the name and against the provider. */
};
SWTRACE_STATIC_ASSERT(sizeof(struct swtrace_session) == 192, "ABI");

#define SWTRACE_LAYOUT_HASH                                                                      \
  ((uint32_t)((sizeof(struct swtrace_registry) * 31 + sizeof(struct swtrace_slot)) * 31 +        \
              sizeof(struct swtrace_chunk) * 31 * 17 + sizeof(struct swtrace_note) * 131 +       \
              sizeof(struct swtrace_marker) * 1031 + sizeof(struct swtrace_entry) * 8191 +       \
              sizeof(struct swtrace_session) * 16381 + SWTRACE_SLOTS * 65521 +                   \
              offsetof(struct swtrace_registry, markers) * 524287 + SWTRACE_PATTERNS_SIZE))
static inline uint32_t swtrace_layout_hash(void) { return SWTRACE_LAYOUT_HASH; }

/* ---- words that two sides touch ------------------------------------------------------------------ */

static inline uint32_t swtrace_load_acquire_u32(const uint32_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}
static inline uint32_t swtrace_load_relaxed_u32(const uint32_t *word) {
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}
static inline void swtrace_store_release_u32(uint32_t *word, uint32_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}
static inline void swtrace_store_relaxed_u32(uint32_t *word, uint32_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELAXED);
}
/* Returns 1 and stores `value` when the word held `expected`. */
static inline int swtrace_exchange_u32(uint32_t *word, uint32_t expected, uint32_t value) {
  return __atomic_compare_exchange_n(word, &expected, value, 0, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE);
}
static inline uint32_t swtrace_add_u32(uint32_t *word, uint32_t value) {
  return __atomic_fetch_add(word, value, __ATOMIC_ACQ_REL);
}
static inline uint32_t swtrace_or_u32(uint32_t *word, uint32_t bits) {
  return __atomic_fetch_or(word, bits, __ATOMIC_ACQ_REL);
}
static inline uint32_t swtrace_andn_u32(uint32_t *word, uint32_t bits) {
  return __atomic_fetch_and(word, ~bits, __ATOMIC_ACQ_REL);
}
static inline void swtrace_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

#if defined(__clang__)
#pragma clang diagnostic pop
#elif defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
#endif
