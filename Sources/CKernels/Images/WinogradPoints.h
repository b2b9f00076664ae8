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

// The products of the differences between a point and the others: at 0, at a and −a, at b and −b.
#define NONE_SCALE (A2 * B2)
#define NEAR_SCALE (2 * A2 * (A2 - B2))
#define FAR_SCALE (2 * B2 * (B2 - A2))

// A tile among all images, by its first output, in rows and then images.
typedef struct {
  size_t image, row, column;
} tile;

INLINE void load_16(floats* x, const float* p, size_t count) { load(x, p, count); }
INLINE void store_16(float* p, size_t count, const floats* x) { store(p, count, x); }

INLINE void load_8(eight_floats* x, const float* p, size_t count) {
  if (count >= 8)
    *x = LOAD_AS(eight_floats, p);
  else
    load_below_8(x, p, count);
}

INLINE void store_8(float* p, size_t count, const eight_floats* x) {
  if (count >= 8)
    STORE_AS(eight_floats, p, *x);
  else
    store_below_8(p, count, x);
}

#define VECTOR floats
#define AS(name) name##_16
#define GET LOAD
#define PUT STORE
#include "WinogradTile.h"
#undef VECTOR
#undef AS
#undef GET
#undef PUT

#define VECTOR eight_floats
#define AS(name) name##_8
#define GET(p) LOAD_AS(eight_floats, p)
#define PUT(p, x) STORE_AS(eight_floats, p, x)
#include "WinogradTile.h"
#undef VECTOR
#undef AS
#undef GET
#undef PUT

// Runs `sixteen(c, lanes)` for the channels c … c + lanes − 1, and `eight` for up to eight that are left.
#define FOR_EACH_PART(channels, sixteen, eight)                    \
  {                                                                \
    size_t c = 0;                                                  \
    for (; c + LANES <= (channels); c += LANES) sixteen(c, LANES); \
    if (c + 8 < (channels)) {                                      \
      sixteen(c, (channels) - c);                                  \
    } else if (c < (channels)) {                                   \
      eight(c, (channels) - c);                                    \
    }                                                              \
  }

// gradient[3·3·inputs, outputs] = Gᵀ s G of sums[36, padded inputs, padded outputs].
void awn_winograd_gather(size_t inputs, size_t outputs, const float* sums, float* gradient);
