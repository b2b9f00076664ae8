#include "CTerminal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

static atomic_uint waiting;
static int descriptor = -1;

static void open_descriptor(void) { descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int ct_events_descriptor(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_descriptor);
  return descriptor;
}

void ct_post(uint32_t events) {
  // Whoever set the bit first has written already, or will.
  if ((atomic_fetch_or(&waiting, events) & events) == events) return;
  int saved = errno;
  uint64_t one = 1;
  if (write(descriptor, &one, sizeof one) < 0) { /* full: it is readable already */ }
  errno = saved;
}

uint32_t ct_take_events(void) {
  uint64_t count;
  // First the descriptor, then the bits: an event in between is taken now and costs one empty wake-up later.
  if (read(descriptor, &count, sizeof count) < 0) { /* nothing was written */ }
  return atomic_exchange(&waiting, 0);
}

static void note(int signal) { ct_post(UINT32_C(1) << signal); }

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
enum { caught_count = sizeof caught / sizeof *caught };
static struct sigaction before[caught_count];
static struct sigaction before_pipe;

static void handle(int signal, void (*handler)(int), struct sigaction *previous) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, previous);
}

void ct_catch_signals(void) {
  ct_events_descriptor();
  for (int index = 0; index < caught_count; index++) handle(caught[index], note, &before[index]);
  handle(SIGPIPE, SIG_IGN, &before_pipe);
}

void ct_release_signals(void) {
  for (int index = 0; index < caught_count; index++) sigaction(caught[index], &before[index], NULL);
  sigaction(SIGPIPE, &before_pipe, NULL);
}

void ct_stop(bool group) {
  struct sigaction stopping, continuing;
  handle(SIGTSTP, SIG_DFL, &stopping);
  handle(SIGCONT, SIG_DFL, &continuing);
  // SIGTSTP and not SIGSTOP: the kernel ignores it where no shell is left to continue the job.
  if (group) kill(0, SIGTSTP);
  else raise(SIGTSTP);
  sigaction(SIGTSTP, &stopping, NULL);
  sigaction(SIGCONT, &continuing, NULL);
}
