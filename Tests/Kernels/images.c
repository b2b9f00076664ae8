// Convolutions, their patches, pooling and normalization by channels.
#include "check.h"

// The 3×3 convolution with a border of zeros, as the formula stands; or, adjoint, its backward passes:
// input_gradient += and weight_gradient += from the gradient of the result.
static void naive_convolution(const awn_winograd_shape* s, const float* input, const float* weights, float* result,
                              const float* gradient, float* input_gradient, float* weight_gradient) {
  for (size_t i = 0; i < s->images * s->height * s->width; i++) {
    const size_t image = i / (s->height * s->width), y = i / s->width % s->height, x = i % s->width;
    for (size_t tap = 0; tap < 9; tap++) {
      const size_t row = y + tap / 3 - 1, column = x + tap % 3 - 1;
      if (row >= s->height || column >= s->width) continue;
      const size_t pixel = (image * s->height + row) * s->width + column;
      for (size_t c = 0; c < s->inputs; c++) {
        for (size_t n = 0; n < s->outputs; n++) {
          const size_t in = pixel * s->inputs + c, out = i * s->outputs + n, w = (tap * s->inputs + c) * s->outputs + n;
          result[out] += input[in] * weights[w];
          input_gradient[in] += gradient[out] * weights[w];
          weight_gradient[w] += gradient[out] * input[in];
        }
      }
    }
  }
}

static void check_winograd(awn_winograd_shape s) {
  const size_t pixels = s.images * s.height * s.width, taps = 9 * s.inputs * s.outputs;
  float *input = numbers(pixels * s.inputs), *weights = numbers(taps), *gradient = numbers(pixels * s.outputs);
  float *result = calloc(pixels * s.outputs, sizeof(float)), *back = calloc(pixels * s.inputs, sizeof(float));
  float* weight_gradient = calloc(taps, sizeof(float));
  naive_convolution(&s, input, weights, result, gradient, back, weight_gradient);
  const size_t inputs = awn_winograd_padded(s.inputs), outputs = awn_winograd_padded(s.outputs);
  const size_t work = AWN_WINOGRAD_POINTS * AWN_WINOGRAD_TILES * (inputs + outputs);
  const size_t plane = AWN_WINOGRAD_POINTS * inputs * outputs;
  float *scratch = numbers(work + plane), *filter = numbers(plane);
  // Not a number: what is read before it is written shows.
  for (size_t i = 0; i < work + plane; i++) scratch[i] = NAN;
  for (size_t i = 0; i < plane; i++) filter[i] = NAN;
  float *found = numbers(pixels * s.outputs), *found_back = numbers(pixels * s.inputs), *found_weights = numbers(taps);
  awn_winograd_filter(s.inputs, s.outputs, weights, 0, filter);
  awn_winograd_convolve(&s, input, filter, scratch, found);
  expect("convolution", pixels, s.outputs, found, s.outputs, result, s.outputs, 1e-4);
  awn_winograd_filter(s.inputs, s.outputs, weights, 1, filter);
  const awn_winograd_shape reversed = {s.images, s.height, s.width, s.outputs, s.inputs};
  awn_winograd_convolve(&reversed, gradient, filter, scratch, found_back);
  expect("convolution backward", pixels, s.inputs, found_back, s.inputs, back, s.inputs, 1e-4);
  awn_winograd_weight_gradient(&s, input, gradient, scratch, found_weights);
  expect("convolution's weights", 1, taps, found_weights, taps, weight_gradient, taps, 1e-4);
}

static void check_patches(awn_patch_shape s) {
  const size_t down = (s.height + 2 * s.padding - s.kernel) / s.stride + 1;
  const size_t across = (s.width + 2 * s.padding - s.kernel) / s.stride + 1;
  const size_t line = s.kernel * s.kernel * s.channels, size = s.height * s.width * s.channels;
  float *image = numbers(size), *patches = numbers(down * across * line), *gradient = numbers(down * across * line);
  float *expected = calloc(down * across * line, sizeof(float)), *sums = calloc(size, sizeof(float));
  for (size_t i = 0; i < down * across * line; i++) {
    const size_t patch = i / line, tap = i % line / s.channels, c = i % s.channels;
    const size_t y = patch / across * s.stride + tap / s.kernel - s.padding;
    const size_t x = patch % across * s.stride + tap % s.kernel - s.padding;
    if (y >= s.height || x >= s.width) continue;
    expected[i] = image[(y * s.width + x) * s.channels + c];
    sums[(y * s.width + x) * s.channels + c] += gradient[i];
  }
  awn_gather_patches(&s, image, patches);
  expect("patches", down * across, line, patches, line, expected, line, 0);
  awn_scatter_patches(&s, gradient, image);
  expect("sums of patches", 1, size, image, size, sums, size, 1e-6);
}

static void check_pools(size_t images, size_t height, size_t width, size_t channels) {
  const size_t pixels = height * width, size = images * pixels * channels;
  const size_t small = images * (height / 2) * (width / 2) * channels;
  float *value = numbers(size), *mean = numbers(images * channels), *expected = calloc(images * channels, sizeof(float));
  for (size_t i = 0; i < size; i++) {
    expected[i / (pixels * channels) * channels + i % channels] += value[i] / (float)pixels;
  }
  awn_pool_mean(images, pixels, channels, value, mean);
  expect("mean pool", images, channels, mean, channels, expected, channels, 1e-5);
  float *back = numbers(size), *back_expected = calloc(size, sizeof(float));
  for (size_t i = 0; i < size; i++) {
    back_expected[i] = mean[i / (pixels * channels) * channels + i % channels] / (float)pixels;
  }
  awn_pool_mean_backward(images, pixels, channels, mean, back);
  expect("mean pool backward", 1, size, back, size, back_expected, size, 1e-6);

  float *largest = numbers(small), *largest_expected = numbers(small), *gradient = numbers(small);
  memset(back_expected, 0, size * sizeof(float));
  for (size_t i = 0; i < small; i++) {
    const size_t c = i % channels, x = i / channels % (width / 2), y = i / channels / (width / 2) % (height / 2);
    const size_t first = ((i / channels / (width / 2) / (height / 2) * height + 2 * y) * width + 2 * x) * channels + c;
    size_t best = first;
    for (size_t corner = 1; corner < 4; corner++) {
      const size_t at = first + (corner / 2 * width + corner % 2) * channels;
      if (value[at] > value[best]) best = at;
    }
    largest_expected[i] = value[best];
    back_expected[best] = gradient[i];
  }
  awn_pool_largest(images, height, width, channels, value, largest);
  expect("largest pool", 1, small, largest, small, largest_expected, small, 0);
  awn_pool_largest_backward(images, height, width, channels, value, largest, gradient, back);
  expect("largest pool backward", 1, size, back, size, back_expected, size, 0);
}

static void check_normalization(size_t rows, size_t columns) {
  const size_t size = rows * columns;
  float *value = numbers(size), *scale = numbers(columns), *shift = numbers(columns), *shortcut = numbers(size);
  float *result = numbers(size), *expected = numbers(size), *gradient = numbers(size), *mean = numbers(columns);
  double *found = malloc(4 * columns * sizeof(double)), *sums = calloc(4 * columns, sizeof(double));
  for (size_t i = 0; i < size; i++) value[i] += 100, sums[i % columns] += (double)value[i] / (double)rows;
  for (size_t i = 0; i < size; i++) {
    const double apart = (double)value[i] - sums[i % columns];
    sums[columns + i % columns] += apart * apart;
  }
  awn_column_moments(rows, columns, value, found, found + columns);
  for (size_t n = 0; n < columns; n++) {
    expect_number("column mean", found[n], sums[n], 1e-9);
    expect_number("column deviation", found[columns + n], sums[columns + n], 1e-5);
  }
  for (int form = 0; form < 4; form++) {
    for (size_t i = 0; i < size; i++) {
      const float x = value[i] * scale[i % columns] + shift[i % columns] + (form & 1 ? shortcut[i] : 0);
      expected[i] = form & 2 && x < 0 ? 0 : x;
    }
    awn_normalize(rows, columns, value, scale, shift, form & 1 ? shortcut : NULL, form & 2, result);
    expect("normalize", rows, columns, result, columns, expected, columns, 1e-5);
  }
  for (size_t n = 0; n < columns; n++) mean[n] = (float)sums[n];
  for (int rectified = 0; rectified < 2; rectified++) {
    float *cut = copy_of(gradient, size), *combined = numbers(size);
    double *sum = calloc(2 * columns, sizeof(double)), *product = sum + columns;
    for (size_t i = 0; i < size; i++) {
      expected[i] = rectified && !(result[i] > 0) ? 0 : gradient[i];
      sum[i % columns] += (double)expected[i];
      product[i % columns] += (double)expected[i] * (double)(value[i] - mean[i % columns]);
    }
    awn_normalize_sums(rows, columns, value, mean, result, rectified, cut, found, found + columns);
    expect("cut gradient", rows, columns, cut, columns, expected, columns, 0);
    for (size_t n = 0; n < 2 * columns; n++) expect_number("gradient sums", found[n], sum[n], 1e-4);
    for (size_t i = 0; i < size; i++) {
      expected[i] = gradient[i] * scale[i % columns] + value[i] * shift[i % columns] + mean[i % columns];
    }
    awn_combine(rows, columns, gradient, value, scale, shift, mean, combined);
    expect("combine", rows, columns, combined, columns, expected, columns, 1e-5);
  }
}

static void check_neurons(size_t rows, size_t columns, float ceiling) {
  const size_t size = rows * columns;
  float *value = numbers(size), *scale = numbers(columns), *shift = numbers(columns), *mean = numbers(columns);
  float *result = numbers(size), *expected = numbers(size), *gradient = numbers(size), *importance = numbers(columns);
  double *found = malloc(3 * columns * sizeof(double)), *sums = calloc(3 * columns, sizeof(double));
  for (size_t n = 0; n < columns; n++) importance[n] = 1.0f / (float)(n + 1);
  for (size_t i = 0; i < size; i++) {
    const float x = value[i] * scale[i % columns] + shift[i % columns], top = x > ceiling ? ceiling : x;
    expected[i] = (x < 0 ? 0 : top) * importance[i % columns];
  }
  awn_normalize_neurons(rows, columns, value, scale, shift, importance, ceiling, result);
  expect("neurons", rows, columns, result, columns, expected, columns, 1e-5);
  float* cut = copy_of(gradient, size);
  for (size_t i = 0; i < size; i++) {
    const size_t n = i % columns;
    const int open = result[i] > 0 && result[i] < ceiling * importance[n];
    sums[2 * columns + n] += (double)gradient[i] * (double)result[i] / (double)importance[n];
    expected[i] = open ? gradient[i] * importance[n] : 0;
    sums[n] += (double)expected[i];
    sums[columns + n] += (double)expected[i] * (double)(value[i] - mean[n]);
  }
  awn_normalize_neurons_sums(rows, columns, value, mean, result, importance, ceiling, cut, found, found + columns,
                             found + 2 * columns);
  expect("gradient of neurons", rows, columns, cut, columns, expected, columns, 1e-6);
  for (size_t n = 0; n < 3 * columns; n++) expect_number("sums of neurons", found[n], sums[n], 1e-4);
}

void check_images(void) {
  check_neurons(37, 35, 0.5f);
  check_neurons(1030, 16, INFINITY);
  check_winograd((awn_winograd_shape){1, 2, 2, 16, 16});
  check_winograd((awn_winograd_shape){2, 6, 4, 16, 32});
  check_winograd((awn_winograd_shape){1, 10, 8, 48, 64});
  check_winograd((awn_winograd_shape){2, 4, 6, 11, 22});
  check_winograd((awn_winograd_shape){1, 8, 8, 32, 7});
  check_winograd((awn_winograd_shape){1, 2, 4, 45, 64});
  check_winograd((awn_winograd_shape){1, 2, 2, 1, 17});
  check_winograd((awn_winograd_shape){2, 12, 16, 16, 32});
  check_winograd((awn_winograd_shape){3, 7, 5, 16, 16});
  check_winograd((awn_winograd_shape){1, 9, 14, 20, 19});
  check_winograd((awn_winograd_shape){2, 1, 3, 16, 16});
  check_patches((awn_patch_shape){5, 7, 3, 3, 1, 1});
  check_patches((awn_patch_shape){8, 6, 20, 3, 2, 1});
  check_patches((awn_patch_shape){4, 4, 16, 1, 2, 0});
  check_pools(2, 5, 4, 19);
  check_pools(1, 2, 2, 16);
  check_pools(2, 3, 5, 16);
  check_normalization(37, 35);
  check_normalization(1030, 16);
}
