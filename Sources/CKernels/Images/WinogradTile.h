// What Winograd's convolutions do with a tile, for a vector of its channels: see WinogradPoints.h, which includes this once
// for vectors of sixteen and once for vectors of eight.

// out = Bᵀ d, at the points 0, a, −a, b, −b, ∞.
INLINE void AS(transform_six)(const VECTOR d[SIDE], VECTOR out[SIDE]) {
  const VECTOR near_even = d[4] - d[2] * B2, near_odd = (d[3] - d[1] * B2) * A1;
  const VECTOR far_even = d[4] - d[2] * A2, far_odd = (d[3] - d[1] * A2) * B1;
  out[0] = d[4] - d[2] * (A2 + B2) + d[0] * (A2 * B2);
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = d[5] - d[3] * (A2 + B2) + d[1] * (A2 * B2);
}

// y = Aᵀ m.
INLINE void AS(transform_back)(const VECTOR m[SIDE], VECTOR y[4]) {
  const VECTOR near_sum = m[1] + m[2], near_difference = m[1] - m[2];
  const VECTOR far_sum = m[3] + m[4], far_difference = m[3] - m[4];
  y[0] = m[0] + near_sum + far_sum;
  y[1] = near_difference * A1 + far_difference * B1;
  y[2] = near_sum * A2 + far_sum * B2;
  y[3] = near_difference * A3 + far_difference * B3 + m[5];
}

// out = A y.
INLINE void AS(transform_four)(const VECTOR y[4], VECTOR out[SIDE]) {
  const VECTOR near_even = y[0] + y[2] * A2, near_odd = y[1] * A1 + y[3] * A3;
  const VECTOR far_even = y[0] + y[2] * B2, far_odd = y[1] * B1 + y[3] * B3;
  out[0] = y[0];
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = y[3];
}

// out = G w.
INLINE void AS(transform_three)(const VECTOR w[3], VECTOR out[SIDE]) {
  const VECTOR near_even = (w[0] + w[2] * A2) * (1 / NEAR_SCALE), near_odd = w[1] * (A1 / NEAR_SCALE);
  const VECTOR far_even = (w[0] + w[2] * B2) * (1 / FAR_SCALE), far_odd = w[1] * (B1 / FAR_SCALE);
  out[0] = w[0] * (1 / NONE_SCALE);
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = w[2];
}

// w = Gᵀ s.
INLINE void AS(transform_sums)(const VECTOR s[SIDE], VECTOR w[3]) {
  const VECTOR near_sum = (s[1] + s[2]) * (1 / NEAR_SCALE), near_difference = (s[1] - s[2]) * (A1 / NEAR_SCALE);
  const VECTOR far_sum = (s[3] + s[4]) * (1 / FAR_SCALE), far_difference = (s[3] - s[4]) * (B1 / FAR_SCALE);
  w[0] = s[0] * (1 / NONE_SCALE) + near_sum + far_sum;
  w[1] = near_difference + far_difference;
  w[2] = near_sum * A2 + far_sum * B2 + s[5];
}

// Bᵀ d B of a vector of channels of a tile, of which there are `lanes`.
INLINE void AS(transform_input)(const awn_winograd_shape* shape, size_t channels, const float* image, tile at, size_t c,
                                size_t lanes, float* out, size_t plane) {
  // Inputs that are pixels of the image and not of its border.
  const size_t top = at.row == 0, bottom = least(SIDE, shape->height - at.row + 1);
  const size_t left = at.column == 0, right = least(SIDE, shape->width - at.column + 1);
  VECTOR across[SIDE][SIDE];
  for (size_t i = 0; i < SIDE; i++) {
    VECTOR d[SIDE];
    for (size_t j = 0; j < SIDE; j++) {
      d[j] = (VECTOR){0};
      if (i >= top && i < bottom && j >= left && j < right)
        AS(load)(&d[j], image + ((at.row + i - 1) * shape->width + at.column + j - 1) * channels + c, lanes);
    }
    AS(transform_six)(d, across[i]);
  }
  for (size_t j = 0; j < SIDE; j++) {
    VECTOR d[SIDE], down[SIDE];
    for (size_t i = 0; i < SIDE; i++) d[i] = across[i][j];
    AS(transform_six)(d, down);
    for (size_t i = 0; i < SIDE; i++) PUT(out + (SIDE * i + j) * plane, down[i]);
  }
}

INLINE void AS(transform_product)(const awn_winograd_shape* shape, size_t channels, const float* products, size_t plane,
                                  tile at, size_t lanes, float* out) {
  const size_t rows = least(4, shape->height - at.row), columns = least(4, shape->width - at.column);
  VECTOR down[4][SIDE];
  for (size_t j = 0; j < SIDE; j++) {
    VECTOR m[SIDE], y[4];
    for (size_t i = 0; i < SIDE; i++) m[i] = GET(products + (SIDE * i + j) * plane);
    AS(transform_back)(m, y);
    for (size_t i = 0; i < 4; i++) down[i][j] = y[i];
  }
  for (size_t i = 0; i < 4; i++) {
    if (i >= rows) continue;
    VECTOR y[4];
    AS(transform_back)(down[i], y);
    for (size_t j = 0; j < 4; j++)
      if (j < columns) AS(store)(out + (i * shape->width + j) * channels, lanes, &y[j]);
  }
}

INLINE void AS(transform_gradient)(const awn_winograd_shape* shape, size_t channels, const float* in, tile at,
                                   size_t lanes, float* out, size_t plane) {
  const size_t rows = least(4, shape->height - at.row), columns = least(4, shape->width - at.column);
  VECTOR across[4][SIDE];
  for (size_t i = 0; i < 4; i++) {
    VECTOR y[4];
    for (size_t j = 0; j < 4; j++) {
      y[j] = (VECTOR){0};
      if (i < rows && j < columns) AS(load)(&y[j], in + (i * shape->width + j) * channels, lanes);
    }
    AS(transform_four)(y, across[i]);
  }
  for (size_t j = 0; j < SIDE; j++) {
    const VECTOR y[4] = {across[0][j], across[1][j], across[2][j], across[3][j]};
    VECTOR down[SIDE];
    AS(transform_four)(y, down);
    for (size_t i = 0; i < SIDE; i++) PUT(out + (SIDE * i + j) * plane, down[i]);
  }
}

// filter's vector of columns of a row = G w Gᵀ.
INLINE void AS(transform_filter)(const VECTOR w[9], float* out, size_t plane) {
  VECTOR across[3][SIDE];
  for (size_t i = 0; i < 3; i++) AS(transform_three)(w + 3 * i, across[i]);
  for (size_t j = 0; j < SIDE; j++) {
    const VECTOR column[3] = {across[0][j], across[1][j], across[2][j]};
    VECTOR down[SIDE];
    AS(transform_three)(column, down);
    for (size_t i = 0; i < SIDE; i++) PUT(out + (SIDE * i + j) * plane, down[i]);
  }
}

// The same of weights [9, taps] in a row, and `step` floats from each other.
INLINE void AS(filter_row)(const float* weights, size_t taps, size_t lanes, float* out, size_t plane) {
  VECTOR w[9];
  for (size_t tap = 0; tap < 9; tap++) AS(load)(&w[tap], weights + tap * taps, lanes);
  AS(transform_filter)(w, out, plane);
}

INLINE void AS(filter_column)(const float* weights, size_t taps, size_t step, size_t lanes, float* out, size_t plane) {
  VECTOR w[9];
  for (size_t tap = 0; tap < 9; tap++) {
    float line[sizeof(VECTOR) / sizeof(float)] = {0};
    // Rotated by 180°.
    for (size_t lane = 0; lane < lanes; lane++) line[lane] = weights[(8 - tap) * taps + lane * step];
    w[tap] = GET(line);
  }
  AS(transform_filter)(w, out, plane);
}

// gradient's `lanes` outputs of an input = Gᵀ s G of its sums.
INLINE void AS(transform_weights)(const float* sums, size_t plane, size_t lanes, float* gradient, size_t taps) {
  VECTOR down[3][SIDE];
  for (size_t j = 0; j < SIDE; j++) {
    VECTOR s[SIDE], w[3];
    for (size_t i = 0; i < SIDE; i++) s[i] = GET(sums + (SIDE * i + j) * plane);
    AS(transform_sums)(s, w);
    for (size_t i = 0; i < 3; i++) down[i][j] = w[i];
  }
  for (size_t i = 0; i < 3; i++) {
    VECTOR w[3];
    AS(transform_sums)(down[i], w);
    for (size_t j = 0; j < 3; j++) AS(store)(gradient + (3 * i + j) * taps, lanes, &w[j]);
  }
}
