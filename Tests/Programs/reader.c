/* A naive reader of process files, for tests only: written from swtrace_layout.h, trusts its input.
 *
 *   reader [--counts] [--slot N ...] [--sequence provider:name] PATH ...   files, or directories of them
 *
 * Prints, for each process file, `process PID`, then a line for each record in the order of threads
 * and chunks (`event TID CPU TICKS SLOT provider:name field=value ...`), then the counts:
 *   total PID events N open N noted N overflow N unregistered N damaged N refused N
 * --sequence: the fields of that marker are (writer, number); each writer's numbers must be 1 2 3 ...:
 *   writer W slot S count N last N missing N repeated N
 * --slot: only what is of these slots. Any recorder on the machine may have come to the others.
 *
 * flags: none */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../../Sources/CSwtrace/include/swtrace_layout.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct view {
  uint8_t *base;
  size_t size;
  struct swtrace_registry *registry;
  struct swtrace_slot *slots;
  struct swtrace_note *notes;
  uint32_t *extents;
  uint32_t (*free)[2];
  struct swtrace_switch *switches;
  uint8_t *table, *chunks;
};

struct counts {
  uint64_t events, open, noted, overflow, unregistered, damaged;
};

struct writer {
  uint64_t number, count, last, missing, repeated;
  uint32_t slot;
  uint8_t *seen;
  uint64_t seen_size;
};

static int counts_only;
static const char *sequence_name;
static uint32_t only_slots = ~0U;
static struct writer writers[20000];
static int writer_count;

static int open_view(const char *path, struct view *view) {
  int descriptor = open(path, O_RDWR | O_CLOEXEC);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status)) return -1;
  view->size = (size_t)status.st_size;
  view->base = mmap(0, view->size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (view->base == MAP_FAILED) return close(descriptor), -1;
  struct swtrace_registry *r = view->registry = (void *)view->base;
  if (r->magic != SWTRACE_REGISTRY_MAGIC || r->layout_hash != swtrace_layout_hash() ||
      r->mapped_size != view->size)
    return close(descriptor), -1;
  view->slots = (void *)(view->base + r->slots_offset);
  view->notes = (void *)(view->base + r->notes_offset);
  view->extents = (void *)(view->base + r->extents_offset);
  view->free = (void *)(view->base + r->free_offset);
  view->switches = (void *)(view->base + r->markers_offset);
  view->table = view->base + r->table_offset;
  view->chunks = view->base + r->chunks_offset;
  return descriptor;
}

static struct swtrace_description *description(struct view *view, uint32_t id) {
  if (id == 0 || id > (uint32_t)view->registry->markers || !view->switches[id - 1].entry) return 0;
  return &((struct swtrace_entry *)(void *)(view->table + view->switches[id - 1].entry - 1))
              ->description;
}
static const char *next_text(const char *text) { return text + strlen(text) + 1; }

static uint64_t unsigned_of(const uint8_t *bytes, uint32_t width) {
  uint64_t value = 0;
  memcpy(&value, bytes, width);
  return value;
}

static void count_sequence(const struct swtrace_chunk *chunk, uint64_t number, uint64_t value) {
  struct writer *writer = 0;
  for (int i = 0; i < writer_count && !writer; i++)
    if (writers[i].number == number && writers[i].slot == chunk->slot) writer = &writers[i];
  if (!writer) {
    writer = &writers[writer_count++];
    writer->number = number;
    writer->slot = chunk->slot;
  }
  if (value / 8 >= writer->seen_size) {
    uint64_t larger = (value / 8 + 1) * 2;
    writer->seen = realloc(writer->seen, larger);
    memset(writer->seen + writer->seen_size, 0, larger - writer->seen_size);
    writer->seen_size = larger;
  }
  if (writer->seen[value / 8] & 1 << value % 8) writer->repeated++;
  writer->seen[value / 8] |= (uint8_t)(1 << value % 8);
  writer->count++;
  if (value > writer->last) writer->last = value;
}

/* Returns the size of the payload, prints or counts it. */
static uint32_t fields(struct view *view, const struct swtrace_chunk *chunk, uint32_t id,
                       uint32_t cpu, uint64_t ticks, const uint8_t *payload) {
  struct swtrace_description *d = description(view, id);
  const char *provider = (const char *)(d + 1), *name = next_text(provider), *field = next_text(name);
  char full[512];
  snprintf(full, sizeof full, "%s:%s", provider, name);
  int print = !counts_only, sequence = sequence_name && strcmp(full, sequence_name) == 0;
  if (print) printf("event %d %u %" PRIu64 " %u %s", chunk->tid, cpu, ticks, chunk->slot, full);
  const uint8_t *cursor = payload;
  uint64_t first[2] = {0, 0};
  for (int i = 0; i < d->field_count; i++, field = next_text(field)) {
    uint32_t type = d->types[i] & 0xf0, width = d->types[i] & 15;
    if (print) printf(" %s=", field);
    if (type >= SWTRACE_TYPE_STRING) {
      uint16_t length;
      memcpy(&length, cursor, 2);
      uint32_t kept = length & 0x7fff;
      cursor += 2;
      for (uint32_t k = 0; k < kept && print; k++)
        if (type == SWTRACE_TYPE_BYTES)
          printf("%02x", cursor[k]);
        else
          putchar(cursor[k] > ' ' && cursor[k] < 127 ? cursor[k] : '.');
      if (print && length & SWTRACE_LENGTH_CUT) printf("...");
      cursor += kept;
      continue;
    }
    uint64_t value = unsigned_of(cursor, width);
    cursor += width;
    if (i < 2) first[i] = value;
    if (!print) continue;
    if (type == SWTRACE_TYPE_SIGNED) {
      int shift = 64 - 8 * (int)width;
      printf("%" PRId64, (int64_t)(value << shift) >> shift);
    } else if (type == SWTRACE_TYPE_FLOAT) {
      float f;
      double v;
      memcpy(&f, &value, 4);
      memcpy(&v, &value, 8);
      printf("%g", width == 4 ? (double)f : v);
    } else if (type == SWTRACE_TYPE_POINTER) {
      printf("0x%" PRIx64, value);
    } else if (d->types[i] == SWTRACE_TYPE_BOOL) {
      printf("%s", value ? "true" : "false");
    } else {
      printf("%" PRIu64, value);
    }
  }
  if (print) putchar('\n');
  if (sequence) count_sequence(chunk, first[0], first[1]);
  return (uint32_t)(cursor - payload);
}

/* Walks a chunk whose owner writes no more (or whose process is dead). Returns 1 when it is settled:
 * no record in it can change any more. */
static int walk(struct view *view, struct swtrace_chunk *chunk, struct counts *counts) {
  uint8_t *bytes = (uint8_t *)chunk;
  uint32_t stop = chunk->position < chunk->end ? chunk->position : chunk->end;
  uint32_t at = chunk->first, whole = 1;
  while (at <= chunk->end) {
    uint64_t header = __atomic_load_n((uint64_t *)(void *)(bytes + at), __ATOMIC_ACQUIRE);
    if (header == 0) {
      if (at >= stop) break;
      uint32_t from = at;
      while (at < stop && *(uint64_t *)(void *)(bytes + at) == 0) at += 8;
      if (from < at) counts->open++, whole = 0;
      continue;
    }
    if (swtrace_record_is_open(header)) {
      counts->open++;
      whole = 0;
      if (header & SWTRACE_OPEN_TAIL) break;
      at += swtrace_record_open_size(header);
      continue;
    }
    uint32_t id = swtrace_record_id(header), cpu = swtrace_record_cpu(header);
    if (id == SWTRACE_RECORD_TAIL) break;
    if (id == SWTRACE_RECORD_SKIP) {
      at += (uint32_t)swtrace_record_ticks(header);
      continue;
    }
    uint64_t ticks = chunk->base + swtrace_record_ticks(header);
    uint32_t behind = 8;
    if (id == SWTRACE_RECORD_EXTENDED) {
      ticks = unsigned_of(bytes + at + 8, 8);
      id = (uint32_t)unsigned_of(bytes + at + 16, 4);
      behind = 20;
    }
    if (!description(view, id)) {
      counts->damaged++;
      break;
    }
    uint32_t payload = fields(view, chunk, id, cpu, ticks, bytes + at + behind);
    counts->events++;
    at += ((payload + 15) & ~7U) + (behind == 20 ? 16 : 0);
  }
  return (int)whole;
}

static int by_thread(const void *left, const void *right) {
  const struct swtrace_chunk *a = *(struct swtrace_chunk *const *)left,
                             *b = *(struct swtrace_chunk *const *)right;
  if (a->slot != b->slot) return a->slot < b->slot ? -1 : 1;
  if (a->tid != b->tid) return a->tid < b->tid ? -1 : 1;
  if (a->thread != b->thread) return a->thread < b->thread ? -1 : 1;
  return a->base < b->base ? -1 : a->base > b->base;
}

static int is_wanted(uint32_t slot) { return only_slots >> slot & 1; }

static void count_losses(struct view *view, struct counts *counts) {
  for (uint32_t i = 0; i < view->registry->note_count; i++)
    if (view->notes[i].state != SWTRACE_NOTE_FREE && is_wanted(view->notes[i].slot))
      counts->noted += view->notes[i].count;
  for (uint32_t i = 0; i < SWTRACE_SLOTS; i++)
    if (is_wanted(i)) counts->overflow += view->slots[i].lost;
  counts->unregistered += view->registry->lost_unregistered;
}

static void read_chunks(struct view *view, struct counts *counts) {
  struct swtrace_chunk **list = calloc(view->registry->extent_count * 64, sizeof *list);
  uint32_t count = 0;
  for (uint32_t e = 0; e < view->registry->extent_count; e++) {
    if (!view->extents[e] || !is_wanted(swtrace_extent_slot(view->extents[e]))) continue;
    uint32_t size = swtrace_class_size(swtrace_extent_class(view->extents[e]));
    for (uint32_t at = 0; at < SWTRACE_EXTENT_SIZE; at += size) {
      struct swtrace_chunk *chunk =
          (void *)(view->chunks + (uint64_t)e * SWTRACE_EXTENT_SIZE + at);
      if (chunk->magic == SWTRACE_CHUNK_MAGIC && SWTRACE_CHUNK_STATE(chunk->state) >= 2)
        list[count++] = chunk;
    }
  }
  qsort(list, count, sizeof *list, by_thread);
  for (uint32_t i = 0; i < count; i++) {
    struct counts before = *counts;
    walk(view, list[i], counts);
    if (getenv("READER_CHUNKS"))
      printf("chunk tid %d order %u state %u size %u first %u position %u events %" PRIu64
             " open %" PRIu64 "\n",
             list[i]->tid, list[i]->order, SWTRACE_CHUNK_STATE(list[i]->state), list[i]->end + 8,
             list[i]->first, list[i]->position, counts->events - before.events,
             counts->open - before.open);
  }
  free(list);
}

static void print_total(struct view *view, const struct counts *c) {
  printf("total %d events %" PRIu64 " open %" PRIu64 " noted %" PRIu64 " overflow %" PRIu64
         " unregistered %" PRIu64 " damaged %" PRIu64 " refused %u\n",
         view->registry->pid, c->events, c->open, c->noted, c->overflow, c->unregistered,
         c->damaged, view->registry->markers_refused);
  for (int i = 0; i < writer_count; i++) {
    for (uint64_t n = 1; n <= writers[i].last; n++)
      if (!(writers[i].seen[n / 8] & 1 << n % 8)) writers[i].missing++;
    printf("writer %" PRIu64 " slot %u count %" PRIu64 " last %" PRIu64 " missing %" PRIu64
           " repeated %" PRIu64 "\n",
           writers[i].number, writers[i].slot, writers[i].count, writers[i].last,
           writers[i].missing, writers[i].repeated);
    free(writers[i].seen);
    memset(&writers[i], 0, sizeof writers[i]);
  }
  writer_count = 0;
}

static __attribute__((unused)) int read_path(const char *path) {
  struct stat status;
  if (stat(path, &status)) return 1;
  if (S_ISDIR(status.st_mode)) {
    struct dirent **names;
    int count = scandir(path, &names, 0, alphasort), bad = 0;
    for (int i = 0; i < count; i++) {
      char full[4096];
      if (strncmp(names[i]->d_name, "process-", 8) == 0) {
        snprintf(full, sizeof full, "%s/%s", path, names[i]->d_name);
        bad |= read_path(full);
      }
      free(names[i]);
    }
    free(names);
    return bad;
  }
  struct view view;
  int descriptor = open_view(path, &view);
  if (descriptor < 0) return fprintf(stderr, "%s: not a process file\n", path), 1;
  struct counts counts = {0, 0, 0, 0, 0, 0};
  printf("process %d\n", view.registry->pid);
  read_chunks(&view, &counts);
  count_losses(&view, &counts);
  print_total(&view, &counts);
  munmap(view.base, view.size);
  close(descriptor);
  return 0;
}

#ifndef READER_IS_INCLUDED
int main(int argc, char **argv) {
  int bad = 0;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--counts") == 0)
      counts_only = 1;
    else if (strcmp(argv[i], "--slot") == 0 && i + 1 < argc)
      only_slots = (only_slots + 1 ? only_slots : 0) | 1U << atoi(argv[++i]);
    else if (strcmp(argv[i], "--sequence") == 0 && i + 1 < argc)
      sequence_name = argv[++i];
    else
      bad |= read_path(argv[i]);
  }
  return bad;
}
#endif
