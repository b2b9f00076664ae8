#include "CKernels.h"
#include "Vector.h"

// Sixteen rows side by side walk along the neurons, with the logits of the network so far in registers or nearby.
MULTIVERSION
void awn_prefix_likelihoods(size_t rows, size_t neurons, size_t classes, const float* hidden, size_t hidden_stride,
                            const float* weights, size_t weight_stride, const float* bias, const int32_t* labels,
                            double* losses, int64_t* correct) {
  for (size_t start = 0; start < rows; start += LANES) {
    const size_t count = rows - start < LANES ? rows - start : LANES;
    floats logits[AWN_PREFIX_CLASSES];
    ints label, present;
    for (size_t j = 0; j < LANES; j++) {
      present[j] = j < count ? -1 : 0;
      label[j] = labels[start + (j < count ? j : 0)];
    }
    for (size_t c = 0; c < classes; c++) logits[c] = SPLAT(bias[c]);
    for (size_t n = 0; n < neurons; n++) {
      floats h;
      for (size_t j = 0; j < LANES; j++) h[j] = hidden[(start + (j < count ? j : 0)) * hidden_stride + n];
      floats largest = SPLAT(-__builtin_inff()), chosen = SPLAT(0.0f), sum = SPLAT(0.0f);
      ints best = {0};
      for (size_t c = 0; c < classes; c++) {
        const ints class = (ints){0} + (int32_t)c;
        const floats z = FMA(h, SPLAT(weights[n * weight_stride + c]), logits[c]);
        logits[c] = z;
        best = (ints)CHOOSE(z > largest, (floats)class, (floats)best);
        largest = CHOOSE(z > largest, z, largest);
        chosen = CHOOSE(label == class, z, chosen);
      }
      for (size_t c = 0; c < classes; c++) {
        floats e = logits[c] - largest;
        exponential(&e);
        sum += e;
      }
      logarithm(&sum);
      const floats loss = (floats)(present & (ints)(sum + largest - chosen));
      losses[n] += (double)total(&loss);
      // A comparison that holds is −1; NaN is nobody's best.
      const ints hits = present & (best == label) & (chosen == chosen);
      correct[n] -= __builtin_reduce_add(hits);
    }
  }
}
