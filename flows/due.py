"""What is due, late or missing on a day: plain functions of a date. The clock is London's, whatever the machine's."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from data.operations import WEEKDAYS, Moment

LONDON: Final = ZoneInfo("Europe/London")


def last_due(moment: Moment, now: datetime) -> datetime:
    """The newest time at or before `now` at which a job was due. However many were missed, it is one."""
    day = now.astimezone(LONDON).date()
    while not (_falls_on(moment, day) and _at(moment, day) <= now):
        day -= timedelta(days=1)
    return _at(moment, day)


def next_due(moment: Moment, now: datetime) -> datetime:
    """The first time after `now` at which a job is due."""
    day = now.astimezone(LONDON).date()
    while not (_falls_on(moment, day) and _at(moment, day) > now):
        day += timedelta(days=1)
    return _at(moment, day)


def is_due(moment: Moment, now: datetime, done_for: datetime | None) -> bool:
    """Whether a job is to be done: once for the newest time it was due, and never twice for the same."""
    return done_for is None or last_due(moment, now) > done_for


def late_month(days_taken: Iterable[date], today: date, due_day: int) -> date | None:
    """The newest month in which an extract should have been taken and come, and none has; None where all is well.

    An extract is taken each month and due on `due_day`; the day itself is still in time. A workspace that never had
    one misses none. A month comes as its first day.
    """
    taken = set(days_taken)
    if not taken:
        return None
    expected = today.replace(day=1)
    if today.day <= due_day:
        expected = (expected - timedelta(days=1)).replace(day=1)
    return expected if max(taken) < expected else None


def missing_months(days_taken: Iterable[date]) -> list[date]:
    """The months between the first and the newest extract in which none was taken; each as its first day."""
    months = sorted({day.replace(day=1) for day in days_taken})
    found: list[date] = []
    for before, after in pairwise(months):
        month = _following(before)
        while month < after:
            found.append(month)
            month = _following(month)
    return found


def _following(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _falls_on(moment: Moment, day: date) -> bool:
    if moment.weekday is not None:
        return day.weekday() == WEEKDAYS.index(moment.weekday)
    return moment.day is None or day.day == moment.day


def _at(moment: Moment, day: date) -> datetime:
    return datetime.combine(day, moment.at, LONDON)
