#!/usr/bin/env python3
"""Deal rows into train and test: split.py DATA.csv TRAIN.csv TEST.csv"""
import csv
import random
import sys

from hmda import label, read_rows

SEED = 1990
TEST_SHARE = 0.2


def main():
    source, train_path, test_path = sys.argv[1:4]
    rows = read_rows(source)
    chooser = random.Random(SEED)
    test = set()
    # The same share of refused and of granted ones.
    for wanted in (0, 1):
        numbers = [i for i, row in enumerate(rows) if label(row) == wanted]
        chooser.shuffle(numbers)
        test.update(numbers[:round(len(numbers) * TEST_SHARE)])
    for path, chosen in ((train_path, False), (test_path, True)):
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys(),
                                    lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for i, row in enumerate(rows)
                             if (i in test) == chosen)
    print(f"{len(rows) - len(test)} rows to train, {len(test)} to test")


if __name__ == "__main__":
    main()
