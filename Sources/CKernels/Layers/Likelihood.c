#include "CKernels.h"
#include "Vector.h"

// One class of sixteen rows, `stride` apart; rows that are not there repeat the first.
INLINE void gather(floats* x, const float* p, size_t stride, size_t count) {
  if (count >= LANES) {
    for (size_t j = 0; j < LANES; j++) (*x)[j] = p[j * stride];
  } else {
    for (size_t j = 0; j < LANES; j++) (*x)[j] = p[(j < count ? j : 0) * stride];
  }
}

INLINE void scatter(float* p, size_t stride, size_t count, const floats* x) {
  if (count >= LANES) {
    for (size_t j = 0; j < LANES; j++) p[j * stride] = (*x)[j];
  } else {
    for (size_t j = 0; j < count; j++) p[j * stride] = (*x)[j];
  }
}

// Sixteen rows side by side, so that two classes are as quick as many.
MULTIVERSION
double awn_cross_entropy(size_t rows, size_t classes, const float* logits, size_t stride, const int32_t* labels,
                         float weight, float* gradient, size_t gradient_stride) {
  double total = 0.0;
  for (size_t start = 0; start < rows; start += LANES) {
    const size_t count = rows - start;
    const float* z = logits + start * stride;
    float* g = gradient ? gradient + start * gradient_stride : NULL;
    floats x, largest, sum = {0};
    gather(&largest, z, stride, count);
    for (size_t c = 1; c < classes; c++) {
      gather(&x, z + c, stride, count);
      largest = CHOOSE(x > largest, x, largest);
    }
    for (size_t c = 0; c < classes; c++) {
      gather(&x, z + c, stride, count);
      x -= largest;
      exponential(&x);
      sum += x;
      if (g) scatter(g + c, gradient_stride, count, &x);
    }
    const floats scale = weight / sum;
    for (size_t c = 0; g && c < classes; c++) {
      gather(&x, g + c, gradient_stride, count);
      x *= scale;
      scatter(g + c, gradient_stride, count, &x);
    }
    logarithm(&sum);
    sum += largest;
    for (size_t j = 0; j < count && j < LANES; j++) {
      const size_t label = (size_t)labels[start + j];
      total += (double)sum[j] - (double)z[j * stride + label];
      if (g) g[j * gradient_stride + label] -= weight;
    }
  }
  return total;
}

// The largest logit times `cooling`, and Σ e^(cooling · logit − largest).
INLINE void softened(const float* z, size_t classes, float cooling, float* largest, float* sum) {
  floats x, tops = SPLAT(-__builtin_inff()), sums = {0};
#define PART(n, count)                                             \
  {                                                                \
    load(&x, z + n, count);                                        \
    x *= cooling;                                                  \
    for (size_t j = count; j < LANES; j++) x[j] = -__builtin_inff(); \
    tops = CHOOSE(x > tops, x, tops);                              \
  }
  FOR_EACH_VECTOR(classes, PART)
#undef PART
  *largest = tops[0];
  for (size_t j = 1; j < LANES; j++) *largest = tops[j] > *largest ? tops[j] : *largest;
#define PART(n, count)                                     \
  {                                                        \
    load(&x, z + n, count);                                \
    x = x * cooling - *largest;                            \
    exponential(&x);                                       \
    for (size_t j = count; j < LANES; j++) x[j] = 0.0f;    \
    sums += x;                                             \
  }
  FOR_EACH_VECTOR(classes, PART)
#undef PART
  *sum = total(&sums);
}

MULTIVERSION
void awn_distill(size_t rows, size_t classes, const float* logits, size_t stride, const float* teacher,
                 size_t teacher_stride, float cooling, float rest, float weight, float* gradient,
                 size_t gradient_stride) {
  for (size_t r = 0; r < rows; r++) {
    const float *z = logits + r * stride, *t = teacher + r * teacher_stride;
    float* g = gradient + r * gradient_stride;
    float top, sum, taught_top, taught_sum;
    softened(z, classes, cooling, &top, &sum);
    softened(t, classes, cooling, &taught_top, &taught_sum);
    const float scale = weight / sum, taught_scale = weight / taught_sum;
    floats x, y, old;
#define PART(n, count)                                  \
  {                                                     \
    load(&x, z + n, count);                             \
    x = x * cooling - top;                              \
    exponential(&x);                                    \
    load(&y, t + n, count);                             \
    y = y * cooling - taught_top;                       \
    exponential(&y);                                    \
    load(&old, g + n, count);                           \
    old = old * rest + (x * scale - y * taught_scale);  \
    store(g + n, count, &old);                          \
  }
    FOR_EACH_VECTOR(classes, PART)
#undef PART
  }
}

// Negative labels are too large as unsigned numbers.
MULTIVERSION
int awn_are_labels(size_t count, const int32_t* labels, int32_t classes) {
  int others = 0;
  for (size_t r = 0; r < count; r++) others |= (uint32_t)labels[r] >= (uint32_t)classes;
  return !others;
}

size_t awn_count_correct(size_t rows, size_t classes, const float* logits, size_t stride, const int32_t* labels) {
  size_t correct = 0;
  for (size_t r = 0; r < rows; r++) {
    const float* z = logits + r * stride;
    const size_t label = (size_t)labels[r];
    size_t better = 0;
    for (size_t c = 0; c < label; c++) better += !(z[c] < z[label]);
    for (size_t c = label; c < classes; c++) better += !(z[c] <= z[label]);
    correct += better == 0;
  }
  return correct;
}
