"""Silence: no reports, or far fewer than expected, over a window long enough that enough were expected.

Formula: P(X ≤ x) for a Poisson count with expectation E, so P(0) = exp(-E); where areas differ anyway, negative
binomial, so P(0) = (1 + vE) to the −1/v for a relative variance v; false discoveries held at 5% over the whole
family (Benjamini and Hochberg 1995). May claim: so few reports where about E were expected. May not
claim: that people stay silent. Gates: below 3 expected always cannot tell; the window grows, up to all that
is given, until 7 are expected; between the two only `cannot_tell` too.
"""

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from transforms.signals.intervals import poisson_limits
from transforms.signals.result import KEYS, require_columns, require_unique, result_frame

SIGNAL: Final = "silence"
MIN_EXPECTED: Final = 3.0
ENOUGH_EXPECTED: Final = 7.0
"""From 6.9 expected, no report at all is what chance gives less than once in 1,000."""
FALSE_DISCOVERIES: Final = 0.05


def chance_of_silence(observed: float, expected: float, relative_variance: float = 0.0) -> float:
    """Return the chance of `observed` reports or fewer where `expected` were expected: exact Poisson, or negative
    binomial where the expectation itself varies by `relative_variance`.
    """
    if relative_variance <= 0:
        return float(stats.poisson.cdf(observed, expected))
    size = 1 / relative_variance
    return float(stats.nbinom.cdf(observed, size, size / (size + expected)))


def silence(periods: pd.DataFrame) -> pd.DataFrame:
    """Return one result an area × characteristic from rows `month` × `observed` × `expected`.

    A column `relative_variance`, the same in each row of an area × characteristic, says how unsure the
    expectation is. The window runs back from the last month until 7 reports are expected. `estimate` is observed
    ÷ expected over it.
    """
    require_columns(periods, [*KEYS, "month", "observed", "expected"], "periods")
    require_unique(periods, [*KEYS, "month"], "periods")
    rows = [_window(key, group) for key, group in periods.groupby(list(KEYS), sort=True)]
    told = [row for row in rows if "gate" not in row]
    for row, flagged in zip(told, false_discovery_control([row["p_value"] for row in told]), strict=True):
        row["state"] = "flag" if flagged else "clear"
    return result_frame(SIGNAL, rows)


def false_discovery_control(p_values: list[float], rate: float = FALSE_DISCOVERIES) -> list[bool]:
    """Return which p-values are discoveries with at most `rate` false ones among them on average."""
    if not p_values:
        return []
    adjusted = stats.false_discovery_control(p_values, method="bh")
    return [bool(value <= rate) for value in adjusted]


def _window(key: tuple[Hashable, ...], group: pd.DataFrame) -> dict[str, Any]:
    newest_first = group.sort_values("month", ascending=False)
    grown = newest_first["expected"].to_numpy(dtype=float).cumsum()
    months = min(int(np.searchsorted(grown, ENOUGH_EXPECTED)) + 1, len(grown))
    expected = float(grown[months - 1])
    observed = float(newest_first["observed"].to_numpy(dtype=float)[:months].sum())
    row: dict[str, Any] = {**dict(zip(KEYS, key, strict=True)), "observed": observed, "expected": expected}
    if expected < ENOUGH_EXPECTED:
        floor = MIN_EXPECTED if expected < MIN_EXPECTED else ENOUGH_EXPECTED
        gate = f"Too few expected to judge: {expected:.1f} in {months} months, below {floor:g}."
        return {**row, "gate": gate}
    lower, upper = poisson_limits(observed)
    unsure = float(newest_first["relative_variance"].iloc[0]) if "relative_variance" in newest_first else 0.0
    return {
        **row,
        "estimate": observed / expected,
        "lower": float(lower) / expected,
        "upper": float(upper) / expected,
        "p_value": chance_of_silence(observed, expected, unsure),
        "reason": f"{observed:g} in {months} months where about {expected:.1f} were expected.",
    }
