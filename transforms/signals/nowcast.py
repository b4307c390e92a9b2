"""Late reports: where the counts of recent months will end, from dated extracts, with limits from past
errors.

Formula: `triangle`. Increments may be negative: cancelled records leave. Limits: negative binomial around it,
its dispersion from nowcasts made at past extracts. May claim: where recorded months will end if late reports
arrive as before. May not claim: anything of what is never reported. Gates: three past extracts beside the
present one (with two, 95% limits held the truth only 87 to 92 times in 100); 20 past errors.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import optimize, stats

from data.policy import COMPLETE_SHARE
from transforms.signals.intervals import Numbers
from transforms.signals.result import require_columns, require_unique
from transforms.signals.triangle import (
    delay_shares,
    first_day,
    ordinal,
    reporting_triangle,
    seen_at,
    steps_seen,
    still_to_come,
)

MIN_PAST_SNAPSHOTS: Final = 3
MIN_ERRORS: Final = 20
MIN_ERRORS_AT_AGE: Final = 8

NOWCAST_COLUMNS: Final = (
    *("month", "age", "observed", "nowcast", "lower", "upper"),
    *("completeness", "is_provisional", "state", "reason"),
)


def nowcast(snapshots: pd.DataFrame, longest_age: int = 12) -> pd.DataFrame:
    """Return one row a month not older than `longest_age` at the last extract, newest last.

    `snapshots`: `extracted_month`, `month`, `report_count`: how many reports of `month` each monthly extract
    showed, zeros present; ages are whole months between the two, and months older than `longest_age` are
    complete. Columns: NOWCAST_COLUMNS; `lower` and `upper` are 95% limits, `completeness` is observed ÷
    nowcast, `state` is `told` or `cannot_tell`.
    """
    require_columns(snapshots, ["extracted_month", "month", "report_count"], "snapshots")
    require_unique(snapshots, ["extracted_month", "month"], "snapshots")
    if snapshots.empty:
        return pd.DataFrame(columns=list(NOWCAST_COLUMNS))
    cumulative = reporting_triangle(snapshots, longest_age)
    extracts = ordinal(snapshots["extracted_month"])
    past = len(np.unique(extracts)) - 1
    now = int(extracts.max())
    gate = _gate(past, cumulative, now)
    errors = past_errors(cumulative, now) if not gate else pd.DataFrame()
    if not gate and len(errors) < MIN_ERRORS:
        gate = f"Too few past nowcasts to measure an error: {len(errors)}, below {MIN_ERRORS}."
    ahead = None if gate else _dispersions(errors)
    shares = None if gate else delay_shares(cumulative, now)
    latest = seen_at(cumulative, now)
    rows: list[dict[str, Any]] = []
    for month in range(now - longest_age, now + 1):
        age = now - month
        if month not in latest.index or pd.isna(latest[month]):
            continue
        observed = float(latest[month])
        row = {"month": first_day(month), "age": age, "observed": observed}
        if shares is None or ahead is None:
            rows.append({**row, "state": "cannot_tell", "reason": gate, "is_provisional": age < longest_age})
        else:
            rows.append({**row, **_told(observed, age, shares, ahead)})
    return pd.DataFrame(rows, columns=list(NOWCAST_COLUMNS))


def past_errors(cumulative: pd.DataFrame, now: int) -> pd.DataFrame:
    """Return one row a nowcast that could have been made at a past extract: `age`, `expected`, `actual`.

    Both are the increments from that extract to the last time the month was seen, at most at the longest age.
    """
    rows = []
    months, longest = cumulative.index.to_numpy(), cumulative.shape[1] - 1
    counts = cumulative.to_numpy(dtype=float)
    for as_of in sorted({int(month + age) for month in months for age in range(longest + 1)}):
        if as_of >= now or not steps_seen(cumulative, as_of):
            continue
        shares = delay_shares(cumulative, as_of)
        for row, month in enumerate(months):
            age = as_of - int(month)
            last = min(now - int(month), longest)
            if not 0 <= age < last:
                continue
            start, end = counts[row, age], counts[row, last]
            if not (np.isnan(start) or np.isnan(end)):
                expected = still_to_come(float(start), shares[age : last + 1])
                rows.append((age, expected, float(end - start)))
    return pd.DataFrame(rows, columns=["age", "expected", "actual"])


def _dispersions(errors: pd.DataFrame) -> dict[int, tuple[float, float]]:
    """Return by age the negative binomial size and the most that ever left; age -1 stands for all ages
    together.
    """
    found = {-1: _dispersion(errors)}
    for age in errors["age"].unique():
        group = errors[errors["age"] == age]
        if len(group) >= MIN_ERRORS_AT_AGE:
            found[int(age)] = _dispersion(group)
    return found


def _dispersion(errors: pd.DataFrame) -> tuple[float, float]:
    left = max(0.0, -float(errors["actual"].min()))
    mean = np.maximum(errors["expected"].to_numpy(dtype=float) + left, 0.01)
    actual = np.rint(errors["actual"].to_numpy(dtype=float) + left)

    def unlikelihood(log_size: float) -> float:
        size = np.exp(log_size)
        return -float(stats.nbinom.logpmf(actual, size, size / (size + mean)).sum())

    best = optimize.minimize_scalar(unlikelihood, bounds=(-3, 10), method="bounded")
    return float(np.exp(best.x)), left


def _told(observed: float, age: int, shares: Numbers, ahead: dict[int, tuple[float, float]]) -> dict[str, Any]:
    to_come = still_to_come(observed, shares[age:])
    size, left = ahead.get(age, ahead[-1])
    final = max(0.0, observed + to_come)
    lower, upper = final, final
    if age < len(shares) - 1:
        mean = max(to_come + left, 0.01)
        quantiles = stats.nbinom.ppf([0.025, 0.975], size, size / (size + mean))
        lower, upper = (max(0.0, observed - left + float(value)) for value in quantiles)
    completeness = observed / final if final > 0 else 1.0
    return {
        "nowcast": final,
        "lower": min(lower, final),
        "upper": max(upper, final),
        "completeness": completeness,
        "is_provisional": completeness < COMPLETE_SHARE,
        "state": "told",
        "reason": f"{observed:g} so far; about {final:.0f} when late reports have arrived.",
    }


def _gate(past: int, cumulative: pd.DataFrame, now: int) -> str:
    if past < MIN_PAST_SNAPSHOTS:
        return f"Too few past extracts to measure a delay: {past}, below {MIN_PAST_SNAPSHOTS}."
    if not steps_seen(cumulative, now):
        return "No month was seen in two extracts a month apart, so that delays cannot be measured."
    return ""
