// Arrays of reproducible numbers, and comparisons that count what fails.
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

// Numbers in (−1, 1), the same on every machine.
static inline float next_number(void) {
  static uint32_t state = 2463534242u;
  state ^= state << 13, state ^= state >> 17, state ^= state << 5;
  return (float)(int32_t)state * 0x1p-31f;
}

static inline float* numbers(size_t count) {
  float* values = malloc((count + 1) * sizeof(float));
  for (size_t i = 0; i < count; i++) values[i] = next_number();
  return values;
}

static inline float* copy_of(const float* values, size_t count) {
  float* copy = malloc((count + 1) * sizeof(float));
  memcpy(copy, values, count * sizeof(float));
  return copy;
}

extern int checks, failures;

// Whether all of `found` is within `tolerance` · (1 + |expected|) of `expected`, both [rows, columns].
static inline void expect(const char* what, size_t rows, size_t columns, const float* found, size_t found_stride,
                          const float* expected, size_t expected_stride, double tolerance) {
  checks++;
  for (size_t r = 0; r < rows; r++) {
    for (size_t n = 0; n < columns; n++) {
      const double a = (double)found[r * found_stride + n], b = (double)expected[r * expected_stride + n];
      if (fabs(a - b) <= tolerance * (1 + fabs(b))) continue;
      printf("%s: row %zu, column %zu is %.9g, not %.9g\n", what, r, n, a, b);
      failures++;
      return;
    }
  }
}

static inline void expect_number(const char* what, double found, double expected, double tolerance) {
  checks++;
  if (fabs(found - expected) <= tolerance * (1 + fabs(expected))) return;
  printf("%s: %.12g, not %.12g\n", what, found, expected);
  failures++;
}

// c[rows, columns] = a[rows, inner] · b[inner, columns], with sums in double precision; all without spare columns.
static inline float* naive_product(size_t rows, size_t columns, size_t inner, const float* a, const float* b) {
  float* c = malloc((rows * columns + 1) * sizeof(float));
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      double sum = 0;
      for (size_t k = 0; k < inner; k++) sum += (double)a[i * inner + k] * (double)b[k * columns + j];
      c[i * columns + j] = (float)sum;
    }
  }
  return c;
}

void check_dense(void);
void check_doubles(void);
void check_images(void);
void check_rows(void);
void check_subnormals(void);
