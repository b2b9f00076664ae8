"""Twenty tables as other programs write them, learned by awn-tui and by scikit-learn on the same rows.

usage: compare_tables.py AWN_TUI [SEEDS]      needs scikit-learn, pandas and sqlite3; SEEDS (default 3) splits each

scikit-learn's tables are written by pandas' to_csv with and without its index, by sqlite3 -csv, by numpy's savetxt, and
in the forms of R's write.table and of Excel where decimals have a comma. `awn-tui train --data FILE --test 0.3` trains
with its defaults on each; the rows of its test part are read back by `predict --split test`, and scikit-learn's
estimators, with standardized inputs (and, of values, standardized targets) where they are networks, are fitted to the
rows that are neither in it nor held out. Accuracy or R2 on the test rows, means over the splits.
"""

import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy
import pandas
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
program = str(pathlib.Path(sys.argv[1]).resolve())
seeds = range(int(sys.argv[2]) if len(sys.argv) > 2 else 3)


def frame(name):
    """Inputs under their names, then the target; classes by their names."""
    bunch = getattr(datasets, f"load_{name}")(as_frame=True)
    table = bunch.data.copy()
    if name == "linnerud":
        table["Weight"] = bunch.target["Weight"]
    elif name in ("digits", "diabetes"):
        table["target"] = bunch.target
    else:
        table["kind"] = numpy.asarray(bunch.target_names)[bunch.target]
    return table


# What writes a table: the number of lines before the first row.


def pandas_with_index(table, path):
    table.to_csv(path)
    return 1


def pandas_without_index(table, path):
    table.to_csv(path, index=False)
    return 1


def quoted(value):
    return '"' + value.replace('"', '\\"') + '"' if isinstance(value, str) else repr(float(value)).removesuffix(".0")


def r_write_table(table, path):
    """write.table(d, path): names of rows, which the header has none for; texts quoted."""
    lines = [" ".join(quoted(str(name)) for name in table.columns)]
    for number, row in enumerate(table.itertuples(index=False), 1):
        lines.append(" ".join([f'"{number}"'] + [quoted(value) for value in row]))
    path.write_text("\n".join(lines) + "\n")
    return 1


def excel_european(table, path):
    """CSV UTF-8 of Excel with German settings: a mark, semicolons, decimal commas, lines that end in CR LF."""
    def cell(value):
        return value if isinstance(value, str) else f"{value:.15g}".replace(".", ",")

    lines = [";".join(map(str, table.columns))] + [";".join(map(cell, row)) for row in table.itertuples(index=False)]
    path.write_bytes("\ufeff".encode() + ("\r\n".join(lines) + "\r\n").encode())
    return 1


def sqlite_csv(table, path):
    """sqlite3 -csv: no header, lines that end in CR LF."""
    with tempfile.TemporaryDirectory() as folder:
        names = ",".join(f"c{index}" for index in range(table.shape[1]))
        source = pathlib.Path(folder) / "t.csv"
        table.to_csv(source, index=False, header=False)
        numbers = [pandas.api.types.is_numeric_dtype(kind) for kind in table.dtypes]
        columns = ",".join(f"c{index} {'REAL' if number else 'TEXT'}" for index, number in enumerate(numbers))
        commands = f"create table t({columns});\n.import {source} t\nselect {names} from t;\n"
        path.write_bytes(subprocess.run(["sqlite3", "-csv"], input=commands.encode(), stdout=subprocess.PIPE, check=True).stdout)
    return 0


def numpy_savetxt(table, path):
    numbers = table.copy()
    for name in numbers.columns:
        if not pandas.api.types.is_numeric_dtype(numbers[name].dtype):
            numbers[name] = numbers[name].astype("category").cat.codes
    numpy.savetxt(path, numbers.to_numpy(dtype=float))
    return 0


tables = {
    "iris": [pandas_with_index, pandas_without_index, r_write_table, excel_european, numpy_savetxt],
    "wine": [pandas_with_index, r_write_table, excel_european, sqlite_csv],
    "breast_cancer": [pandas_without_index, r_write_table, sqlite_csv, numpy_savetxt],
    "diabetes": [pandas_with_index, pandas_without_index, excel_european, numpy_savetxt],
    "digits": [pandas_without_index, sqlite_csv],
    "linnerud": [pandas_with_index],
}


def run(*arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def rows(folder, part, first):
    """Indices of a part's rows, with what is true and what is said of them."""
    lines = list(csv.DictReader(io.StringIO(run("predict", folder, "--split", part))))
    return ([int(line["line"]) - 1 - first for line in lines], [line["target"] for line in lines],
            [line["prediction"] for line in lines])


def ours(path, first, folder, seed):
    summary = json.loads(
        run("train", "--data", path, "--test", 0.3, "--seed", seed, "--output", folder, "--quiet", "--summary", "-"))
    test, truth, said = rows(folder, "test", first)
    held = rows(folder, "held-out", first)[0]
    if "test_r2" in summary:
        return r2_score([float(x) for x in truth], [float(x) for x in said]), test, held, summary
    return accuracy_score(truth, said), test, held, summary


def theirs(table, test, held, seed):
    inputs, target = table.iloc[:, :-1].to_numpy(dtype=float), table.iloc[:, -1]
    isClassified = table.columns[-1] in ("kind",) or table.shape[1] == 65
    train = sorted(set(range(len(table))) - set(test) - set(held))
    target = target.to_numpy()
    if isClassified:
        models = [HistGradientBoostingClassifier(random_state=seed),
                  make_pipeline(StandardScaler(), MLPClassifier(max_iter=1000, random_state=seed))]
        score = accuracy_score
    else:
        models = [HistGradientBoostingRegressor(random_state=seed),
                  TransformedTargetRegressor(
                      make_pipeline(StandardScaler(), MLPRegressor(max_iter=1000, random_state=seed)),
                      transformer=StandardScaler())]
        score = r2_score
    return [score(target[test], model.fit(inputs[train], target[train]).predict(inputs[test])) for model in models]


def main():
    print("| table | written by | rows × columns | what was noted | measure | awn-tui | boosting | MLP | width |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, writers in tables.items():
        table = frame(name)
        others = {}
        for writer in writers:
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "data.csv"
                first = writer(table, path)
                report = json.loads(run("data", path, "--json"))
                scores, widths = [], []
                for seed in seeds:
                    score, test, held, summary = ours(path, first, f"{folder}/run{seed}", seed)
                    widths.append(sum(summary["widths"]))
                    key = (seed, tuple(test), tuple(held))
                    if key not in others:
                        others[key] = theirs(table, test, held, seed)
                    scores.append([score] + others[key])
            means = numpy.mean(scores, axis=0)
            measure = "R²" if "test_r2" in summary else "accuracy"
            shown = [f"{mean:.3f}" if measure == "R²" else f"{100 * mean:.1f} %" for mean in means]
            notes = "; ".join(note.split(" (--")[0] for note in report["notes"]) or "nothing"
            form = writer.__name__.replace("_", " ")
            print(f"| {name} | {form} | {table.shape[0]} × {table.shape[1]} | {notes} | {measure} | "
                  f"{' | '.join(shown)} | {numpy.mean(widths):.0f} |", flush=True)


main()
