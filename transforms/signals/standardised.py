"""Standardised rates: what the rate would be if the area had the standard population's ages, or its ages' rates.

Formula: Dobson, Kuulasmaa, Eberle and Scherer 1991. May claim: rates of areas with different ages, side by side.
May not claim: that reporting is the same at each age. Gate: 10 events, a population at every age.
"""

import numpy as np
import pandas as pd

from data.errors import UsageError
from transforms.signals.intervals import EXACT_BELOW, PER, poisson_limits


def directly_standardised_rate(ages: pd.DataFrame, confidence: float = 0.95, per: float = PER) -> pd.Series:
    """Return `rate`, `lower_ci`, `upper_ci`, `report_count` from rows by age with their
    `standard_population`.

    Limits: Dobson, Kuulasmaa, Eberle and Scherer 1991 on `poisson_limits`. All NaN below 10 events.
    """
    observed, people, standard = (
        np.asarray(ages[name], dtype=float) for name in ("report_count", "population", "standard_population")
    )
    total = float(observed.sum())
    if total < EXACT_BELOW:
        return pd.Series({"rate": np.nan, "lower_ci": np.nan, "upper_ci": np.nan, "report_count": total})
    if np.any(people <= 0):
        raise UsageError(
            f"{int(np.sum(people <= 0))} age group(s) have no population.",
            "Merge them with a neighbouring age group before standardising.",
        )
    weight = standard / standard.sum()
    rate = float(np.sum(weight * observed / people))
    spread = np.sqrt(np.sum(weight**2 * observed / people**2) / total)
    lower, upper = (float(limit) for limit in poisson_limits(total, confidence))
    return pd.Series(
        {
            "rate": per * rate,
            "lower_ci": per * (rate + spread * (lower - total)),
            "upper_ci": per * (rate + spread * (upper - total)),
            "report_count": total,
        }
    )


def indirectly_standardised_ratio(ages: pd.DataFrame, confidence: float = 0.95) -> pd.Series:
    """Return `ratio` (observed ÷ expected), `lower_ci`, `upper_ci`, `report_count`, `expected` from rows by age.

    `ages`: `report_count`, `population`, `standard_count`, `standard_population`; expected are the area's people at
    the standard's rates, taken as known, so that the limits are those of the count ÷ expected (Public Health
    England's standardised ratio). All but the counts NaN where nothing is expected. Raises UsageError where an age
    group of the standard has no population.
    """
    observed, people, standard_count, standard_people = (
        np.asarray(ages[name], dtype=float)
        for name in ("report_count", "population", "standard_count", "standard_population")
    )
    if np.any(standard_people <= 0):
        raise UsageError(
            f"{int(np.sum(standard_people <= 0))} age group(s) of the standard have no population.",
            "Merge them with a neighbouring age group before standardising.",
        )
    total = float(observed.sum())
    expected = float(np.sum(people * standard_count / standard_people))
    lower, upper = (float(limit) for limit in poisson_limits(total, confidence))
    base = expected if expected > 0 else np.nan
    return pd.Series(
        {
            "ratio": total / base,
            "lower_ci": lower / base,
            "upper_ci": upper / base,
            "report_count": total,
            "expected": expected,
        }
    )
