"""awn-tui as scikit-learn estimators: AWNClassifier and AWNRegressor.

They run the program of that name through files. Arrays go to it as NumPy archives, predictions come back as CSV, and
what was trained is kept in the estimator itself, so that it can be pickled and copied.

    from awn import AWNClassifier
    model = AWNClassifier(epochs=200, patience=20).fit(X, y)
    model.predict_proba(X)[:5], model.width_, model.curve_[:3]

Needs Python 3.9, NumPy, scikit-learn 1.6 or newer, and awn-tui on the PATH (or program="path/to/awn-tui", or the
environment variable AWN_TUI).
"""

import csv
import io
import json
import os
import subprocess
import tempfile

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data

__all__ = ["AWNClassifier", "AWNRegressor", "AWNError"]


class AWNError(ValueError):
    """What the program says when it cannot do what it is asked for."""


class _AWNEstimator(BaseEstimator):
    """What both estimators share.

    Parameters
    ----------
    hidden_layers : int
        Hidden layers of learned width.
    fixed_width : int, sequence of int or None
        An ordinary network of these widths instead.
    epochs, batch_size, learning_rate, weight_decay, dropout
        As the program's options of these names; None: its default.
    patience : int or None
        Stop when the held-out metric has not improved for so many epochs, and keep the best network.
    validation_fraction : float
        Fraction of the rows that training holds out: the curve is measured on them, and patience goes by them. With
        fewer than fifty rows none are held out.
    random_state : int, RandomState or None
        Seed; the same seed gives the same network.
    threads : int or None
        None: as many as make it faster.
    options : sequence of str
        Further options of `awn-tui train`, such as ("--price", "0.02").
    program : str or None
        The program; None: the environment variable AWN_TUI, or awn-tui on the PATH.

    Attributes
    ----------
    width_ : list of int
        The width of each hidden layer.
    curve_ : list of dict
        What the network would be with fewer neurons: layer, width, metric, loss and parameters of each cut, measured
        on the held-out rows; empty without such rows.
    summary_ : dict
        The program's summary of the run.
    """

    _problem = ""

    def __init__(
        self,
        hidden_layers=1,
        fixed_width=None,
        epochs=100,
        batch_size=None,
        learning_rate=None,
        weight_decay=None,
        dropout=None,
        patience=None,
        validation_fraction=0.1,
        random_state=0,
        threads=1,
        options=(),
        program=None,
    ):
        self.hidden_layers = hidden_layers
        self.fixed_width = fixed_width
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.threads = threads
        self.options = options
        self.program = program

    def _run(self, arguments):
        program = self.program or os.environ.get("AWN_TUI") or "awn-tui"
        try:
            done = subprocess.run([program, *arguments], capture_output=True, text=True)
        except OSError as error:
            raise AWNError(f"cannot run {program}: {error}; install it, or set the environment variable AWN_TUI")
        if done.returncode != 0:
            raise AWNError(done.stderr.strip() or f"{program} ended with status {done.returncode}")
        return done.stdout

    def _train_options(self, rows):
        held_out = self.validation_fraction if rows >= 50 else 0
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        if isinstance(self.random_state, (int, np.integer)):
            seed = int(self.random_state)
        options = ["--problem", self._problem, "--validation", str(held_out), "--test", "0", "--seed", str(seed)]
        if self.fixed_width is None:
            options += ["--hidden-layers", str(self.hidden_layers)]
        else:
            widths = self.fixed_width if np.iterable(self.fixed_width) else [self.fixed_width]
            options += ["--fixed-width", ",".join(str(int(width)) for width in widths)]
        for name in ("epochs", "batch_size", "learning_rate", "weight_decay", "dropout", "threads"):
            value = getattr(self, name)
            if value is not None:
                options += ["--" + name.replace("_", "-"), str(value)]
        if self.patience is not None and held_out > 0:
            options += ["--patience", str(self.patience)]
        return options + list(self.options)

    def _fit(self, X, y, options):
        # Columns are numbers, whatever is in them.
        numeric = ",".join(f"x{column}" for column in range(X.shape[1]))
        with tempfile.TemporaryDirectory() as folder:
            data, run = os.path.join(folder, "rows.npz"), os.path.join(folder, "run")
            np.savez(data, X=X, y=y)
            summary = self._run(
                ["train", "--data", data, "--numeric", numeric, "--output", run, "--quiet", "--progress", "never"]
                + ["--summary", "-", "--checkpoint-every", "0"] + self._train_options(X.shape[0]) + options
            )
            self.summary_ = json.loads(summary)
            self.width_ = list(self.summary_["widths"])
            self.curve_ = []
            if self.fixed_width is None and X.shape[0] >= 50 and self.validation_fraction > 0:
                self.curve_ = json.loads(self._run(["curve", run, "--json"]))["points"]
            self._files = {}
            for name in ("checkpoint.json", "checkpoint.safetensors"):
                with open(os.path.join(run, name), "rb") as file:
                    self._files[name] = file.read()
        self.n_iter_ = max(1, int(np.ceil(self.summary_["epochs"])))
        return self

    def _predictions(self, X):
        """The header of the program's predictions, and their cells."""
        with tempfile.TemporaryDirectory() as folder:
            for name, contents in self._files.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(contents)
            data = os.path.join(folder, "rows.npz")
            np.savez(data, X=X)
            rows = list(csv.reader(io.StringIO(self._run(["predict", folder, "--data", data]))))
        return rows[0], rows[1:]

    def save(self, folder):
        """Writes the model where `awn-tui evaluate`, `export`, `truncate` and the others find it."""
        check_is_fitted(self)
        os.makedirs(folder, exist_ok=True)
        for name, contents in self._files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(contents)
        return folder


class AWNClassifier(ClassifierMixin, _AWNEstimator):
    """A network of learned width that predicts classes.

    Further parameter: class_weight, None, "balanced" or a dictionary of classes and weights. The loss is weighted, the
    metrics are not.
    """

    _problem = "classification"

    def __init__(
        self,
        hidden_layers=1,
        fixed_width=None,
        epochs=100,
        batch_size=None,
        learning_rate=None,
        weight_decay=None,
        dropout=None,
        patience=None,
        class_weight=None,
        validation_fraction=0.1,
        random_state=0,
        threads=1,
        options=(),
        program=None,
    ):
        super().__init__(
            hidden_layers, fixed_width, epochs, batch_size, learning_rate, weight_decay, dropout, patience,
            validation_fraction, random_state, threads, options, program,
        )
        self.class_weight = class_weight

    def fit(self, X, y):
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("y has one class only; AWNClassifier needs samples of at least 2 classes")
        options = []
        if self.class_weight == "balanced":
            options = ["--class-weights", "balanced"]
        elif self.class_weight is not None:
            weights = [float(self.class_weight.get(name, 1)) for name in self.classes_]
            options = ["--class-weights", ",".join(map(repr, weights))]
        return self._fit(X, codes.astype(np.int64), options)

    def predict_proba(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        header, rows = self._predictions(X)
        cells = np.array([row[1:] for row in rows], dtype=np.float64)
        result = np.zeros((X.shape[0], len(self.classes_)))
        result[:, [int(name) for name in header[1:]]] = cells
        return result / result.sum(axis=1, keepdims=True)

    def predict(self, X):
        probabilities = self.predict_proba(X)
        return self.classes_[np.argmax(probabilities, axis=1)]


class AWNRegressor(RegressorMixin, _AWNEstimator):
    """A network of learned width that predicts a value."""

    _problem = "regression"

    def fit(self, X, y):
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2, y_numeric=True)
        return self._fit(X, np.asarray(y, dtype=np.float64), [])

    def predict(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        _, rows = self._predictions(X)
        return np.array([row[0] for row in rows], dtype=np.float64)
