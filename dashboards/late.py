"""Months that are not complete: how much of them is on record so far, and where late reports may carry them."""

import math
from datetime import date

from dashboards import periods, sentences
from dashboards.chance import count_limits
from dashboards.facts import ALL, ReportShare
from dashboards.release import Cell, Release, Series
from dashboards.report_shares import shares
from data.lateness import MONTHS_LATE
from data.shares import ON_RECORD


def on_record(release: Release, characteristic: str = ALL) -> dict[int, ReportShare]:
    """Return the latest share told of what is on record so many months after a month, by months.

    Where nothing is told of the characteristic, it is that of all reports of crime.
    """
    told = {months: shares(release, release.force, characteristic, ON_RECORD[months]) for months in MONTHS_LATE}
    found = {months: years[-1] for months, years in told.items() if years}
    return found if found or characteristic == ALL else on_record(release)


def end(release: Release, series: Series, cell: Cell) -> tuple[int, int] | None:
    """Return between which counts a month may end that is not complete; None where it is, or where that is not known.

    If late reports come as they did in the year that is told of, and as far as chance and rounding may move the count
    so far: its 95% limits over the most and the least that may be on record. Formula: division by the share known to
    be reported by then (Lawless, Canadian Journal of Statistics 22:15, 1994).
    """
    if cell.value is None or cell.start <= release.about.last_complete_month:
        return None
    months = periods.month_index(release.about.last_month) - periods.month_index(cell.start)
    share = on_record(release, series.characteristic).get(months)
    if share is None or share.range.least <= 0:
        return None
    low, high = count_limits(cell.value, release.policy, cell.off)
    return math.floor(low * 100 / share.range.most), math.ceil(high * 100 / share.range.least)


def ends(release: Release, series: Series) -> dict[date, tuple[int, int]]:
    """Return the `end` of every month of the series that has one, by its first day."""
    return {cell.start: found for cell in series.cells if (found := end(release, series, cell))}


def sentence(release: Release) -> str:
    """Say how much of a month is on record when it ends and later, or that no month waits; empty where not known."""
    if told := on_record(release):
        return sentences.on_record([told[months] for months in sorted({min(told), max(told)})])
    return sentences.NEVER_LATE if release.about.headline_date_basis == "recorded" else sentences.LATE_UNKNOWN
