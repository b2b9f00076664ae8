#include "CKernels.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
// MXCSR: FTZ makes subnormal results zero, DAZ reads subnormal operands as zero. Every x86-64 processor has both.
#define FLUSHED ((1u << 15) | (1u << 6))
#elif defined(__aarch64__)
// FPCR: FZ does both, for single and double precision.
#define FLUSHED (1ull << 24)
#endif

uint64_t awn_float_mode(void) {
#if defined(__x86_64__)
  return _mm_getcsr();
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
#else
  return 0;
#endif
}

void awn_set_float_mode(uint64_t mode) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}

uint64_t awn_flush_subnormals(void) {
  const uint64_t mode = awn_float_mode();
#if defined(FLUSHED)
  if ((mode & FLUSHED) != FLUSHED) awn_set_float_mode(mode | FLUSHED);
#endif
  return mode;
}

int awn_flushes_subnormals(void) {
#if defined(FLUSHED)
  return (awn_float_mode() & FLUSHED) == FLUSHED;
#else
  return 0;
#endif
}
