import Experiment
import Learning
import SyntheticData
import Testing

@Suite("The course of the learning rate") struct LearningRateCourseTests {
  private static func course(_ change: (inout TrainingOptions) -> Void = { _ in }) -> LearningRateCourse {
    var options = Configuration.small().training
    (options.schedule, options.epochs) = (.cosine, 10)
    change(&options)
    return LearningRateCourse(options)
  }

  private static func factors(_ course: LearningRateCourse, isSettled: Bool) -> [Double] {
    [80, 85, 90, 95, 99].map {
      course.factor(step: $0, batchesPerEpoch: 10, isCompressing: false, isSettled: isSettled)
    }
  }

  @Test func beginsAnewOnceTheWidthsHaveSettled() {
    let (before, after) = (
      Self.factors(Self.course(), isSettled: false), Self.factors(Self.course(), isSettled: true)
    )
    #expect(before[0] < 0.11 && abs(after[0] - 0.6) < 1e-12 && abs(after[2] - 0.3) < 1e-12)
    #expect(zip(before, after).allSatisfy { $0 <= $1 })
    #expect(after == after.sorted(by: >) && after[4] < 0.02)
  }

  @Test func aRateThatDoesNotFallStays() {
    #expect(Self.factors(Self.course { $0.schedule = .constant }, isSettled: true).allSatisfy { $0 == 1 })
  }

  /// A price that is turned after the end measures once more, and more epochs may follow.
  @Test(arguments: [100, 1_000]) func isTheLatestAfterTheEnd(step: Int) {
    let factor = Self.course().factor(step: step, batchesPerEpoch: 10, isCompressing: false, isSettled: true)
    #expect(factor == LearningRateCourse.latestFactor)
  }

  @Test func aLimitOfStepsIsTheEnd() {
    let factor = Self.course { $0.steps = 50 }.factor(
      step: 45, batchesPerEpoch: 10, isCompressing: false, isSettled: true)
    #expect(abs(factor - 0.3) < 1e-12)
  }
}
