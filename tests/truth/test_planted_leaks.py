"""Seventy leaks planted in protected figures, ten of each kind: the audit finds every one, and none where none is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cubes import random_cube, true_counts

from data import policies
from data.added import ADDED
from expectations.disclosure import audit
from transforms.disclosure import protect

PUBLIC = replace(policies.PUBLIC, offered_share=0)
COUNTS = random_cube(7, place_count=4, month_count=12)
PROTECTED = protect(COUNTS, PUBLIC)
TRUTH = true_counts(COUNTS)


def cell_of(row) -> tuple[str, str, str, str]:
    return (row.area_code, row.characteristic, str(row.period_start), str(row.period_end))


SMALL = [
    row.Index
    for row in PROTECTED.figures.itertuples()
    if row.marker == "[c]" and 1 <= TRUTH[cell_of(row)] <= 4 and row.period_type == "month"
]
CHOSEN = [int(number) for number in np.random.default_rng(7).choice(SMALL, 10, replace=False)]


def printed_as_it_is(figures, row):
    figures.loc[row, ["value", "marker"]] = [float(TRUTH[cell_of(figures.loc[row])]), ""]
    return figures


def rounded_all_the_same(figures, row):
    """A small count rounded to 5 is said to be no small count."""
    figures.loc[row, ["value", "marker"]] = [5.0, ""]
    return figures


def value_under_the_marker(figures, row):
    figures.loc[row, "value"] = float(TRUTH[cell_of(figures.loc[row])])
    return figures


def limits_around_it(figures, row):
    figures.loc[row, ["lower_ci", "upper_ci"]] = [0.6, 8.8]
    return figures


def rate_of_it(figures, row):
    rate = figures.loc[[row]].assign(measure="rate_per_100_000", value=3.1, marker="")
    return pd.concat([figures, rate], ignore_index=True)


def sum_of_it_alone(figures, row):
    """What is said to be added up is the hidden month itself."""
    count = float(TRUTH[cell_of(figures.loc[row])])
    said = figures.loc[[row]].assign(measure=ADDED, period_type="year_to_date", value=count, marker="")
    return pd.concat([figures, said], ignore_index=True)


def all_around_it_exact(figures, row):
    """Its neighbours in the quarter and the quarter itself, each as good as exact, leave one value."""
    about = figures.loc[row]
    same = (figures["area_code"] == about["area_code"]) & (figures["characteristic"] == about["characteristic"])
    quarter = pd.Timestamp(about["period_start"]).to_period("Q")
    inside = pd.to_datetime(figures["period_start"]).dt.to_period("Q") == quarter
    near = same & inside & figures["period_type"].isin(["month", "quarter"]) & (figures.index != row)
    for number in figures.index[near]:
        figures.loc[number, ["value", "marker"]] = [float(TRUTH[cell_of(figures.loc[number])]), ""]
    return figures


KINDS = [
    printed_as_it_is,
    rounded_all_the_same,
    value_under_the_marker,
    limits_around_it,
    rate_of_it,
    sum_of_it_alone,
    all_around_it_exact,
]


@pytest.mark.parametrize("row", CHOSEN)
@pytest.mark.parametrize("plant", KINDS, ids=lambda plant: plant.__name__)
def test_a_planted_leak_is_found(plant, row):
    planted = plant(PROTECTED.figures.copy(), row)
    assert audit(planted, PROTECTED.structure, PUBLIC, None, COUNTS).findings


def test_without_a_leak_nothing_is_found():
    assert audit(PROTECTED.figures, PROTECTED.structure, PUBLIC, None, COUNTS).findings == ()
