// Subnormal numbers count as zero between awn_flush_subnormals and the restoration of the mode before.
#include "check.h"

// Volatile, so that the compiler computes nothing itself.
static float product(float a, float b) {
  volatile float x = a, y = b;
  return x * y;
}

static uint32_t bits(float x) {
  uint32_t result;
  memcpy(&result, &x, sizeof result);
  return result;
}

void check_subnormals(void) {
#if defined(__x86_64__) || defined(__aarch64__)
  const float tiny = 0x1p-140f;
  expect_number("a subnormal result without flushing", bits(product(0x1p-100f, 0x1p-40f)), bits(tiny), 0);
  const uint64_t before = awn_float_mode(), mode = awn_flush_subnormals();
  expect_number("the mode before", mode == before, 1, 0);
  expect_number("whether subnormals are flushed", awn_flushes_subnormals(), 1, 0);
  expect_number("a subnormal result", bits(product(0x1p-100f, 0x1p-40f)), 0, 0);
  expect_number("a subnormal operand", bits(product(tiny, 0x1p100f)), 0, 0);
  // Adam's second moment of an inactive neuron: 1,000 steps of 0.9 would leave the smallest numbers there are.
  float moment = 1e-30f;
  for (int step = 0; step < 1000; step++) moment = product(moment, 0.9f);
  expect_number("a decayed moment", bits(moment), 0, 0);
  const uint64_t nested = awn_flush_subnormals();
  awn_set_float_mode(nested);
  expect_number("whether subnormals are flushed after a nested scope", awn_flushes_subnormals(), 1, 0);
  awn_set_float_mode(mode);
  expect_number("the restored mode", awn_float_mode() == before, 1, 0);
  expect_number("a subnormal operand after that", bits(product(tiny, 0x1p20f)), bits(0x1p-120f), 0);
#endif
}
