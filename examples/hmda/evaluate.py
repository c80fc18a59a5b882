#!/usr/bin/env python3
"""Judge a model: evaluate.py MODEL.json TEST.csv EVALUATION.json

Overall metrics with 95 % bootstrap intervals, slices by `afam` and `single`
(which the model does not see), ten calibration bins.
"""
import json
import math
import random
import sys

from hmda import label, read_rows, score, write_json

THRESHOLD = 0.3
RESAMPLES = 200
SEED = 11


def auc(pairs):
    """The chance that a refused one scores above a granted one."""
    ranked = sorted(pairs)
    positives = sum(y for _, y in ranked)
    negatives = len(ranked) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    total = i = 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        # Ties share the mean of their ranks.
        total += (i + j + 1) / 2 * sum(y for _, y in ranked[i:j])
        i = j
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def rate(part, whole):
    return part / whole if whole else float("nan")


def measure(pairs):
    chosen = [p >= THRESHOLD for p, _ in pairs]
    hits = sum(1 for c, (_, y) in zip(chosen, pairs) if c and y)
    alarms = sum(1 for c, (_, y) in zip(chosen, pairs) if c and not y)
    positives = sum(y for _, y in pairs)
    n = len(pairs)
    return {
        "auc": auc(pairs),
        "accuracy": rate(sum(c == bool(y) for c, (_, y)
                             in zip(chosen, pairs)), n),
        "log_loss": rate(-sum(math.log(max(p if y else 1 - p, 1e-15))
                              for p, y in pairs), n),
        "brier": rate(sum((p - y) ** 2 for p, y in pairs), n),
        "tpr": rate(hits, positives),
        "fpr": rate(alarms, n - positives),
        "selection_rate": rate(hits + alarms, n),
        "base_rate": rate(positives, n),
    }


def clean(metrics):
    """JSON has no NaN: a metric that cannot be computed says so in words."""
    return {k: "NaN" if math.isnan(v) else round(v, 6)
            for k, v in metrics.items()}


def intervals(pairs):
    chooser = random.Random(SEED)
    samples = [measure([chooser.choice(pairs) for _ in pairs])
               for _ in range(RESAMPLES)]
    found = {}
    for name in ("auc", "accuracy", "tpr", "fpr"):
        values = sorted(s[name] for s in samples)
        if any(math.isnan(value) for value in values):
            continue
        found[name] = {"low": round(values[int(0.025 * RESAMPLES)], 6),
                       "high": round(values[int(0.975 * RESAMPLES) - 1], 6),
                       "level": 0.95}
    return found


def calibration(pairs):
    ranked = sorted(pairs)
    bins = []
    for i in range(10):
        part = ranked[i * len(ranked) // 10:(i + 1) * len(ranked) // 10]
        bins.append({"lower": round(part[0][0], 6),
                     "upper": round(part[-1][0], 6), "n": len(part),
                     "predicted": round(sum(p for p, _ in part)
                                        / len(part), 6),
                     "observed": round(sum(y for _, y in part)
                                       / len(part), 6)})
    return bins


def main():
    model_path, data_path, target = sys.argv[1:4]
    with open(model_path, encoding="utf-8") as file:
        model = json.load(file)
    rows = read_rows(data_path)
    pairs = [(score(model, row), label(row)) for row in rows]
    slices = []
    for column in ("afam", "single"):
        for value in ("no", "yes"):
            part = [pair for pair, row in zip(pairs, rows)
                    if row[column] == value]
            slices.append({"slice": column, "value": value, "n": len(part),
                           "metrics": clean(measure(part)),
                           "intervals": intervals(part)})
    write_json(target, {"n": len(pairs), "metrics": clean(measure(pairs)),
                        "intervals": intervals(pairs), "slices": slices,
                        "calibration": calibration(pairs),
                        "thresholds": {"auc": {"min": 0.75}}})
    overall = measure(pairs)
    print(f"auc {overall['auc']:.3f}, refusals found {overall['tpr']:.2f}, "
          f"false alarms {overall['fpr']:.2f}")


if __name__ == "__main__":
    main()
