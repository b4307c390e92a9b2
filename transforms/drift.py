"""Drift: whether the newest figures are far from what their own past and season lead to expect, told without a number.

A sign that an export, a code or recording changed, as often as that the world did: it asks for a look, and holds
nothing.
"""

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from data import policy, reference


@dataclass(frozen=True)
class Drift:
    """One thing that moved: the volume, a ground's share (`subject`), or the share without a district."""

    kind: Literal["volume", "mix", "unknown"]
    subject: str
    is_up: bool
    month: str

    def sentence(self) -> str:
        """Say what moved and which way, without a count."""
        if self.kind == "volume":
            way = "far more" if self.is_up else "far fewer"
            return f"{self.month} holds {way} reports than its season and the months before it lead to expect."
        way = "more" if self.is_up else "less"
        if self.kind == "mix":
            name = reference.display_names().get(self.subject, self.subject)
            return f"{name} is named clearly {way} often than in the year before, in the three months to {self.month}."
        return (
            f"A district is recorded clearly less often than in the year before, in the three months to {self.month}."
        )


def drift(counts: pd.DataFrame) -> list[Drift]:
    """Return what moved in the newest month or quarter of the exact counts that `publishing.exact_counts` gives.

    Judged on crimes of the whole force. Each needs 20 reports expected, three standard deviations of chance and 30%.
    Nothing is judged without a year before it.
    """
    crimes = counts[counts["record_class"] == "crime"].assign(month=pd.to_datetime(counts["month"]))
    force = crimes[crimes["area_type"] == "police_force"]
    if force.empty:
        return []
    wide = force.pivot_table(index="month", columns="characteristic", values="report_count", aggfunc="sum")
    wide = wide.asfreq("MS").fillna(0)
    placeless = crimes[(crimes["area_type"] == "not_geographic") & (crimes["characteristic"] == "all")]
    without = placeless.groupby("month")["report_count"].sum().reindex(wide.index, fill_value=0)
    month = f"{wide.index[-1]:%B %Y}"
    found = []
    if (up := _volume(wide["all"])) is not None:
        found.append(Drift("volume", "all", up, month))
    for characteristic in sorted(set(wide.columns) - {"all"}):
        if (up := _share(wide[characteristic], wide["all"])) is not None:
            found.append(Drift("mix", characteristic, up, month))
    if _share(without, wide["all"]):
        found.append(Drift("unknown", "area", True, month))
    return found


def _volume(series: pd.Series) -> bool | None:
    """Whether the last month is far above (True) or below what the same months of earlier years, moved on, give."""
    years = len(series) // 12 - 1
    if years < 1:
        return None
    values = series.to_numpy(dtype=float)
    this, *earlier = (values[len(values) - 12 * (year + 1) : len(values) - 12 * year] for year in range(years + 1))
    now, rest_now = this[-1], this[:-1].sum()
    before, rest_before = sum(one[-1] for one in earlier), sum(one[:-1].sum() for one in earlier)
    return _far(now, rest_now, before, rest_before)


def _share(part: pd.Series, whole: pd.Series) -> bool | None:
    """Whether a part's share of the last months is far above or below its share of the year before them."""
    recent = policy.DRIFT_RECENT_MONTHS
    if len(part) < recent + 12:
        return None
    now, before = float(part[-recent:].sum()), float(part[-recent - 12 : -recent].sum())
    all_now, all_before = float(whole[-recent:].sum()), float(whole[-recent - 12 : -recent].sum())
    return _far(now, all_now - now, before, all_before - before)


def _far(now: float, rest_now: float, before: float, rest_before: float) -> bool | None:
    """Whether `now` is far from `before` moved on by the rest, by chance and by proportion; None where it is not.

    The variance is that of a log odds ratio of four counts (Woolf 1955); at what is expected rather than at what is
    seen, so that no report at all can be judged.
    """
    if not before or not rest_now or not rest_before:
        return None
    expected = before * rest_now / rest_before
    if expected < policy.DRIFT_LEAST_EXPECTED:
        return None
    seen = max(now, 0.5)
    deviation = math.sqrt(1 / expected + 1 / before + 1 / rest_now + 1 / rest_before)
    moved = math.log(seen / expected)
    if abs(moved) <= max(policy.DRIFT_DEVIATIONS * deviation, math.log(policy.DRIFT_RATIO)):
        return None
    return moved > 0
