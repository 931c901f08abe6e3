/* What a terminal makes of two bytes. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "CCurses.h"
#include "rescue.h"

/* Reads up to the R of an answer like ESC [ 12 ; 2 R; the column, or -1. */
static int answered_column(int input, int milliseconds) {
  char answer[64];
  size_t count = 0;
  while (count + 1 < sizeof answer) {
    struct pollfd waiting = {.fd = input, .events = POLLIN};
    if (poll(&waiting, 1, milliseconds) <= 0) return -1;
    if (read(input, answer + count, 1) != 1) return -1;
    if (answer[count++] != 'R') continue;
    answer[count] = '\0';
    const char *start = strrchr(answer, '\033');
    int row, column;
    if (start != NULL && sscanf(start, "\033[%d;%dR", &row, &column) == 2) return column;
  }
  return -1;
}

int swtrace_curses_probe_utf8(int input, int output, int milliseconds) {
  struct termios found, raw;
  if (tcgetattr(input, &found) != 0) return -1;
  raw = found;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  tcsetattr(input, TCSANOW, &raw);
  static const char question[] = "\r\303\251\033[6n", clean[] = "\r  \r";
  swtrace_rescue_write(output, question, sizeof question - 1);
  int column = answered_column(input, milliseconds);
  swtrace_rescue_write(output, clean, sizeof clean - 1);
  tcsetattr(input, TCSANOW, &found);
  return column < 0 ? -1 : column == 2;
}
