#include "CKernels.h"
#include "Vector.h"

// Two rows of a block swap what lies `step` apart: four such rounds transpose it.
#define SWAP(step, ...)                                                                         \
  for (size_t i = 0; i < LANES; i++) {                                                          \
    if (i & (step)) continue;                                                                   \
    const floats a = r[i], b = r[i + (step)];                                                   \
    r[i] = __builtin_shufflevector(a, b, __VA_ARGS__);                                          \
    r[i + (step)] = __builtin_shufflevector(b, a, LATER_##step);                                \
  }
#define LATER_1 17, 1, 19, 3, 21, 5, 23, 7, 25, 9, 27, 11, 29, 13, 31, 15
#define LATER_2 18, 19, 2, 3, 22, 23, 6, 7, 26, 27, 10, 11, 30, 31, 14, 15
#define LATER_4 20, 21, 22, 23, 4, 5, 6, 7, 28, 29, 30, 31, 12, 13, 14, 15
#define LATER_8 24, 25, 26, 27, 28, 29, 30, 31, 8, 9, 10, 11, 12, 13, 14, 15

INLINE void transpose_block(const float* source, size_t stride, float* target, size_t target_stride) {
  floats r[LANES];
  for (size_t i = 0; i < LANES; i++) r[i] = LOAD(source + i * stride);
  SWAP(1, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
  SWAP(2, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
  SWAP(4, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
  SWAP(8, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
  for (size_t i = 0; i < LANES; i++) STORE(target + i * target_stride, r[i]);
}

MULTIVERSION
void awn_transpose(size_t rows, size_t columns, const float* source, size_t stride, float* target,
                   size_t target_stride) {
  const size_t whole = columns / LANES * LANES;
  size_t row = 0;
  for (; row + LANES <= rows; row += LANES) {
    for (size_t column = 0; column < whole; column += LANES)
      transpose_block(source + row * stride + column, stride, target + column * target_stride + row, target_stride);
    for (size_t column = whole; column < columns; column++)
      for (size_t i = row; i < row + LANES; i++) target[column * target_stride + i] = source[i * stride + column];
  }
  for (; row < rows; row++)
    for (size_t column = 0; column < columns; column++)
      target[column * target_stride + row] = source[row * stride + column];
}
