"""Events: what a campaign, a Pride or a trigger event did to reports, beside dates at which nothing happened.

Formula: `series.step_effect` with a step over the event's months; the same over placebo dates says how often
such an effect turns up anyway. May claim: reports rose or fell by so much after it, beyond season and
control. May not claim: that incidents did; a rise after a campaign is what it was for. Gates: 24 months
before, a mean of 5 a month, declared before the figures were seen (else exploratory), 8 placebo dates.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from data.errors import UsageError
from transforms.signals.change import MIN_BEFORE, MIN_MEAN
from transforms.signals.result import require_columns
from transforms.signals.series import Effect, months_of, step_effect

MIN_PLACEBOS: Final = 8
RARE: Final = 0.1


@dataclass(frozen=True)
class EventEffect:
    """What was found: `found`, `not_found` or `cannot_tell`, with the ratio, its limits and the placebo
    dates.

    `placebo_share` is the share of placebo dates with an effect at least as large. `is_exploratory`: the
    event was not declared before its figures could be seen. `placebos`: `month`, `estimate`, `lower`,
    `upper`.
    """

    state: str
    ratio: float
    lower: float
    upper: float
    placebo_share: float
    is_exploratory: bool
    placebos: pd.DataFrame
    reason: str


def event_effect(series: pd.DataFrame, starts: date, months: int = 3, declared_on: date | None = None) -> EventEffect:
    """Return the effect on `report_count` over `months` from the month of `starts`.

    `series`: `month`, `report_count`, and `control_count` where a comparable series did not see the event, in
    rows without gaps. Raises UsageError where the event's months are not all within it.
    """
    require_columns(series, ["month", "report_count"], "series")
    ordered = series.sort_values("month", ignore_index=True)
    when = months_of(ordered)
    month = pd.Timestamp(starts).replace(day=1)
    first = int(when.searchsorted(month))
    if first + months > len(when) or when[first] != month:
        raise UsageError(
            f"The series does not hold all {months} months of the event.",
            "Wait for them, or choose a shorter window.",
        )
    exploratory = declared_on is None or pd.Timestamp(declared_on) > when[first]
    mean = float(ordered["report_count"].iloc[:first].mean()) if first else 0.0
    if first < MIN_BEFORE or mean < MIN_MEAN:
        gate = f"Too little before the event: {first} months, {mean:.1f} a month."
        return EventEffect("cannot_tell", np.nan, np.nan, np.nan, np.nan, exploratory, _table([], []), gate)
    effect = step_effect(ordered, _window(len(ordered), first, months))
    # Placebos come from the time before the event, which cannot have moved them.
    quiet = ordered.iloc[:first]
    dates = range(months, first - 2 * months + 1)
    placebos = [step_effect(quiet, _window(first, at, months)) for at in dates]
    table = _table([when[at] for at in dates], placebos)
    if len(placebos) < MIN_PLACEBOS:
        gate = f"Too few placebo dates: {len(placebos)}, below {MIN_PLACEBOS}."
        return EventEffect("cannot_tell", *effect[:3], np.nan, exploratory, table, gate)
    share = float(np.mean([abs(placebo.t) >= abs(effect.t) for placebo in placebos]))
    found = not effect.lower <= 1 <= effect.upper and share <= RARE
    direction = "up" if effect.ratio > 1 else "down"
    reason = (
        f"Reports were {abs(effect.ratio - 1):.0%} {direction} on season and trend; "
        f"{share:.0%} of {len(placebos)} other dates show as much."
    )
    return EventEffect("found" if found else "not_found", *effect[:3], share, exploratory, table, reason)


def _window(length: int, first: int, months: int) -> np.ndarray:
    step = np.zeros(length)
    step[first : first + months] = 1
    return step


def _table(dates: list[pd.Timestamp], effects: list[Effect]) -> pd.DataFrame:
    columns = {"month": dates}
    columns |= {name: [getattr(effect, name) for effect in effects] for name in ("ratio", "lower", "upper")}
    return pd.DataFrame(columns).rename(columns={"ratio": "estimate"})
