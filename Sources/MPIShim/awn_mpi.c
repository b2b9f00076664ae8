// What awn-tui needs of MPI, as plain functions: `make mpi` compiles it with mpicc, and awn-tui loads it when it was
// started as one of several ranks. Thus the program is built without MPI, and runs with whichever MPI the machine has.
//
// Every function returns 0, or MPI's error code. They are called by one thread at a time.
#include <mpi.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// Counts are ints in MPI: longer messages go in parts.
#define MOST (1 << 28)

// The version of this interface: awn-tui refuses another one.
int awn_mpi_interface(void) { return 1; }

int awn_mpi_start(int* rank, int* count, char* library, size_t size) {
  int provided = 0, error = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (error) return error;
  if (provided < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
  // An error is returned, and awn-tui says what it means; otherwise MPI would end the process.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  char version[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(version, &length);
  version[strcspn(version, ",\n")] = '\0';
  snprintf(library, size, "%s", version);
  if ((error = MPI_Comm_rank(MPI_COMM_WORLD, rank))) return error;
  return MPI_Comm_size(MPI_COMM_WORLD, count);
}

void awn_mpi_finish(void) { MPI_Finalize(); }

void awn_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

static int sum(void* values, size_t size, size_t count, MPI_Datatype type) {
  for (size_t at = 0; at < count; at += MOST) {
    const int part = (int)(count - at < MOST ? count - at : MOST);
    const int error = MPI_Allreduce(MPI_IN_PLACE, (char*)values + at * size, part, type, MPI_SUM, MPI_COMM_WORLD);
    if (error) return error;
  }
  return 0;
}

int awn_mpi_sum_floats(float* values, size_t count) { return sum(values, sizeof *values, count, MPI_FLOAT); }

int awn_mpi_sum_doubles(double* values, size_t count) { return sum(values, sizeof *values, count, MPI_DOUBLE); }

// Waits for a request: at first without a pause, because a step is short, then with pauses of a millisecond, because a
// paused run must not cost a core.
static int wait_patiently(MPI_Request* request, MPI_Status* status) {
  int done = 0;
  for (long tries = 0;; tries++) {
    const int error = MPI_Test(request, &done, status);
    if (error || done) return error;
    if (tries > 20000) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
}

// The bytes of rank 0, on every rank.
int awn_mpi_broadcast(void* bytes, size_t count) {
  for (size_t at = 0; at < count; at += MOST) {
    const int part = (int)(count - at < MOST ? count - at : MOST);
    MPI_Request request;
    int error = MPI_Ibcast((char*)bytes + at, part, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
    if (!error) error = wait_patiently(&request, MPI_STATUS_IGNORE);
    if (error) return error;
  }
  return 0;
}

int awn_mpi_send(const void* bytes, size_t count, int to, int tag) {
  return MPI_Send(bytes, (int)count, MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

// Waits for a message with a tag, from a rank or, with −1, from any; says its sender and size. The message stays.
int awn_mpi_await(int from, int tag, int* sender, size_t* size) {
  MPI_Status status;
  for (int there = 0; !there;) {
    const int error = MPI_Iprobe(from < 0 ? MPI_ANY_SOURCE : from, tag, MPI_COMM_WORLD, &there, &status);
    if (error) return error;
    if (!there) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  int bytes = 0;
  const int error = MPI_Get_count(&status, MPI_BYTE, &bytes);
  *sender = status.MPI_SOURCE;
  *size = (size_t)bytes;
  return error;
}

int awn_mpi_receive(void* bytes, size_t size, int from, int tag) {
  return MPI_Recv(bytes, (int)size, MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}
