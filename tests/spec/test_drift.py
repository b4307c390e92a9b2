"""Drift: chance, season and growth say nothing; a delivery cut in half, a ground renamed or districts lost say so."""

import re

import numpy as np
import pandas as pd
import pytest

from transforms.drift import drift

MONTHS = pd.date_range("2022-04-01", periods=36, freq="MS")
GROUNDS = {"race": 100, "religion": 30, "disability": 12, "transgender": 5}


def world(draw: np.random.Generator) -> pd.DataFrame:
    """Three years with a season and 8% of growth a year; one report in twelve without a district."""
    level = (1 + 0.25 * np.sin(np.arange(36) / 12 * 2 * np.pi)) * 1.08 ** (np.arange(36) / 12)
    drawn = {ground: draw.poisson(size * level) for ground, size in GROUNDS.items()}
    drawn["all"] = np.sum(list(drawn.values()), axis=0)
    rows = [
        ("F", "police_force", ground, month, n)
        for ground in drawn
        for month, n in zip(MONTHS, drawn[ground], strict=True)
    ]
    lost = draw.binomial(drawn["all"], 1 / 12)
    rows += [("U", "not_geographic", "all", month, n) for month, n in zip(MONTHS, lost, strict=True)]
    frame = pd.DataFrame(rows, columns=["area_code", "area_type", "characteristic", "month", "report_count"])
    return frame.assign(record_class="crime")


def changed(frame: pd.DataFrame, months: int, factor: float, **of: str) -> pd.DataFrame:
    """The same world with some counts of the last months multiplied."""
    chosen = frame["month"] > MONTHS[-1 - months]
    for column, value in of.items():
        chosen &= frame[column] == value
    return frame.assign(report_count=frame["report_count"].where(~chosen, (frame["report_count"] * factor).round()))


def test_chance_season_and_growth_raise_hardly_an_alarm():
    """Five things judged in each of 200 months: fewer than one month in 50 says anything."""
    draw = np.random.default_rng(8)
    assert sum(bool(drift(world(draw))) for _ in range(200)) <= 4


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"months": 1, "factor": 0.5}, ("volume", "all", False)),
        ({"months": 1, "factor": 1.8}, ("volume", "all", True)),
        ({"months": 3, "factor": 0.3, "characteristic": "religion"}, ("mix", "religion", False)),
        ({"months": 3, "factor": 0.0, "characteristic": "disability"}, ("mix", "disability", False)),
        ({"months": 3, "factor": 2.5, "area_type": "not_geographic"}, ("unknown", "area", True)),
    ],
)
def test_what_moves_is_named_in_words_without_a_number(change, found):
    draw = np.random.default_rng(9)
    worlds = [drift(changed(world(draw), **change)) for _ in range(20)]
    hits = [any((one.kind, one.subject, one.is_up) == found for one in each) for each in worlds]
    assert sum(hits) >= 19
    said = " ".join(one.sentence() for each in worlds for one in each)
    assert not re.search(r"\d", said.replace("2025", "")) and "March 2025" in said


def test_a_few_reports_more_of_a_rare_ground_are_never_told():
    draw = np.random.default_rng(10)
    tenfold = changed(world(draw), months=3, factor=10, characteristic="transgender")
    assert not any(one.subject == "transgender" for one in drift(tenfold))


def test_nothing_is_judged_without_a_year_before():
    frame = world(np.random.default_rng(11))
    assert drift(changed(frame[frame["month"] >= MONTHS[-10]], months=1, factor=0.1)) == []
