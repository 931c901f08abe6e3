/* runtime.h - what the files of the linked-in object share. Not installed.
 *
 * Two kinds of state. What must not survive into a child is in one private mapping that the kernel
 * empties at every kind of fork (MADV_WIPEONFORK): struct swtrace_process, then the thread places.
 * What a child needs in order to start anew is in plain variables, copied by the fork: the objects,
 * markers made at run time, where the parent's file was mapped.
 */
#ifndef SWTRACE_INTERNAL_H
#define SWTRACE_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "include/swtrace_runtime.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/types.h>

#define SWTRACE_HIDDEN __attribute__((visibility("hidden")))
#define SWTRACE_THREADS 16384
#define SWTRACE_BUCKETS 1024
#define SWTRACE_ATTACHED 0x80000000U

/* A thread's place. An index in the pool while `sentinel` is the process's. */
struct swtrace_place {
  struct swtrace_thread hot;
  /* Chunks in use where the clock cannot be read inline; else null, and hot.chunk is in use. */
  struct swtrace_chunk *held[SWTRACE_SLOTS];
  uint64_t sentinel;
  int32_t tid;
  uint32_t index;
  uint32_t next; /* free list, index + 1 */
  uint32_t reserved;
  uint32_t pending[SWTRACE_SLOTS]; /* a chunk on its way to this thread: page in the area, + 1 */
  uint32_t order[SWTRACE_SLOTS];
  uint32_t filled[SWTRACE_SLOTS]; /* ticks >> 20 when a chunk was filled last */
  uint16_t note[SWTRACE_SLOTS];   /* open note, + 1 */
  uint8_t size_class[SWTRACE_SLOTS];
  uint8_t calm[SWTRACE_SLOTS]; /* nothing was lost since the last chunk was filled */
};

/* Where the process's file is mapped. Levels that are on their way to a chunk keep a copy: when a signal
 * handler forks meanwhile, in a child that is not yet registered the original is empty. */
struct swtrace_map {
  uint8_t *base;
  struct swtrace_registry *registry;
  struct swtrace_slot *slots;
  struct swtrace_note *notes;
  uint32_t *extents;
  uint32_t (*free)[2];
  struct swtrace_switch *switches;
  uint8_t *table;
  uint8_t *chunks;
  uint64_t size;
  bool named; /* a file in `directory`, not a memfd */
};

/* The first page of the wiped mapping: all zero = this process has not registered. */
struct swtrace_process {
  uint64_t sentinel; /* 0, or the number of this registration: differs in parent and child */
  uint32_t attach;   /* 0 none, then the tid that registers, then SWTRACE_ATTACHED */
  int32_t tid;       /* of the thread that registered, as the kernel says */
  int32_t stale_tid; /* of the same thread, as its control block says: a raw clone's is its parent's */
  struct swtrace_map map;
  bool reads_clock_inline;
  uint64_t lost, lost_first, lost_last; /* hits before the file was there */
  uint32_t supply_seen[SWTRACE_SLOTS];
  uint64_t places; /* free list: tag << 32 | index + 1 */
  uint32_t places_used;
  char directory[108];
  char name[72];
  uint32_t buckets[SWTRACE_BUCKETS]; /* entries of the table by hash, offset + 1 */
};

extern SWTRACE_HIDDEN struct swtrace_process *swtrace_process;
extern SWTRACE_HIDDEN struct swtrace_place *swtrace_places;
extern SWTRACE_HIDDEN bool swtrace_wiped_by_kernel;

/* clock.c */
SWTRACE_HIDDEN uint32_t swtrace_clock(void); /* SWTRACE_CLOCK_, of this machine */
SWTRACE_HIDDEN uint64_t swtrace_now(void);
SWTRACE_HIDDEN struct swtrace_reading swtrace_read_clocks(void);

/* directory.c: every descriptor is closed again by who opened it */
SWTRACE_HIDDEN bool swtrace_privileged(void); /* AT_SECURE: the environment is not to be trusted */
SWTRACE_HIDDEN const char *swtrace_environment(const char *name);
SWTRACE_HIDDEN int swtrace_open_own_directory(char *path, size_t capacity);
SWTRACE_HIDDEN int swtrace_open_root_directory(void);
SWTRACE_HIDDEN int swtrace_open_beneath(int directory, const char *name, int flags, int mode);
/* Calls `visit` for each entry of the directory, from the first on. */
SWTRACE_HIDDEN void swtrace_each_entry(int directory, void (*visit)(int, const char *, void *),
                                       void *argument);
SWTRACE_HIDDEN void swtrace_hexadecimal(char *text, uint64_t value, int digits);
SWTRACE_HIDDEN size_t swtrace_decimal(char *text, uint64_t value);
SWTRACE_HIDDEN void swtrace_say(const char *what, const char *object); /* SWTRACE_DEBUG=1 */

/* file.c */
struct swtrace_head {
  struct swtrace_registry registry;
  struct swtrace_slot slots[SWTRACE_SLOTS];
};
struct swtrace_file {
  int descriptor;
  int directory;
  char temporary[80];
};
SWTRACE_HIDDEN bool swtrace_file_create(struct swtrace_process *process, struct swtrace_file *file);
SWTRACE_HIDDEN void swtrace_file_publish(struct swtrace_process *process, struct swtrace_file *file);
SWTRACE_HIDDEN void swtrace_file_close(struct swtrace_file *file);
SWTRACE_HIDDEN void swtrace_file_remove_unused(struct swtrace_process *process);
/* The file of a process of this user, whose head it copies; -1 where it is nothing like that. */
SWTRACE_HIDDEN int swtrace_open_process(int directory, const char *name, int flags,
                                        struct swtrace_head *head);
SWTRACE_HIDDEN void swtrace_sweep_entry(int directory, const char *name);
SWTRACE_HIDDEN bool swtrace_grow(struct swtrace_process *process, uint32_t markers, uint32_t bytes);

/* registration.c */
SWTRACE_HIDDEN bool swtrace_process_register(void);
/* Where the next file may be mapped: at an address that this process no longer uses; or null. */
SWTRACE_HIDDEN void *swtrace_vacant_mapping(uint64_t size);
/* The sessions that the parent of this process was in, by slot; zeros elsewhere. */
extern SWTRACE_HIDDEN uint64_t swtrace_parent_sessions[SWTRACE_SLOTS][2];

/* markers.c */
SWTRACE_HIDDEN void swtrace_markers_enter_all(struct swtrace_process *process);
SWTRACE_HIDDEN void swtrace_markers_measure(uint32_t *count, uint32_t *bytes);
SWTRACE_HIDDEN void swtrace_match_slot(struct swtrace_process *process, uint32_t slot,
                                       const char *patterns, size_t size);

/* patterns.c */
SWTRACE_HIDDEN bool swtrace_matches(const char *patterns, size_t size, const char *provider,
                                    const char *name);

/* sessions.c */
SWTRACE_HIDDEN void swtrace_sessions_join(struct swtrace_process *process,
                                          struct swtrace_file *file);
SWTRACE_HIDDEN void swtrace_sessions_match_long(struct swtrace_process *process);

/* dead.c */
#define SWTRACE_DEAD_MAX 64
struct swtrace_dead {
  uint64_t ids[SWTRACE_DEAD_MAX][2]; /* of sessions whose recorders were killed */
  uint32_t count;
};
SWTRACE_HIDDEN void swtrace_switch_off_dead(int directory, const struct swtrace_dead *dead);

/* provision.c */
SWTRACE_HIDDEN void swtrace_provision(const struct swtrace_map *map, int descriptor, uint32_t slot,
                                      uint64_t bytes);
SWTRACE_HIDDEN bool swtrace_populate(const struct swtrace_map *map, uint32_t slot,
                                     uint32_t size_class);

/* chunks.c */
SWTRACE_HIDDEN struct swtrace_chunk *swtrace_chunk_take(const struct swtrace_map *map,
                                                        struct swtrace_place *place, uint32_t slot,
                                                        uint32_t size,
                                                        struct swtrace_chunk *current,
                                                        uint64_t now);
SWTRACE_HIDDEN void swtrace_chunk_give_back(const struct swtrace_map *map, uint32_t slot,
                                            struct swtrace_chunk *chunk);
SWTRACE_HIDDEN void swtrace_chunk_retire(struct swtrace_chunk *chunk, uint32_t state);

/* loss.c */
SWTRACE_HIDDEN void swtrace_count_loss(const struct swtrace_map *map, struct swtrace_place *place,
                                       uint32_t slot);
SWTRACE_HIDDEN void swtrace_count_unregistered(void);
SWTRACE_HIDDEN void swtrace_publish_unregistered(struct swtrace_process *process);
SWTRACE_HIDDEN void swtrace_calm_down(const struct swtrace_map *map, struct swtrace_place *place,
                                      uint32_t slot);
SWTRACE_HIDDEN void swtrace_close_note(const struct swtrace_map *map, struct swtrace_place *place,
                                       uint32_t slot);

/* threads.c */
SWTRACE_HIDDEN void swtrace_threads_prepare(void);
SWTRACE_HIDDEN void swtrace_threads_end(void);
SWTRACE_HIDDEN int32_t swtrace_tid_here(struct swtrace_process *process);
SWTRACE_HIDDEN bool swtrace_has_exit_hook(void);
SWTRACE_HIDDEN struct swtrace_place *swtrace_place_here(struct swtrace_process *process);

/* fork.c */
SWTRACE_HIDDEN void swtrace_fork_prepare(void);

#endif
