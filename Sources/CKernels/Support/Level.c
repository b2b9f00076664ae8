#include "CKernels.h"

#include <string.h>

#include "Vector.h"

// Which version of a function runs is chosen when the program is loaded, by MULTIVERSION in Vector.h. Here is only said which
// that is: the widest version that this processor can run, by the same questions in the same order as the resolvers that
// `target_clones` makes.
static awn_vector_level best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return AWN_LEVEL_X86_64_V4;
  if (__builtin_cpu_supports("x86-64-v3")) return AWN_LEVEL_X86_64_V3;
  if (__builtin_cpu_supports("avx")) return AWN_LEVEL_X86_64_AVX;
  return AWN_LEVEL_X86_64;
#elif defined(__aarch64__)
  return AWN_LEVEL_ARM64;
#else
  return AWN_LEVEL_OTHER;
#endif
}

awn_vector_level awn_level(void) {
#if defined(AWN_KERNEL_LEVEL) && defined(__x86_64__)
  return (awn_vector_level)(AWN_LEVEL_X86_64 + AWN_KERNEL_LEVEL - 1);
#else
  return best_level();
#endif
}

static const char* name(awn_vector_level level) {
  switch (level) {
    case AWN_LEVEL_X86_64_V4: return "x86-64-v4 (AVX-512)";
    case AWN_LEVEL_X86_64_V3: return "x86-64-v3 (AVX2)";
    case AWN_LEVEL_X86_64_AVX: return "x86-64 with AVX";
    case AWN_LEVEL_X86_64: return "x86-64 (SSE2)";
    case AWN_LEVEL_ARM64: return "arm64 (NEON)";
    case AWN_LEVEL_OTHER: break;
  }
  return "any processor";
}

const char* awn_level_name(void) { return name(awn_level()); }

const char* awn_best_level_name(void) { return name(best_level()); }

const char* awn_missing_features(void) {
  // Of a fixed length: the longest list is that of a processor without any of them.
  static _Thread_local char missing[128];
  missing[0] = 0;
#if defined(__x86_64__)
#define NEEDS(feature, text)                      \
  if (!__builtin_cpu_supports(feature)) {         \
    if (missing[0]) strcat(missing, ", ");        \
    strcat(missing, text);                        \
  }
  switch (best_level()) {
    case AWN_LEVEL_X86_64:
    case AWN_LEVEL_X86_64_AVX:
      NEEDS("avx", "AVX") NEEDS("avx2", "AVX2") NEEDS("fma", "FMA") NEEDS("f16c", "F16C") NEEDS("bmi", "BMI1")
      NEEDS("bmi2", "BMI2") NEEDS("lzcnt", "LZCNT") NEEDS("movbe", "MOVBE")
      break;
    case AWN_LEVEL_X86_64_V3:
      NEEDS("avx512f", "AVX-512F") NEEDS("avx512bw", "AVX-512BW") NEEDS("avx512cd", "AVX-512CD")
      NEEDS("avx512dq", "AVX-512DQ") NEEDS("avx512vl", "AVX-512VL")
      break;
    default: break;
  }
#endif
  return missing;
}
