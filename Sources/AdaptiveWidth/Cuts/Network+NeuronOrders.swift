import Experiment
import LinearAlgebra

/// Other orders in which a layer's neurons may be kept, for comparison.
extension Network {
  /// Scores of every layer's neurons by which common pruning methods keep the largest.
  package enum NeuronScore: Sendable {
    /// Euclidean norm of the weights that enter and leave a neuron, biases and importances included.
    case magnitude
    /// |Σ h_n ∂NLL/∂h_n| over rows: what the loss changes by, to first order, without the neuron.
    case taylor
  }

  /// The score of every neuron of each adaptive layer.
  package func scores(_ score: NeuronScore, on rows: [Batch], _ workspace: inout Workspace) -> [[Double]] {
    switch score {
    case .magnitude: adaptiveLayers.indices.map(magnitudes)
    case .taylor: taylorScores(rows, &workspace)
    }
  }

  /// The neurons with the largest scores first; of equals the first stays first.
  package static func order(byLargest scores: [Double]) -> [Int] {
    scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
  }

  /// The same network with a layer's neurons, and their importances, in another order. No output changes.
  package func permuted(layer: Int, by order: [Int]) -> Network {
    var result = self
    result.permute(layer: layer, by: order)
    return result
  }

  private func magnitudes(_ index: Int) -> [Double] {
    let (layer, width) = (adaptiveLayers[index], widths[index])
    var squares = [Double](repeating: 0, count: width)
    for writer in layer.writers {
      var block = blocks[writer]
      // Weights and biases, a column for each neuron, or one in each head.
      let columns = (writer == layer.state ? 1 : capabilities[writer].heads ?? 1) * width
      block.forEachParameter { parameter, number in
        // Of a state in what puts it out, behind the neurons inside the block.
        let own = writer == layer.state ? 2..<4 : 0..<2
        guard own.contains(number), parameter.value.columns == columns else { return }
        for row in 0..<parameter.value.rows {
          for column in 0..<columns {
            squares[column % width] +=
              Double(parameter.value[row, column]) * Double(parameter.value[row, column])
          }
        }
      }
    }
    let importances = adaptation(index).importances.elements
    for reader in layer.readers {
      for (neuron, norm) in outgoingNorms(reader, of: layer, ofNeurons: width).enumerated() {
        let weight = Double(norm) * Double(importances[neuron])
        squares[neuron] += weight * weight
      }
    }
    return squares.map { $0.squareRoot() }
  }

  /// The Taylor scores |Σ h_n ∂NLL/∂h_n|. For h_n = f_n a_n the sum equals f_n ∂NLL/∂f_n, which every adaptive block
  /// computes for its rate.
  private func taylorScores(_ rows: [Batch], _ workspace: inout Workspace) -> [[Double]] {
    var sums = widths.map { [Double](repeating: 0, count: $0) }
    for batch in rows {
      _ = lossAndGradients(batch, &workspace)
      for (index, layer) in adaptiveLayers.enumerated() {
        let importances = adaptation(index).importances.elements
        for writer in layer.writers {
          let gradient = workspace.importanceGradient(of: writer, in: layer).elements
          for neuron in sums[index].indices {
            sums[index][neuron] +=
              Double(batch.rows) * Double(gradient[neuron]) * Double(importances[neuron])
          }
        }
      }
    }
    return sums.map { $0.map(abs) }
  }
}
