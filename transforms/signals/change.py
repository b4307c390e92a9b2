"""Change: recent months beside the area's own earlier months, with season and trend, by more than chance.

Formula: `series.step_effect`. Aggravated offences are set against their non-aggravated controls where both
are given. May claim: reports changed by more than chance. May not claim: that incidents or reporting changed.
Gates: 24 months before, a mean of 5 a month, 6 months since, no recording break within, no gap.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from transforms.signals.result import KEYS, require_columns, require_unique, result_frame
from transforms.signals.series import months_of, step_effect

SIGNAL: Final = "change"
MIN_BEFORE: Final = 24
MIN_SINCE: Final = 6
MIN_MEAN: Final = 5.0


def change(
    monthly: pd.DataFrame,
    since: date,
    breaks: Mapping[tuple[str, str], date] | None = None,
    trend: bool = True,
) -> pd.DataFrame:
    """Return one result an area × characteristic: are there fewer reports since the month of `since`?

    `monthly`: `area_code`, `characteristic`, `month`, `report_count`, zeros present, and `control_count` for
    a change beyond a control. `breaks` says when recording last changed for an area × characteristic.
    `estimate` is the rate ratio since ÷ before with 95% limits; a rise is told in `reason` and never flags.
    """
    require_columns(monthly, [*KEYS, "month", "report_count"], "monthly")
    require_unique(monthly, [*KEYS, "month"], "monthly")
    rows = []
    for (area, characteristic), group in monthly.groupby(list(KEYS), sort=True):
        key = {"area_code": area, "characteristic": characteristic}
        broke = (breaks or {}).get((str(area), str(characteristic)))
        series = group.sort_values("month", ignore_index=True)
        rows.append({**key, **_judged(series, pd.Timestamp(since), broke, trend)})
    return result_frame(SIGNAL, rows)


def _judged(series: pd.DataFrame, since: pd.Timestamp, broke: date | None, trend: bool) -> dict[str, Any]:
    months = months_of(series)
    after = np.asarray(months >= since)
    seen = {"observed": float(series.loc[after, "report_count"].sum())}
    gate = _gate(series, months, after, broke)
    if gate:
        return {**seen, "gate": gate}
    effect = step_effect(series, after, trend=trend)
    direction = "fewer" if effect.ratio < 1 else "more"
    beyond = "beyond chance" if not effect.lower <= 1 <= effect.upper else "within what chance gives"
    return {
        **seen,
        # Half a report stands for none, as in the effect itself.
        "expected": max(seen["observed"], 0.5) / effect.ratio,
        "estimate": effect.ratio,
        "lower": effect.lower,
        "upper": effect.upper,
        "p_value": float(stats.t.cdf(effect.t, effect.freedom)),
        "reason": f"{abs(1 - effect.ratio):.0%} {direction} than its own earlier months give, {beyond}.",
    }


def _gate(series: pd.DataFrame, months: pd.DatetimeIndex, after: np.ndarray, broke: date | None) -> str:
    spanned = (months[-1].year - months[0].year) * 12 + months[-1].month - months[0].month + 1
    if spanned != len(months) or series["report_count"].isna().any():
        return "Months are missing, and a missing month is not a zero."
    if broke is not None and months.min() < pd.Timestamp(broke) <= months.max():
        return "Recording changed within these months."
    if (~after).sum() < MIN_BEFORE:
        return f"Too few months before: {(~after).sum()}, below {MIN_BEFORE}."
    if after.sum() < MIN_SINCE:
        return f"Too few months since: {after.sum()}, below {MIN_SINCE}."
    mean = float(series.loc[~after, "report_count"].mean())
    if mean < MIN_MEAN:
        return f"Too few reports a month before: {mean:.1f}, below {MIN_MEAN:g}."
    return ""
