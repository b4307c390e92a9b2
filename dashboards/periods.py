"""The periods that figures stand for: which a release spans, and what each is called."""

from datetime import date
from typing import Final

MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year_ending_march": 12}
"""Months in each kind of period that tiles the calendar from April."""

_NAMES: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NUMERALS: Final = {2: "two", 3: "three", 4: "four", 5: "five"}
PERIOD_NOUNS: Final = {
    "month": ("month", "months"),
    "quarter": ("quarter", "quarters"),
    "half_year": ("half-year", "half-years"),
    "year_ending_march": ("year", "years"),
    "rolling_12_months": ("12 months", "12 months"),
    "several_years": ("several years", "several years"),
}


def month_index(day: date) -> int:
    """Return the month a day lies in as a number that counts up by one a month."""
    return day.year * 12 + day.month - 1


def first_day(index: int) -> date:
    """Return the first day of the month with this number."""
    return date(index // 12, index % 12 + 1, 1)


def last_day(index: int) -> date:
    """Return the last day of the month with this number."""
    return date.fromordinal(first_day(index + 1).toordinal() - 1)


def length(start: date, end: date) -> int:
    """Return how many months lie from the first day to the last."""
    return month_index(end) - month_index(start) + 1


def spanned(period_type: str, first_month: date, last_month: date) -> list[tuple[date, date]]:
    """Return the first and last day of each period of this kind that lies wholly within the months."""
    size = MONTHS[period_type]
    first, last = month_index(first_month), month_index(last_month)
    # April is month 3 of a year, and every kind of period starts on a multiple of its size from there.
    opening = first + (3 - first) % size
    return [(first_day(start), last_day(start + size - 1)) for start in range(opening, last - size + 2, size)]


def month_name(month: date) -> str:
    """Return such as `March 2026`."""
    return f"{_NAMES[month.month - 1]} {month.year}"


def day_name(day: date) -> str:
    """Return such as `4 April 2026`."""
    return f"{day.day} {month_name(day)}"


def span(first: date, last: date) -> str:
    """Return such as `April 2023 to March 2026`, or `April to June 2025` within a year."""
    if (first.year, first.month) == (last.year, last.month):
        return month_name(first)
    opening = _NAMES[first.month - 1] if first.year == last.year else month_name(first)
    return f"{opening} to {month_name(last)}"


def name(start: date, end: date) -> str:
    """Return what a period is called in a sentence, such as `the year ending March 2026`."""
    months = length(start, end)
    if months == 12 and end.month == 3:
        return f"the year ending {month_name(end)}"
    if months == 12:
        return f"the 12 months to {month_name(end)}"
    if months > 12 and months % 12 == 0:
        return f"the {NUMERALS.get(months // 12, months // 12)} years ending {month_name(end)}"
    return span(start, end)


def label(start: date, end: date) -> str:
    """Return what a period is called at the head of a table row."""
    called = name(start, end).removeprefix("the ")
    return called[:1].upper() + called[1:]
