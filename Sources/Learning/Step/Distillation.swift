import AdaptiveWidth
import Experiment

/// Fine-tuning under a teacher: after a cut, the network learns from the answers of the uncut one beside the targets.
package struct Distillation: Sendable {
  /// The uncut network, as it predicts. It no longer learns.
  package var teacher: Network
  package var terms: Terms

  /// All but the teacher itself, for files.
  package struct Terms: Codable, Equatable, Sendable {
    /// w, the weight of the distillation loss, 0…1; the NLL has 1 − w.
    package var weight: Double
    /// T, the softmax temperature; classification only.
    package var temperature: Double
    /// The step that it began at.
    package var firstStep: Int
    /// The step that it ends at, at the latest.
    package var lastStep: Int
    /// Held-out metrics of the teacher: once they are reached, it ends. `nil`: it goes on to the last step.
    package var reference: Metrics?
    /// Whether the run had ended, and goes on for the teacher alone.
    package var isAfterEnd = false

    private enum CodingKeys: String, CodingKey {
      case weight, temperature, reference
      case firstStep = "first_step"
      case lastStep = "last_step"
      case isAfterEnd = "after_end"
    }

    package init(
      weight: Double, temperature: Double, firstStep: Int = 0, lastStep: Int = .max, reference: Metrics? = nil
    ) {
      (self.weight, self.temperature) = (weight, temperature)
      (self.firstStep, self.lastStep, self.reference) = (firstStep, lastStep, reference)
    }

    /// The same until held-out metrics are reached, after the end of a run.
    package func ending(at reference: Metrics, from step: Int) -> Terms {
      var terms = self
      (terms.reference, terms.firstStep, terms.isAfterEnd) = (reference, step, true)
      return terms
    }

    /// Whether held-out metrics that were measured at a step are as good as the teacher's.
    package func isCaughtUp(_ metrics: Metrics, at step: Int) -> Bool {
      guard let reference, step > firstStep else { return false }
      return CutBudget.tolerance(0, of: reference).admits(metrics)
    }

    /// Whether a run can be in it at a step.
    package func isPossible(at step: Int) -> Bool {
      weight >= 0 && weight <= 1 && temperature > 0 && temperature.isFinite && (0...step).contains(firstStep)
        && lastStep >= firstStep
    }
  }

  package init(teacher: Network, terms: Terms) {
    (self.teacher, self.terms) = (teacher, terms)
  }
}
