/* A tiny recorder for tests: does to session and process files what swtrace's recorder does.
 *
 *   session make DIR PATTERNS [START-BYTES [FLAGS]]     an armed session file; prints its name
 *   session attach FILE PATTERNS EXTENTS [CLASS]        claims a slot in a live process, switches on
 *   session off FILE SLOT                               clears the switches, closes the chunks
 *   session drain FILE PATTERNS EXTENTS                 attaches, then reads and recycles full chunks
 *                                                       until the process is gone; prints the total
 *   session reregister FILE                             sets bit 31 of every switch
 * PATTERNS: separated by commas
 *
 * flags: none */
#define READER_IS_INCLUDED
#include "reader.c"

#include "../../Sources/CSwtrace/include/swtrace_recorder.h"

#include <signal.h>
#include <sys/random.h>

static int fail(const char *what) {
  fprintf(stderr, "session: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void lines(char *patterns) {
  for (; *patterns; patterns++)
    if (*patterns == ',') *patterns = '\n';
}

static int make_session(const char *directory, char *patterns, uint32_t start, uint32_t flags) {
  struct swtrace_session session;
  memset(&session, 0, sizeof session);
  session.magic = SWTRACE_SESSION_MAGIC;
  session.layout_version = SWTRACE_LAYOUT_VERSION;
  session.layout_hash = swtrace_layout_hash();
  if (getrandom(session.id, sizeof session.id, 0) != sizeof session.id) return fail("id");
  session.flags = flags;
  session.only_uid = 0xffffffff;
  session.quota = 64 << 20;
  session.budget = 256 << 20;
  session.start_bytes = start;
  session.largest_class = SWTRACE_CLASSES - 1;
  lines(patterns);
  session.patterns_size = (uint32_t)strlen(patterns);
  char temporary[4096], name[4096];
  snprintf(name, sizeof name, "%s/session-%016" PRIx64 "%016" PRIx64, directory, session.id[0],
           session.id[1]);
  snprintf(temporary, sizeof temporary, "%s/.new", directory);
  int descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY, 0644);
  if (descriptor < 0 || write(descriptor, &session, sizeof session) != sizeof session ||
      write(descriptor, patterns, session.patterns_size) != (ssize_t)session.patterns_size ||
      rename(temporary, name))
    return fail(name);
  puts(name);
  return 0;
}

static void lock_registry(int descriptor, int type) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = (short)type;
  lock.l_len = 1;
  if (fcntl(descriptor, 38 /* F_OFD_SETLKW */, &lock)) fail("lock");
}

static void write_at(int descriptor, const void *bytes, size_t size, uint64_t offset) {
  if (pwrite(descriptor, bytes, size, (off_t)offset) != (ssize_t)size) fail("write");
}

static void header_of_free_chunk(struct swtrace_chunk *chunk, uint32_t size, uint32_t state) {
  memset(chunk, 0, sizeof *chunk);
  chunk->magic = SWTRACE_CHUNK_MAGIC;
  chunk->state = state;
  chunk->position = SWTRACE_CHUNK_HEADER;
  chunk->end = size;
}

static void provision(struct view *view, int descriptor, uint32_t slot, uint32_t extents,
                      uint32_t size_class) {
  static uint8_t image[SWTRACE_EXTENT_SIZE];
  uint32_t made = 0, size = swtrace_class_size(size_class);
  for (uint32_t e = 0; e < view->registry->own_first && made < extents; e++) {
    if (view->extents[e]) continue;
    for (uint32_t at = 0; at < SWTRACE_EXTENT_SIZE; at += size)
      header_of_free_chunk((struct swtrace_chunk *)(void *)(image + at), size, 0);
    write_at(descriptor, image, sizeof image,
             view->registry->chunks_offset + (uint64_t)e * SWTRACE_EXTENT_SIZE);
    memset(image, 0, sizeof image);
    uint32_t word = swtrace_extent_word(slot, size_class, view->slots[slot].generation);
    write_at(descriptor, &word, 4, view->registry->extents_offset + e * 4);
    for (uint32_t bit = 0; bit < SWTRACE_EXTENT_SIZE / size; bit++)
      swtrace_futex_set_bit(&view->free[e][bit / 32], bit % 32);
    swtrace_futex_add(&view->slots[slot].supply, 1);
    made++;
  }
}

static int matches(const char *pattern, const char *text) {
  if (*pattern == '*') return matches(pattern + 1, text) || (*text && matches(pattern, text + 1));
  if (!*pattern) return !*text;
  return *text && (*pattern == *text || *pattern == '?') && matches(pattern + 1, text + 1);
}

static uint32_t attach(struct view *view, int descriptor, char *patterns, uint32_t extents,
                       uint32_t size_class) {
  while (__atomic_load_n(&view->registry->state, __ATOMIC_ACQUIRE) != SWTRACE_PROCESS_READY)
    usleep(1000);
  lock_registry(descriptor, F_WRLCK);
  uint32_t slot = 0;
  while (slot < SWTRACE_SLOTS && view->slots[slot].state != SWTRACE_SLOT_FREE) slot++;
  if (slot == SWTRACE_SLOTS) fail("no slot");
  uint64_t at = view->registry->slots_offset + slot * sizeof(struct swtrace_slot);
  swtrace_futex_store(&view->slots[slot].state, SWTRACE_SLOT_CLAIMED);
  struct swtrace_slot values = view->slots[slot];
  if (getrandom(values.session, 16, 0) != 16) fail("id");
  values.generation++;
  values.quota = 64 << 20;
  values.largest_class = SWTRACE_CLASSES - 1;
  values.flags = getenv("SESSION_POPULATE") ? SWTRACE_SLOT_POPULATE : 0;
  values.patterns_size = (uint32_t)strlen(patterns);
  write_at(descriptor, &values, sizeof values, at);
  write_at(descriptor, patterns, values.patterns_size,
           view->registry->patterns_offset + slot * SWTRACE_PATTERNS_SIZE);
  provision(view, descriptor, slot, extents, size_class);
  swtrace_futex_store(&view->slots[slot].state, SWTRACE_SLOT_ACTIVE);
  for (uint32_t id = 1; id <= (uint32_t)view->registry->markers; id++) {
    struct swtrace_description *d = description(view, id);
    if (!d) continue;
    char full[512];
    const char *provider = (const char *)(d + 1);
    snprintf(full, sizeof full, "%s:%s", provider, next_text(provider));
    if (matches(patterns, full)) swtrace_futex_set_bit(&view->switches[id - 1].bits, slot);
  }
  lock_registry(descriptor, F_UNLCK);
  return slot;
}

static void off(struct view *view, uint32_t slot) {
  for (uint32_t id = 1; id <= (uint32_t)view->registry->markers; id++)
    swtrace_futex_clear_bit(&view->switches[id - 1].bits, slot);
  swtrace_futex_store(&view->slots[slot].state, SWTRACE_SLOT_STOPPED);
  for (uint32_t e = 0; e < view->registry->extent_count; e++) {
    if (!view->extents[e] || swtrace_extent_slot(view->extents[e]) != slot) continue;
    uint32_t size = swtrace_class_size(swtrace_extent_class(view->extents[e]));
    for (uint32_t at = 0; at < SWTRACE_EXTENT_SIZE; at += size) {
      struct swtrace_chunk *chunk =
          (void *)(view->chunks + (uint64_t)e * SWTRACE_EXTENT_SIZE + at);
      swtrace_futex_set_bit(&chunk->closed, 31);
    }
  }
}

/* Reads settled chunks and gives them back. Losses are counted where they stand, at the end. */
static void recycle(struct view *view, int descriptor, uint32_t slot, struct counts *counts) {
  static uint8_t zeros[SWTRACE_EXTENT_SIZE];
  for (uint32_t e = 0; e < view->registry->extent_count; e++) {
    if (!view->extents[e] || swtrace_extent_slot(view->extents[e]) != slot) continue;
    uint32_t size = swtrace_class_size(swtrace_extent_class(view->extents[e]));
    for (uint32_t bit = 0; bit < SWTRACE_EXTENT_SIZE / size; bit++) {
      uint64_t offset =
          view->registry->chunks_offset + (uint64_t)e * SWTRACE_EXTENT_SIZE + bit * size;
      struct swtrace_chunk *chunk = (void *)(view->base + offset);
      uint32_t word = __atomic_load_n(&chunk->state, __ATOMIC_ACQUIRE);
      uint32_t state = SWTRACE_CHUNK_STATE(word);
      if (state != SWTRACE_CHUNK_FULL && state != SWTRACE_CHUNK_DEAD) continue;
      int quiet = counts_only;
      const char *name = sequence_name;
      struct counts trial = {0, 0, 0, 0, 0, 0};
      counts_only = 1;
      sequence_name = 0;
      int settled = walk(view, chunk, &trial);
      counts_only = quiet;
      sequence_name = name;
      if (!settled && state != SWTRACE_CHUNK_DEAD) continue;
      walk(view, chunk, counts);
      struct swtrace_chunk header;
      write_at(descriptor, zeros, size - sizeof header, offset + sizeof header);
      header_of_free_chunk(&header, size, word & ~7U);
      write_at(descriptor, &header, sizeof header, offset);
      swtrace_futex_set_bit(&view->free[e][bit / 32], bit % 32);
      swtrace_futex_add(&view->slots[slot].supply, 1);
    }
  }
  for (uint32_t i = 0; i < view->registry->note_count; i++) {
    struct swtrace_note *note = &view->notes[i];
    if (__atomic_load_n(&note->state, __ATOMIC_ACQUIRE) != SWTRACE_NOTE_CLOSED ||
        note->slot != slot)
      continue;
    counts->noted += note->count;
    swtrace_futex_store(&note->state, SWTRACE_NOTE_FREE);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  if (strcmp(argv[1], "make") == 0 && argc >= 4)
    return make_session(argv[2], argv[3], argc > 4 ? (uint32_t)atoi(argv[4]) : 262144,
                        argc > 5 ? (uint32_t)atoi(argv[5]) : SWTRACE_SESSION_ARMED);
  struct view view;
  int descriptor = open_view(argv[2], &view);
  if (descriptor < 0) return fail(argv[2]);
  uint32_t extents = argc > 4 ? (uint32_t)atoi(argv[4]) : 4;
  if (strcmp(argv[1], "attach") == 0 && argc >= 4) {
    lines(argv[3]);
    printf("slot %u\n",
           attach(&view, descriptor, argv[3], extents, argc > 5 ? (uint32_t)atoi(argv[5]) : 0));
  } else if (strcmp(argv[1], "off") == 0 && argc >= 4) {
    off(&view, (uint32_t)atoi(argv[3]));
  } else if (strcmp(argv[1], "reregister") == 0) {
    for (uint32_t id = 1; id <= (uint32_t)view.registry->markers; id++)
      swtrace_futex_set_bit(&view.switches[id - 1].bits, 31);
  } else if (strcmp(argv[1], "drain") == 0 && argc >= 4) {
    struct counts counts = {0, 0, 0, 0, 0, 0};
    counts_only = 1;
    sequence_name = getenv("SESSION_SEQUENCE");
    lines(argv[3]);
    uint32_t slot = attach(&view, descriptor, argv[3], extents, 0);
    only_slots = 1U << slot;
    puts("attached");
    fflush(stdout);
    while (kill(view.registry->pid, 0) == 0) {
      recycle(&view, descriptor, slot, &counts);
      usleep(200);
    }
    recycle(&view, descriptor, slot, &counts);
    read_chunks(&view, &counts);
    count_losses(&view, &counts);
    print_total(&view, &counts);
  } else {
    return 2;
  }
  return 0;
}
