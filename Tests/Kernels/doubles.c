// Products and triangular systems in double precision, against their definitions.
#include "check.h"

static double* doubles(size_t count) {
  double* values = malloc((count + 1) * sizeof(double));
  for (size_t i = 0; i < count; i++) values[i] = (double)next_number();
  return values;
}

// The largest distance of two arrays, at least 1 apart where one is NaN.
static double distance(size_t count, const double* a, const double* b) {
  double largest = 0;
  for (size_t i = 0; i < count; i++) {
    const double d = fabs(a[i] - b[i]);
    if (!(d <= largest)) largest = isnan(d) ? 1 : d;
  }
  return largest;
}

static void check_doubles_product(size_t rows, size_t columns, size_t inner) {
  double *a = doubles(inner * rows), *b = doubles(inner * columns), *c = doubles(rows * columns);
  double *expected = malloc(rows * columns * sizeof(double)), *lower = malloc(rows * columns * sizeof(double));
  memcpy(lower, c, rows * columns * sizeof(double));
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      double sum = 0;
      for (size_t k = 0; k < inner; k++) sum += a[k * rows + i] * b[k * columns + j];
      expected[i * columns + j] = c[i * columns + j] - 2 * sum;
    }
  }
  const awn_doubles left = {a, 1, rows}, right = {b, 1, columns};
  awn_add_product_doubles(rows, columns, inner, -2, left, right, 0, c, columns);
  expect_number("product of doubles", distance(rows * columns, c, expected), 0, 1e-11);
  awn_add_product_doubles(rows, columns, inner, -2, left, right, 1, lower, columns);
  for (size_t i = 0; i < rows; i++)
    expect_number("lower product of doubles",
                  distance(i + 1 < columns ? i + 1 : columns, lower + i * columns, expected + i * columns), 0, 1e-11);
  free(a), free(b), free(c), free(expected), free(lower);
}

static void check_triangular(size_t n, size_t columns) {
  double *matrix = doubles(n * n), *factor = malloc(n * n * sizeof(double)), *square = calloc(n * n, sizeof(double));
  // A positive definite matrix: B Bᵀ + n.
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      for (size_t k = 0; k < n; k++) square[i * n + j] += matrix[i * n + k] * matrix[j * n + k] + (i == j ? 1 : 0);
  memcpy(factor, square, n * n * sizeof(double));
  expect_number("whether it is positive definite", awn_factor_cholesky(n, factor), 1, 0);
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++) factor[i * n + j] = 1e300;
  double worst = 0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j <= i; j++) {
      double sum = 0;
      for (size_t k = 0; k <= j; k++) sum += factor[i * n + k] * factor[j * n + k];
      worst = fmax(worst, fabs(sum - square[i * n + j]));
    }
  }
  expect_number("Cholesky factor", worst, 0, 1e-11 * (double)n);
  double *x = doubles(n * columns), *y = calloc(n * columns, sizeof(double)), *z = calloc(n * columns, sizeof(double));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < columns; j++)
      for (size_t k = 0; k <= i; k++) {
        y[i * columns + j] += factor[i * n + k] * x[k * columns + j];
        z[k * columns + j] += factor[i * n + k] * x[i * columns + j];
      }
  awn_solve_left(n, factor, n, columns, y);
  expect_number("L⁻¹ x", distance(n * columns, y, x), 0, 1e-10);
  awn_solve_left_transposed(n, factor, n, columns, z);
  expect_number("L⁻ᵀ x", distance(n * columns, z, x), 0, 1e-10);
  double *u = doubles(columns * n), *v = calloc(columns * n, sizeof(double));
  for (size_t r = 0; r < columns; r++)
    for (size_t i = 0; i < n; i++)
      for (size_t k = 0; k <= i; k++) v[r * n + i] += u[r * n + k] * factor[i * n + k];
  awn_solve_right(n, factor, columns, v);
  expect_number("x L⁻ᵀ", distance(columns * n, v, u), 0, 1e-10);
  square[n * n - 1] = -1;
  expect_number("whether another is positive definite", awn_factor_cholesky(n, square), 0, 0);
  free(matrix), free(factor), free(square), free(x), free(y), free(z), free(u), free(v);
}

static void check_vectors(size_t rows, size_t count) {
  double *matrix = doubles(rows * count), *vector = doubles(count), *left = doubles(rows), *sums = doubles(rows);
  double *expected = malloc(rows * sizeof(double)), *outer = malloc(rows * count * sizeof(double));
  for (size_t r = 0; r < rows; r++) {
    expected[r] = sums[r];
    for (size_t k = 0; k < count; k++) {
      expected[r] -= matrix[r * count + k] * vector[k];
      outer[r * count + k] = matrix[r * count + k] - left[r] * vector[k];
    }
  }
  awn_subtract_dots(rows, count, matrix, count, vector, sums);
  expect_number("subtracted dots", distance(rows, sums, expected), 0, 1e-12);
  // All columns but the last.
  awn_subtract_outer_product(rows, count - 1, left, vector, matrix, count);
  for (size_t r = 0; r < rows; r++) matrix[r * count + count - 1] -= left[r] * vector[count - 1];
  expect_number("subtracted outer product", distance(rows * count, matrix, outer), 0, 1e-12);
  free(matrix), free(vector), free(left), free(sums), free(expected), free(outer);
}

void check_doubles(void) {
  check_doubles_product(1, 1, 1);
  check_doubles_product(7, 10, 300);
  check_doubles_product(203, 203, 40);
  check_doubles_product(100, 3, 129);
  check_triangular(1, 1);
  check_triangular(7, 10);
  check_triangular(64, 3);
  check_triangular(150, 17);
  check_vectors(5, 3);
  check_vectors(9, 37);
}
