"""Delay: how long people wait between an incident and telling the police.

Limits: binomial (Wilson) for shares, order statistics for the median. Right truncation: what happened lately
can only have short delays so far, so groups are compared by the month of report, where every delay has had
its chance, or by the reverse-time hazard (Kalbfleisch and Lawless 1989). May claim: people wait longer or
shorter than elsewhere. May not claim: that fewer report; after outreach a longer delay can be good news, as
old incidents come to light. Gates: 20 reports with both dates, 50 elsewhere.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from transforms.signals.intervals import wilson_limits
from transforms.signals.result import KEYS, require_columns, result_frame
from transforms.signals.shares import MIN_PEER_TRIALS, MIN_PEERS, MIN_TRIALS

SIGNAL: Final = "delay"
WITHIN_DAYS: Final = (7, 30, 365)
LAG: Final = "reporting_delay_days"


def delay(reports: pd.DataFrame) -> pd.DataFrame:
    """Return one result an area × characteristic from reports made in one period: do people wait longer
    there?

    `reports`: `area_code`, `characteristic`, `reporting_delay_days`, selected by date of report. `estimate`
    is the median delay in days with 95% limits. The chance is Mann and Whitney's, one-sided, against all
    other areas; where these differ among themselves by more than chance, the score is divided by the root of
    their mean squared score (phi), as areas that differ anyway would flag too often.
    """
    require_columns(reports, [*KEYS, LAG], "reports")
    rows: list[dict[str, Any]] = []
    for characteristic, alike in reports.groupby("characteristic", sort=True):
        lags = alike[LAG].astype("Float64").to_numpy(float, na_value=-1)
        areas, known = alike["area_code"].to_numpy(), lags >= 0
        all_count = alike.groupby("area_code").size()
        for area, count in all_count.items():
            here = areas == area
            own, elsewhere = lags[here & known], lags[~here & known]
            key = {"area_code": area, "characteristic": characteristic, "observed": float(len(own))}
            rows.append({**key, **_judged(own, elsewhere, areas[~here & known], int(count))})
    return result_frame(SIGNAL, rows)


def longer_scores(lags: np.ndarray, groups: np.ndarray) -> dict[Any, float]:
    """Return, by group of at least 20, Mann and Whitney's z that its delays are longer than all others', ties
    shared.
    """
    ranks, n = stats.rankdata(lags), len(lags)
    _, ties = np.unique(lags, return_counts=True)
    untied = (n + 1) - ((ties.astype(float) ** 3 - ties).sum()) / (n * (n - 1))
    scores = {}
    for group in np.unique(groups):
        here = groups == group
        own = int(here.sum())
        if MIN_TRIALS <= own < n and untied > 0:
            above = ranks[here].sum() - own * (n + 1) / 2
            scores[group] = float(above / np.sqrt(own * (n - own) * untied / 12))
    return scores


def delay_summary(reports: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return per group: reports, those with a delay, median and quartiles in days, and shares within 7, 30,
    365 days.

    Shares (`within_7_share` with `_lower_ci`, `_upper_ci`) are of reports with a known delay that is not
    negative. Group by month of report, never by month of incident: recent incidents have had no time for long
    delays.
    """
    require_columns(reports, [*by, LAG], "reports")
    rows = [
        {**dict(zip(by, key, strict=True)), "report_count": len(group), **_summary(group[LAG])}
        for key, group in reports.groupby(by, sort=True, dropna=False)
    ]
    return pd.DataFrame(rows)


def delay_distribution(reports: pd.DataFrame, longest_days: int) -> pd.Series:
    """Return P(delay ≤ d | delay ≤ `longest_days`) by day d, from incidents still open to late reports.

    `reports`: `reporting_delay_days` and `days_seen`, from the incident to the day the extract was taken.
    Each incident counts only among those that could have shown the delay: the reverse-time hazard at d is
    the share of delay d among delays up to d whose incident was seen for at least d days.
    """
    require_columns(reports, [LAG, "days_seen"], "reports")
    lag, seen = reports[LAG].to_numpy(), reports["days_seen"].to_numpy()
    days = np.arange(longest_days + 1)
    at_risk = np.array([np.sum((lag <= d) & (seen >= d)) for d in days], dtype=float)
    at_day = np.array([np.sum((lag == d) & (seen >= d)) for d in days], dtype=float)
    hazard = np.divide(at_day, at_risk, out=np.zeros_like(at_day), where=at_risk > 0)
    # F(d) is the product of 1 − hazard over all later days.
    later = np.cumprod((1 - hazard)[::-1])[::-1]
    return pd.Series(np.append(later[1:], 1.0), index=pd.Index(days, name="days"), name="share")


def median_limits(days: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """Return the order statistics that hold the median with at least `confidence`; NaN below 6 values."""
    ordered = np.sort(days)
    rank = int(stats.binom.ppf((1 - confidence) / 2, len(ordered), 0.5))
    if len(ordered) < 6:
        return np.nan, np.nan
    return float(ordered[rank - 1]), float(ordered[len(ordered) - rank])


def _judged(own: np.ndarray, others: np.ndarray, other_areas: np.ndarray, report_count: int) -> dict[str, Any]:
    if len(own) < MIN_TRIALS:
        gate = f"Too few reports with both dates: {len(own)} of {report_count}, below {MIN_TRIALS}."
        return {"gate": gate}
    lower, upper = median_limits(own)
    seen = {"estimate": float(np.median(own)), "lower": lower, "upper": upper}
    if len(others) < MIN_PEER_TRIALS:
        return {**seen, "gate": "Too few reports elsewhere to compare with."}
    is_own = np.arange(len(own) + len(others)) < len(own)
    scores = longer_scores(np.concatenate([own, others]), is_own)
    if True not in scores:
        return {**seen, "gate": "All delays are the same, so that none is longer."}
    apart = list(longer_scores(others, other_areas).values())
    spread = max(1.0, float(np.mean(np.square(apart)))) if len(apart) >= MIN_PEERS else 1.0
    shares = {days: (float(np.mean(own > days)), float(np.mean(others > days))) for days in WITHIN_DAYS}
    # The wait at which the two differ most says it best: some put it off for days, some for a year.
    days = max(shares, key=lambda one: shares[one][0] - shares[one][1])
    return {
        **seen,
        "p_value": float(stats.norm.sf(scores[True] / np.sqrt(spread))),
        "reason": f"{shares[days][0]:.0%} waited more than {days} days; elsewhere {shares[days][1]:.0%}.",
    }


def _summary(lags: pd.Series) -> dict[str, float]:
    known = lags[lags >= 0].to_numpy(dtype=float)
    summary: dict[str, float] = {"known_count": len(known)}
    quartiles = np.quantile(known, [0.25, 0.5, 0.75]) if len(known) else [np.nan] * 3
    summary |= dict(
        zip(("lower_quartile_days", "median_days", "upper_quartile_days"), map(float, quartiles), strict=True)
    )
    for days in WITHIN_DAYS:
        within = float(np.sum(known <= days))
        lower, upper = wilson_limits(within, len(known))
        share = within / len(known) if len(known) else np.nan
        name = f"within_{days}_share"
        summary |= {name: share, f"{name}_lower_ci": float(lower), f"{name}_upper_ci": float(upper)}
    return summary
