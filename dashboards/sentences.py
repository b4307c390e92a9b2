"""The words on every page: small facts turned into plain sentences that never claim more than the numbers."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

HIDDEN: Final = "hidden to protect people"
CAVEAT: Final = (
    "These are reports to police, not all hate crime. More reports can mean more crime, more trust or better "
    "recording; fewer reports can mean less of any of these."
)
OVERLAP: Final = "One report can count under several characteristics, so they are never added together."

_MONTHS: Final = (
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
_NOUNS: Final = {
    "crime": ("report", "reports"),
    "non_crime_incident": ("report of a non-crime incident", "reports of non-crime incidents"),
}
_WITHOUT_VALUE: Final = {"[c]": HIDDEN, "[z]": "not applicable"}
_DATE_BASES: Final = {
    "recorded": "placed in the month police recorded them",
    "reported": "placed in the month police were told",
    "occurred": "placed in the month they happened",
}


@dataclass(frozen=True)
class Count:
    """Reports in one period, such as `the year ending March 2026`.

    `number` is None where `marker` says why; `where` is a phrase such as `place` gives, or empty.
    """

    number: float | None
    period: str
    marker: str = ""
    where: str = ""
    record_class: str = "crime"


@dataclass(frozen=True)
class Comparison:
    """One period's reports against those of the period of equal length before it."""

    latest: Count
    earlier: Count


@dataclass(frozen=True)
class Run:
    """A series of months: the figures of complete months that may be seen, and how many of all cannot be."""

    visible: tuple[float, ...]
    hidden_count: int
    missing_count: int
    period: str
    record_class: str = "crime"


@dataclass(frozen=True)
class RateRatio:
    """A ratio of two rates with its 95% interval."""

    estimate: float
    lower: float
    upper: float

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the interval leaves out 1."""
        return self.lower > 1 or self.upper < 1


def rate_ratio(latest: float, earlier: float) -> RateRatio | None:
    """Return latest ÷ earlier with the log-Wald interval, exp(ln(a/b) ± 1.96 √(1/a + 1/b)).

    True for independent reports over periods of equal length. None where either count is zero.
    """
    if latest <= 0 or earlier <= 0:
        return None
    spread = 1.96 * math.sqrt(1 / latest + 1 / earlier)
    middle = math.log(latest / earlier)
    return RateRatio(latest / earlier, math.exp(middle - spread), math.exp(middle + spread))


def number(value: float) -> str:
    """Return the figure with thousands commas, and decimals only where it has them."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def month_name(month: date) -> str:
    """Return such as `March 2026`."""
    return f"{_MONTHS[month.month - 1]} {month.year}"


def day_name(day: date) -> str:
    """Return such as `4 April 2026`."""
    return f"{day.day} {month_name(day)}"


def year_name(end: date) -> str:
    """Return such as `the year ending March 2026`."""
    return f"the year ending {month_name(end)}"


def span(first: date, last: date) -> str:
    """Return such as `April 2023 to March 2026`."""
    return f"{month_name(first)} to {month_name(last)}"


def cell(value: float | None, marker: str) -> str:
    """Return a table cell: the figure with its markers, or the words for why there is none."""
    if value is None:
        return next((words for code, words in _WITHOUT_VALUE.items() if code in marker), "not available")
    return f"{number(value)} {marker}".rstrip()


def place(name: str, area_type: str) -> str:
    """Return such as `in Watford`, or `with the place given as “Online”` where that is no place on a map."""
    return f"with the place given as “{name}”" if area_type == "not_geographic" else f"in {name}"


def counted(record_class: str, date_basis: str, where: str) -> str:
    """Return the line under a headline: what is counted, and which date places it."""
    what = (
        "Hate crimes reported to police" if record_class == "crime" else "Non-crime hate incidents reported to police"
    )
    return f"{what} {where}, each counted once, {_DATE_BASES[date_basis]}."


def nouns(value: float | None, record_class: str) -> str:
    """Return `report` or `reports`, with the class where it is not a crime."""
    singular, plural = _NOUNS[record_class]
    return singular if value == 1 else plural


def count(fact: Count) -> str:
    """Return the figure as a clause without a full stop, such as a headline needs."""
    where = f" {fact.where}" if fact.where else ""
    tail = f"{nouns(fact.number, fact.record_class)}{where} in {fact.period}"
    if fact.number is None:
        return f"The number of {tail} is {cell(None, fact.marker)}"
    return f"{number(fact.number) if fact.number else 'No'} {tail}"


def comparison(fact: Comparison) -> str:
    """Return how the two periods compare; a direction is named only where the 95% interval leaves out 1."""
    latest, earlier = fact.latest.number, fact.earlier.number
    if latest is None or earlier is None:
        if "[c]" in fact.latest.marker + fact.earlier.marker:
            return f"It is not compared with the year before, because a figure is {HIDDEN}."
        return "It cannot be compared with the year before, because a figure is not available."
    before = f"The year before there {'was' if earlier == 1 else 'were'} {number(earlier) if earlier else 'none'}"
    ratio = rate_ratio(latest, earlier)
    if ratio is None:
        return f"{before}. A ratio cannot be formed with zero."
    interval = f"(rate ratio {ratio.estimate:.2f}, 95% interval {ratio.lower:.2f} to {ratio.upper:.2f})"
    if not ratio.is_beyond_chance:
        return f"{before}: no change beyond chance {interval}."
    direction = "Up" if ratio.lower > 1 else "Down"
    return f"{direction} from {number(earlier)} the year before: more than chance alone would give {interval}."


def run(fact: Run) -> str:
    """Return the lowest and highest of the months that may be seen, without a full stop."""
    if not fact.visible:
        return f"No month's figure can be shown for {fact.period}"
    low, high = min(fact.visible), max(fact.visible)
    size = number(low) if low == high else f"{number(low)} to {number(high)}"
    return f"{size} {nouns(high, fact.record_class)} a month, {fact.period}"


def gaps(fact: Run) -> str:
    """Return how many of the months are hidden and how many are not available; empty where none is."""
    hidden, missing = fact.hidden_count, fact.missing_count
    parts = []
    if hidden:
        parts.append(f"{hidden} {_months(hidden)} {HIDDEN}, which is not zero")
    if missing:
        parts.append(f"{missing} {_months(missing)} not available")
    return f"{'; '.join(parts)}." if parts else ""


def accounting(rows: dict[str, int]) -> str:
    """Return whether the rows received equal the rows accounted for, in one sentence."""
    rest = sum(value for name, value in rows.items() if name != "received")
    received = rows.get("received", 0)
    if rest == received:
        return f"Every one of the {number(received)} rows received is accounted for."
    return (
        f"{number(received)} rows were received and {number(rest)} are accounted for: "
        f"{number(abs(received - rest))} apart. Treat every figure here with care."
    )


def _months(count_of_months: int) -> str:
    return "month is" if count_of_months == 1 else "months are"
