import Testing

import Experiment
