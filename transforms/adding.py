"""Twelve months, the year to date and calendar years, added up from printed figures: they tell nothing more."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from data.added import ADDED, note_id
from data.policies import Policy
from data.schema import PUBLISHED
from transforms.disclosure.cube import APRIL, Window, month_number

_SERIES: Final = ["area_code", "characteristic", "record_class", "date_basis"]


@dataclass(frozen=True, order=True)
class Sum:
    """Printed figures laid end to end: how far rounding can put their sum off, how many they are, and the sum."""

    off: int
    parts: int
    value: float


def wanted(first_month: date, last_month: date) -> list[Window]:
    """Return the twelve months and the years to date that end with the last month, and their like a year before.

    And the twelve months that end with the latest quarter, for places whose figures do not stand by month; and every
    whole calendar year.
    """
    first, end = month_number(first_month), month_number(last_month) + 1
    quarter = end - (end - APRIL) % 3
    april = end - 1 - (end - 1 - APRIL) % 12
    found = []
    for back in (0, 12):
        found += [Window(last - 12 - back, last - back, "rolling_12_months") for last in (end, quarter)]
        found.append(Window(april - back, end - back, "year_to_date"))
        found.append(Window((end - 1) // 12 * 12 - back, end - back, "calendar_year"))
    found += [Window(january, january + 12, "calendar_year") for january in range(-(-first // 12) * 12, end - 11, 12)]
    return list({(window.start, window.end): window for window in reversed(found)}.values())[::-1]


def added_figures(figures: pd.DataFrame, policy: Policy, first_month: date, last_month: date) -> pd.DataFrame:
    """Return a row for each wanted window that printed counts fill end to end, with the columns of `figures`.

    Of several ways to fill a window the one that rounding can put off least is taken, then the one of fewest parts.
    Where the window has a figure of its own, hidden or not, there is none. The note says how far it can be off.
    """
    rows = []
    for _, group in figures[figures["measure"] == "report_count"].groupby(_SERIES, sort=True):
        spans = [
            (month_number(first), month_number(last) + 1)
            for first, last in zip(group["period_start"], group["period_end"], strict=True)
        ]
        printed = [
            (*span, float(value)) for span, value in zip(spans, group["value"], strict=True) if not pd.isna(value)
        ]
        for window in wanted(first_month, last_month):
            found = None if (window.start, window.end) in spans else fewest(printed, window, policy)
            if found is not None:
                rows.append(_row(group.iloc[0], window, found, policy))
    return pd.DataFrame(rows, columns=PUBLISHED.column_names)


def fewest(printed: Iterable[tuple[int, int, float]], window: Window, policy: Policy) -> Sum | None:
    """Return the sum of the printed (start, end, value) that fill the window; None where nothing printed does."""
    reached = {window.start: Sum(0, 0, 0.0)}
    inside = [one for one in printed if window.start <= one[0] and one[1] <= window.end]
    for start, end, value in sorted(inside):
        if start in reached:
            so_far = reached[start]
            off = so_far.off + (policy.rounding_base // 2 if value else 0)
            step = Sum(off, so_far.parts + 1, so_far.value + value)
            reached[end] = min(step, reached.get(end, step))
    return reached.get(window.end)


def _row(like: pd.Series, window: Window, found: Sum, policy: Policy) -> dict[str, object]:
    return {
        **{name: like[name] for name in PUBLISHED.column_names},
        "measure": ADDED,
        "period_type": window.period_type,
        "period_start": window.first_day,
        "period_end": window.last_day,
        "value": found.value,
        "marker": "",
        "note_ids": " ".join(_notes(str(like["note_ids"]), found.off)),
    }


def _notes(note_ids: str, off: int) -> Iterator[str]:
    yield from (one for one in note_ids.split() if one not in ("hidden", "revised", "withdrawn"))
    if off:
        yield note_id(off)
