"""What chance and rounding together could do to a printed count: limits that are never narrower than both."""

import math
from dataclasses import dataclass
from typing import Final

from data.policies import INTERNAL, Policy

Z: Final = 1.96
"""Standard normal deviate of a 95% interval, as the Home Office and PHE round it."""


@dataclass(frozen=True)
class Ratio:
    """One count over another, with limits wide enough for chance and for rounding."""

    estimate: float
    lower: float
    upper: float

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the limits leave out 1."""
        return self.lower > 1 or self.upper < 1


def bounds(printed: float, policy: Policy, off: int = 0) -> tuple[float, float]:
    """Return the least and the largest count behind a printed figure; a sum of such figures can be `off` either way."""
    return (printed - off, printed + off) if off else policy.interval(int(printed))


def ratio(latest: float, earlier: float, policy: Policy = INTERNAL, offs: tuple[int, int] = (0, 0)) -> Ratio | None:
    """Return latest ÷ earlier with the log-Wald limits, exp(ln(a/b) ± 1.96 √(1/a + 1/b)), at their widest.

    True for independent reports over periods of equal length. The lower limit is taken where rounding puts the
    latest count lowest and the earlier one highest, the upper limit the other way; `offs` as in `bounds`. None where
    either is zero.
    """
    if latest <= 0 or earlier <= 0:
        return None
    least, most = bounds(latest, policy, offs[0])
    least_before, most_before = bounds(earlier, policy, offs[1])
    return Ratio(latest / earlier, _log_wald(least, most_before, -Z), _log_wald(most, least_before, Z))


def count_limits(printed: float, policy: Policy = INTERNAL, off: int = 0) -> tuple[float, float]:
    """Return 95% limits of the level behind a printed count, by Byar's approximation to the Poisson's.

    Breslow and Day 1987, as in PHE's technical guide: O(1 - 1/9O - z/3√O)³ and its twin at O + 1; the lower
    limit at the least count that prints so, the upper at the largest.
    """
    least, most = bounds(printed, policy, off)
    lower = least * (1 - 1 / (9 * least) - Z / (3 * math.sqrt(least))) ** 3 if least > 0 else 0.0
    above = most + 1
    return max(0.0, lower), above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3


@dataclass(frozen=True)
class Percent:
    """A printed share in percent: where it lies for all that its step leaves open, and its 95% limits.

    `least` and `most` are the share at its lowest and at its highest, `lower` and `upper` the Wilson limits of these.
    """

    least: float
    most: float
    lower: float
    upper: float


def difference(latest: Percent, earlier: Percent) -> tuple[float, float]:
    """Return 95% limits of the points by which two shares of different reports differ, latest - earlier.

    Newcombe 1998, method 10: the distances of each share from its own Wilson limits, squared and added; the lower
    limit where the steps put the latest share lowest and the earlier one highest, the upper limit the other way.
    """
    low = latest.least - earlier.most
    high = latest.most - earlier.least
    below = math.hypot(latest.least - latest.lower, earlier.upper - earlier.most)
    above = math.hypot(latest.upper - latest.most, earlier.least - earlier.lower)
    return low - below, high + above


def chance_range(expected: float, share: float) -> tuple[float, float]:
    """Return the counts outside which chance alone puts less than half the rest of this share on either side.

    For Poisson counts of the expected size, interpolated between whole counts as funnel plots are drawn
    (Spiegelhalter 2005): a count below the first, or above the second, has a tail of less than (1 - share) / 2.
    """
    # Only funnels need it, and it takes longer to load than an answer on the command line takes to give.
    from scipy.special import pdtrik

    tail = (1 - share) / 2
    lower = float(pdtrik(tail, expected)) if math.exp(-expected) < tail else 0.0
    return lower, float(pdtrik(1 - tail, expected)) + 1


def _log_wald(a: float, b: float, z: float) -> float:
    return math.exp(math.log(a / b) + z * math.sqrt(1 / a + 1 / b))
