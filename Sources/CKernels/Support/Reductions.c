#include "CKernels.h"
#include "Vector.h"

// Sixteen partial sums a row: a float sum in source order would not vectorize.
MULTIVERSION
double awn_sum_of_squares(size_t rows, size_t columns, size_t stride, const float* value) {
  double total = 0.0;
  for (size_t r = 0; r < rows; r++) {
    floats sums = {0};
    for (size_t n = 0; n < columns; n += LANES) {
      floats x;
      load(&x, value + r * stride + n, columns - n);
      sums = FMA(x, x, sums);
    }
    for (size_t j = 0; j < LANES; j++) total += (double)sums[j];
  }
  return total;
}

MULTIVERSION
void awn_add_absolute_columns(size_t rows, size_t columns, size_t stride, const float* value, float* sums) {
  for (size_t n = 0; n < columns; n += LANES) {
    const size_t count = columns - n;
    floats sum;
    load(&sum, sums + n, count);
    for (size_t r = 0; r < rows; r++) {
      floats x;
      load(&x, value + r * stride + n, count);
      sum += (floats)((ints)x & 0x7FFFFFFF);
    }
    store(sums + n, count, &sum);
  }
}
