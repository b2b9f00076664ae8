// The filters of Winograd's convolutions, and the gradients of their weights: see WinogradPoints.h.

#include "WinogradPoints.h"

// filter's sixteen columns of a row = G w Gᵀ.
INLINE void transform_filter(const floats w[9], float* out, size_t plane) {
  floats across[3][SIDE];
  for (size_t i = 0; i < 3; i++) transform_three(w + 3 * i, across[i]);
  for (size_t j = 0; j < SIDE; j++) {
    const floats column[3] = {across[0][j], across[1][j], across[2][j]};
    floats down[SIDE];
    transform_three(column, down);
    for (size_t i = 0; i < SIDE; i++) STORE(out + (SIDE * i + j) * plane, down[i]);
  }
}

MULTIVERSION
static void filter_forward(size_t inputs, size_t outputs, const float* weights, float* filter) {
  const size_t columns = awn_winograd_padded(outputs), plane = awn_winograd_padded(inputs) * columns;
  for (size_t c = 0; c < inputs; c++) {
#define PART(n, lanes)                                                                        \
  {                                                                                           \
    floats w[9];                                                                              \
    for (size_t tap = 0; tap < 9; tap++)                                                      \
      load(&w[tap], weights + (tap * inputs + c) * outputs + (n), lanes);                     \
    transform_filter(w, filter + c * columns + (n), plane);                                   \
  }
    FOR_EACH_VECTOR(outputs, PART)
#undef PART
  }
}

MULTIVERSION
static void filter_backward(size_t inputs, size_t outputs, const float* weights, float* filter) {
  const size_t columns = awn_winograd_padded(inputs), plane = columns * awn_winograd_padded(outputs);
  for (size_t n = 0; n < outputs; n++) {
    for (size_t c = 0; c < inputs; c += LANES) {
      const size_t lanes = least(LANES, inputs - c);
      floats w[9];
      for (size_t tap = 0; tap < 9; tap++) {
        float line[LANES] = {0};
        for (size_t lane = 0; lane < lanes; lane++) line[lane] = weights[((8 - tap) * inputs + c + lane) * outputs + n];
        w[tap] = LOAD(line);
      }
      transform_filter(w, filter + n * columns + c, plane);
    }
  }
}

void awn_winograd_filter(size_t inputs, size_t outputs, const float* weights, int reversed, float* filter) {
  (reversed ? filter_backward : filter_forward)(inputs, outputs, weights, filter);
}

// gradient's `lanes` outputs of an input = Gᵀ s G of its sums.
INLINE void transform_weights(const float* sums, size_t plane, size_t lanes, float* gradient, size_t taps) {
  floats down[3][SIDE];
  for (size_t j = 0; j < SIDE; j++) {
    floats s[SIDE], w[3];
    for (size_t i = 0; i < SIDE; i++) s[i] = LOAD(sums + (SIDE * i + j) * plane);
    transform_sums(s, w);
    for (size_t i = 0; i < 3; i++) down[i][j] = w[i];
  }
  for (size_t i = 0; i < 3; i++) {
    floats w[3];
    transform_sums(down[i], w);
    for (size_t j = 0; j < 3; j++) store(gradient + (3 * i + j) * taps, lanes, &w[j]);
  }
}

MULTIVERSION
void awn_winograd_gather(size_t inputs, size_t outputs, const float* sums, float* gradient) {
  const size_t columns = awn_winograd_padded(outputs), plane = awn_winograd_padded(inputs) * columns;
  for (size_t c = 0; c < inputs; c++) {
#define PART(n, lanes) \
  transform_weights(sums + c * columns + (n), plane, lanes, gradient + c * outputs + (n), inputs * outputs);
    FOR_EACH_VECTOR(outputs, PART)
#undef PART
  }
}
