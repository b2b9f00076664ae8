#define _GNU_SOURCE  // ppoll, pipe2

#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// In the child: where it says that it needs the terminal no longer.
static int to_parent = -1;
// What a child before this one said when it was released.
static char last_words[1024];

// In the parent.
static volatile pid_t child = -1;

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGUSR1, SIGUSR2};
enum { passed_count = sizeof passed_on / sizeof *passed_on };

// What the terminal sends, it sends to the child too; what a process sends to this one is meant for both.
static void pass_on(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (info->si_code <= 0 && info->si_pid != child) kill(child, signal);
}

static void wake(int signal) { (void)signal; }

static void watch_signals(void) {
  struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  for (int index = 0; index < passed_count; index++) sigaction(passed_on[index], &action, NULL);
  struct sigaction waking = {.sa_handler = wake};
  sigfillset(&waking.sa_mask);
  sigaction(SIGCHLD, &waking, NULL);
}

// Ends as the child did.
static _Noreturn void end_as(int status) {
  if (WIFSIGNALED(status)) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    int number = WTERMSIG(status);
    signal(number, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    raise(number);
    _exit(128 + number);
  }
  _exit(WEXITSTATUS(status));
}

// Returns once the child needs the terminal no longer; ends with it otherwise.
static void wait_for_release(int from_child, const sigset_t *while_waiting) {
  size_t length = 0;
  bool is_open = true;
  while (true) {
    int status;
    // Children that were released earlier may end too.
    pid_t changed = waitpid(-1, &status, WNOHANG | WUNTRACED);
    if (changed > 0 && changed != child) continue;
    if (changed == child && WIFSTOPPED(status)) {
      // The shell waits for this process: it stops and goes on with the child.
      raise(SIGSTOP);
      kill(child, SIGCONT);
    } else if (changed == child) {
      end_as(status);
    } else if (changed < 0 && errno == ECHILD) {
      _exit(1);
    }
    struct pollfd news = {.fd = is_open ? from_child : -1, .events = POLLIN};
    if (ppoll(&news, 1, NULL, while_waiting) <= 0 || news.revents == 0) continue;
    ssize_t count = read(from_child, last_words + length, sizeof last_words - 1 - length);
    if (count > 0) {
      length += (size_t)count;
      last_words[length] = 0;
      if (last_words[length - 1] == '\n') return;
    } else if (count == 0 || errno != EINTR) {
      // It is about to end.
      is_open = false;
    }
  }
}

bool ct_supervise(bool again) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  for (int index = 0; index < passed_count; index++) sigaddset(&blocked, passed_on[index]);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  struct sigaction dispositions[passed_count];
  for (int index = 0; index < passed_count; index++) sigaction(passed_on[index], NULL, &dispositions[index]);
  while (true) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) break;
    fflush(NULL);
    pid_t made = fork();
    if (made < 0) {
      close(ends[0]);
      close(ends[1]);
      break;
    }
    if (made == 0) {
      close(ends[0]);
      to_parent = ends[1];
      // Who kills the parent means both: the run is saved and ends.
      prctl(PR_SET_PDEATHSIG, SIGTERM);
      for (int index = 0; index < passed_count; index++) {
        sigaction(passed_on[index], &dispositions[index], NULL);
      }
      signal(SIGCHLD, SIG_DFL);
      // A terminal that vanishes is noticed by reading; what comes between two screens must not end the run.
      signal(SIGHUP, SIG_IGN);
      sigprocmask(SIG_SETMASK, &before, NULL);
      return true;
    }
    close(ends[1]);
    child = made;
    last_words[0] = 0;
    watch_signals();
    wait_for_release(ends[0], &before);
    close(ends[0]);
    if (again) continue;
    if (write(STDERR_FILENO, last_words, strlen(last_words)) < 0) { /* the terminal is gone */ }
    _exit(0);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return false;
}

bool ct_is_supervised(void) { return to_parent >= 0; }

const char *ct_last_words(void) { return last_words; }

bool ct_release(int log, const char *words) {
  if (to_parent < 0) return false;
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, 0);
  setsid();
  fflush(stdout);
  fflush(stderr);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  int output = log >= 0 ? log : nothing;
  if (output >= 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
  }
  if (nothing >= 0) close(nothing);
  size_t length = strnlen(words, sizeof last_words - 2);
  if (write(to_parent, words, length) < 0 || write(to_parent, "\n", 1) < 0) { /* it was killed */ }
  close(to_parent);
  to_parent = -1;
  return true;
}
