"""The estimators of examples/python in scikit-learn's own hands. Arguments: the program, the folder of the module."""

import os
import pickle
import sys

program, module = sys.argv[1:3]
os.environ["AWN_TUI"] = program
sys.path.insert(0, module)

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from awn import AWNClassifier, AWNError, AWNRegressor

failed = 0
for estimator in (AWNClassifier(epochs=10), AWNRegressor(epochs=10)):
    name = type(estimator).__name__
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    counts = {}
    for result in results:
        counts[result["status"]] = counts.get(result["status"], 0) + 1
        if result["status"] == "failed":
            failed += 1
            print(f"{name}: {result['check_name']}: {result['exception']!r}"[:1500])
    print(name, counts)

X, y = load_breast_cancer(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, random_state=0, stratify=y)
names = np.array(["malignant", "benign"])
search = GridSearchCV(
    make_pipeline(StandardScaler(), AWNClassifier(epochs=20)),
    {"awnclassifier__weight_decay": [0, 0.1], "awnclassifier__class_weight": [None, "balanced"]}, cv=3,
)
search.fit(X, names[y])
score = search.score(X_test, names[y_test])
model = search.best_estimator_[-1]
print("breast cancer", score, model.width_, len(model.curve_), search.best_params_)
assert score > 0.93 and model.width_[0] >= 1 and model.curve_[0]["parameters"] > 0
copy = pickle.loads(pickle.dumps(search))
assert np.array_equal(copy.predict_proba(X_test), search.predict_proba(X_test))

X, y = load_diabetes(return_X_y=True)
regressor = AWNRegressor(epochs=60, patience=10, random_state=1).fit(X[:300], y[:300])
print("diabetes", regressor.score(X[300:], y[300:]), regressor.width_, regressor.summary_["best_epoch"])
assert regressor.score(X[300:], y[300:]) > 0.2
try:
    AWNRegressor(options=("--no-such-option",)).fit(X, y)
    raise SystemExit("a wrong option must be an error")
except AWNError as error:
    assert "no-such-option" in str(error)

sys.exit(1 if failed else 0)
