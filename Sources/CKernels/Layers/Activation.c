#include "Activation.h"

INLINE void activate_part(awn_activation kind, size_t top, size_t end, size_t n, size_t count, const float* bias,
                          const float* scale, float* values, size_t stride) {
  floats h, b, f = SPLAT(1.0f);
  load(&b, bias + n, count);
  if (scale) load(&f, scale + n, count);
  for (size_t r = top; r < end; r++) {
    load(&h, values + r * stride + n, count);
    h += b;
    activate(kind, &h);
    if (scale) h *= f;
    store(values + r * stride + n, count, &h);
  }
}

INLINE void activate_rows(awn_activation kind, size_t rows, size_t columns, const float* bias, const float* scale,
                          float* values, size_t stride) {
  for (size_t top = 0; top < rows; top += TILE) {
    const size_t end = top + TILE < rows ? top + TILE : rows;
#define PART(n, count) activate_part(kind, top, end, n, count, bias, scale, values, stride)
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

MULTIVERSION
void awn_activate(awn_activation activation, size_t rows, size_t columns, const float* bias, const float* scale,
                  float* values, size_t stride){
#define CALL(kind) activate_rows(kind, rows, columns, bias, scale, values, stride)
    FOR_EACH_KIND(CALL)
#undef CALL
}

INLINE void backward_part(awn_activation kind, size_t top, size_t end, size_t n, size_t count, const float* scale,
                          const float* output, size_t output_stride, float* gradient, size_t gradient_stride,
                          float* scale_gradient, float* bias_gradient) {
  floats h, g, f = SPLAT(1.0f), scale_sum = {0}, bias_sum = {0};
  if (scale) load(&f, scale + n, count);
  const floats inverse = 1.0f / f, saturated = 6.0f * f;
  if (scale && top > 0) load(&scale_sum, scale_gradient + n, count);
  if (top > 0) load(&bias_sum, bias_gradient + n, count);
  for (size_t r = top; r < end; r++) {
    load(&h, output + r * output_stride + n, count);
    load(&g, gradient + r * gradient_stride + n, count);
    if (scale) {
      scale_sum = FMA(g, h * inverse, scale_sum);
      g *= f;
    }
    multiply_by_slope(kind, &h, &inverse, &saturated, &g);
    bias_sum += g;
    store(gradient + r * gradient_stride + n, count, &g);
  }
  if (scale) store(scale_gradient + n, count, &scale_sum);
  store(bias_gradient + n, count, &bias_sum);
}

INLINE void backward_rows(awn_activation kind, size_t rows, size_t columns, const float* scale,
                          const float* output, size_t output_stride, float* gradient, size_t gradient_stride,
                          float* scale_gradient, float* bias_gradient) {
  for (size_t top = 0; top == 0 || top < rows; top += TILE) {
    const size_t end = top + TILE < rows ? top + TILE : rows;
#define PART(n, count)                                                                             \
  backward_part(kind, top, end, n, count, scale, output, output_stride, gradient, gradient_stride, \
                scale_gradient, bias_gradient)
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

MULTIVERSION
void awn_activate_backward(awn_activation activation, size_t rows, size_t columns, const float* scale,
                           const float* output, size_t output_stride, float* gradient, size_t gradient_stride,
                           float* scale_gradient, float* bias_gradient) {
#define CALL(kind)                                                                                            \
  backward_rows(kind, rows, columns, scale, output, output_stride, gradient, gradient_stride, scale_gradient, \
                bias_gradient)
  FOR_EACH_KIND(CALL)
#undef CALL
}
