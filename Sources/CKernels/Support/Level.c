#include "CKernels.h"
#include "Vector.h"

awn_vector_level awn_level(void) {
#if defined(AWN_KERNEL_LEVEL) && defined(__x86_64__)
  return AWN_KERNEL_LEVEL == 4 ? AWN_LEVEL_X86_64_V4 : AWN_KERNEL_LEVEL == 3 ? AWN_LEVEL_X86_64_V3 : AWN_LEVEL_X86_64;
#elif defined(__x86_64__)
  // The same questions in the same order as the resolvers that `target_clones` makes.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return AWN_LEVEL_X86_64_V4;
  if (__builtin_cpu_supports("x86-64-v3")) return AWN_LEVEL_X86_64_V3;
  return AWN_LEVEL_X86_64;
#elif defined(__aarch64__)
  return AWN_LEVEL_ARM64;
#else
  return AWN_LEVEL_OTHER;
#endif
}

const char* awn_level_name(void) {
  switch (awn_level()) {
    case AWN_LEVEL_X86_64_V4: return "x86-64-v4 (AVX-512)";
    case AWN_LEVEL_X86_64_V3: return "x86-64-v3 (AVX2)";
    case AWN_LEVEL_X86_64: return "x86-64 (SSE2)";
    case AWN_LEVEL_ARM64: return "arm64 (NEON)";
    case AWN_LEVEL_OTHER: break;
  }
  return "any processor";
}
