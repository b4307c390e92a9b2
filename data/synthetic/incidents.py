"""What truly happens: the incidents expected where, when and of which kind, and the share reported."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from data.synthetic.world import PLACES, World, month_factors, place_factors

HISTORY_MONTHS = 61
"""Months before the first extract in which incidents already happen: as long as the longest delay."""

_DELAY_EDGES = (1, 8, 181, 1826)
"""Days at which the bands of `World.delay_shares` after the first end: a week, half a year, five years."""

RECORDING_LAG_SHARES = np.array([0.8, 0.14, *[0.005] * 12])
"""Days from a report to its record: most the same day, a few up to a fortnight."""


@dataclass(frozen=True)
class Incidence:
    """The forward model. Months count from the start of the history (`HISTORY_MONTHS`).

    `expected`: true incidents, place × leading characteristic × month × record class.
    `reporting`: the share ever reported, place × leading characteristic × month.
    `delays`: share of reports by days from occurrence to report, characteristic × day.
    `day_weights`: how busy each day is, counted from `first_day`.
    `month_starts`: the number of the day on which each month starts, and of the day after the last one.
    """

    expected: np.ndarray
    reporting: np.ndarray
    delays: np.ndarray
    first_day: np.datetime64
    day_weights: np.ndarray
    month_starts: np.ndarray


def incidence(world: World) -> Incidence:
    """Return the forward model whose expected recorded crimes equal the world's yearly totals."""
    year_count = len(world.crimes_by_year)
    first = np.datetime64(world.first_month, "M") - HISTORY_MONTHS
    months = first + np.arange(HISTORY_MONTHS + 12 * year_count + 1)
    month_starts = (months.astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    days = first.astype("datetime64[D]") + np.arange(month_starts[-1])
    day_weights = _season(days)
    delays = _delays(world)

    reporting = world.characteristic_shares(world.reporting_rates) * place_factors(world.reporting_factors)
    mix = world.characteristic_shares(world.report_mix) / world.characteristic_shares(world.reporting_rates)
    exposure = np.array([[place.exposure] for place in PLACES]) * place_factors(world.incidence_factors)
    relative = mix * exposure / exposure.sum(axis=0)

    year_of_month = np.clip((np.arange(len(months) - 1) - HISTORY_MONTHS) // 12, 0, None)
    reported_after = (relative * reporting).sum(axis=0) @ delays
    levels = _levels(world, reported_after, day_weights, month_starts, year_of_month)
    month_weights = np.add.reduceat(day_weights, month_starts[:-1]) * levels[year_of_month]
    classes = np.array([1.0, world.non_crime_incidents_per_crime])
    expected = relative[:, :, None, None] * month_weights[:, None] * classes * _spread(world, len(month_weights))
    changed = reporting[:, :, None] * month_factors(world.reporting_changes, months[:-1])
    return Incidence(expected, np.minimum(changed, 1), delays, days[0], day_weights, month_starts)


def _spread(world: World, month_count: int) -> np.ndarray:
    """Return what makes places and months differ for no reason: gamma factors of mean 1, or 1 alone."""
    rng = world.random("spread")
    factors = np.ones((len(PLACES), len(world.report_mix), month_count, 1))
    for spread, months in ((world.level_spread, 1), (world.monthly_spread, month_count)):
        if spread > 0:
            factors = factors * rng.gamma(1 / spread**2, spread**2, (len(PLACES), len(world.report_mix), months, 1))
    return factors


def _season(days: np.ndarray) -> np.ndarray:
    """Summer peak, Hate Crime Awareness Week in mid-October, LGBT+ History Month in February."""
    day = (days - days.astype("datetime64[Y]")).astype(np.int64)
    summer = 0.12 * np.cos(2 * np.pi * (day - 197) / 365.25)
    october = 0.25 * np.exp(-0.5 * ((day - 287) / 5) ** 2)
    february = 0.12 * np.exp(-0.5 * ((day - 45) / 10) ** 2)
    return 1 + summer + october + february


def _delays(world: World) -> np.ndarray:
    """Each band's share falls as one over the days waited."""
    day = np.arange(_DELAY_EDGES[-1])
    bands = [day == 0]
    for start, end in pairwise(_DELAY_EDGES):
        bands.append((day >= start) & (day < end))
    within = np.array(bands) / np.maximum(day, 1)
    return world.characteristic_shares(world.delay_shares) @ (within / within.sum(axis=1, keepdims=True))


def _levels(
    world: World,
    reported_after: np.ndarray,
    day_weights: np.ndarray,
    month_starts: np.ndarray,
    year_of_month: np.ndarray,
) -> np.ndarray:
    """Solve for the level of each year of occurrence, as a year's records hold incidents of earlier ones."""
    recorded_within = np.concatenate([[0], np.convolve(reported_after, RECORDING_LAG_SHARES).cumsum()])
    year_of_day = np.repeat(year_of_month, np.diff(month_starts))
    boundaries = month_starts[HISTORY_MONTHS::12]
    since = boundaries[:, None] - np.arange(len(day_weights))
    recorded_before = recorded_within[np.clip(since, 0, len(recorded_within) - 1)]
    by_year = [
        np.bincount(year_of_day, weights=day_weights * recorded) for recorded in np.diff(recorded_before, axis=0)
    ]
    return np.linalg.solve(np.array(by_year), world.crime_targets())
