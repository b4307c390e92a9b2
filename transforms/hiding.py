"""Hiding small counts and the figures that would give them back by subtraction, until disclosure control lands.

A first line of defence, not a proof: releases made with it stay stamped as internal.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from data.policy import SMALL_COUNT

CONFIDENTIAL: Final = "[c]"


def hide_small_counts(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with `value` empty and `marker` `[c]` for counts of 1 to 4 and for their complements.

    After it, in every sum that a reader can form (a force of its areas, a year of its months), either nothing is
    hidden, or at least two figures are, and the hidden ones together hold at least SMALL_COUNT reports.
    """
    figures = figures.reset_index(drop=True)
    count = figures["value"].to_numpy(dtype="int64")
    hidden = (count > 0) & (count < SMALL_COUNT)
    sums = [np.asarray(rows) for rows in _sums(figures)]
    unsettled = True
    while unsettled:
        unsettled = False
        for rows in sums:
            while (next_row := _next_to_hide(rows, count, hidden)) is not None:
                hidden[next_row] = True
                unsettled = True
    protected = figures.assign(marker=np.where(hidden, CONFIDENTIAL, ""))
    protected["value"] = figures["value"].where(~hidden)
    return protected


def _next_to_hide(rows: np.ndarray, count: np.ndarray, hidden: np.ndarray) -> int | None:
    """Return the row of one sum (total first) that must be hidden next, or None where the sum is settled."""
    here = hidden[rows]
    if not here.any() or here.all():
        return None
    if here.sum() >= 2 and (here[0] or count[rows[here]].sum() >= SMALL_COUNT):
        return None
    # Parts before the total, then the smallest: a detail is lost before an overview. Zeros may be hidden too.
    candidates = np.flatnonzero(~here)
    parts = candidates[candidates > 0]
    pick = parts[np.argmin(count[rows[parts]])] if len(parts) else candidates[0]
    return int(rows[pick])


def _sums(figures: pd.DataFrame) -> Iterable[list[int]]:
    """Yield every sum in the table as row numbers, the total first and then its parts."""
    keys = ["characteristic", "record_class", "date_basis"]
    by_period = [*keys, "period_type", "period_start"]
    for _, group in figures.groupby(by_period, sort=True):
        force = group.index[group["area_type"] == "police_force"]
        parts = group.index[group["area_type"] != "police_force"]
        if len(force) == 1 and len(parts) > 0:
            yield [force[0], *parts]
    years = figures[figures["period_type"] == "year_ending_march"]
    months = figures[figures["period_type"] == "month"]
    start = pd.to_datetime(months["period_start"])
    months = months.assign(year_start=[pd.Timestamp(day.year - (day.month < 4), 4, 1).date() for day in start])
    by_year = {key: list(group.index) for key, group in months.groupby(["area_code", *keys, "year_start"], sort=True)}
    for row, key in zip(years.index, years[["area_code", *keys, "period_start"]].itertuples(index=False), strict=True):
        yield [row, *by_year[tuple(key)]]
