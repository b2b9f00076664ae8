// Batch normalization of columns, with what is usually done before and after it in the same pass.

#include "Images.h"
#include "Vector.h"

// Rows whose sums are kept in floats before they are added as doubles; so many rows of 64 columns stay in the
// second cache for another pass over them.
#define CHUNK 512

// Adds a chunk's column sums to the totals.
INLINE void add(double* total, size_t count, const floats* sum) {
  for (size_t j = 0; j < count; j++) total[j] += (double)(*sum)[j];
}

// Exact however far the mean is from zero: each chunk's deviations are from its own mean, and chunks are combined by
// Chan's formula.
INLINE void chunk_moments(size_t rows, size_t columns, size_t n, size_t count, const float* value, size_t before,
                          double* mean, double* deviation) {
  floats s0 = SPLAT(0.0f), s1 = SPLAT(0.0f), s2 = SPLAT(0.0f), s3 = SPLAT(0.0f), x;
  size_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float* p = value + r * columns + n;
    load(&x, p, count), s0 += x;
    load(&x, p + columns, count), s1 += x;
    load(&x, p + 2 * columns, count), s2 += x;
    load(&x, p + 3 * columns, count), s3 += x;
  }
  for (; r < rows; r++) load(&x, value + r * columns + n, count), s0 += x;
  const floats center = ((s0 + s1) + (s2 + s3)) / (float)rows;
  floats first = SPLAT(0.0f), q0 = SPLAT(0.0f), q1 = SPLAT(0.0f), other = SPLAT(0.0f);
  for (r = 0; r + 2 <= rows; r += 2) {
    load(&x, value + r * columns + n, count), x -= center, first += x, q0 = FMA(x, x, q0);
    load(&x, value + (r + 1) * columns + n, count), x -= center, other += x, q1 = FMA(x, x, q1);
  }
  for (; r < rows; r++) load(&x, value + r * columns + n, count), x -= center, first += x, q0 = FMA(x, x, q0);
  first += other, q0 += q1;
  for (size_t j = 0; j < count; j++) {
    const double residual = (double)first[j] / (double)rows, here = (double)center[j] + residual;
    const double all = (double)(before + rows), apart = here - mean[n + j];
    deviation[n + j] += (double)q0[j] - residual * residual * (double)rows +
                        apart * apart * (double)before * (double)rows / all;
    mean[n + j] += apart * (double)rows / all;
  }
}

MULTIVERSION
void awn_column_moments(size_t rows, size_t columns, const float* value, double* mean, double* deviation) {
  for (size_t n = 0; n < columns; n++) mean[n] = deviation[n] = 0;
  for (size_t r = 0; r < rows; r += CHUNK) {
    const size_t count = rows - r < CHUNK ? rows - r : CHUNK;
#define CALL(n, width) chunk_moments(count, columns, n, width, value + r * columns, r, mean, deviation)
    FOR_EACH_VECTOR(columns, CALL)
#undef CALL
  }
}

INLINE void normalize(size_t columns, size_t n, size_t count, const float* value, const float* scale,
                      const float* shift, const float* shortcut, int rectified, float* result, size_t rows) {
  floats a, b, x, y;
  load(&a, scale + n, count);
  load(&b, shift + n, count);
  for (size_t r = 0; r < rows; r++) {
    const size_t at = r * columns + n;
    load(&x, value + at, count);
    x = FMA(x, a, b);
    if (shortcut) load(&y, shortcut + at, count), x += y;
    if (rectified) x = CHOOSE(x < 0.0f, SPLAT(0.0f), x);
    store(result + at, count, &x);
  }
}

// Rows that a pass takes along each vector of columns, so that all lines it touches stay in the first cache.
#define BAND 32

MULTIVERSION
void awn_normalize(size_t rows, size_t columns, const float* value, const float* scale, const float* shift,
                   const float* shortcut, int rectified, float* result) {
  for (size_t r = 0; r < rows; r += BAND) {
    const size_t count = rows - r < BAND ? rows - r : BAND, at = r * columns;
#define PASS(n, width, beside, cut) \
  normalize(columns, n, width, value + at, scale, shift, beside, cut, result + at, count)
#define WITH_BOTH(n, width) PASS(n, width, shortcut + at, 1)
#define WITH_SHORTCUT(n, width) PASS(n, width, shortcut + at, 0)
#define RECTIFIED(n, width) PASS(n, width, (const float*)0, 1)
#define ALONE(n, width) PASS(n, width, (const float*)0, 0)
    if (shortcut && rectified) FOR_EACH_VECTOR(columns, WITH_BOTH)
    else if (shortcut) FOR_EACH_VECTOR(columns, WITH_SHORTCUT)
    else if (rectified) FOR_EACH_VECTOR(columns, RECTIFIED)
    else FOR_EACH_VECTOR(columns, ALONE)
  }
}

INLINE void gradient_sums(size_t rows, size_t columns, size_t n, size_t count, const float* value, const float* mean,
                          const float* result, int rectified, float* gradient, double* sum, double* product) {
  floats m, s0 = SPLAT(0.0f), s1 = SPLAT(0.0f), p0 = SPLAT(0.0f), p1 = SPLAT(0.0f), x, y, g;
  load(&m, mean + n, count);
  for (size_t r = 0; r < rows; r++) {
    const size_t at = r * columns + n;
    load(&g, gradient + at, count);
    if (rectified) {
      load(&y, result + at, count);
      g = CHOOSE(y > 0.0f, g, SPLAT(0.0f));
      store(gradient + at, count, &g);
    }
    load(&x, value + at, count);
    x -= m;
    if (r & 1) s1 += g, p1 = FMA(g, x, p1);
    else s0 += g, p0 = FMA(g, x, p0);
  }
  s0 += s1, p0 += p1;
  add(sum + n, count, &s0);
  add(product + n, count, &p0);
}

MULTIVERSION
void awn_normalize_sums(size_t rows, size_t columns, const float* value, const float* mean, const float* result,
                        int rectified, float* gradient, double* sum, double* product) {
  for (size_t n = 0; n < columns; n++) sum[n] = product[n] = 0;
  for (size_t r = 0; r < rows; r += BAND) {
    const size_t count = rows - r < BAND ? rows - r : BAND, at = r * columns;
#define PASS_BACK(n, width, cut) \
  gradient_sums(count, columns, n, width, value + at, mean, result + at, cut, gradient + at, sum, product)
#define CUT(n, width) PASS_BACK(n, width, 1)
#define UNCUT(n, width) PASS_BACK(n, width, 0)
    if (rectified) FOR_EACH_VECTOR(columns, CUT)
    else FOR_EACH_VECTOR(columns, UNCUT)
  }
}

INLINE void combine(size_t rows, size_t columns, size_t n, size_t count, const float* gradient, const float* value,
                    const float* a, const float* b, const float* c, float* result) {
  floats u, v, w, g, x;
  load(&u, a + n, count);
  load(&v, b + n, count);
  load(&w, c + n, count);
  for (size_t r = 0; r < rows; r++) {
    const size_t at = r * columns + n;
    load(&g, gradient + at, count);
    load(&x, value + at, count);
    g = FMA(g, u, FMA(x, v, w));
    store(result + at, count, &g);
  }
}

MULTIVERSION
void awn_combine(size_t rows, size_t columns, const float* gradient, const float* value, const float* a,
                 const float* b, const float* c, float* result) {
  for (size_t r = 0; r < rows; r += BAND) {
    const size_t count = rows - r < BAND ? rows - r : BAND, at = r * columns;
#define COMBINE(n, width) combine(count, columns, n, width, gradient + at, value + at, a, b, c, result + at)
    FOR_EACH_VECTOR(columns, COMBINE)
  }
}

INLINE void normalize_neurons(size_t rows, size_t columns, size_t n, size_t count, const float* value,
                              const float* scale, const float* shift, const float* importance, float ceiling,
                              float* result) {
  floats a, b, f, x;
  load(&a, scale + n, count);
  load(&b, shift + n, count);
  load(&f, importance + n, count);
  const floats top = SPLAT(ceiling);
  for (size_t r = 0; r < rows; r++) {
    const size_t at = r * columns + n;
    load(&x, value + at, count);
    x = FMA(x, a, b);
    x = CHOOSE(x < 0.0f, SPLAT(0.0f), x);
    x = CHOOSE(x > top, top, x);
    x *= f;
    store(result + at, count, &x);
  }
}

MULTIVERSION
void awn_normalize_neurons(size_t rows, size_t columns, const float* value, const float* scale, const float* shift,
                           const float* importance, float ceiling, float* result) {
  for (size_t r = 0; r < rows; r += BAND) {
    const size_t count = rows - r < BAND ? rows - r : BAND, at = r * columns;
#define NEURONS(n, width) \
  normalize_neurons(count, columns, n, width, value + at, scale, shift, importance, ceiling, result + at)
    FOR_EACH_VECTOR(columns, NEURONS)
  }
}

INLINE void neuron_sums(size_t rows, size_t columns, size_t n, size_t count, const float* value, const float* mean,
                        const float* result, const float* importance, float ceiling, float* gradient, double* sum,
                        double* product, double* importance_sum) {
  floats m, f, sums = SPLAT(0.0f), products = SPLAT(0.0f), importances = SPLAT(0.0f), x, y, g;
  load(&m, mean + n, count);
  load(&f, importance + n, count);
  const floats inverse = 1.0f / f, saturated = ceiling * f;
  for (size_t r = 0; r < rows; r++) {
    const size_t at = r * columns + n;
    load(&g, gradient + at, count);
    load(&y, result + at, count);
    load(&x, value + at, count);
    importances = FMA(g, y * inverse, importances);
    g = CHOOSE((y > 0.0f) & (y < saturated), g * f, SPLAT(0.0f));
    store(gradient + at, count, &g);
    x -= m;
    sums += g, products = FMA(g, x, products);
  }
  add(sum + n, count, &sums);
  add(product + n, count, &products);
  add(importance_sum + n, count, &importances);
}

MULTIVERSION
void awn_normalize_neurons_sums(size_t rows, size_t columns, const float* value, const float* mean,
                                const float* result, const float* importance, float ceiling, float* gradient,
                                double* sum, double* product, double* importance_sum) {
  for (size_t n = 0; n < columns; n++) sum[n] = product[n] = importance_sum[n] = 0;
  for (size_t r = 0; r < rows; r += BAND) {
    const size_t count = rows - r < BAND ? rows - r : BAND, at = r * columns;
#define NEURON_SUMS(n, width)                                                                                \
  neuron_sums(count, columns, n, width, value + at, mean, result + at, importance, ceiling, gradient + at, sum, \
              product, importance_sum)
    FOR_EACH_VECTOR(columns, NEURON_SUMS)
  }
}
