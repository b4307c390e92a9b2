"""Limits for counts, rates, shares and their ratios, by the rules of public health statistics in England.

May claim: the range that chance alone could give. May not claim: that the count is complete. Repeat victims
make reports depend on each other, which makes every limit here too narrow. Gate: none.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special, stats

from data.errors import UsageError

EXACT_BELOW: Final = 10
"""Counts below 10 take exact limits, others Byar's (Public Health England, Technical Guide: Confidence
intervals).
"""
PER: Final = 100_000

Numbers = npt.NDArray[np.float64]


class Ratio(NamedTuple):
    """A ratio of two rates with its limits and how they were found."""

    ratio: float
    lower: float
    upper: float
    ci_method: str


def poisson_limits(count: npt.ArrayLike, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """Return lower and upper limits of the mean of Poisson counts: exact below 10, Byar's from 10; NaN stays
    NaN.

    Exact: Garwood 1936, by chi-square. Byar: Breslow and Day 1987. Raises UsageError on a negative count.
    """
    observed = _counts(count)
    exact_lower, exact_upper = exact_poisson_limits(observed, confidence)
    byar_lower, byar_upper = byar_limits(observed, confidence)
    small = observed < EXACT_BELOW
    return np.where(small, exact_lower, byar_lower), np.where(small, exact_upper, byar_upper)


def exact_poisson_limits(count: npt.ArrayLike, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """Return Garwood's exact limits; for a count of 0 the lower is 0 and the upper 95% limit 3.689."""
    observed = _counts(count)
    tail = (1 - confidence) / 2
    # Chi-square on 0 degrees of freedom is not defined, and the limit there is 0.
    lower = np.where(observed > 0, stats.chi2.ppf(tail, 2 * np.maximum(observed, 0.5)) / 2, 0 * observed)
    return lower, stats.chi2.ppf(1 - tail, 2 * observed + 2) / 2


def mid_p_poisson_limits(count: npt.ArrayLike, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """Return the means at which half the chance of the count and all beyond it make up either tail; 0 starts at 0.

    Lancaster 1961; Berry and Armitage 1995. On average over counts they hold the mean as often as they say, where
    exact limits of small counts hold it 98 times in 100.
    """
    observed = _counts(count)
    tail = (1 - confidence) / 2

    def half_there(mean: Numbers) -> Numbers:
        return np.asarray(np.exp(special.xlogy(observed, mean) - mean - special.gammaln(observed + 1)) / 2)

    def reached(low: Numbers, high: Numbers, is_past: Callable[[Numbers], Numbers]) -> Numbers:
        for _ in range(60):
            middle = (low + high) / 2
            past = is_past(middle)
            low, high = np.where(past, low, middle), np.where(past, middle, high)
        return low

    exact_lower, exact_upper = exact_poisson_limits(observed, confidence)
    lower = reached(exact_lower, observed, lambda m: special.gammainc(observed + 1, m) + half_there(m) >= tail)
    upper = reached(observed, exact_upper, lambda m: special.gammaincc(observed + 1, m) - half_there(m) <= tail)
    return np.where(observed > 0, lower, 0 * observed), upper


def byar_limits(count: npt.ArrayLike, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """Return Byar's limits, within 0.1% of the exact ones from a count of 10; the lower limit of 0 is 0."""
    observed = _counts(count)
    z = stats.norm.ppf((1 + confidence) / 2)
    low = np.where(observed > 0, observed, np.nan)
    lower = np.where(observed == 0, 0.0, low * (1 - 1 / (9 * low) - z / (3 * np.sqrt(low))) ** 3)
    more = observed + 1
    return lower, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def wilson_limits(events: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """Return Wilson's 1927 score limits of a share (0 to 1); NaN where there are no trials."""
    x, n = np.broadcast_arrays(_counts(events), _counts(trials))
    if np.any(x > n):
        raise UsageError(
            f"{int(np.sum(x > n))} share(s) have more events than trials.",
            "Count each report once, in the events and in the trials.",
        )
    n = np.where(n > 0, n, np.nan)
    z = stats.norm.ppf((1 + confidence) / 2)
    centre, half = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    # At 0 and at 1 the two halves are equal on paper; rounding must not pass the ends.
    return np.clip((centre - half) / (2 * (n + z**2)), 0, 1), np.clip((centre + half) / (2 * (n + z**2)), 0, 1)


def rates(counts: pd.DataFrame, confidence: float = 0.95, mid_p: bool = False) -> pd.DataFrame:
    """Return the frame (`report_count`, `population`) with `rate_per_100_000`, `lower_ci`, `upper_ci`,
    `ci_method`.

    Without a population, or with none living there, rate and limits are NaN. A rate may pass 100,000. With
    `mid_p` the limits of counts below 10 are mid-P, whose coverage averages 95%; the exact ones cover more.
    """
    observed = _counts(counts["report_count"])
    people = np.asarray(counts["population"], dtype=float)
    people = np.where(people > 0, people, np.nan)
    lower, upper = poisson_limits(observed, confidence)
    small = observed < EXACT_BELOW
    if mid_p:
        nearer = mid_p_poisson_limits(observed, confidence)
        lower, upper = np.where(small, nearer[0], lower), np.where(small, nearer[1], upper)
    return counts.assign(
        rate_per_100_000=PER * observed / people,
        lower_ci=PER * lower / people,
        upper_ci=PER * upper / people,
        ci_method=np.where(small, "mid-P Poisson" if mid_p else "exact Poisson", "Byar"),
    )


def rate_ratio(
    count: float,
    exposure: float,
    base_count: float,
    base_exposure: float,
    confidence: float = 0.95,
    mid_p: bool = True,
) -> Ratio:
    """Return the ratio of two rates with limits: log-Wald from 10 in both counts, exact conditional below.

    Given the sum, the count is binomial. With `mid_p` (Berry and Armitage 1995) small counts keep 95%
    coverage; without, the limits are Clopper and Pearson's, which cover more. A base of 0 gives an infinite
    upper limit, two zeros the whole range. Raises UsageError where an exposure is not above 0.
    """
    observed, base = (float(_counts(value)) for value in (count, base_count))
    if not (exposure > 0 and base_exposure > 0):
        raise UsageError("A rate ratio needs two exposures above 0.", "Leave out periods or areas without exposure.")
    scale = base_exposure / exposure
    ratio = scale * observed / base if base > 0 else (np.inf if observed > 0 else np.nan)
    if min(observed, base) >= EXACT_BELOW:
        half = stats.norm.ppf((1 + confidence) / 2) * np.sqrt(1 / observed + 1 / base)
        return Ratio(ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half)), "log-Wald")
    tail = (1 - confidence) / 2
    lower, upper = (_mid_p_share if mid_p else _exact_share)(observed, observed + base, tail)
    return Ratio(
        ratio,
        scale * lower / (1 - lower),
        scale * upper / (1 - upper) if upper < 1 else np.inf,
        "conditional mid-P" if mid_p else "exact conditional",
    )


def odds_ratio(a: float, b: float, c: float, d: float, confidence: float = 0.95) -> Ratio:
    """Return (a ÷ b) ÷ (c ÷ d) of four counts with log limits (Woolf 1955), half a report added where one is 0.

    All four are taken as counts with chance of their own, as where reports are set against other reports.
    """
    counts = _counts([a, b, c, d])
    if counts.min() == 0:
        counts = counts + 0.5
    half = float(stats.norm.ppf((1 + confidence) / 2) * np.sqrt((1 / counts).sum()))
    ratio = float(counts[0] * counts[3] / (counts[1] * counts[2]))
    method = "log odds" if min(a, b, c, d) > 0 else "log odds, half a report added"
    return Ratio(ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half)), method)


def _mid_p_share(events: float, trials: float, tail: float) -> tuple[float, float]:
    """Return the shares at which half the chance of `events` and all beyond it make up `tail`, on either
    side.
    """

    # The plain functions of scipy.special are many times faster than the checked ones of scipy.stats.
    ways = special.gammaln(trials + 1) - special.gammaln(events + 1) - special.gammaln(trials - events + 1)

    def half_there(share: float) -> float:
        return float(np.exp(ways + special.xlogy(events, share) + special.xlog1py(trials - events, -share))) / 2

    def above(share: float) -> float:
        more = special.betainc(events + 1, trials - events, share) if events < trials else 0.0
        return float(more) + half_there(share) - tail

    def below(share: float) -> float:
        fewer = special.betaincc(events, trials - events + 1, share) if events > 0 else 0.0
        return float(fewer) + half_there(share) - tail

    lower = 0.0 if events == 0 else optimize.brentq(above, 0, 1, xtol=1e-12)
    upper = 1.0 if events == trials else optimize.brentq(below, 0, 1, xtol=1e-12)
    return lower, upper


def _exact_share(events: float, trials: float, tail: float) -> tuple[float, float]:
    lower = 0.0 if events == 0 else float(stats.beta.ppf(tail, events, trials - events + 1))
    upper = 1.0 if events == trials else float(stats.beta.ppf(1 - tail, events + 1, trials - events))
    return lower, upper


def _counts(value: npt.ArrayLike) -> Numbers:
    counts = np.asarray(value, dtype=float)
    if np.any(counts < 0):
        raise UsageError(f"{int(np.sum(counts < 0))} count(s) are below 0.", "A count of reports is 0 or more.")
    return counts
