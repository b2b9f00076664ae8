// 3×3 convolutions by Winograd's F(4×4, 3×3) (Lavin and Gray, arXiv 1509.09308):
//   y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ d B)] A for a tile y of 4×4 outputs and the 6×6 inputs d that it sees.
// Transposed for the weights: ∂w = Gᵀ [Σ over tiles of (Bᵀ d B) ⊙ (A ∂y Aᵀ)] G.
//
// A line of a product of polynomials is found from its values at the points 0, ±a, ±b and ∞. Of points that floats
// hold, a = 3/4 and b = 3/2 lose least: with 64 channels, results are 8e-7 of their deviation from exact ones (root mean
// square), where plain sums are 3.5e-7 and the usual points 1 and 2 are 1.6e-6.

#pragma once

#include "CKernels.h"
#include "Vector.h"

// Products of a tile, and of one of its lines.
#define POINTS AWN_WINOGRAD_POINTS
#define SIDE 6

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

// The points and their powers: a, a², a³, b, b², b³.
#define A1 0.75f
#define A2 (A1 * A1)
#define A3 (A2 * A1)
#define B1 1.5f
#define B2 (B1 * B1)
#define B3 (B2 * B1)

// out = Bᵀ d, at the points 0, a, −a, b, −b, ∞.
INLINE void transform_six(const floats d[SIDE], floats out[SIDE]) {
  const floats near_even = d[4] - d[2] * B2, near_odd = (d[3] - d[1] * B2) * A1;
  const floats far_even = d[4] - d[2] * A2, far_odd = (d[3] - d[1] * A2) * B1;
  out[0] = d[4] - d[2] * (A2 + B2) + d[0] * (A2 * B2);
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = d[5] - d[3] * (A2 + B2) + d[1] * (A2 * B2);
}

// y = Aᵀ m.
INLINE void transform_back(const floats m[SIDE], floats y[4]) {
  const floats near_sum = m[1] + m[2], near_difference = m[1] - m[2];
  const floats far_sum = m[3] + m[4], far_difference = m[3] - m[4];
  y[0] = m[0] + near_sum + far_sum;
  y[1] = near_difference * A1 + far_difference * B1;
  y[2] = near_sum * A2 + far_sum * B2;
  y[3] = near_difference * A3 + far_difference * B3 + m[5];
}

// out = A y.
INLINE void transform_four(const floats y[4], floats out[SIDE]) {
  const floats near_even = y[0] + y[2] * A2, near_odd = y[1] * A1 + y[3] * A3;
  const floats far_even = y[0] + y[2] * B2, far_odd = y[1] * B1 + y[3] * B3;
  out[0] = y[0];
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = y[3];
}

// The products of the differences between a point and the others: at 0, at a and −a, at b and −b.
#define NONE_SCALE (A2 * B2)
#define NEAR_SCALE (2 * A2 * (A2 - B2))
#define FAR_SCALE (2 * B2 * (B2 - A2))

// out = G w.
INLINE void transform_three(const floats w[3], floats out[SIDE]) {
  const floats near_even = (w[0] + w[2] * A2) * (1 / NEAR_SCALE), near_odd = w[1] * (A1 / NEAR_SCALE);
  const floats far_even = (w[0] + w[2] * B2) * (1 / FAR_SCALE), far_odd = w[1] * (B1 / FAR_SCALE);
  out[0] = w[0] * (1 / NONE_SCALE);
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = w[2];
}

// w = Gᵀ s.
INLINE void transform_sums(const floats s[SIDE], floats w[3]) {
  const floats near_sum = (s[1] + s[2]) * (1 / NEAR_SCALE), near_difference = (s[1] - s[2]) * (A1 / NEAR_SCALE);
  const floats far_sum = (s[3] + s[4]) * (1 / FAR_SCALE), far_difference = (s[3] - s[4]) * (B1 / FAR_SCALE);
  w[0] = s[0] * (1 / NONE_SCALE) + near_sum + far_sum;
  w[1] = near_difference + far_difference;
  w[2] = near_sum * A2 + far_sum * B2 + s[5];
}

// gradient[3·3·inputs, outputs] = Gᵀ s G of sums[36, padded inputs, padded outputs].
void awn_winograd_gather(size_t inputs, size_t outputs, const float* sums, float* gradient);
