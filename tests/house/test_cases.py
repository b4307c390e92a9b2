"""tests/cases.csv says what comes of every bad input and fault, and which tests hold it; what it names exists."""

import csv
import re
from itertools import chain
from pathlib import Path

from nasty_files import CORPUS

TESTS = Path(__file__).parents[1]
CASES = list(csv.DictReader((TESTS / "cases.csv").read_text(encoding="utf-8").splitlines()))
MANY = {"F": 16, "S": 8, "R": 11, "M": 12, "K": 6, "C": 12}
"""Files, schemas, rows, meanings and repeats, concurrency, crashes and surroundings."""


def test_no_case_is_missing():
    expected = chain.from_iterable((f"{kind}{number + 1}" for number in range(many)) for kind, many in MANY.items())
    assert [case["case"] for case in CASES] == list(expected)


def test_every_test_that_is_named_exists():
    for case in CASES:
        assert case["what comes"] and case["outcome"]
        for test in case["tests"].split("; "):
            if test.startswith("nasty:"):
                assert test.removeprefix("nasty:") in CORPUS, test
                continue
            file, _, function = test.partition("::")
            source = (TESTS / file).read_text(encoding="utf-8")
            assert re.search(rf"^def {function}\(", source, re.MULTILINE), test
