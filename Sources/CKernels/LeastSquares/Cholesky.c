#include <math.h>

#include "CKernels.h"
#include "Doubles.h"
#include "Vector.h"

// Cholesky factorization and triangular systems in double precision. Everything large is a product; what is left are
// systems of at most BLOCK unknowns.
#define BLOCK 64

// Σ a[k] b[k]
INLINE double dot(size_t count, const double* a, const double* b) {
  doubles s = {0};
  size_t k = 0;
  for (; k + WIDTH <= count; k += WIDTH) s = FMA(LOAD_DOUBLES(a + k), LOAD_DOUBLES(b + k), s);
  double sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
  for (; k < count; k++) sum += a[k] * b[k];
  return sum;
}

MULTIVERSION
void awn_subtract_dots(size_t rows, size_t count, const double* matrix, size_t stride, const double* vector,
                       double* result) {
  for (size_t r = 0; r < rows; r++) result[r] -= dot(count, matrix + r * stride, vector);
}

MULTIVERSION
void awn_subtract_outer_product(size_t rows, size_t columns, const double* left, const double* right, double* result,
                                size_t stride) {
  for (size_t r = 0; r < rows; r++)
    for (size_t n = 0; n < columns; n++) result[r * stride + n] -= left[r] * right[n];
}

// The leading `count` entries of a row of x ← x L⁻ᵀ, from the `first` on, whose products with those before are done.
INLINE void solve_row(const double* factor, size_t stride, size_t first, size_t end, double* x) {
  for (size_t j = first; j < end; j++) {
    const double* line = factor + j * stride;
    x[j] = (x[j] - dot(j - first, line + first, x + first)) / line[j];
  }
}

MULTIVERSION
int awn_factor_cholesky(size_t n, double* matrix) {
  for (size_t first = 0; first < n; first += BLOCK) {
    const size_t end = n - first < BLOCK ? n : first + BLOCK;
    const awn_doubles left = {matrix + first * n, n, 1};
    awn_add_product_doubles(end - first, end - first, first, -1, left, left, 1, matrix + first * n + first, n);
    if (end < n) {
      const awn_doubles below = {matrix + end * n, n, 1};
      awn_add_product_doubles(n - end, end - first, first, -1, below, left, 0, matrix + end * n + first, n);
    }
    for (size_t row = first; row < end; row++) {
      double* line = matrix + row * n;
      solve_row(matrix, n, first, row, line);
      const double square = line[row] - dot(row - first, line + first, line + first);
      if (!(square > 0) || isinf(square)) return 0;
      line[row] = sqrt(square);
    }
    for (size_t row = end; row < n; row++) solve_row(matrix, n, first, end, matrix + row * n);
  }
  return 1;
}

MULTIVERSION
void awn_solve_right(size_t n, const double* factor, size_t rows, double* x) {
  for (size_t first = 0; first < n; first += BLOCK) {
    const size_t end = n - first < BLOCK ? n : first + BLOCK;
    const awn_doubles known = {x, n, 1}, lines = {factor + first * n, n, 1};
    awn_add_product_doubles(rows, end - first, first, -1, known, lines, 0, x + first, n);
    for (size_t row = 0; row < rows; row++) solve_row(factor, n, first, end, x + row * n);
  }
}

// x[row] ← (x[row] − Σ_k weights[k · step] x[first + k]) / divisor over k < count
INLINE void solve_line(size_t columns, size_t row, size_t first, size_t count, const double* weights, size_t step,
                       double divisor, double* x) {
  double* target = x + row * columns;
  for (size_t k = 0; k < count; k++) {
    const double weight = weights[k * step];
    const double* source = x + (first + k) * columns;
    for (size_t j = 0; j < columns; j++) target[j] -= weight * source[j];
  }
  for (size_t j = 0; j < columns; j++) target[j] /= divisor;
}

MULTIVERSION
void awn_solve_left(size_t n, const double* factor, size_t stride, size_t columns, double* x) {
  for (size_t first = 0; first < n; first += BLOCK) {
    const size_t end = n - first < BLOCK ? n : first + BLOCK;
    const awn_doubles lines = {factor + first * stride, stride, 1}, known = {x, 1, columns};
    awn_add_product_doubles(end - first, columns, first, -1, lines, known, 0, x + first * columns, columns);
    for (size_t row = first; row < end; row++)
      solve_line(columns, row, first, row - first, factor + row * stride + first, 1, factor[row * stride + row], x);
  }
}

MULTIVERSION
void awn_solve_left_transposed(size_t n, const double* factor, size_t stride, size_t columns, double* x) {
  for (size_t end = n; end > 0;) {
    const size_t first = (end - 1) / BLOCK * BLOCK;
    const awn_doubles lines = {factor + end * stride + first, 1, stride}, known = {x + end * columns, 1, columns};
    awn_add_product_doubles(end - first, columns, n - end, -1, lines, known, 0, x + first * columns, columns);
    for (size_t row = end; row-- > first;)
      solve_line(columns, row, row + 1, end - row - 1, factor + (row + 1) * stride + row, stride,
                 factor[row * stride + row], x);
    end = first;
  }
}
