"""What the three scripts share: reading rows, features, the model's score."""
import csv
import json
import math

NUMBERS = ["pirat", "hirat", "lvrat", "chist", "mhist", "unemp"]
FLAGS = ["phist", "selfemp", "insurance", "condomin", "hschool"]
FEATURES = NUMBERS + FLAGS
TARGET = "deny"


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def features(row):
    return ([float(row[name]) for name in NUMBERS]
            + [1.0 if row[name] == "yes" else 0.0 for name in FLAGS])


def label(row):
    return 1 if row[TARGET] == "yes" else 0


def sigmoid(z):
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def score(model, row):
    """The probability that this application is refused."""
    total = model["intercept"]
    for value, mean, scale, weight in zip(
            features(row), model["means"], model["scales"],
            model["weights"]):
        total += weight * (value - mean) / scale
    return sigmoid(total)


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, sort_keys=True)
        file.write("\n")
