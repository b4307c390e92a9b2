"""Lower than expected: an area's reports beside what its peers' rate would give, with limits that allow for
spread.

Sources: Spiegelhalter 2005 (Statistics in Medicine 24:1185, Quality and Safety in Health Care 14:347) for
funnel limits, the winsorised phi and the additive tau2 on the square-root scale. May claim: fewer recorded
than in areas like it, more than chance. May not claim: that fewer are reported, or that less happens. Gates:
an expectation of 3 for sure, 3 peers with an exposure, and 10 reports among them.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from transforms.signals import chance
from transforms.signals.intervals import Numbers, odds_ratio, rate_ratio
from transforms.signals.result import KEYS, require_columns, require_unique, result_frame

SIGNAL: Final = "lower_than_expected"
MIN_EXPECTED: Final = 3.0
"""Below it even no report at all is what chance gives more than once in 20 (e to the -3)."""
SURE: Final = 1.96
"""An expectation from few peers is itself unsure: its lower 95% limit must reach the least, or a cell that truly
expects fewer would now and then be judged. A failed gate gives that limit as `expected`."""
MIN_PEERS: Final = 3
MIN_PEER_REPORTS: Final = 10
TRIM: Final = 0.1
MAX_HIDDEN: Final = 0.25
"""Of the peers' exposure: with more of it hidden, the printed peers are mostly those with many reports."""
HIDDEN: Final = "Its count is hidden to protect people."
FEW_PEERS: Final = 20
"""Below it nothing is winsorised: the area under judgement is left out already, and of nine peers the tenth
at each end is a real one. With winsorising, areas that differ by 20% anyway flag more than twice as often as
they should.
"""


def lower_than_expected(
    counts: pd.DataFrame,
    exposure_is_count: bool = False,
    signal: str = SIGNAL,
    of_what: str = "areas like it",
    noise: float = 0.0,
) -> pd.DataFrame:
    """Return one result a row of `counts` (`area_code`, `characteristic`, `observed`, `exposure`).

    An area's expectation is its exposure at the pooled rate of all other areas for the same characteristic,
    so that it never judges itself. `estimate` is observed ÷ expected; its limits allow for the peers' own count
    and, where the exposure is itself a count of reports (`exposure_is_count`, the area's other reports), for
    that. The chance allows for the spread between peers (tau2) as well. Rows without exposure cannot be told.
    The same comparison over an earlier period, or by another exposure, is another `signal`; `of_what` says in
    its reason what gives the expectation.

    Published figures may be hidden (`observed` NaN) and rounded. A hidden peer counts as no report
    in the pooled rate, so that the expectation is never too high; `noise`, the variance that rounding adds to
    every count, widens the chance.
    """
    require_columns(counts, [*KEYS, "observed", "exposure"], "counts")
    require_unique(counts, KEYS, "counts")
    rows: list[dict[str, Any]] = []
    for characteristic, group in counts.groupby("characteristic", sort=True):
        observed, exposure = (group[name].to_numpy(dtype=float) for name in ("observed", "exposure"))
        for at, area in enumerate(group["area_code"]):
            peers = exposure > 0
            peers[at] = False
            key = {"area_code": area, "characteristic": characteristic, "observed": observed[at]}
            words = (of_what, "about " if noise else "")
            judged = _judged(
                observed[at], exposure[at], observed[peers], exposure[peers], exposure_is_count, noise, words
            )
            rows.append({**key, **judged})
    return result_frame(signal, rows)


def _judged(
    observed: float,
    exposure: float,
    peer_observed: Numbers,
    peer_exposure: Numbers,
    exposure_is_count: bool,
    noise: float,
    words: tuple[str, str],
) -> dict[str, Any]:
    shown = ~np.isnan(peer_observed)
    total = float(peer_observed[shown].sum())
    if np.isnan(observed):
        return {"gate": HIDDEN}
    if not exposure > 0:
        return {"gate": "There is no population or other exposure to expect reports from."}
    if peer_exposure[~shown].sum() > MAX_HIDDEN * peer_exposure.sum():
        return {"gate": "Too many of its peers are hidden to say what to expect."}
    if len(peer_observed) < MIN_PEERS or total < MIN_PEER_REPORTS:
        return {"gate": "Too few peers or too few reports among them to say what to expect."}
    rate = total / float(peer_exposure.sum())
    expected = rate * exposure
    from_peers = 1 / total + shown.sum() * noise / total**2
    at_least = expected * max(0.0, 1 - SURE * float(np.sqrt(from_peers)))
    if at_least < MIN_EXPECTED:
        return {
            "expected": at_least,
            "gate": f"Too few expected to judge: about {expected:.1f}, and not surely {MIN_EXPECTED:g}.",
        }
    shown_rate = total / float(peer_exposure[shown].sum())
    between = spread_of_peers(peer_observed[shown], shown_rate * peer_exposure[shown])
    # On the square-root scale a ratio's variance is a quarter of that on the ratio's own scale.
    # Rounding moves the count and its peers' total as a little more chance would.
    variance = from_peers + 4 * between + noise / expected**2
    if exposure_is_count:
        variance += 1 / exposure + 1 / float(peer_exposure.sum())
    p_value = float(chance.of_so_few(observed, expected, variance))
    peers = (total, float(peer_exposure.sum()))
    limits = odds_ratio(observed, exposure, *peers) if exposure_is_count else rate_ratio(observed, exposure, *peers)
    return {
        "expected": expected,
        "estimate": observed / expected,
        "lower": limits.lower,
        "upper": limits.upper,
        "p_value": p_value,
        "reason": f"{words[1]}{observed:g} recorded where {words[0]} would give about {expected:.1f}.",
    }


def spread_of_peers(observed: Numbers, expected: Numbers) -> float:
    """Return tau2 between peers that expect enough for the square-root scale, or between all where few do."""
    enough = expected >= MIN_EXPECTED
    if enough.sum() < MIN_PEERS:
        enough[:] = True
    return overdispersion(observed[enough], expected[enough], trim_for(int(enough.sum())))[1]


def trim_for(peers: int) -> float:
    """Return the share to winsorise at each end of so many peers' scores."""
    return TRIM if peers >= FEW_PEERS else 0.0


def overdispersion(observed: npt.ArrayLike, expected: npt.ArrayLike, trim: float = TRIM) -> tuple[float, float]:
    """Return phi (mean squared z, winsorised) and tau2 (variance between units), both on the square-root
    scale.

    z = 2 (√O − √E); phi above 1 means more spread than chance; tau2 is DerSimonian and Laird's with phi for Q
    ÷ n.
    """
    mean = np.asarray(expected, dtype=float)
    z = 2 * (np.sqrt(np.asarray(observed, dtype=float)) - np.sqrt(mean))
    low, high = np.quantile(z, [trim, 1 - trim])
    return additive_variance(np.clip(z, low, high), 1 / (2 * np.sqrt(mean)))


def additive_variance(z: npt.ArrayLike, standard_error: npt.ArrayLike) -> tuple[float, float]:
    """Return phi and tau2 of scores `z` with their standard errors; tau2 is 0 where phi shows no excess."""
    scores, weight = np.asarray(z, dtype=float), 1 / np.asarray(standard_error, dtype=float) ** 2
    n = len(scores)
    phi = float(np.mean(scores**2))
    spare = float(weight.sum() - (weight**2).sum() / weight.sum())
    return phi, max(0.0, (n * phi - (n - 1)) / spare) if spare > 0 else 0.0


def funnel_limits(expected: npt.ArrayLike, tau2: float = 0.0) -> pd.DataFrame:
    """Return limits of observed ÷ expected: exact Poisson (`lower_95` … `upper_998`) and with tau2
    (`…_adjusted`).

    Exact: chi-square limits of a count equal to the expectation. Adjusted: normal on the square-root scale
    with variance 1/4E + tau2, squared back, never below 0.
    """
    mean = np.asarray(expected, dtype=float)
    limits: dict[str, Numbers] = {"expected": mean}
    for name, confidence in (("95", 0.95), ("998", 0.998)):
        tail = (1 - confidence) / 2
        limits[f"lower_{name}"] = stats.chi2.ppf(tail, 2 * mean) / 2 / mean
        limits[f"upper_{name}"] = stats.chi2.ppf(1 - tail, 2 * mean + 2) / 2 / mean
        half = stats.norm.ppf(1 - tail) * np.sqrt(1 / (4 * mean) + tau2)
        limits[f"lower_{name}_adjusted"] = np.maximum(0, 1 - half) ** 2
        limits[f"upper_{name}_adjusted"] = (1 + half) ** 2
    return pd.DataFrame(limits)
