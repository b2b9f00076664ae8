// Rows of texts and of graphs: attention, layer normalization, embeddings, sums over neighbors and segments.
#include "check.h"

// One text and head at a time; gradients are added up to here by the chain rule. Keys and values lie side by side.
static void check_attention(int causal, size_t heads, size_t size, size_t value_size) {
  const int32_t queries_at[] = {0, 5, 6, 40}, keys_at[] = {0, 3, 20, 37};
  const int32_t* k_at = causal ? queries_at : keys_at;
  const size_t columns = heads * size, value_columns = heads * value_size, both = columns + value_columns;
  const size_t queries = 40, keys = (size_t)k_at[3];
  float *query = numbers(queries * columns), *memory = numbers(keys * both), *g = numbers(queries * value_columns);
  float *output = numbers(queries * value_columns), *q_gradient = numbers(queries * columns);
  float* m_gradient = numbers(keys * both);
  float *expected = calloc(queries * value_columns, sizeof(float));
  float *q_expected = calloc(queries * columns, sizeof(float)), *m_expected = calloc(keys * both, sizeof(float));
  const double scale = 1 / sqrt((double)size);
  for (size_t s = 0; s < 3; s++) {
    const size_t from = (size_t)k_at[s], to = (size_t)k_at[s + 1];
    for (size_t i = (size_t)queries_at[s]; i < (size_t)queries_at[s + 1]; i++) {
      for (size_t h = 0; h < heads; h++) {
        const size_t end = causal ? i + 1 : to, at = h * size, value_at = h * value_size;
        double p[64], slope[64], sum = 0, mean = 0;
        for (size_t j = from; j < end; j++) {
          double dot = 0;
          for (size_t d = at; d < at + size; d++) dot += (double)query[i * columns + d] * (double)memory[j * both + d];
          sum += p[j - from] = exp(dot * scale);
        }
        for (size_t j = from; j < end; j++) {
          p[j - from] /= sum, slope[j - from] = 0;
          for (size_t d = value_at; d < value_at + value_size; d++) {
            const size_t v = j * both + columns + d;
            expected[i * value_columns + d] += (float)(p[j - from] * (double)memory[v]);
            m_expected[v] += (float)(p[j - from] * (double)g[i * value_columns + d]);
            slope[j - from] += (double)g[i * value_columns + d] * (double)memory[v];
          }
          mean += p[j - from] * slope[j - from];
        }
        for (size_t j = from; j < end; j++) {
          const double back = p[j - from] * (slope[j - from] - mean) * scale;
          for (size_t d = at; d < at + size; d++) {
            q_expected[i * columns + d] += (float)(back * (double)memory[j * both + d]);
            m_expected[j * both + d] += (float)(back * (double)query[i * columns + d]);
          }
        }
      }
    }
  }
  const awn_attention_shape shape = {3, heads, size, value_size, queries_at, k_at, causal, sqrtf((float)size)};
  float* weights = numbers(awn_attention_room(&shape));
  float* scratch = numbers(awn_attention_scratch(&shape));
  awn_attention(&shape, query, columns, memory, both, memory + columns, both, output, value_columns, weights, scratch);
  expect("attention", queries, value_columns, output, value_columns, expected, value_columns, 1e-5);
  awn_attention_backward(&shape, query, columns, memory, both, memory + columns, both, weights, g, value_columns,
                         q_gradient, columns, m_gradient, both, m_gradient + columns, both, scratch);
  expect("attention's queries", queries, columns, q_gradient, columns, q_expected, columns, 2e-5);
  expect("attention's keys and values", keys, both, m_gradient, both, m_expected, both, 2e-5);
}

static void check_layer_norm(size_t rows, size_t columns) {
  float *input = numbers(rows * columns), *gain = numbers(columns), *bias = numbers(columns), *g = numbers(rows * columns);
  float *output = numbers(rows * columns), *statistics = numbers(2 * rows), *back = numbers(rows * columns);
  float *expected = numbers(rows * columns), *back_expected = numbers(rows * columns);
  float *sums = calloc(2 * columns, sizeof(float)), *found = numbers(2 * columns);
  for (size_t r = 0; r < rows; r++) {
    double mean = 0, variance = 0, sum = 0, dot = 0;
    for (size_t n = 0; n < columns; n++) mean += (double)input[r * columns + n] / (double)columns;
    for (size_t n = 0; n < columns; n++) {
      variance += pow((double)input[r * columns + n] - mean, 2) / (double)columns;
    }
    const double inverse = 1 / sqrt(variance + (double)AWN_LAYER_NORM_EPSILON);
    for (size_t n = 0; n < columns; n++) {
      const double v = ((double)input[r * columns + n] - mean) * inverse, d = (double)g[r * columns + n];
      expected[r * columns + n] = (float)(v * (double)gain[n] + (double)bias[n]);
      sums[n] += (float)(d * v), sums[columns + n] += (float)d;
      sum += d * (double)gain[n] / (double)columns, dot += d * (double)gain[n] * v / (double)columns;
    }
    for (size_t n = 0; n < columns; n++) {
      const double v = ((double)input[r * columns + n] - mean) * inverse;
      back_expected[r * columns + n] = (float)(((double)(g[r * columns + n] * gain[n]) - sum - v * dot) * inverse);
    }
  }
  awn_layer_norm(rows, columns, input, columns, gain, bias, output, columns, statistics);
  expect("layer norm", rows, columns, output, columns, expected, columns, 1e-5);
  awn_layer_norm_backward(rows, columns, input, columns, gain, statistics, g, columns, back, columns, found,
                          found + columns);
  expect("layer norm backward", rows, columns, back, columns, back_expected, columns, 1e-4);
  expect("layer norm's parameters", 2, columns, found, columns, sums, columns, 1e-5);
}

static void check_embedding(size_t columns) {
  const int32_t offsets[] = {0, 4, 9}, tokens[] = {3, 0, 3, 6, 1, 2, 3, 0, 5};
  float *table = numbers(7 * columns), *positions = numbers(5 * columns), *output = numbers(9 * columns);
  float *expected = numbers(9 * columns), *g = numbers(9 * columns), *sums = calloc(7 * columns, sizeof(float));
  float* found = calloc(7 * columns, sizeof(float));
  for (size_t i = 0; i < 9 * columns; i++) {
    const size_t r = i / columns, n = i % columns, place = r < 4 ? r : r - 4, token = (size_t)tokens[r];
    expected[i] = 1.5f * table[token * columns + n] + positions[place * columns + n];
    sums[token * columns + n] += 1.5f * g[i];
  }
  awn_embed(2, columns, offsets, tokens, table, columns, 1.5f, positions, columns, output, columns);
  expect("embedding", 9, columns, output, columns, expected, columns, 1e-6);
  awn_embed_backward(9, columns, tokens, 1.5f, g, columns, found, columns);
  expect("embedding backward", 7, columns, found, columns, sums, columns, 1e-6);
}

static void check_graphs(size_t columns) {
  const int32_t starts[] = {0, 2, 2, 5, 6}, neighbors[] = {1, 2, 0, 1, 3, 2}, segments[] = {0, 0, 3, 4};
  float *values = numbers(4 * columns), *found = numbers(4 * columns);
  float *sums = numbers(4 * columns), *scattered = numbers(4 * columns);
  for (size_t i = 0; i < 4 * columns; i++) sums[i] = scattered[i] = 1.25f * values[i];
  for (size_t v = 0; v < 4; v++) {
    for (int32_t e = starts[v]; e < starts[v + 1]; e++) {
      for (size_t n = 0; n < columns; n++) {
        sums[v * columns + n] += values[(size_t)neighbors[e] * columns + n];
        scattered[(size_t)neighbors[e] * columns + n] += values[v * columns + n];
      }
    }
  }
  awn_neighbor_sum(4, columns, 1.25f, starts, neighbors, values, columns, found, columns);
  expect("neighbor sum", 4, columns, found, columns, sums, columns, 1e-6);
  awn_neighbor_scatter(4, columns, 1.25f, starts, neighbors, values, columns, found, columns);
  expect("neighbor scatter", 4, columns, found, columns, scattered, columns, 1e-6);
  for (int32_t mean = 0; mean < 2; mean++) {
    for (size_t s = 0; s < 3; s++) {
      const size_t from = (size_t)segments[s], to = (size_t)segments[s + 1];
      const float factor = mean && to > from ? 1.0f / (float)(to - from) : 1;
      for (size_t n = 0; n < columns; n++) {
        sums[s * columns + n] = 0;
        for (size_t r = from; r < to; r++) {
          sums[s * columns + n] += factor * values[r * columns + n];
          scattered[r * columns + n] = factor * values[s * columns + n];
        }
      }
    }
    awn_segment_sum(3, columns, mean, segments, values, columns, found, columns);
    expect("segment sum", 3, columns, found, columns, sums, columns, 1e-6);
    awn_segment_broadcast(3, columns, mean, segments, values, columns, found, columns);
    expect("segment broadcast", 4, columns, found, columns, scattered, columns, 1e-6);
  }
  expect_number("indices below 4", awn_indices_are_below(6, neighbors, 4), 1, 0);
  expect_number("indices below 3", awn_indices_are_below(6, neighbors, 3), 0, 0);
}

// Rows by their indices; one that is none leaves its row as it was.
static void check_gather(size_t columns) {
  const int32_t indices[] = {3, 0, 3, -1, 5, 1};
  const size_t rows = 6, source_rows = 5, stride = columns + 2;
  const float* source = numbers(source_rows * columns);
  float *found = numbers(rows * stride), *expected = copy_of(found, rows * stride);
  for (size_t r = 0; r < rows; r++) {
    if (indices[r] < 0 || indices[r] >= (int32_t)source_rows) continue;
    memcpy(expected + r * stride, source + (size_t)indices[r] * columns, columns * sizeof(float));
  }
  expect_number("rows that are none", awn_gather(rows, columns, indices, source_rows, source, found, stride), 0, 0);
  expect("gathered rows", rows, stride, found, stride, expected, stride, 0);
  expect_number("rows that are some", awn_gather(3, columns, indices, source_rows, source, found, stride), 1, 0);
}

static void check_gathered_classes(void) {
  const int32_t indices[] = {2, 0, 3, -1}, source[] = {7, 8, 9}, expected[] = {9, 7, 5, 5};
  int32_t found[] = {5, 5, 5, 5};
  expect_number("classes that are none", awn_gather_classes(4, indices, 3, source, found), 0, 0);
  for (int n = 0; n < 4; n++) expect_number("gathered class", found[n], expected[n], 0);
  expect_number("classes that are some", awn_gather_classes(2, indices, 3, source, found), 1, 0);
}

void check_rows(void) {
  check_gathered_classes();
  for (size_t columns = 1; columns <= 40; columns++) check_gather(columns);
  check_attention(0, 1, 3, 3);
  check_attention(0, 2, 32, 32);
  check_attention(1, 3, 17, 17);
  check_attention(0, 2, 16, 5);
  check_attention(1, 3, 4, 33);
  check_layer_norm(3, 35);
  check_layer_norm(5, 64);
  check_embedding(1);
  check_embedding(35);
  check_graphs(1);
  check_graphs(16);
  check_graphs(53);
}
