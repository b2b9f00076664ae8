/// The rates of adaptive layers, their gradients and their updates.
extension Network {
  /// ∂NLL/∂ν of an adaptive layer, without the rate's prior: Σ ∂NLL/∂f_n ∂f_n/∂ν over the neurons and over the blocks
  /// that write them. 0 for a layer that is held.
  package func rateGradient(layer: Int, _ workspace: Workspace) -> Double {
    let layer = adaptiveLayers[layer]
    return layer.writers.reduce(0) { sum, index in
      sum
        + adaptation(of: index, in: layer)
        .likelihoodGradient(importanceGradient: workspace.importanceGradient(of: index, in: layer))
    }
  }

  /// Σ (∂NLL/∂raw)² over the adaptive layers, with ν = softplus(raw): what the rates add to the squared norm of the
  /// gradient. Like the matrices' gradients, it is without the priors.
  package func sumOfSquaredRateGradients(_ workspace: Workspace) -> Double {
    adaptiveLayers.indices.reduce(0) { sum, layer in
      let gradient = rateGradient(layer: layer, workspace) * adaptation(layer).rawSlope
      return sum + gradient * gradient
    }
  }

  /// The update of the rates: serial, and cheap. Of a layer with several writers, each gets the same update.
  ///
  /// - Parameter factor: what clipping multiplies the gradient of the NLL by.
  package mutating func updateRates(
    by optimizer: Optimizer, _ workspace: Workspace, objective: Objective, factor: Double = 1
  ) {
    if hasSteadyWidths { return }
    for layer in adaptiveLayers.indices {
      let gradient = factor * rateGradient(layer: layer, workspace)
      for index in adaptiveLayers[layer].writers {
        editAdaptation(of: index, in: adaptiveLayers[layer]) {
          $0.update(
            by: optimizer,
            rateGradient: gradient + $0.priorGradient(observations: objective.observations))
        }
      }
    }
  }
}
