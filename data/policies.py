"""Disclosure policies: the profiles under which figures may leave, each value with its reason."""

from dataclasses import asdict, dataclass
from typing import Final

from data.policy import SMALL_COUNT


@dataclass(frozen=True)
class Policy:
    """What one profile hides, how it prints, and what an outsider may at most find out.

    A figure that is printed tells an outsider an interval (`interval`); a figure that is hidden must stay as
    open as the protection interval says. Nothing here can be switched off for a public output: `protects` is
    false only for the profile that never leaves the force.
    """

    name: str
    protects: bool
    """False only where exact counts go to people entitled to the reports themselves."""

    rounding_base: int
    """5 prints the nearest five, so that one more report moves a figure seldom and by no telling amount, and a
    subtraction of printed figures leaves a range rather than a number. 1 prints exactly."""

    stamp: str
    """Stands on everything made under the profile."""

    threshold: int = SMALL_COUNT
    """Counts from 1 to one below are hidden: 5 is the commonest threshold (OECD/UNECE, OMOP tools); below it a
    reader who knows one case can learn of the others."""

    protected_from: int = 1
    protected_to: int = SMALL_COUNT - 1
    """The protection interval. A hidden figure that may be small must, for an outsider who combines everything
    ever published, still be able to be 1 or less and 4 or more. Then all that was published tells no more
    than the marker alone does: any small count stays possible. A narrower rule (two values, say) would let a
    reader tell one case from several; a wider one would hide more and keep no further secret."""

    hidden_width: int = SMALL_COUNT - 1
    """A hidden figure that can be worked out to be no small count must still span 4 (five values, as many as a
    rounded figure leaves open): a hidden figure that everybody can work out is a printed one."""

    group_base: int = 10
    """A group printed as fewer than this is small: where all of it carries one characteristic, printed zeros for
    the others would tell what every reporter's was. Ten is the smallest group that the UK LLC and ONS research
    environments let out; in a larger one, rounding leaves open whether it really was all of them."""

    force_weight: float = 4.0
    """A force's figure is read by everybody, so losing one counts as much as losing four districts'."""

    unplaced_weight: float = 0.5
    """Figures of reports without a district are read by analysts, so they are hidden before a district's."""

    unplaced_period_types: tuple[str, ...] = ("year_ending_march", "several_years")
    """Reports without a district are shown by year only. There are few, so that most of their months would be
    hidden, and what is not said of them leaves every sum of districts open: fewer district figures are lost."""

    offered_share: float = 0.3
    """Months, and quarters, are shown for an area and characteristic where at least this share of its reports lies
    in ones that are no small count. Elsewhere nearly every one would read [c]: a wall that says nothing, and costs
    coarser figures their place."""

    most_monthly_counts: int = 25_000
    """A table of more counts (place × characteristic × month) is published by quarter: the outsider's possibilities
    grow faster than the table, and protecting and auditing New York's 78 precincts by month takes over half an hour.
    London's 32 boroughs and five years stay below it."""

    standing_share: float = 0.9
    """Figures stand at a period when at least this share of the area's reports lies in printed figures of that
    very period: with more left out, a chart would be mostly gaps."""

    percentage_base: int = 20
    """No percentage is printed on fewer: below 20 one report moves it by more than five points."""

    share_steps: tuple[int, ...] = (5, 10)
    """Points of a hundred to which a share of reports is rounded, finest first; coarser ones would say little."""

    cross_area_type: str = "police_force"
    cross_period_type: str = "year_ending_march"
    """Finest place and period at which two sensitive dimensions may be crossed, such as a characteristic and how
    reports came: below a force and a year nearly every cell of such a cross is one to four reports."""

    def printed(self, count: int) -> int:
        """Return the figure printed for a count: always the same for the same count."""
        base = self.rounding_base
        return (count + base // 2) // base * base

    def told(self, count: int) -> int:
        """Return how a number of rows is told outside the private side: rounded, but never down to nothing."""
        return max(self.printed(count), self.rounding_base) if count else 0

    def share_step(self, least_base: float) -> int | None:
        """Return the finest step at which a share of at least so many reports may be printed; None where none may.

        Half a step must be as many reports as the protection interval reaches to. Then a printed 0% or 100% leaves
        open every small count, and any share leaves open more counts than a rounded figure does.
        """
        if not self.protects:
            return 1 if least_base >= self.percentage_base else None
        return next((step for step in self.share_steps if least_base * step / 200 >= self.protected_to), None)

    def as_dict(self) -> dict[str, object]:
        """Return every value of the profile, ready for a manifest or a certificate."""
        return asdict(self)

    def interval(self, figure: int) -> tuple[int, int]:
        """Return the least and the largest count that are printed as this figure; a printed 0 is exact."""
        if figure == 0 or self.rounding_base == 1:
            return figure, figure
        half = self.rounding_base // 2
        return max(self.threshold, figure - half), figure + half


PUBLIC: Final = Policy(
    name="public",
    protects=True,
    rounding_base=5,
    stamp="public: small counts are hidden and every other figure is rounded to the nearest 5",
)
"""For anybody. Hiding alone loses most months; rounding all else keeps most of them at the same safety."""

PARTNER: Final = Policy(
    name="partner",
    protects=True,
    rounding_base=1,
    stamp="partner: small counts are hidden; share only with the partners named in the agreement",
)
"""Exact where printed, so far more is hidden. It measures what hiding alone would keep. No command makes a release
under it: its readers hold every public release too, and the two would have to be protected as one for ever."""

INTERNAL: Final = Policy(
    name="internal",
    protects=False,
    rounding_base=1,
    stamp="internal: contains unprotected counts",
)
"""For the force's own analysts, who may see the reports themselves: nothing hidden, everything stamped."""

POLICIES: Final = {policy.name: policy for policy in (PUBLIC, PARTNER, INTERNAL)}
