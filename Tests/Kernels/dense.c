// Dense layers, products, likelihoods and optimizers.
#include "check.h"

static double value(awn_activation kind, double z) {
  switch (kind) {
    case AWN_RELU6: return fmin(fmax(z, 0), 6);
    case AWN_TANH: return tanh(z);
    case AWN_RELU: return fmax(z, 0);
    case AWN_LEAKY_RELU: return z > 0 ? z : 0.01 * z;
    default: return z;
  }
}

static double slope(awn_activation kind, double z) {
  switch (kind) {
    case AWN_RELU6: return z > 0 && z < 6;
    case AWN_TANH: return 1 - tanh(z) * tanh(z);
    case AWN_RELU: return z > 0;
    case AWN_LEAKY_RELU: return z > 0 ? 1 : 0.01;
    default: return 1;
  }
}

// A layer φ(x W + b) · f with 1 … 4 inputs: both ways to compute it, and their backward passes.
static void check_layer(awn_activation kind, size_t inputs, size_t rows, size_t columns, size_t stride) {
  const size_t count = rows * stride;
  float *input = numbers(rows * inputs), *weights = numbers(inputs * columns), *bias = numbers(columns);
  float *scale = numbers(columns), *gradient = numbers(count), *output = numbers(count);
  for (size_t n = 0; n < columns; n++) scale[n] = 0.2f + fabsf(scale[n]);
  float *z = naive_product(rows, columns, inputs, input, weights), *expected = numbers(rows * columns);
  float *inner = numbers(rows * columns), *sums = calloc(2 * columns, sizeof(float));
  for (size_t i = 0; i < rows * columns; i++) {
    const size_t r = i / columns, n = i % columns;
    const double pre = (double)(z[i] + bias[n]), g = (double)gradient[r * stride + n];
    expected[i] = (float)(value(kind, pre) * (double)scale[n]);
    inner[i] = (float)(g * (double)scale[n] * slope(kind, pre));
    sums[n] += (float)(g * value(kind, pre));
    sums[columns + n] += inner[i];
  }
  awn_narrow_forward(kind, inputs, rows, columns, input, inputs, weights, columns, bias, scale, output, stride);
  expect("narrow forward", rows, columns, output, stride, expected, columns, 2e-6);
  float *found = numbers(2 * columns), *weight_gradient = numbers(inputs * columns);
  awn_narrow_backward(kind, inputs, rows, columns, input, inputs, scale, output, stride, gradient, stride,
                      weight_gradient, columns, found + columns, found);
  expect("narrow backward", 2, columns, found, columns, sums, columns, 2e-5);
  float* transposed = numbers(inputs * rows);
  awn_transpose(rows, inputs, input, inputs, transposed, rows);
  float* weight_expected = naive_product(inputs, columns, rows, transposed, inner);
  expect("narrow weights", inputs, columns, weight_gradient, columns, weight_expected, columns, 2e-5);

  for (size_t i = 0; i < rows * columns; i++) output[i / columns * stride + i % columns] = z[i];
  awn_activate(kind, rows, columns, bias, scale, output, stride);
  expect("activate", rows, columns, output, stride, expected, columns, 2e-6);
  awn_activate_backward(kind, rows, columns, scale, output, stride, gradient, stride, found, found + columns);
  expect("activate backward", rows, columns, gradient, stride, inner, columns, 2e-5);
  expect("activate backward's sums", 2, columns, found, columns, sums, columns, 2e-5);
}

static void check_narrow_output(size_t outputs, size_t rows, size_t inputs) {
  float *input = numbers(rows * inputs), *weights = numbers(inputs * outputs), *bias = numbers(outputs);
  float *result = numbers(rows * outputs), *expected = naive_product(rows, outputs, inputs, input, weights);
  for (size_t i = 0; i < rows * outputs; i++) expected[i] += bias[i % outputs];
  awn_narrow_output(outputs, rows, inputs, input, inputs, weights, outputs, bias, result, outputs);
  expect("narrow output", rows, outputs, result, outputs, expected, outputs, 2e-5);
  float *gradient = numbers(rows * outputs), *transposed = numbers(outputs * inputs);
  float *back = numbers(rows * inputs), sums[AWN_NARROW] = {0}, found[AWN_NARROW];
  awn_transpose(inputs, outputs, weights, outputs, transposed, inputs);
  for (size_t i = 0; i < rows * outputs; i++) sums[i % outputs] += gradient[i];
  awn_narrow_output_backward(outputs, rows, inputs, gradient, outputs, weights, outputs, back, inputs, found);
  float* back_expected = naive_product(rows, inputs, outputs, gradient, transposed);
  expect("narrow output backward", rows, inputs, back, inputs, back_expected, inputs, 2e-6);
  expect("narrow output's bias", 1, outputs, found, outputs, sums, outputs, 2e-6);
}

// In the left operand, there are about `zeros` zeros for each element that is not zero.
static void check_product(size_t rows, size_t columns, size_t inner, size_t zeros) {
  float *a = numbers(rows * inner), *b = numbers(inner * columns), *c = numbers(rows * columns);
  for (size_t i = 0; i < rows * inner; i++) a[i] = (i * 2654435761u >> 16) % (zeros + 1) == 0 ? a[i] : 0;
  float *expected = naive_product(rows, columns, inner, a, b), *transposed = numbers(rows * inner);
  awn_product(rows, columns, inner, a, inner, 1, b, columns, 0, c, columns, 0);
  expect("product", rows, columns, c, columns, expected, columns, 2e-5);
  awn_transpose(rows, inner, a, inner, transposed, rows);
  awn_product(rows, columns, inner, transposed, 1, rows, b, columns, 0, c, columns, 1);
  for (size_t i = 0; i < rows * columns; i++) expected[i] *= 2;
  expect("added transposed product", rows, columns, c, columns, expected, columns, 4e-5);
  float* other = numbers(inner * columns);
  awn_transpose(inner, columns, b, columns, other, inner);
  awn_product(rows, columns, inner, a, inner, 1, other, inner, 1, c, columns, 1);
  for (size_t i = 0; i < rows * columns; i++) expected[i] *= 1.5f;
  expect("added product with a transposed right operand", rows, columns, c, columns, expected, columns, 6e-5);
  // Sums are taken in the order of the inner index: a product in two parts has the same bits.
  float* parts = numbers(rows * columns);
  const size_t half = inner / 2;
  awn_product(rows, columns, half, transposed, 1, rows, b, columns, 0, parts, columns, 0);
  awn_product(rows, columns, inner - half, transposed + half * rows, 1, rows, b + half * columns, columns, 0, parts,
              columns, 1);
  awn_product(rows, columns, inner, a, inner, 1, other, inner, 1, c, columns, 0);
  expect("the bits of a product in parts", rows, columns, parts, columns, c, columns, 0);
  free(a), free(b), free(c), free(expected), free(transposed), free(other), free(parts);
}

static void check_difference(size_t rows, size_t columns, size_t stride) {
  float *x = numbers(rows * stride), *found = numbers(rows * columns), *expected = numbers(rows * columns);
  for (size_t i = 0; i < rows * columns; i++) expected[i] = x[i / columns * stride + i % columns] - 0.7f;
  awn_subtract(rows, columns, stride, columns, 0.7f, x, found);
  expect("difference", rows, columns, found, columns, expected, columns, 0);
  free(x), free(found), free(expected);
}

static void check_likelihood(size_t rows, size_t classes) {
  float *logits = numbers(rows * classes), *gradient = numbers(rows * classes), *smooth = numbers(rows * classes);
  float *expected = numbers(rows * classes), *smooth_expected = numbers(rows * classes);
  int32_t* labels = malloc(rows * sizeof(int32_t));
  double loss = 0, smooth_loss = 0;
  size_t correct = 0;
  for (size_t r = 0; r < rows; r++) {
    float* z = logits + r * classes;
    double sum = 0, mean = 0;
    size_t best = 0;
    labels[r] = (int32_t)(r * 7 % classes);
    const size_t label = (size_t)labels[r];
    for (size_t c = 0; c < classes; c++) {
      z[c] *= 20;
      sum += exp((double)z[c]), mean += (double)z[c] / (double)classes;
      if (z[c] > z[best]) best = c;
    }
    loss += log(sum) - (double)z[label];
    smooth_loss += log(sum) - 0.9 * (double)z[label] - 0.1 * mean;
    correct += best == label;
    for (size_t c = 0; c < classes; c++) {
      const double p = exp((double)z[c]) / sum, hit = c == label;
      expected[r * classes + c] = (float)(0.25 * (p - hit));
      smooth_expected[r * classes + c] = (float)(0.25 * (p - 0.9 * hit - 0.1 / (double)classes));
    }
  }
  expect_number("cross-entropy", awn_cross_entropy(rows, classes, logits, classes, labels, 0.25f, gradient, classes),
                loss, 1e-5);
  expect("its gradient", rows, classes, gradient, classes, expected, classes, 2e-6);
  expect_number(
      "smoothed cross-entropy",
      awn_smoothed_cross_entropy(rows, classes, logits, classes, labels, 0.1f, 0.25f, smooth, classes), smooth_loss,
      1e-5);
  expect("its gradient", rows, classes, smooth, classes, smooth_expected, classes, 2e-6);
  expect_number("correct", (double)awn_count_correct(rows, classes, logits, classes, labels), (double)correct, 0);
  const int32_t last = labels[rows - 1], most = (int32_t)classes;
  expect_number("labels", awn_are_labels(rows, labels, most), 1, 0);
  labels[rows - 1] = most;
  expect_number("a label that is too large", awn_are_labels(rows, labels, most), 0, 0);
  labels[rows - 1] = -1;
  expect_number("a negative label", awn_are_labels(rows, labels, most), 0, 0);
  labels[rows - 1] = last;
}

static void check_distillation(size_t rows, size_t classes) {
  float *logits = numbers(rows * classes), *teacher = numbers(rows * classes), *gradient = numbers(rows * classes);
  float* expected = numbers(rows * classes);
  for (size_t r = 0; r < rows; r++) {
    double sum = 0, taught_sum = 0;
    for (size_t c = 0; c < classes; c++) {
      const size_t at = r * classes + c;
      logits[at] *= 20, teacher[at] *= 20, gradient[at] = expected[at];
      sum += exp(0.4 * (double)logits[at]), taught_sum += exp(0.4 * (double)teacher[at]);
    }
    for (size_t c = 0; c < classes; c++) {
      const size_t at = r * classes + c;
      const double p = exp(0.4 * (double)logits[at]) / sum, q = exp(0.4 * (double)teacher[at]) / taught_sum;
      expected[at] = (float)(0.75 * (double)gradient[at] + 0.5 * (p - q));
    }
  }
  awn_distill(rows, classes, logits, classes, teacher, classes, 0.4f, 0.75f, 0.5f, gradient, classes);
  expect("distillation", rows, classes, gradient, classes, expected, classes, 2e-6);
}

static void check_prefixes(size_t rows, size_t neurons, size_t classes) {
  float *hidden = numbers(rows * neurons), *weights = numbers(neurons * classes), *bias = numbers(classes);
  double *losses = calloc(neurons, sizeof(double)), correct_sum = 0;
  int64_t* correct = calloc(neurons, sizeof(int64_t));
  int32_t* labels = malloc(rows * sizeof(int32_t));
  for (size_t r = 0; r < rows; r++) labels[r] = (int32_t)(r % classes);
  awn_prefix_likelihoods(rows, neurons, classes, hidden, neurons, weights, classes, bias, labels, losses, correct);
  for (size_t n = 0; n < neurons; n++) {
    float* part = numbers(rows * (n + 1));
    for (size_t i = 0; i < rows * (n + 1); i++) part[i] = hidden[i / (n + 1) * neurons + i % (n + 1)];
    float* logits = naive_product(rows, classes, n + 1, part, weights);
    for (size_t i = 0; i < rows * classes; i++) logits[i] += bias[i % classes];
    float* unused = numbers(rows * classes);
    expect_number("prefix loss", losses[n],
                  awn_cross_entropy(rows, classes, logits, classes, labels, 1, unused, classes), 1e-5);
    correct_sum += fabs((double)correct[n] - (double)awn_count_correct(rows, classes, logits, classes, labels));
  }
  expect_number("prefixes' correct rows", correct_sum, 0, 0);
}

static void check_updates(size_t rows, size_t columns, size_t stride) {
  const size_t count = rows * stride;
  float *value = numbers(count), *gradient = numbers(count), *first = numbers(count), *second = numbers(count);
  for (size_t i = 0; i < count; i++) second[i] = fabsf(second[i]) + 0.1f;
  float *w = copy_of(value, count), *m = copy_of(first, count), *v = copy_of(second, count), *sum = copy_of(value, count);
  float* before = copy_of(value, count);
  double squares = 0;
  for (size_t i = 0; i < count; i++) {
    if (i % stride >= columns) continue;
    const float g = gradient[i] + 0.2f * w[i];
    m[i] = 0.9f * m[i] + 0.1f * g, v[i] = 0.999f * v[i] + 0.001f * g * g;
    w[i] -= 0.05f * m[i] / (sqrtf(v[i]) * 1.5f + 1e-8f);
    squares += (double)gradient[i] * (double)gradient[i];
    sum[i] += gradient[i];
  }
  awn_add(rows, columns, stride, gradient, value);
  expect("add", rows, columns, value, stride, sum, stride, 1e-7);
  memcpy(value, before, count * sizeof(float));
  expect_number("sum of squares", awn_sum_of_squares(rows, columns, stride, gradient), squares, 1e-5);
  const awn_adam_options adam = {.step = 0.05f, .root = 1.5f, .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f,
                                 .decay = 0.2f};
  awn_adam(&adam, rows, columns, stride, stride, value, gradient, first, second);
  expect("adam", rows, columns, value, stride, w, stride, 1e-5);
  expect("adam's first moment", rows, columns, first, stride, m, stride, 1e-5);
  expect("adam's second moment", rows, columns, second, stride, v, stride, 1e-5);
  float *x = copy_of(value, count), *velocity = copy_of(first, count), *absolute = calloc(columns, sizeof(float));
  for (size_t i = 0; i < count; i++) {
    if (i % stride >= columns) continue;
    velocity[i] = 0.9f * velocity[i] + gradient[i] + 0.3f * x[i];
    x[i] -= 0.05f * velocity[i];
    absolute[i % stride] += fabsf(gradient[i]);
  }
  awn_momentum(0.05f, 0.9f, 0.3f, rows, columns, stride, stride, value, gradient, first);
  expect("momentum", rows, columns, value, stride, x, stride, 1e-5);
  float* found = calloc(columns, sizeof(float));
  awn_add_absolute_columns(rows, columns, stride, gradient, found);
  expect("absolute columns", 1, columns, found, columns, absolute, columns, 1e-5);
}

void check_dense(void) {
  for (int kind = AWN_IDENTITY; kind <= AWN_LEAKY_RELU; kind++) {
    check_layer((awn_activation)kind, 1, 1, 1, 1);
    check_layer((awn_activation)kind, 2, 21, 67, 67);
    check_layer((awn_activation)kind, 3, 19, 32, 40);
    check_layer((awn_activation)kind, 4, 8, 261, 272);
  }
  for (size_t outputs = 1; outputs <= AWN_NARROW; outputs++) {
    check_narrow_output(outputs, 1, 1);
    check_narrow_output(outputs, 11, 67);
    check_narrow_output(outputs, 4, 300);
  }
  check_product(1, 1, 1, 0);
  check_product(7, 35, 19, 0);
  check_product(13, 144, 33, 0);
  check_product(6, 64, 128, 0);
  // Of every way that a product is divided: few columns, many inner indices, many rows.
  check_product(300, 10, 400, 0);
  check_product(40, 21, 800, 0);
  check_product(130, 200, 400, 0);
  check_product(700, 70, 150, 0);
  // Of every way that a product without zeros is: parts of rows and of inner indices, panels of 6, 4, 2 and 1 vectors,
  // columns that are left.
  check_product(300, 213, 131, 4);
  check_product(17, 64, 64, 30);
  check_product(5, 100, 1000, 3);
  check_product(64, 70, 100, 1000000);
  check_difference(3, 37, 40);
  check_likelihood(1, 2);
  check_likelihood(37, 10);
  check_likelihood(16, 45);
  check_distillation(5, 2);
  check_distillation(9, 37);
  check_prefixes(21, 9, 3);
  check_prefixes(16, 4, AWN_PREFIX_CLASSES);
  check_updates(1, 1, 1);
  check_updates(3, 35, 35);
  check_updates(5, 21, 32);
}
