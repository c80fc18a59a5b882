#!/usr/bin/env python3
"""Logistic regression by gradient descent: train.py TRAIN.csv MODEL.json [L2]

Says its parameters and its loss at each step through the file named in
VOUCH_EVENTS, if there is one.
"""
import json
import math
import os
import random
import sys

from hmda import FEATURES, features, label, read_rows, sigmoid, write_json

SEED = 7
EPOCHS = 250
RATE = 0.5
L2 = 0.001


def event(**what):
    path = os.environ.get("VOUCH_EVENTS")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")


def standardise(rows):
    columns = list(zip(*rows))
    means = [sum(c) / len(c) for c in columns]
    scales = [math.sqrt(sum((v - m) ** 2 for v in c) / len(c)) or 1.0
              for c, m in zip(columns, means)]
    return means, scales, [[(v - m) / s for v, m, s in
                            zip(row, means, scales)] for row in rows]


def main():
    source, target = sys.argv[1:3]
    l2 = float(sys.argv[3]) if len(sys.argv) > 3 else L2
    rows = read_rows(source)
    labels = [label(row) for row in rows]
    means, scales, data = standardise([features(row) for row in rows])
    event(param={"epochs": EPOCHS, "rate": RATE, "l2": l2,
                 "features": len(FEATURES), "rows": len(rows)})
    event(seed={"python": SEED})
    event(tag={"algorithm": "logistic-regression"})
    chooser = random.Random(SEED)
    weights = [chooser.gauss(0, 0.01) for _ in FEATURES]
    intercept = 0.0
    for epoch in range(EPOCHS):
        gradient = [0.0] * len(weights)
        bias = loss = 0.0
        for x, y in zip(data, labels):
            p = sigmoid(intercept + sum(w * v for w, v in zip(weights, x)))
            loss -= math.log(max(p if y else 1 - p, 1e-15))
            bias += p - y
            for i, v in enumerate(x):
                gradient[i] += (p - y) * v
        n = len(data)
        weights = [w - RATE * (g / n + l2 * w)
                   for w, g in zip(weights, gradient)]
        intercept -= RATE * bias / n
        event(metric={"loss": loss / n}, step=epoch)
        if epoch % 50 == 0:
            print(f"epoch {epoch:3d}  loss {loss / n:.4f}", flush=True)
    write_json(target, {
        "algorithm": "logistic regression", "features": FEATURES,
        "intercept": intercept, "weights": weights, "means": means,
        "scales": scales, "seed": SEED})
    print(f"trained on {len(rows)} rows")


if __name__ == "__main__":
    main()
