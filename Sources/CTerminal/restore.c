#define _GNU_SOURCE  // pipe2

#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Only async-signal-safe functions are called from `ct_restore` down.

static int terminal = -1;
static struct termios shell_modes;
static char sequence_bytes[256];
static size_t sequence_length;
static atomic_bool is_armed;

static int real_output = -1, real_error = -1, capture = -1;
// The last of what was read from the pipe. A thread that dies prints its message first, and the loop may have
// read that before the signal came.
static char tail[2048];
static size_t tail_length;

// Gives up after a second without progress: a stalled terminal must not keep the process from ending.
static void write_all(int target, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(target, bytes, length);
    if (written > 0) {
      bytes += written;
      length -= (size_t)written;
    } else if (written < 0 && errno == EAGAIN) {
      struct pollfd ready = {.fd = target, .events = POLLOUT};
      if (poll(&ready, 1, 1000) <= 0 || !(ready.revents & POLLOUT)) return;
    } else if (!(written < 0 && errno == EINTR)) {
      return;
    }
  }
}

static void release_descriptors(void) {
  if (real_output >= 0) dup2(real_output, STDOUT_FILENO);
  if (real_error >= 0) dup2(real_error, STDERR_FILENO);
}

static void drain_capture(void) {
  char buffer[1024];
  ssize_t count;
  while (capture >= 0 && (count = read(capture, buffer, sizeof buffer)) > 0) {
    write_all(STDERR_FILENO, buffer, (size_t)count);
  }
}

// `dying`: also says again what was read last.
static void restore(bool dying) {
  if (!atomic_exchange(&is_armed, false)) return;
  write_all(terminal, sequence_bytes, sequence_length);
  tcsetattr(terminal, TCSANOW, &shell_modes);
  release_descriptors();
  if (dying) write_all(STDERR_FILENO, tail, tail_length);
  drain_capture();
}

void ct_restore(void) { restore(false); }

// MARK: fatal signals

// A Swift trap is SIGILL or SIGTRAP.
static const int fatal[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGQUIT};
enum { fatal_count = sizeof fatal / sizeof *fatal };
static struct sigaction before[fatal_count];

static void die(int signal) {
  restore(true);
  // Blocked until this handler returns; then it meets whoever handled it before us (Swift's backtraces, or the
  // default action) in the very state of the fault.
  for (int index = 0; index < fatal_count; index++) {
    if (fatal[index] == signal) sigaction(signal, &before[index], NULL);
  }
  raise(signal);
}

static void install_last_resort(void) {
  static bool is_installed;
  if (is_installed) return;
  is_installed = true;
  atexit(ct_restore);

  // For a stack overflow on this thread, unless the runtime has provided for that.
  static char stack[65536];
  stack_t current;
  if (sigaltstack(NULL, &current) == 0 && (current.ss_flags & SS_DISABLE)) {
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
  }
  struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK};
  // Everything, SIGTTOU above all: setting modes from the background must not stop a dying process.
  sigfillset(&action.sa_mask);
  for (int index = 0; index < fatal_count; index++) sigaction(fatal[index], &action, &before[index]);
}

void ct_restore_prepare(int tty, const struct termios *modes, const void *sequence, size_t length) {
  terminal = tty;
  shell_modes = *modes;
  sequence_length = length < sizeof sequence_bytes ? length : sizeof sequence_bytes;
  memcpy(sequence_bytes, sequence, sequence_length);
  install_last_resort();
}

void ct_restore_arm(bool armed) { atomic_store(&is_armed, armed); }

// MARK: captured output

int ct_capture_start(void) {
  int ends[2];
  fflush(stdout);
  fflush(stderr);
  // Non-blocking at both ends: the thread that empties the pipe may also be the one that prints too much.
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  real_output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  real_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(ends[1], STDOUT_FILENO);
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  setvbuf(stdout, NULL, _IOLBF, 0);  // it may be buffered whole, as output to no terminal is
  capture = ends[0];
  tail_length = 0;
  return capture;
}

ptrdiff_t ct_capture_read(void *buffer, size_t capacity) {
  ssize_t count = read(capture, buffer, capacity);
  if (count <= 0) return count;
  size_t added = (size_t)count < sizeof tail ? (size_t)count : sizeof tail;
  size_t kept = tail_length < sizeof tail - added ? tail_length : sizeof tail - added;
  memmove(tail, tail + tail_length - kept, kept);
  memcpy(tail + kept, (char *)buffer + count - added, added);
  tail_length = kept + added;
  return count;
}

void ct_capture_finish(const void *unreported, size_t length) {
  if (capture < 0) return;
  fflush(stdout);
  fflush(stderr);
  release_descriptors();
  write_all(STDERR_FILENO, unreported, length);
  drain_capture();
  close(capture);
  if (real_output >= 0) close(real_output);
  if (real_error >= 0) close(real_error);
  capture = real_output = real_error = -1;
}
