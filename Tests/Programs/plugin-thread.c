/* A thread hits a marker of a loaded object and ends after the object was dropped.
 *
 * flags: -std=gnu11 -pthread */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

static void (*hit)(long);
static sem_t was_hit, dropped;

static void *run(void *argument) {
  hit(1);
  sem_post(&was_hit);
  sem_wait(&dropped);
  return argument;
}

int main(int argc, char **argv) {
  long count = argc > 2 ? atol(argv[2]) : 1;
  for (long i = 0; i < count; i++) {
    void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!plugin) return fprintf(stderr, "%s\n", dlerror()), 1;
    hit = (void (*)(long))(size_t)dlsym(plugin, "plugin_hit");
    sem_init(&was_hit, 0, 0);
    sem_init(&dropped, 0, 0);
    pthread_t thread;
    pthread_create(&thread, 0, run, 0);
    sem_wait(&was_hit);
    dlclose(plugin);
    sem_post(&dropped);
    pthread_join(thread, 0);
  }
  puts("ended");
  return 0;
}
