"""What figures claim: for each figure an outsider can read, the least and the largest count behind it."""

from typing import Final

import numpy as np
import pandas as pd

from data.added import ADDED
from data.errors import UsageError
from data.policies import Policy
from data.schema import PUBLISHED

COUNT: Final = "report_count"
HIDDEN: Final = "[c]"
WITHDRAWN: Final = "withdrawn"
"""The note that says an earlier figure no longer holds."""

CELL: Final = ["record_class", "date_basis", "area_code", "characteristic", "start", "end"]
"""What a figure is about; `start` and `end` are months as year × 12 + month - 1, `end` one past the last."""


def read_claims(figures: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return one row a cell of counts: CELL, `period_type`, `value`, `lowest`, `highest`, `hidden`, `withdrawn`.

    Raises UsageError where a column is missing, a period is not whole months, or a cell stands twice.
    """
    needed = [*PUBLISHED.grain, "period_end", "value", "marker", "note_ids"]
    missing = [name for name in needed if name not in figures.columns]
    if missing:
        raise UsageError(f"The figures to audit lack {', '.join(missing)}.", "Audit the published table itself.")
    claims = figures[figures["measure"] == COUNT].copy()
    first, last = pd.to_datetime(claims["period_start"]), pd.to_datetime(claims["period_end"])
    following = last + pd.Timedelta(days=1)
    if not ((first.dt.day == 1) & (following.dt.day == 1) & (following > first)).all():
        raise UsageError("Some figures are for periods that are not whole months.", "Publish whole months only.")
    claims["start"] = (first.dt.year * 12 + first.dt.month - 1).astype(int)
    claims["end"] = (following.dt.year * 12 + following.dt.month - 1).astype(int)
    claims["hidden"] = claims["value"].isna()
    claims["withdrawn"] = claims["note_ids"].fillna("").str.split().map(lambda notes: WITHDRAWN in notes)
    lowest, highest = intervals(claims["value"].to_numpy(dtype=float), policy)
    claims["lowest"], claims["highest"] = lowest, highest
    if claims.duplicated(CELL).any():
        raise UsageError("Some cells stand twice in the figures to audit.", "Publish each figure once.")
    columns = [*CELL, "period_type", "value", "lowest", "highest", "hidden", "withdrawn"]
    return claims[columns].reset_index(drop=True)


def intervals(values: np.ndarray, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the largest count that would have been printed as each value; nothing printed, no limit.

    Rounding hides up to half its base either way, and no count below the threshold is ever printed but zero.
    """
    half = policy.rounding_base // 2
    lowest = np.where(values == 0, 0, np.maximum(values - half, np.minimum(values, policy.threshold)))
    highest = np.where(values == 0, 0, values + half)
    return np.where(np.isnan(values), 0, lowest), np.where(np.isnan(values), np.inf, highest)


def faulty_prints(figures: pd.DataFrame, claims: pd.DataFrame, policy: Policy) -> list[tuple[str, int]]:
    """Return (kind, number) for figures that are wrong as printed, whatever else is known.

    `printed_small`: a count from 1 to 4. `not_rounded`: no multiple of the base. `marked_but_printed`: a value
    beside the marker that says it is hidden. `rate_of_hidden`: any other measure, or a limit of an interval,
    where the count of the same cell is hidden or not published. `not_a_sum`: a figure said to be added up that no
    printed figures lying end to end add up to.
    """
    value = claims["value"]
    small = (value > 0) & (value < policy.threshold)
    odd = value.notna() & (value % policy.rounding_base != 0)
    marked = (figures["marker"].fillna("") == HIDDEN) & figures["value"].notna()
    place = ["area_code", "characteristic", "record_class", "date_basis", "period_type", "period_start"]
    counts = figures[(figures["measure"] == COUNT) & figures["value"].notna()]
    limits = [name for name in ("lower_ci", "upper_ci") if name in figures]
    other = ~figures["measure"].isin([COUNT, ADDED])
    telling = figures["value"].notna() & other | figures[limits].notna().any(axis=1)
    printed = pd.MultiIndex.from_frame(counts[place].astype({"period_start": str}))
    about = pd.MultiIndex.from_frame(figures.loc[telling, place].astype({"period_start": str}))
    found = {
        "printed_small": int(small.sum()),
        "not_rounded": int((odd & ~small).sum()),
        "marked_but_printed": int(marked.sum()),
        "rate_of_hidden": int((~about.isin(printed)).sum()),
        "not_a_sum": _not_sums(figures, claims),
    }
    return [(kind, number) for kind, number in found.items() if number]


def _not_sums(figures: pd.DataFrame, claims: pd.DataFrame) -> int:
    """Return how many of the figures said to be added up are no sum of printed ones: such a figure may tell more."""
    series = ["area_code", "characteristic", "record_class", "date_basis"]
    said = figures[figures["measure"] == ADDED]
    shown = claims[claims["value"].notna()]
    printed = {key: group[["start", "end", "value"]].to_numpy() for key, group in shown.groupby(series)}
    first, last = pd.to_datetime(said["period_start"]), pd.to_datetime(said["period_end"]) + pd.Timedelta(days=1)
    months = [(day.dt.year * 12 + day.dt.month - 1).tolist() for day in (first, last)]
    keys = said[series].itertuples(index=False, name=None)
    rows = zip(keys, *months, said["value"], strict=True)
    return sum(value not in _sums(printed.get(key, np.empty((0, 3))), start, end) for key, start, end, value in rows)


def _sums(printed: np.ndarray, start: int, end: int) -> set[float]:
    """Return everything that printed figures lying end to end from one month to another can add up to."""
    sums: dict[int, set[float]] = {start: {0.0}}
    for month in range(start, end):
        for _, after, value in printed[printed[:, 0] == month]:
            if after <= end:
                sums.setdefault(int(after), set()).update(so_far + value for so_far in sums.get(month, ()))
    return sums.get(end, set())
