"""How likely chance alone is to go so far, where the expectation is itself uncertain.

Counts: Poisson around an expectation with a relative variance is negative binomial. Shares: binomial around a
share with a variance is beta-binomial. One-sided, mid-P (Lancaster 1961), so that small counts are judged
neither too mildly nor too hard.
"""

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from transforms.signals.intervals import Numbers


def of_so_few(observed: npt.ArrayLike, expected: npt.ArrayLike, relative_variance: npt.ArrayLike = 0.0) -> Numbers:
    """Return the chance of `observed` or fewer; `relative_variance` is the expectation's cv squared."""
    x, mean, spread = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (observed, expected, relative_variance))
    )
    size = 1 / np.maximum(spread, 1e-12)
    share = size / (size + mean)
    return np.asarray(stats.nbinom.cdf(x, size, share) - stats.nbinom.pmf(x, size, share) / 2)


def of_so_many_of(events: int, trials: int, base_events: float, base_trials: float, between: float = 0.0) -> float:
    """Return the chance of `events` or more of `trials`, where the base's share holds.

    `between` is the variance between groups on the arcsine scale, which widens what chance allows.
    """
    share = (base_events + 0.5) / (base_trials + 1)
    # On the arcsine scale a share from n trials has variance 1/4n: `between` is worth 1/4between trials.
    weight = 1 / (1 / (base_trials + 1) + 4 * between)
    yes, no = share * weight, (1 - share) * weight
    count = np.arange(events, trials + 1)
    ways = special.gammaln(trials + 1) - special.gammaln(count + 1) - special.gammaln(trials - count + 1)
    likelihood = np.exp(ways + special.betaln(count + yes, trials - count + no) - special.betaln(yes, no))
    return float(likelihood.sum() - likelihood[0] / 2)
