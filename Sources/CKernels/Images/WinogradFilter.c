// The filters of Winograd's convolutions, and the gradients of their weights: see WinogradPoints.h.

#include "WinogradPoints.h"

MULTIVERSION
static void filter_forward(size_t inputs, size_t outputs, const float* weights, float* filter) {
  const size_t columns = awn_winograd_padded(outputs), plane = awn_winograd_padded(inputs) * columns;
  for (size_t input = 0; input < inputs; input++) {
    const float* row = weights + input * outputs;
    float* out = filter + input * columns;
#define SIXTEEN(c, lanes) filter_row_16(row + (c), inputs * outputs, lanes, out + (c), plane)
#define EIGHT(c, lanes) filter_row_8(row + (c), inputs * outputs, lanes, out + (c), plane)
    FOR_EACH_PART(outputs, SIXTEEN, EIGHT)
#undef SIXTEEN
#undef EIGHT
  }
}

MULTIVERSION
static void filter_backward(size_t inputs, size_t outputs, const float* weights, float* filter) {
  const size_t columns = awn_winograd_padded(inputs), plane = columns * awn_winograd_padded(outputs);
  for (size_t output = 0; output < outputs; output++) {
    const float* column = weights + output;
    float* out = filter + output * columns;
#define SIXTEEN(c, lanes) filter_column_16(column + (c) * outputs, inputs * outputs, outputs, lanes, out + (c), plane)
#define EIGHT(c, lanes) filter_column_8(column + (c) * outputs, inputs * outputs, outputs, lanes, out + (c), plane)
    FOR_EACH_PART(inputs, SIXTEEN, EIGHT)
#undef SIXTEEN
#undef EIGHT
  }
}

void awn_winograd_filter(size_t inputs, size_t outputs, const float* weights, int reversed, float* filter) {
  (reversed ? filter_backward : filter_forward)(inputs, outputs, weights, filter);
}

MULTIVERSION
void awn_winograd_gather(size_t inputs, size_t outputs, const float* sums, float* gradient) {
  const size_t columns = awn_winograd_padded(outputs), plane = awn_winograd_padded(inputs) * columns;
  for (size_t input = 0; input < inputs; input++) {
    const float* row = sums + input * columns;
    float* out = gradient + input * outputs;
#define SIXTEEN(c, lanes) transform_weights_16(row + (c), plane, lanes, out + (c), inputs * outputs)
#define EIGHT(c, lanes) transform_weights_8(row + (c), plane, lanes, out + (c), inputs * outputs)
    FOR_EACH_PART(outputs, SIXTEEN, EIGHT)
#undef SIXTEEN
#undef EIGHT
  }
}
