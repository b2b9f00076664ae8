// Images become smaller: means over all pixels, and largest values of squares of 2×2.

#include "Images.h"
#include "Vector.h"

MULTIVERSION
void awn_pool_mean(size_t images, size_t pixels, size_t channels, const float* value, float* result) {
  const float inverse = 1.0f / (float)pixels;
  for (size_t i = 0; i < images; i++) {
    float* out = result + i * channels;
    for (size_t c = 0; c < channels; c++) out[c] = 0.0f;
    for (size_t p = 0; p < pixels; p++) {
      const float* in = value + (i * pixels + p) * channels;
      for (size_t c = 0; c < channels; c++) out[c] += in[c];
    }
    for (size_t c = 0; c < channels; c++) out[c] *= inverse;
  }
}

MULTIVERSION
void awn_pool_mean_backward(size_t images, size_t pixels, size_t channels, const float* gradient,
                            float* value_gradient) {
  const float inverse = 1.0f / (float)pixels;
  for (size_t i = 0; i < images; i++) {
    const float* in = gradient + i * channels;
    for (size_t p = 0; p < pixels; p++) {
      float* out = value_gradient + (i * pixels + p) * channels;
      for (size_t c = 0; c < channels; c++) out[c] = in[c] * inverse;
    }
  }
}

// NaN wins, so that a diverged network does not look alive.
INLINE float larger(float a, float b) { return a >= b || a != a ? a : b; }

MULTIVERSION
void awn_pool_largest(size_t images, size_t height, size_t width, size_t channels, const float* restrict value,
                      float* restrict result) {
  for (size_t i = 0; i < images; i++) {
    for (size_t y = 0; y < height / 2; y++) {
      for (size_t x = 0; x < width / 2; x++, result += channels) {
        const float* above = value + ((i * height + 2 * y) * width + 2 * x) * channels;
        const float* below = above + width * channels;
        for (size_t c = 0; c < channels; c++)
          result[c] = larger(larger(above[c], above[channels + c]), larger(below[c], below[channels + c]));
      }
    }
  }
}

// Without `restrict` the loop has five streams that might overlap, and is not vectorized.
INLINE void pool_square_backward(size_t channels, const float* restrict above, const float* restrict below,
                                 const float* restrict result, const float* restrict gradient,
                                 float* restrict above_gradient, float* restrict below_gradient) {
  for (size_t c = 0; c < channels; c++) {
    const float top = result[c], g = gradient[c];
    const int first = above[c] == top;
    const int second = !first & (above[channels + c] == top);
    const int third = !first & !second & (below[c] == top);
    above_gradient[c] = first ? g : 0.0f;
    above_gradient[channels + c] = second ? g : 0.0f;
    below_gradient[c] = third ? g : 0.0f;
    below_gradient[channels + c] = first | second | third ? 0.0f : g;
  }
}

INLINE void clear(float* values, size_t count) {
  for (size_t n = 0; n < count; n++) values[n] = 0.0f;
}

MULTIVERSION
void awn_pool_largest_backward(size_t images, size_t height, size_t width, size_t channels, const float* value,
                               const float* result, const float* gradient, float* value_gradient) {
  const size_t row = width * channels;
  for (size_t i = 0; i < images; i++) {
    for (size_t y = 0; y + 1 < height; y += 2, value += 2 * row, value_gradient += 2 * row) {
      for (size_t x = 0; x + 1 < width; x += 2, result += channels, gradient += channels) {
        const size_t above = x * channels, below = above + row;
        pool_square_backward(channels, value + above, value + below, result, gradient, value_gradient + above,
                             value_gradient + below);
      }
      if (width % 2 == 0) continue;
      // No square reads the last column.
      clear(value_gradient + row - channels, channels);
      clear(value_gradient + 2 * row - channels, channels);
    }
    if (height % 2 == 0) continue;
    clear(value_gradient, row);
    value += row;
    value_gradient += row;
  }
}
