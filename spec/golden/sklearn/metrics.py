"""Writes metrics.jsonl: scikit-learn's numbers, the witness of src/training/metrics.

    pip install scikit-learn==1.9.1
    python spec/golden/sklearn/metrics.py
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn import metrics

warnings.filterwarnings("error", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=sklearn.exceptions.UndefinedMetricWarning)
random = numpy.random.default_rng(20)


def averages(labels, guesses, classes, kinds):
    ratios = {"precision": metrics.precision_score, "recall": metrics.recall_score, "f1Score": metrics.f1_score}
    rows = {}
    for name, score in ratios.items():
        rows[name] = {kind: float(score(labels, guesses, average=kind, zero_division=0)) for kind in kinds}
        each = score(labels, guesses, average=None, labels=range(classes), zero_division=0)
        rows[name]["none"] = [float(value) for value in each]
    return rows


def binary(name, scores, labels, threshold=0.5, ranked=True):
    guesses = (numpy.asarray(scores) > threshold).astype(int)
    row = {
        "name": name,
        "scores": [float(score) for score in scores],
        "labels": [int(label) for label in labels],
        "threshold": threshold,
        "accuracy": float(metrics.accuracy_score(labels, guesses)),
        "confusion": metrics.confusion_matrix(labels, guesses, labels=[0, 1]).ravel().tolist(),
        **averages(labels, guesses, 2, ["binary", "macro", "micro", "weighted"]),
    }
    if ranked:
        row["rocAuc"] = float(metrics.roc_auc_score(labels, scores))
        row["averagePrecision"] = float(metrics.average_precision_score(labels, scores))
    return row


def several(name, scores, labels, ks, ranked=True):
    scores = numpy.asarray(scores)
    classes = scores.shape[1]
    guesses = scores.argmax(axis=1)
    top = {
        str(k): float(metrics.top_k_accuracy_score(labels, scores, k=k, labels=range(classes)) if k < classes else 1)
        for k in ks
    }
    row = {
        "name": name,
        "classes": classes,
        "scores": [float(score) for score in scores.ravel()],
        "labels": [int(label) for label in labels],
        "accuracy": float(metrics.accuracy_score(labels, guesses)),
        "confusion": metrics.confusion_matrix(labels, guesses, labels=range(classes)).ravel().tolist(),
        "topK": top,
        **averages(labels, guesses, classes, ["macro", "micro", "weighted"]),
    }
    if ranked:
        one_hot = numpy.eye(classes, dtype=int)[labels]
        row["rocAuc"] = float(metrics.roc_auc_score(one_hot, scores, average="macro"))
        row["averagePrecision"] = float(metrics.average_precision_score(one_hot, scores, average="macro"))
    return row


def regression(name, predictions, targets):
    return {
        "name": name,
        "shape": list(numpy.shape(targets)),
        "predictions": [float(value) for value in numpy.ravel(predictions)],
        "targets": [float(value) for value in numpy.ravel(targets)],
        "r2Score": float(metrics.r2_score(targets, predictions)),
        "meanSquaredError": float(metrics.mean_squared_error(targets, predictions)),
        "meanAbsoluteError": float(metrics.mean_absolute_error(targets, predictions)),
    }


def normals(*shape):
    """Numbers that float32 holds, so that every reader sees the same ties."""
    return random.standard_normal(shape).astype(numpy.float32).astype(float)


def noisy(labels, classes):
    return normals(len(labels), classes) + numpy.eye(classes)[labels]


flags = random.integers(0, 2, 60)
kinds = random.integers(0, 5, 80)
rare = random.choice(4, 50, p=[0.75, 0.15, 0.1, 0])
targets = 1000 + normals(40, 3)

golden = {
    "sklearn": sklearn.__version__,
    "binary": [
        binary("probabilities", numpy.float32(1 / (1 + numpy.exp(-(normals(60) + flags)))), flags),
        binary("logits", normals(60) + flags, flags, 0.0),
        binary("many ties", numpy.round((random.random(60) + flags) * 2) / 4, flags),
        binary("all equal", numpy.full(60, 0.25), flags),
        binary("separated", flags * 1.0, flags),
        binary("reversed", 1.0 - flags, flags),
        binary("one positive", random.random(20).astype(numpy.float32), [1] + [0] * 19),
        binary("no positive predicted", random.random(20).astype(numpy.float32) / 4, [1, 0] * 10),
        binary("no positive label", random.random(20).astype(numpy.float32), [0] * 20, ranked=False),
        binary("nothing positive", [0.1, 0.2, 0.3], [0, 0, 0], ranked=False),
    ],
    "several": [
        several("five classes", noisy(kinds, 5), kinds, [1, 2, 3, 5]),
        several("a class that is absent", noisy(rare, 4), rare, [1, 2], ranked=False),
        several("never predicted", noisy(kinds, 5) - numpy.eye(5)[2] * 50, kinds, [1, 4]),
        several("one example", [[0.1, 0.7, 0.2]], [2], [1, 2, 3], ranked=False),
        several("two classes", noisy(flags, 2), flags, [2]),
    ],
    "regression": [
        regression("one output", normals(40), normals(40)),
        regression("near", targets[:, 0] + normals(40) / 10, targets[:, 0]),
        regression("three outputs", targets + normals(40, 3) / 4, targets),
        regression("equal targets, missed", [1.0, 2.0, 3.0], [2.0, 2.0, 2.0]),
        regression("equal targets, met", [2.0, 2.0, 2.0], [2.0, 2.0, 2.0]),
        regression("two examples", [0.0, 1.0], [1.0, 3.0]),
    ],
}

lines = [{"sklearn": golden.pop("sklearn")}]
lines += [{"kind": kind, **row} for kind, rows in golden.items() for row in rows]
path = pathlib.Path(__file__).with_suffix(".jsonl")
path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
