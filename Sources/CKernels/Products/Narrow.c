// Dense layers with few inputs, or few outputs: their products are too thin for the general kernel, and are fused with what follows.
#include "Activation.h"

INLINE void forward_part(awn_activation kind, size_t inputs, size_t top, size_t end, size_t n, size_t count,
                         const float* input, size_t input_stride, const float* weights, size_t weight_stride,
                         const float* bias, const float* scale, float* output, size_t output_stride) {
  floats w[AWN_NARROW], b, f;
  for (size_t i = 0; i < inputs; i++) load(&w[i], weights + i * weight_stride + n, count);
  load(&b, bias + n, count);
  load(&f, scale + n, count);
  for (size_t r = top; r < end; r++) {
    floats h = b;
    for (size_t i = 0; i < inputs; i++) h = FMA(SPLAT(input[r * input_stride + i]), w[i], h);
    activate(kind, &h);
    h *= f;
    store(output + r * output_stride + n, count, &h);
  }
}

// Whole vectors of columns. The rows are taken in tiles, so that a vector's weights and the tile's inputs stay near.
INLINE void forward_rows(awn_activation kind, size_t inputs, size_t rows, size_t columns, const float* input,
                         size_t input_stride, const float* weights, size_t weight_stride, const float* bias,
                         const float* scale, float* output, size_t output_stride) {
  for (size_t top = 0; top < rows; top += TILE) {
    const size_t end = top + TILE < rows ? top + TILE : rows;
    for (size_t n = 0; n + LANES <= columns; n += LANES) {
      forward_part(kind, inputs, top, end, n, LANES, input, input_stride, weights, weight_stride, bias, scale, output,
                   output_stride);
    }
  }
}

// One call a number of inputs, so that weights and sums stay in registers.
#define FOR_EACH_COUNT(kind)       \
  switch (inputs) {                \
    case 1: CALL(kind, 1); break;  \
    case 2: CALL(kind, 2); break;  \
    case 3: CALL(kind, 3); break;  \
    default: CALL(kind, 4); break; \
  }

// The columns behind the last whole vector are done after the others, for any activation by the same code: for a constant
// one this would be most of what this file's compilation takes, and a branch is nothing beside their partial loads and
// stores.
MULTIVERSION
void awn_narrow_forward(awn_activation activation, size_t inputs, size_t rows, size_t columns, const float* input,
                        size_t input_stride, const float* weights, size_t weight_stride, const float* bias,
                        const float* scale, float* output, size_t output_stride) {
#define CALL(kind, inputs)                                                                                    \
  forward_rows(kind, inputs, rows, columns, input, input_stride, weights, weight_stride, bias, scale, output, \
               output_stride)
  FOR_EACH_KIND(FOR_EACH_COUNT)
#undef CALL
  const size_t rest = columns % LANES;
  if (rest == 0) return;
#define CALL(kind, inputs)                                                                                      \
  forward_part(kind, inputs, 0, rows, columns - rest, rest, input, input_stride, weights, weight_stride, bias,  \
               scale, output, output_stride)
  FOR_EACH_COUNT(activation)
#undef CALL
}

INLINE
    void backward_part(awn_activation kind, size_t inputs, size_t top, size_t end, size_t n, size_t count,
                       const float* input, size_t input_stride, const float* scale, const float* output,
                       size_t output_stride, const float* gradient, size_t gradient_stride, float* weight_gradient,
                       size_t weight_stride, float* bias_gradient, float* scale_gradient) {
  floats h, g, f, weight_sums[AWN_NARROW] = {{0}}, scale_sum = {0}, bias_sum = {0};
  load(&f, scale + n, count);
  const floats inverse = 1.0f / f, saturated = 6.0f * f;
  if (top > 0) {
    load(&scale_sum, scale_gradient + n, count);
    load(&bias_sum, bias_gradient + n, count);
    for (size_t i = 0; i < inputs; i++) load(&weight_sums[i], weight_gradient + i * weight_stride + n, count);
  }
  for (size_t r = top; r < end; r++) {
    load(&h, output + r * output_stride + n, count);
    load(&g, gradient + r * gradient_stride + n, count);
    scale_sum = FMA(g, h * inverse, scale_sum);
    g *= f;
    multiply_by_slope(kind, &h, &inverse, &saturated, &g);
    bias_sum += g;
    for (size_t i = 0; i < inputs; i++) {
      weight_sums[i] = FMA(SPLAT(input[r * input_stride + i]), g, weight_sums[i]);
    }
  }
  store(scale_gradient + n, count, &scale_sum);
  store(bias_gradient + n, count, &bias_sum);
  for (size_t i = 0; i < inputs; i++) store(weight_gradient + i * weight_stride + n, count, &weight_sums[i]);
}

INLINE void backward_rows(awn_activation kind, size_t inputs, size_t rows, size_t columns, const float* input,
                          size_t input_stride, const float* scale, const float* output, size_t output_stride,
                          const float* gradient, size_t gradient_stride, float* weight_gradient,
                          size_t weight_stride, float* bias_gradient, float* scale_gradient) {
  for (size_t top = 0; top == 0 || top < rows; top += TILE) {
    const size_t end = top + TILE < rows ? top + TILE : rows;
    for (size_t n = 0; n + LANES <= columns; n += LANES) {
      backward_part(kind, inputs, top, end, n, LANES, input, input_stride, scale, output, output_stride, gradient,
                    gradient_stride, weight_gradient, weight_stride, bias_gradient, scale_gradient);
    }
  }
}

MULTIVERSION
void awn_narrow_backward(awn_activation activation, size_t inputs, size_t rows, size_t columns, const float* input,
                         size_t input_stride, const float* scale, const float* output, size_t output_stride,
                         const float* gradient, size_t gradient_stride, float* weight_gradient,
                         size_t weight_stride, float* bias_gradient, float* scale_gradient) {
#define CALL(kind, inputs)                                                                                \
  backward_rows(kind, inputs, rows, columns, input, input_stride, scale, output, output_stride, gradient, \
                gradient_stride, weight_gradient, weight_stride, bias_gradient, scale_gradient)
  FOR_EACH_KIND(FOR_EACH_COUNT)
#undef CALL
  const size_t rest = columns % LANES;
  if (rest == 0) return;
#define CALL(kind, inputs)                                                                                         \
  backward_part(kind, inputs, 0, rows, columns - rest, rest, input, input_stride, scale, output, output_stride,    \
                gradient, gradient_stride, weight_gradient, weight_stride, bias_gradient, scale_gradient)
  FOR_EACH_COUNT(activation)
#undef CALL
}

// Inputs whose weights are transposed at a time, so that whole vectors of them can be loaded.
#define CHUNK 256

// Columns of weights as rows, with zeros up to a whole vector.
INLINE void transpose(size_t outputs, size_t width, const float* weights, size_t stride, float transposed[][CHUNK]) {
  for (size_t n = 0; n < width; n++) {
    for (size_t c = 0; c < outputs; c++) transposed[c][n] = weights[n * stride + c];
  }
  for (size_t n = width; n % LANES != 0; n++) {
    for (size_t c = 0; c < outputs; c++) transposed[c][n] = 0.0f;
  }
}

// Four rows at a time: each has a sum of its own to wait for.
#define ROWS 4

INLINE void dot_rows(size_t outputs, size_t width, const float* input, size_t stride, const float transposed[][CHUNK],
                     float* result, size_t result_stride) {
  floats sums[ROWS][AWN_NARROW] = {{{0}}};
#define PART(n, count)                                                                         \
  for (size_t r = 0; r < ROWS; r++) {                                                          \
    floats x;                                                                                  \
    load(&x, input + r * stride + n, count);                                                   \
    for (size_t c = 0; c < outputs; c++) sums[r][c] = FMA(x, LOAD(transposed[c] + n), sums[r][c]); \
  }
  FOR_EACH_VECTOR(width, PART)
#undef PART
  for (size_t r = 0; r < ROWS; r++) {
    for (size_t c = 0; c < outputs; c++) result[r * result_stride + c] += total(&sums[r][c]);
  }
}

INLINE void output_rows(size_t outputs, size_t rows, size_t inputs, const float* input, size_t input_stride,
                        const float* weights, size_t weight_stride, const float* bias, float* result,
                        size_t result_stride) {
  float transposed[AWN_NARROW][CHUNK];
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < outputs; c++) result[r * result_stride + c] = bias[c];
  }
  for (size_t start = 0; start < inputs; start += CHUNK) {
    const size_t width = inputs - start < CHUNK ? inputs - start : CHUNK;
    transpose(outputs, width, weights + start * weight_stride, weight_stride, transposed);
    size_t r = 0;
    for (; r + ROWS <= rows; r += ROWS) {
      dot_rows(outputs, width, input + r * input_stride + start, input_stride, transposed, result + r * result_stride,
               result_stride);
    }
    for (; r < rows; r++) {
      for (size_t c = 0; c < outputs; c++) {
        float sum = 0.0f;
        for (size_t n = 0; n < width; n++) sum += input[r * input_stride + start + n] * transposed[c][n];
        result[r * result_stride + c] += sum;
      }
    }
  }
}

INLINE void input_gradient_rows(size_t outputs, size_t rows, size_t inputs, const float* gradient, size_t gradient_stride,
                        const float* weights, size_t weight_stride, float* result, size_t result_stride) {
  float transposed[AWN_NARROW][CHUNK];
  for (size_t start = 0; start < inputs; start += CHUNK) {
    const size_t width = inputs - start < CHUNK ? inputs - start : CHUNK;
    transpose(outputs, width, weights + start * weight_stride, weight_stride, transposed);
    for (size_t r = 0; r < rows; r++) {
      floats g[AWN_NARROW];
      for (size_t c = 0; c < outputs; c++) g[c] = SPLAT(gradient[r * gradient_stride + c]);
#define PART(n, count)                                                              \
  {                                                                                 \
    floats sum = g[0] * LOAD(transposed[0] + n);                                        \
    for (size_t c = 1; c < outputs; c++) sum = FMA(g[c], LOAD(transposed[c] + n), sum); \
    store(result + r * result_stride + start + n, count, &sum);                     \
  }
      FOR_EACH_VECTOR(width, PART)
#undef PART
    }
  }
}

#define FOR_EACH_OUTPUTS     \
  switch (outputs) {         \
    case 1: CALL(1); break;  \
    case 2: CALL(2); break;  \
    case 3: CALL(3); break;  \
    default: CALL(4); break; \
  }

MULTIVERSION
void awn_narrow_output(size_t outputs, size_t rows, size_t inputs, const float* input, size_t input_stride,
                       const float* weights, size_t weight_stride, const float* bias, float* result,
                       size_t result_stride){
#define CALL(outputs) \
  output_rows(outputs, rows, inputs, input, input_stride, weights, weight_stride, bias, result, result_stride)
    FOR_EACH_OUTPUTS
#undef CALL
}

MULTIVERSION void awn_narrow_output_backward(size_t outputs, size_t rows, size_t inputs, const float* gradient,
                                             size_t gradient_stride, const float* weights, size_t weight_stride,
                                             float* input_gradient, size_t input_stride, float* bias_gradient) {
#define CALL(outputs)                                                                                   \
  input_gradient_rows(outputs, rows, inputs, gradient, gradient_stride, weights, weight_stride, input_gradient, \
              input_stride)
  FOR_EACH_OUTPUTS
#undef CALL
  for (size_t c = 0; c < outputs; c++) {
    bias_gradient[c] = 0.0f;
    for (size_t r = 0; r < rows; r++) bias_gradient[c] += gradient[r * gradient_stride + c];
  }
}
