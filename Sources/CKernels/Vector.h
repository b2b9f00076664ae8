// Sixteen floats at a time, in clang's vector types: one AVX-512 register, two of AVX2, four of SSE. What is
// inlined into a function with `target_clones` is compiled for each of its targets.
#pragma once

#include <stddef.h>
#include <stdint.h>

// On x86-64 a function that is marked MULTIVERSION is compiled for four levels of the architecture, and one of them is
// chosen by the processor's features when the program starts. AWN_KERNEL_LEVEL (1 … 4) compiles the functions for that level alone, so that
// tests can run each of them. Code that depends on the level asks awn_level(), which answers as the choice is made.
// LEVEL_4 and BELOW_LEVEL_4 are the two halves of MULTIVERSION, for what is written twice: with blocks for the thirty-two
// registers of level 4, and with blocks for the sixteen of the other levels. awn_level() says which to call.
#if !defined(__x86_64__)
#define MULTIVERSION
#elif !defined(AWN_KERNEL_LEVEL)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "avx", "default")))
// Features, because clang takes the name of the level for a processor that prefers registers of half the width.
#define LEVEL_4 __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2,lzcnt,movbe,f16c")))
#define BELOW_LEVEL_4 __attribute__((target_clones("arch=x86-64-v3", "avx", "default")))
#elif AWN_KERNEL_LEVEL == 4
#define MULTIVERSION __attribute__((target("arch=x86-64-v4")))
#elif AWN_KERNEL_LEVEL == 3
#define MULTIVERSION __attribute__((target("arch=x86-64-v3")))
#elif AWN_KERNEL_LEVEL == 2
#define MULTIVERSION __attribute__((target("avx")))
#elif AWN_KERNEL_LEVEL == 1
#define MULTIVERSION __attribute__((target("arch=x86-64")))
#else
#error "AWN_KERNEL_LEVEL is 1 (SSE2), 2 (AVX), 3 (AVX2) or 4 (AVX-512)"
#endif
#ifndef LEVEL_4
#define LEVEL_4 MULTIVERSION
#define BELOW_LEVEL_4 MULTIVERSION
#endif

#define INLINE static inline __attribute__((always_inline))
#define LANES 16

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
// Of the same types at any address that holds floats.
typedef float loose_floats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

// Parts of them.
typedef float eight_floats __attribute__((vector_size(32)));
typedef float four_floats __attribute__((vector_size(16)));
typedef float two_floats __attribute__((vector_size(8)));
typedef float loose_eight_floats __attribute__((vector_size(32), aligned(4), may_alias));
typedef float loose_four_floats __attribute__((vector_size(16), aligned(4), may_alias));
typedef float loose_two_floats __attribute__((vector_size(8), aligned(4), may_alias));

#define LOAD_AS(type, p) (*(const loose_##type*)(p))
#define STORE_AS(type, p, x) (*(loose_##type*)(p) = (x))
#define FIRST_8(x) __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
#define LAST_8(x) __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15)
#define FIRST_4(x) __builtin_shufflevector(x, x, 0, 1, 2, 3)
#define LAST_4(x) __builtin_shufflevector(x, x, 4, 5, 6, 7)
#define FIRST_2(x) __builtin_shufflevector(x, x, 0, 1)
#define LAST_2(x) __builtin_shufflevector(x, x, 2, 3)

#define SPLAT(x) ((floats){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x})
#define LOAD(p) (*(const loose_floats*)(p))
#define STORE(p, x) (*(loose_floats*)(p) = (x))
// Bits of a where the mask is set, of b elsewhere. A comparison with NaN is not set.
#define CHOOSE(mask, a, b) ((floats)(((mask) & (ints)(a)) | (~(mask) & (ints)(b))))
// a · b + c, rounded once on processors with fused multiply-adds (x86-64-v3 and above, ARM). On others product and sum
// are rounded separately, because a call of fmaf for each lane would take a hundred times as long: results may differ
// from those of other levels in the last bits.
#pragma STDC FP_CONTRACT ON
#define FMA(a, b, c) ((a) * (b) + (c))

// Runs `call(n, count)` for the columns n … n + count − 1: with a constant count of 16, so that nothing is asked
// inside, and once more for what is left.
#define FOR_EACH_VECTOR(columns, call)                         \
  {                                                            \
    size_t n = 0;                                              \
    for (; n + LANES <= (columns); n += LANES) call(n, LANES); \
    if (n < (columns)) call(n, (columns) - n);                 \
  }

// Helpers take vectors by address: passing them by value would tie them to one target's calling convention.

// The first `count` floats, at most 16; the others are 0, and are not touched in memory. Fewer than sixteen are moved in
// pieces of 8, 4, 2 and 1 that stay in registers: one lane at a time would go through memory.
INLINE void load_below_4(four_floats* x, const float* p, size_t count) {
  const two_floats zeros = {0.0f, 0.0f};
  two_floats low = zeros, high = zeros;
  if (count & 2) {
    low = LOAD_AS(two_floats, p);
    if (count & 1) high[0] = p[2];
  } else if (count & 1) {
    low[0] = p[0];
  }
  *x = __builtin_shufflevector(low, high, 0, 1, 2, 3);
}

INLINE void load_below_8(eight_floats* x, const float* p, size_t count) {
  four_floats low, high = {0.0f, 0.0f, 0.0f, 0.0f};
  if (count & 4) {
    low = LOAD_AS(four_floats, p);
    load_below_4(&high, p + 4, count);
  } else {
    load_below_4(&low, p, count);
  }
  *x = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

INLINE void load(floats* x, const float* p, size_t count) {
  if (count >= LANES) {
    *x = LOAD(p);
    return;
  }
  eight_floats low, high = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
  if (count & 8) {
    low = LOAD_AS(eight_floats, p);
    load_below_8(&high, p + 8, count);
  } else {
    load_below_8(&low, p, count);
  }
  *x = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

INLINE void store_below_8(float* p, size_t count, const eight_floats* x) {
  four_floats four = FIRST_4(*x);
  if (count & 4) {
    STORE_AS(four_floats, p, four);
    p += 4;
    four = LAST_4(*x);
  }
  two_floats two = FIRST_2(four);
  if (count & 2) {
    STORE_AS(two_floats, p, two);
    p += 2;
    two = LAST_2(four);
  }
  if (count & 1) *p = two[0];
}

INLINE void store(float* p, size_t count, const floats* x) {
  if (count >= LANES) {
    STORE(p, *x);
    return;
  }
  eight_floats eight = FIRST_8(*x);
  if (count & 8) {
    STORE_AS(eight_floats, p, eight);
    p += 8;
    eight = LAST_8(*x);
  }
  store_below_8(p, count, &eight);
}

// target = source, of `count` floats. A call for each row of a table or line of a patch would take longer than the copy.
INLINE void copy_row(float* target, const float* source, size_t count) {
  for (size_t n = 0; n < count; n += LANES) {
    floats x;
    load(&x, source + n, count - n);
    store(target + n, count - n, &x);
  }
}

// Σ of all sixteen, halves added to halves.
INLINE float total(const floats* x) {
  const eight_floats eight = FIRST_8(*x) + LAST_8(*x);
  const four_floats four = FIRST_4(eight) + LAST_4(eight);
  const two_floats two = FIRST_2(four) + LAST_2(four);
  return two[0] + two[1];
}

INLINE void clamp(floats* x, float low, float high) {
  *x = CHOOSE(*x < low, SPLAT(low), *x);
  *x = CHOOSE(*x > high, SPLAT(high), *x);
}

// x becomes e^x − 1 = 2^n (e^r − 1) + (2^n − 1), with x = n ln 2 + r, |r| ≤ ½ ln 2: exact in its leading digits
// for small x, where e^x − 1 itself would cancel. x within −87 … 88. Relative error below 3e-7.
INLINE void expm1_in_range(floats* x) {
  const floats magic = SPLAT(12582912.0f);
  const floats shifted = FMA(*x, SPLAT(1.44269504f), magic);
  const floats n = shifted - magic;
  floats r = FMA(n, SPLAT(-0.693359375f), *x);
  r = FMA(n, SPLAT(2.12194440e-4f), r);
  floats p = SPLAT(1.0f / 5040.0f);
  p = FMA(p, r, SPLAT(1.0f / 720.0f));
  p = FMA(p, r, SPLAT(1.0f / 120.0f));
  p = FMA(p, r, SPLAT(1.0f / 24.0f));
  p = FMA(p, r, SPLAT(1.0f / 6.0f));
  p = FMA(p, r, SPLAT(0.5f));
  p = FMA(p * r, r, r);
  const floats power = (floats)(((ints)shifted - 0x4B400000 + 127) << 23);
  *x = FMA(power, p, power - 1.0f);
}

// e^x; 0 below −87; not for x above 88. NaN stays NaN.
INLINE void exponential(floats* x) {
  const ints vanishes = *x < -87.0f;
  clamp(x, -87.0f, 88.0f);
  expm1_in_range(x);
  *x = CHOOSE(vanishes, SPLAT(0.0f), *x + 1.0f);
}

// tanh x = (e^2x − 1) / (e^2x + 1); ±1 from 9.02 on.
INLINE void hyperbolic_tangent(floats* x) {
  *x = *x * 2.0f;
  clamp(x, -18.04f, 18.04f);
  expm1_in_range(x);
  *x = *x / (*x + 2.0f);
}

// Of positive normal numbers: x = 2^e m, √½ ≤ m < √2; ln m = 2 artanh((m − 1)/(m + 1)). ∞ and NaN give NaN.
INLINE void logarithm(floats* x) {
  const ints bits = (ints)*x;
  const ints exponent = (bits - 0x3F3504F3) >> 23;
  const floats m = (floats)(bits - (exponent << 23));
  const floats s = (m - 1.0f) / (m + 1.0f);
  const floats s2 = s * s;
  floats p = SPLAT(2.0f / 9.0f);
  p = FMA(p, s2, SPLAT(2.0f / 7.0f));
  p = FMA(p, s2, SPLAT(2.0f / 5.0f));
  p = FMA(p, s2, SPLAT(2.0f / 3.0f));
  p = FMA(p, s2, SPLAT(2.0f));
  const floats e = __builtin_convertvector(exponent, floats);
  *x = FMA(e, SPLAT(0.693147181f), p * s) + (*x - *x);
}
