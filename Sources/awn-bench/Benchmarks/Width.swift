import AdaptiveWidth
import Experiment
import LinearAlgebra

extension Benchmark {
  /// The rate of one is moved so that the width changes at every step, around that of the other.
  static let drift = Benchmark(
    name: "drift", summary: "time of a step whose width changes, over one whose width does not"
  ) { settings in
    var wide = Work.mnist
    (wide.name, wide.adaptive) = ("MNIST 784→512→10, batch 128, adaptive", true)
    let works = [Work.spiral, .spiralHard, wide]
    return works.map { drift($0, by: [1, 2, 1, 0, -1, -2, -1, 0], "by one neuron", "≤ 1.05", settings) }
      + works.map { drift($0, by: [-3, 0, 2, -1, 3, 1, -2], "by up to five", nil, settings) }
  }

  private static func drift(
    _ work: Work, by steps: [Int], _ name: String, _ target: String?, _ settings: Settings
  ) -> Figure {
    let dataset = work.dataset()
    var (still, moving) = (Stepper(work, dataset), Stepper(work, dataset))
    let rates = steps.map { ImportanceFamily.exponential.rate(width: work.width + $0, quantile: 0.9) }
    let mean = [ImportanceFamily.exponential.rate(width: work.width, quantile: 0.9)]
    func time(_ stepper: inout Stepper, _ rates: [Double]) -> Double {
      seconds {
        for step in 0..<work.steps {
          stepper.learning.network.setRate(layer: 0, rates[step % rates.count])
          stepper.step()
        }
      }
    }
    _ = (time(&still, mean), time(&moving, rates))
    let ratios = (0..<settings.repetitions).map { _ in
      let base = time(&still, mean)
      return time(&moving, rates) / base
    }
    return Figure("\(work.name), \(name)", ratios, "× a still width", target: target)
  }

  /// A step beside what its five products alone need.
  static let scaling = Benchmark(
    name: "scaling", summary: "microseconds a step against width and inputs, batch 128, beside products alone"
  ) { settings in
    var figures: [Figure] = []
    for inputs in [2, 32, 256, 1_024, 4_096] {
      for width in [16, 64, 256, 1_024, 4_096] {
        var work = Work.dense
        (work.inputs, work.width, work.adaptive, work.rows) = (inputs, width, true, 512)
        let cost = Double(inputs + 10) * Double(width) * 128 * 6
        work.steps = max(3, Int(2e9 / (cost + 1e5)))
        var stepper = Stepper(work, work.dataset())
        var products = Products(work)
        _ = (stepper.speed(work.steps), products.time(work.steps))
        let times = (0..<settings.repetitions).map { _ in
          (step: 1 / stepper.speed(work.steps), products: products.time(work.steps))
        }
        figures.append(Figure("\(inputs)→\(width)→10 step", times.map { $0.step * 1e6 }, "µs"))
        figures.append(Figure("\(inputs)→\(width)→10 products alone", times.map { $0.products * 1e6 }, "µs"))
        figures.append(
          Figure("\(inputs)→\(width)→10 step / products", times.map { $0.step / $0.products }, "×"))
      }
    }
    return figures
  }

  static let curve = Benchmark(
    name: "curve", summary: "the trade-off curve of every width, in forward passes over the held-out rows"
  ) { settings in
    [(Work.spiralHard, 1_000), (.mnist, 5_000)].map { (source: Work, rows: Int) in
      var work = source
      work.adaptive = true
      work.rows = rows
      let dataset = work.dataset()
      let network = Stepper(work, dataset).learning.network
      let held = EvaluationRows(dataset.validation, targetScaling: nil)
      var workspace = Workspace()
      let ratios = (0..<settings.repetitions).map { _ in
        let passes = max(1, 2_000_000 / (rows * work.inputs))
        let forward =
          seconds { for _ in 0..<passes { _ = network.evaluate(held, &workspace) } } / Double(passes)
        return seconds { _ = network.tradeoff(layer: 0, held, step: 0, &workspace) } / forward
      }
      return Figure("\(work.name), \(rows) rows", ratios, "forward passes", target: "≤ 3")
    }
  }
}

/// The products of a step, with nothing around them. No element is zero: those would be skipped.
private struct Products {
  private var (hidden, output): (Matrix, Matrix)
  private var (hiddenGradient, outputGradient): (Matrix, Matrix)
  private let (input, first, second): (Matrix, Matrix, Matrix)

  init(_ work: Work) {
    func ones(_ rows: Int, _ columns: Int) -> Matrix {
      var result = Matrix(rows: rows, columns: columns)
      result.fill(1)
      return result
    }
    input = ones(work.batch, work.inputs)
    first = ones(work.inputs, work.width)
    second = ones(work.width, work.outputs)
    hidden = Matrix(rows: work.batch, columns: work.width)
    output = Matrix(rows: work.batch, columns: work.outputs)
    (hiddenGradient, outputGradient) = (first, second)
  }

  /// Seconds of one step's five.
  mutating func time(_ steps: Int) -> Double {
    seconds {
      for _ in 0..<steps {
        hidden.setProduct(input, first)
        output.setProduct(hidden, second)
        outputGradient.setProduct(transposed: hidden, output)
        hidden.setProduct(output, transposed: second)
        hiddenGradient.setProduct(transposed: input, hidden)
      }
    } / Double(steps)
  }
}
