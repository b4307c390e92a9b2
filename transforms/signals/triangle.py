"""The reporting triangle: how the count of a month grows with the age of the extract that shows it.

Formula: chain ladder for the share reached by each age; what is still to come of x so far is (x + 1 − F) p ÷
F at each later age, which keeps a zero positive (baselinenowcast, Wellcome Open Research 10:614, 2025).
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.signals.intervals import Numbers


def reporting_triangle(snapshots: pd.DataFrame, longest_age: int) -> pd.DataFrame:
    """Return the cumulative count by month (whole months since year 0) and age 0 … `longest_age`; NaN where
    unseen.
    """
    ages = ordinal(snapshots["extracted_month"]) - ordinal(snapshots["month"])
    seen = pd.DataFrame(
        {
            "month": ordinal(snapshots["month"]),
            "age": ages,
            "count": snapshots["report_count"].to_numpy(dtype=float),
        }
    )
    seen = seen[(seen["age"] >= 0) & (seen["age"] <= longest_age)]
    triangle = seen.pivot(index="month", columns="age", values="count")
    return triangle.reindex(columns=range(longest_age + 1)).astype("float64")


def delay_shares(cumulative: pd.DataFrame, as_of: int) -> Numbers:
    """Return F, the share of the final count reached by each age, from what extracts up to `as_of` showed.

    Each step is the ratio of neighbouring ages over the months that show both; it may pass 1 where records
    leave. A step that no month shows counts as no change.
    """
    counts = known(cumulative, as_of)
    factors = np.ones(counts.shape[1] - 1)
    for age in range(len(factors)):
        both = ~np.isnan(counts[:, age]) & ~np.isnan(counts[:, age + 1])
        if not both.any():
            continue
        start, end = counts[both, age].sum(), counts[both, age + 1].sum()
        # Half a report keeps a step from or to nothing finite.
        nothing = 0.5 if min(start, end) <= 0 else 0.0
        factors[age] = (max(end, 0.0) + nothing) / (start + nothing)
    return np.append(1 / np.cumprod(factors[::-1])[::-1], 1.0)


def still_to_come(observed: float, shares: npt.ArrayLike) -> float:
    """Return the reports expected after `observed`, as the share reached grows from the first to the last of
    `shares`.

    Age by age, each counting what the one before added; positive where nothing came so far.
    """
    reached = np.asarray(shares, dtype=float)
    total = observed
    for start, end in pairwise(reached):
        total += (total + 1 - start) * (end - start) / start
    return float(total - observed)


def seen_at(cumulative: pd.DataFrame, extract: int) -> pd.Series:
    """Return the count of each month that the extract of one month showed, by month."""
    months = cumulative.index.to_numpy()
    ages = extract - months
    shown = (ages >= 0) & (ages < cumulative.shape[1])
    counts = cumulative.to_numpy(dtype=float)[np.flatnonzero(shown), ages[shown]]
    return pd.Series(counts, index=months[shown])


def steps_seen(cumulative: pd.DataFrame, as_of: int) -> bool:
    """Return whether extracts up to `as_of` showed each step from one age to the next for some month."""
    counts = known(cumulative, as_of)
    both = ~np.isnan(counts[:, :-1]) & ~np.isnan(counts[:, 1:])
    return bool(both.any(axis=0).all())


def known(cumulative: pd.DataFrame, as_of: int) -> Numbers:
    """Return the counts that extracts up to `as_of` showed, NaN for the rest."""
    counts = cumulative.to_numpy(dtype=float).copy()
    shown = cumulative.index.to_numpy()[:, None] + np.arange(counts.shape[1])[None, :]
    counts[shown > as_of] = np.nan
    return counts


def ordinal(dates: pd.Series) -> Numbers:
    """Return whole months since year 0."""
    day = pd.DatetimeIndex(pd.to_datetime(dates))
    return np.asarray(day.year * 12 + day.month - 1)


def first_day(month: int) -> pd.Timestamp:
    """Return the first day of a month counted from year 0."""
    return pd.Timestamp(month // 12, month % 12 + 1, 1)
