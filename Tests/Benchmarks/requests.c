/* A load of requests: a client sends, a server answers after some work and a small write to a file.
   Prints seconds for all and the 99th percentile of a request. */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { clients = 4, requests = 20000 };

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t times[clients][requests];

static void *serve(void *argument) {
  int socket = *(int *)argument;
  int file = open("/dev/null", O_WRONLY);
  char buffer[128];
  volatile unsigned sum = 0;
  while (read(socket, buffer, sizeof buffer) == sizeof buffer) {
    for (unsigned step = 0; step < 20000; step++) sum += step * step;
    if (write(file, buffer, sizeof buffer) < 0 || write(socket, buffer, sizeof buffer) < 0) break;
  }
  close(file);
  return 0;
}

struct client {
  int socket, number;
};

static void *ask(void *argument) {
  struct client *client = argument;
  char buffer[128] = {0};
  for (int request = 0; request < requests; request++) {
    uint64_t start = now();
    if (write(client->socket, buffer, sizeof buffer) < 0) break;
    if (read(client->socket, buffer, sizeof buffer) < 0) break;
    times[client->number][request] = now() - start;
  }
  shutdown(client->socket, SHUT_RDWR);
  return 0;
}

static int ascending(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

int main(void) {
  static int sockets[clients][2];
  static struct client descriptions[clients];
  pthread_t servers[clients], askers[clients];
  uint64_t start = now();
  for (int number = 0; number < clients; number++) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets[number]) != 0) return 1;
    descriptions[number] = (struct client){sockets[number][0], number};
    pthread_create(&servers[number], 0, serve, &sockets[number][1]);
    pthread_create(&askers[number], 0, ask, &descriptions[number]);
  }
  for (int number = 0; number < clients; number++) {
    pthread_join(askers[number], 0);
    pthread_join(servers[number], 0);
  }
  double seconds = (double)(now() - start) / 1e9;
  qsort(times, clients * requests, sizeof(uint64_t), ascending);
  uint64_t *all = &times[0][0];
  printf("requests-seconds %.3f s\nrequests-p99 %.1f us\n", seconds,
         (double)all[clients * requests * 99 / 100] / 1e3);
  return 0;
}
