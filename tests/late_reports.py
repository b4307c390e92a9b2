"""Reports as a force comes to know them: most at once, some months late, a few cancelled, moved or given other grounds.

They are drawn at the volumes published for Hertfordshire's five grounds, so that most counts of a month are small.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from cubes import with_force

A_YEAR = {"race": 1101, "sexual_orientation": 200, "religion": 100, "disability": 57, "transgender": 36}
DISTRICTS = 10
OPEN_MONTHS = 6
"""Months after which a report neither comes nor changes any more."""
START = date(2021, 4, 1)


@dataclass
class Report:
    """`known`: the month in which the force has it, as a number; never where it was cancelled."""

    place: int
    month: int
    grounds: tuple[int, ...]
    known: float


def monthly_releases(seed: int, places: int, months: int, releases: int, volume: float = 1.0) -> Iterator[pd.DataFrame]:
    """Yield the exact counts behind each release: the first of so many months, every other one month longer."""
    random = np.random.default_rng(seed)
    sizes = random.uniform(0.3, 1.8, places) * volume
    rates = np.array(list(A_YEAR.values())) / 12 / DISTRICTS
    reports = []
    for place, month in np.ndindex(places, months + releases - 1):
        for ground, number in enumerate(random.poisson(rates * sizes[place])):
            for _ in range(number):
                late = min(int(random.geometric(0.75)) - 1, OPEN_MONTHS - 1)
                reports.append(Report(place, month, _with_more(random, (ground,)), month + late))
    for release in range(releases):
        now = months - 1 + release
        if release:
            _revise(random, reports, now, places)
        yield _counts(reports, now, places)


def _with_more(random: np.random.Generator, grounds: tuple[int, ...]) -> tuple[int, ...]:
    while random.random() < 0.12:
        grounds = tuple(sorted({*grounds, int(random.integers(len(A_YEAR)))}))
    return grounds


def _revise(random: np.random.Generator, reports: list[Report], now: int, places: int) -> None:
    for report in reports:
        if report.known <= now and now - report.month < OPEN_MONTHS and random.random() < 0.004:
            kind = random.integers(4)
            if kind == 0:
                report.known = np.inf
            elif kind == 1:
                report.place = int(random.integers(places))
            elif kind == 2:
                report.grounds = tuple(sorted({*report.grounds, int(random.integers(len(A_YEAR)))}))
            else:
                report.grounds = report.grounds[-1:]


def _counts(reports: list[Report], now: int, places: int) -> pd.DataFrame:
    counts = np.zeros((places, len(A_YEAR) + 1, now + 1), dtype=int)
    for report in reports:
        if report.known <= now and report.month <= now:
            counts[report.place, [*report.grounds, len(A_YEAR)], report.month] += 1
    days = [day.date() for day in pd.date_range(START, periods=now + 1, freq="MS")]
    kinds = [*A_YEAR, "all"]
    rows = [
        (f"place{place}", "not_geographic" if place == 0 else "district", kinds[kind], days[month], int(count))
        for (place, kind, month), count in np.ndenumerate(counts)
    ]
    return with_force(pd.DataFrame(rows, columns=["area_code", "area_type", "characteristic", "month", "report_count"]))
