"""A share of an area's reports beside the same share elsewhere: the comparison that several signals have in
common.

Formula: beta-binomial chance of so many events, given the share among all other areas, widened by the spread
between them (phi and tau2 on the arcsine scale, Spiegelhalter 2005). Wilson limits. Gates: 20 reports in the
area, 50 elsewhere, 3 other areas.
"""

from typing import Any, Final

import numpy as np
import pandas as pd

from transforms.signals import chance
from transforms.signals.expected import TRIM, additive_variance, trim_for
from transforms.signals.intervals import Numbers, wilson_limits
from transforms.signals.result import KEYS, require_columns, require_unique, result_frame

MIN_TRIALS: Final = 20
MIN_PEER_TRIALS: Final = 50
MIN_PEERS: Final = 3


def higher_share(counts: pd.DataFrame, signal: str, of_what: str) -> pd.DataFrame:
    """Return one result a row of `counts` (`area_code`, `characteristic`, `events`, `trials`): is its share
    higher?

    `estimate` is the share with 95% limits; `observed` and `expected` are events. `of_what` ends the reason.
    """
    require_columns(counts, [*KEYS, "events", "trials"], "counts")
    require_unique(counts, KEYS, "counts")
    rows: list[dict[str, Any]] = []
    for characteristic, group in counts.groupby("characteristic", sort=True):
        events, trials = (group[name].to_numpy(dtype=float) for name in ("events", "trials"))
        for at, area in enumerate(group["area_code"]):
            peers = trials > 0
            peers[at] = False
            key = {"area_code": area, "characteristic": characteristic}
            rows.append({**key, **_judged(events[at], trials[at], events[peers], trials[peers], of_what)})
    return result_frame(signal, rows)


def spread_between(events: Numbers, trials: Numbers, trim: float = TRIM) -> float:
    """Return tau2 between shares on the arcsine scale, around their pooled share, winsorised."""
    target = np.arcsin(np.sqrt(events.sum() / trials.sum()))
    error = 1 / (2 * np.sqrt(trials))
    z = (np.arcsin(np.sqrt(events / trials)) - target) / error
    low, high = np.quantile(z, [trim, 1 - trim])
    return additive_variance(np.clip(z, low, high), error)[1]


def _judged(events: float, trials: float, peer_events: Numbers, peer_trials: Numbers, of_what: str) -> dict[str, Any]:
    base_events, base_trials = float(peer_events.sum()), float(peer_trials.sum())
    if trials < MIN_TRIALS:
        return {"observed": events, "gate": f"Too few reports to judge a share: below {MIN_TRIALS}."}
    lower, upper = wilson_limits(events, trials)
    seen = {"observed": events, "estimate": events / trials, "lower": float(lower), "upper": float(upper)}
    if len(peer_trials) < MIN_PEERS or base_trials < MIN_PEER_TRIALS:
        return {**seen, "gate": "Too few reports elsewhere to compare with."}
    between = spread_between(peer_events, peer_trials, trim_for(len(peer_trials)))
    return {
        **seen,
        "expected": trials * base_events / base_trials,
        "p_value": chance.of_so_many_of(int(events), int(trials), base_events, base_trials, between),
        "reason": f"{events / trials:.0%} of {trials:g} {of_what}; elsewhere {base_events / base_trials:.0%}.",
    }
