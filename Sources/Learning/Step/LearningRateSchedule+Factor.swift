import Experiment
import Glibc

extension TrainingOptions {
  /// What the learning rate is multiplied with at a step: the schedule's factor, and a linear rise before.
  package func learningRateFactor(step: Int, of steps: Int) -> Double {
    schedule.factor(step: step, of: steps, warmupSteps: warmupSteps)
  }
}

extension LearningRateSchedule {
  /// What the learning rate is multiplied with at a step: a linear rise over the first steps, and the schedule's
  /// factor. A run of few steps rises over half of them at most: it would otherwise end before it has learned anything.
  package func factor(step: Int, of steps: Int, warmupSteps: Int?) -> Double {
    let warmup = warmupSteps.map { min(1, Double(step + 1) / Double(max(1, min($0, steps / 2)))) } ?? 1
    return warmup * factor(step: step, of: steps)
  }

  /// What the learning rate is multiplied with at a step.
  package func factor(step: Int, of steps: Int) -> Double {
    switch self {
    case .constant: return 1
    case .cosine:
      let progress = min(1, Double(step) / Double(max(1, steps)))
      return 0.01 + 0.99 * (1 + cos(.pi * progress)) / 2
    }
  }
}
