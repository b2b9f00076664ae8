#include <string.h>

#include "CKernels.h"
#include "Doubles.h"
#include "Vector.h"

// Products in double precision.
#define ROWS 6

// Of the left operand, 96 rows of 128 inner indices (98 KB) are packed at a time; of the right one, 8 columns (8 KB).
#define HEIGHT (16 * ROWS)
#define DEPTH 128

// 6 rows of 8 columns of packed operands.
INLINE void tile(size_t inner, const double* left, const double* right, double sums[ROWS][WIDTH]) {
  doubles s[ROWS];
  for (size_t i = 0; i < ROWS; i++) s[i] = (doubles){0};
  for (size_t k = 0; k < inner; k++) {
    const doubles b = LOAD_DOUBLES(right + WIDTH * k);
    for (size_t i = 0; i < ROWS; i++) s[i] = FMA(left[ROWS * k + i], b, s[i]);
  }
  for (size_t i = 0; i < ROWS; i++) STORE_DOUBLES(sums[i], s[i]);
}

// packed[k · width + i] = source[i · step + k · inner_step], 0 for i ≥ count.
INLINE void pack(size_t count, size_t width, size_t inner, const double* source, size_t step, size_t inner_step,
                 double* packed) {
  if (count == width && step == 1) {
    for (size_t k = 0; k < inner; k++) memcpy(packed + k * width, source + k * inner_step, width * sizeof(double));
    return;
  }
  if (count < width) memset(packed, 0, width * inner * sizeof(double));
  for (size_t k = 0; k < inner; k++)
    for (size_t i = 0; i < count; i++) packed[k * width + i] = source[i * step + k * inner_step];
}

MULTIVERSION
void awn_add_product_doubles(size_t rows, size_t columns, size_t inner, double factor, awn_doubles left,
                             awn_doubles right, int is_lower, double* result, size_t stride) {
  double packed_left[HEIGHT * DEPTH] __attribute__((aligned(64)));
  double packed_right[WIDTH * DEPTH] __attribute__((aligned(64)));
  double sums[ROWS][WIDTH] __attribute__((aligned(64)));
  for (size_t first = 0; first < inner; first += DEPTH) {
    const size_t depth = inner - first < DEPTH ? inner - first : DEPTH;
    for (size_t top = 0; top < rows; top += HEIGHT) {
      const size_t height = rows - top < HEIGHT ? rows - top : HEIGHT;
      for (size_t row = 0; row < height; row += ROWS) {
        const size_t count = height - row < ROWS ? height - row : ROWS;
        pack(count, ROWS, depth, left.base + (top + row) * left.outer_step + first * left.inner_step, left.outer_step,
             left.inner_step, packed_left + row * depth);
      }
      for (size_t n = 0; n < columns && !(is_lower && n >= top + height); n += WIDTH) {
        const size_t width = columns - n < WIDTH ? columns - n : WIDTH;
        pack(width, WIDTH, depth, right.base + n * right.outer_step + first * right.inner_step, right.outer_step,
             right.inner_step, packed_right);
        for (size_t row = 0; row < height; row += ROWS) {
          if (is_lower && n > top + row + ROWS - 1) continue;
          tile(depth, packed_left + row * depth, packed_right, sums);
          for (size_t i = row; i < row + ROWS && i < height; i++) {
            double* target = result + (top + i) * stride + n;
            if (width == WIDTH) {
              STORE_DOUBLES(target, LOAD_DOUBLES(target) + factor * LOAD_DOUBLES(sums[i - row]));
            } else {
              for (size_t j = 0; j < width; j++) target[j] += factor * sums[i - row][j];
            }
          }
        }
      }
    }
  }
}
