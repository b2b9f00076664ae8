import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Agreement with an independent implementation")
struct OracleTests {
  @Test func importanceTables() throws {
    let tables: [ImportanceTable] = try NetworkOracle.load("importance_tables")
    #expect(tables.count == 24)
    for table in tables {
      let isExponential = table.family == "exponential"
      // The power law of exponent γ is the family's with ν = γ − 1.
      let rate = isExponential ? table.rate! : table.gamma! - 1
      let family: ImportanceFamily = isExponential ? .exponential : .powerLaw
      #expect(family.width(rate: rate, quantile: table.quantile) == table.width, "\(table)")
      let options = NetworkOptions(importance: family, initialRate: rate, quantile: table.quantile)
      let importances = Adaptation(options: options, prior: nil).importances
      #expect(importances.columns == table.width)
      #expect(agree(importances[0, 0], table.first), "\(table)")
      #expect(agree(importances[0, table.width - 1], table.last), "\(table)")
      #expect(agree(importances.sumOfSquares, table.sum_of_squares), "\(table)")
    }
  }

  @Test(arguments: NetworkOracle.names)
  func networkOutputsAndObjective(_ name: String) throws {
    let oracle: NetworkOracle = try NetworkOracle.load(name)
    let network = oracle.network
    #expect(network.widths == oracle.widths)
    for (layer, adaptation) in network.adaptations.enumerated() {
      #expect(agree(adaptation.importances, [oracle.importances[layer]]))
      #expect(abs(adaptation.raw - oracle.raw_rates[layer]) < 1e-9)
    }
    var workspace = Workspace()
    let loss = network.lossAndGradients(oracle.batch, &workspace)
    for layer in oracle.widths.indices {
      #expect(agree(workspace.buffers[layer].output, oracle.hidden[layer]))
    }
    #expect(agree(workspace.output, oracle.output))
    let priors = [oracle.objective.weightPriorTerm(network), oracle.objective.ratePriorTerm(network)]
    #expect(agree(loss, oracle.terms.negative_log_likelihood))
    #expect(agree(priors[0], oracle.terms.weight_prior))
    #expect(agree(priors[1], oracle.terms.rate_prior))
    #expect(agree(loss + priors[0] + priors[1], oracle.terms.objective))
  }

  @Test(arguments: NetworkOracle.names)
  func networkGradients(_ name: String) throws {
    let oracle: NetworkOracle = try NetworkOracle.load(name)
    var network = oracle.network
    var workspace = Workspace()
    _ = network.lossAndGradients(oracle.batch, &workspace)
    let gradients = network.objectiveGradients(workspace, oracle.objective)
    for layer in oracle.weights.indices {
      #expect(agree(gradients.weights[layer].transposed(), oracle.gradients.weights[layer]))
      #expect(agree(gradients.biases[layer], [oracle.gradients.biases[layer]]))
    }
    for layer in oracle.rates.indices {
      #expect(agree(gradients.rates[layer], oracle.gradients.rates[layer]))
      let slope = network.adaptation(layer).rawSlope
      #expect(agree(gradients.rates[layer] * slope, oracle.gradients.raw_rates[layer]))
    }
  }
}
