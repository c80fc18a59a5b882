#!/usr/bin/env python3
"""Watch a model in use: observe.py MODEL.json TRAIN.csv CASES.csv BATCHES

Scores the cases in so many batches and writes batch-1.json, …: how many were
granted, how far the scores and the incomes have moved from those it was
trained on (population stability index), and how long a score took.
"""
import json
import math
import sys
import time
from datetime import datetime, timezone

from hmda import read_rows, score, write_json

THRESHOLD = 0.3
BINS = 10


def edges(values):
    ranked = sorted(values)
    return [ranked[i * len(ranked) // BINS] for i in range(1, BINS)]


def shares(values, cuts):
    counts = [0] * (len(cuts) + 1)
    for value in values:
        counts[sum(value >= cut for cut in cuts)] += 1
    # Half a case in a bin that is empty: its logarithm is finite.
    return [max(count, 0.5) / len(values) for count in counts]


def stability(before, now):
    cuts = edges(before)
    return sum((b - a) * math.log(b / a) for a, b in
               zip(shares(before, cuts), shares(now, cuts)))


def clock():
    return datetime.now(timezone.utc).isoformat(
        timespec="milliseconds").replace("+00:00", "Z")


def main():
    model_path, train, cases, batches = sys.argv[1:5]
    with open(model_path, encoding="utf-8") as file:
        model = json.load(file)
    known, rows = read_rows(train), read_rows(cases)
    known_scores = [score(model, row) for row in known]
    for i in range(int(batches)):
        part = rows[i * len(rows) // int(batches):
                    (i + 1) * len(rows) // int(batches)]
        begun, took, scores = clock(), [], []
        for row in part:
            start = time.perf_counter()
            scores.append(score(model, row))
            took.append((time.perf_counter() - start) * 1000)
        # A window has a length, however fast the machine.
        time.sleep(0.25)
        took.sort()
        write_json(f"batch-{i + 1}.json", {
            "window": {"from": begun, "to": clock()}, "n": len(part),
            "metrics": {
                "grant_rate": round(sum(s < THRESHOLD for s in scores)
                                    / len(part), 4),
                "mean_score": round(sum(scores) / len(part), 4)},
            "drift": {
                "psi_score": round(stability(known_scores, scores), 4),
                "psi_income": round(stability(
                    [float(row["pirat"]) for row in known],
                    [float(row["pirat"]) for row in part]), 4)},
            "latency_ms": {"p50": round(took[len(took) // 2], 4),
                           "p99": round(took[len(took) * 99 // 100], 4)}})


if __name__ == "__main__":
    main()
