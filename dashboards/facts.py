"""The facts that sentences are made of: each carries what it counts, so that only like is compared with like."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboards import periods
from dashboards.chance import Percent, Ratio, difference, ratio
from dashboards.periods import length
from data.policies import INTERNAL, Policy
from data.shares import ShareOf

ALL: Final = "all"


@dataclass(frozen=True)
class Subject:
    """What a figure counts: reports of one record class that name one characteristic (or all) in one place."""

    area_code: str
    characteristic: str
    record_class: str
    date_basis: str


@dataclass(frozen=True)
class Count:
    """Reports in one period; `number` is None where `marker` says why.

    A number added up from printed ones can be `off` reports more or fewer, through rounding.
    """

    subject: Subject
    start: date
    end: date
    number: float | None
    marker: str = ""
    off: int = 0

    @property
    def told(self) -> object:
        """What the figure tells, whatever its period: only like is compared with like."""
        return self.subject

    @property
    def period(self) -> str:
        """What the period is called, such as `the year ending March 2026`."""
        return periods.name(self.start, self.end)


@dataclass(frozen=True)
class Break:
    """A day from which reports were recorded in another way: figures on its two sides are not alike."""

    starts_on: date
    what: str


class NotComparable(ValueError):
    """Two figures were put side by side that do not count the same thing over periods of equal length."""


def _refuse_unlike(latest: "Count | ReportShare", earlier: "Count | ReportShare") -> None:
    """Raise NotComparable unless both tell the same thing, over as many months, one after the other."""
    if latest.told != earlier.told:
        raise NotComparable("the two figures count different things")
    if length(latest.start, latest.end) != length(earlier.start, earlier.end):
        raise NotComparable("the two periods are not of equal length")
    if earlier.end >= latest.start:
        raise NotComparable("the earlier period does not end before the later one starts")


def _first_crossed(breaks: tuple[Break, ...], start: date, end: date) -> Break | None:
    inside = [one for one in breaks if start < one.starts_on <= end]
    return min(inside, key=lambda one: one.starts_on, default=None)


@dataclass(frozen=True)
class Change:
    """One period's reports beside those of an earlier period of equal length.

    Raises NotComparable unless both count the same subject, over as many months, one after the other.
    """

    latest: Count
    earlier: Count
    policy: Policy = INTERNAL
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not alike."""
        _refuse_unlike(self.latest, self.earlier)

    @property
    def crossed(self) -> Break | None:
        """The first change of recording within the two periods or between them, if any."""
        return _first_crossed(self.breaks, self.earlier.start, self.latest.end)

    @property
    def ratio(self) -> Ratio | None:
        """Latest ÷ earlier with its limits; None where a figure is missing or zero, or a break lies between."""
        if self.latest.number is None or self.earlier.number is None or self.crossed:
            return None
        return ratio(self.latest.number, self.earlier.number, self.policy, (self.latest.off, self.earlier.off))

    @property
    def direction(self) -> str:
        """`up` or `down` where the limits leave out no change, else nothing."""
        found = self.ratio
        if found is None or not found.is_beyond_chance:
            return ""
        return "up" if found.lower > 1 else "down"


@dataclass(frozen=True)
class Run:
    """A series of periods: the figures that may be seen, and how many of all cannot be."""

    visible: tuple[float, ...]
    hidden_count: int
    missing_count: int
    start: date
    end: date
    period_type: str = "month"
    record_class: str = "crime"


@dataclass(frozen=True)
class ReportShare:
    """A share of the reports of one period, in percent with its 95% limits; right to within `step` points."""

    subject: Subject
    of: ShareOf
    start: date
    end: date
    percent: float
    lower: float
    upper: float
    step: int = 0

    @property
    def told(self) -> object:
        """What the figure tells, whatever its period: only like is compared with like."""
        return self.subject, self.of

    @property
    def period(self) -> str:
        """What the period is called."""
        return periods.name(self.start, self.end)

    @property
    def range(self) -> Percent:
        """Where the share lies for all that its step leaves open."""
        return Percent(max(0, self.percent - self.step), min(100, self.percent + self.step), self.lower, self.upper)


@dataclass(frozen=True)
class ShareChange:
    """One year's share beside that of the year before.

    Raises NotComparable unless both are the same share of the same subject, over as many months, one after the other.
    """

    latest: ReportShare
    earlier: ReportShare
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not alike."""
        _refuse_unlike(self.latest, self.earlier)

    @property
    def crossed(self) -> Break | None:
        """The first change of recording within the two periods or between them, if any."""
        return _first_crossed(self.breaks, self.earlier.start, self.latest.end)

    @property
    def direction(self) -> str:
        """`up` or `down` where chance and rounding leave out no difference, else nothing."""
        if self.crossed:
            return ""
        lower, upper = difference(self.latest.range, self.earlier.range)
        return "up" if lower > 0 else "down" if upper < 0 else ""


@dataclass(frozen=True)
class Share:
    """What a published survey found: a share of its own respondents, which is known for no smaller place."""

    survey: str
    period: str
    population: str
    percent: float
    finding: str
