"""The evidence that others may see, made so that it can give no hidden count away.

Under a policy that protects, evidence is computed from the published table and from public reference data alone:
printed figures as they are printed (rounded), hidden ones as hidden. Nothing else goes in, so that whoever holds
the release could compute it himself. Whatever a hidden count is, the evidence reads the same; it adds nothing to
what the table already tells, in this release or together with earlier ones.

The price, and why it is paid:

- Only whole years and counts are judged: level, level before and own past. Delay, route, outcome and repeat victims
  cross a characteristic with a district, which no policy lets out; a flag, and even a verdict that counts such a
  flag, would tell of counts that nobody may see. They stay in the private panel.
- An area × characteristic whose own count is hidden is `cannot_tell`, whatever the private panel says. So is one
  of whose peers more than a quarter (of the exposure) is hidden.
- A hidden peer counts as no report at all, so that an expectation can only be too low: a fair area is never called
  low because others are hidden.
- Rounding counts as more chance (its variance is added), so that it makes nobody look low either.

Under a policy that protects nothing, which never leaves the force, the whole private panel is given.
"""

from typing import Any, Final

import numpy as np
import pandas as pd

from data.schema import EVIDENCE
from transforms.signals.claims import CLAIMS
from transforms.signals.count_signals import levels
from transforms.signals.expected import lower_than_expected
from transforms.signals.mix import lower_in_mix
from transforms.signals.panel import Panel
from transforms.signals.past import lower_than_before
from transforms.signals.result import KEYS
from transforms.signals.verdict import verdicts
from transforms.signals.wording import claim_class, sentence, verdict_sentence

YEAR: Final = "year_ending_march"
WITHOUT_PEERS: Final = ("police_force", "roll_up", "not_geographic")
"""Kinds of area that are not one of several places side by side."""
NOT_JUDGED: Final = ("all", "not_recorded")
"""`all` holds every other characteristic, and has no other reports to stand beside."""
UNITS: Final = {"delay": "days"} | dict.fromkeys(("route_mix", "drop_out", "severity", "repeats", "unknown"), "share")
"""Of the signals that are no ratio."""


def public_evidence(
    figures: pd.DataFrame, populations: pd.DataFrame, rounding_base: int, breaks: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the evidence table (data.schema.EVIDENCE) that stands beside these published figures.

    `figures`: the published table, hidden values empty. `populations`: `area_code`, `reference_date`, `persons`, as
    public reference data has them. `breaks`: `starts_on`, `characteristic`. The year judged is the last one published;
    rows are sorted by the table's grain. Empty where no year of two areas or more is published.
    """
    years = figures[
        (figures["measure"] == "report_count")
        & (figures["period_type"] == YEAR)
        & ~figures["area_type"].isin(WITHOUT_PEERS)
        & (figures["characteristic"] != "not_recorded")
    ]
    frames = [
        _of_class(group, populations, (rounding_base**2 - 1) / 12, breaks)
        for _, group in years.groupby("record_class", sort=True)
    ]
    return _table([frame for frame in frames if len(frame)])


def internal_evidence(panel: Panel) -> pd.DataFrame:
    """Return the whole private panel as the evidence table; only for a policy that protects nothing."""
    signals = panel.evidence.rename(columns={"estimate": "value", "lower": "lower_ci", "upper": "upper_ci"})
    found = panel.verdicts.assign(signal="verdict", evidence="", state=panel.verdicts["verdict"])
    return _table([_worded(signals), _worded_verdicts(found)])


def _of_class(
    years: pd.DataFrame, populations: pd.DataFrame, noise: float, breaks: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the evidence of one record class; `noise` is the variance that rounding adds to a figure."""
    counts = years.pivot(index="period_start", columns=["characteristic", "area_code"], values="value").sort_index()
    now, earlier = counts.iloc[-1], counts.iloc[:-1]
    persons = _persons(populations, years.loc[years["period_start"] == counts.index[-1], "period_end"].max())
    results = [
        lower_than_expected(levels(now, persons), noise=noise),
        lower_in_mix(levels(now, persons), noise=noise),
    ]
    if len(earlier):
        # A year that is hidden for one area leaves its sum open: that area's past is hidden.
        before, many = earlier.sum(skipna=False), len(earlier) * noise
        results += [
            lower_than_expected(levels(before, persons), signal="lower_before", noise=many),
            lower_in_mix(levels(before, persons), "lower_in_mix_before", many),
            lower_than_before(_past(now, before, earlier.index[0], breaks), noise, many),
        ]
    signals = pd.concat(results, ignore_index=True)
    places = years[years["period_start"] == counts.index[-1]].drop_duplicates(list(KEYS))
    columns = ["area_code", "area_name", "area_type", "characteristic", "record_class", "period_start", "period_end"]
    told = signals.rename(columns={"estimate": "value", "lower": "lower_ci", "upper": "upper_ci"})
    told = told.assign(
        evidence=[CLAIMS[name].evidence for name in told["signal"]],
        claim_class=[claim_class(row) for row in told.to_dict("records")],
        sentence=[sentence(row) for row in told.to_dict("records")],
    )
    found = verdicts(signals)
    found = found.assign(signal="verdict", evidence="", state=found["verdict"])
    rows = pd.concat([_worded(told), _worded_verdicts(found)], ignore_index=True)
    rows = rows.merge(places[columns], how="left", on=list(KEYS))
    hidden = {key for key, value in now.items() if np.isnan(value)}
    keys = zip(rows["characteristic"], rows["area_code"], strict=True)
    return rows.assign(marker=["[c]" if key in hidden else "" for key in keys])


def _persons(populations: pd.DataFrame, last_day: Any) -> pd.Series:
    """Return persons by area, of the last reference day up to the end of the year, else of the first one after it."""
    dated = populations.assign(day=pd.to_datetime(populations["reference_date"])).sort_values("day")
    known = dated[dated["day"] <= pd.Timestamp(last_day)].drop_duplicates("area_code", keep="last")
    later = dated[~dated["area_code"].isin(known["area_code"])].drop_duplicates("area_code")
    return pd.concat([known, later]).set_index("area_code")["persons"].astype(float)


def _past(now: pd.Series, before: pd.Series, since: Any, breaks: pd.DataFrame | None) -> pd.DataFrame:
    rows = []
    for characteristic, area in now.index:
        if characteristic in NOT_JUDGED:
            continue
        broken = breaks is not None and any(
            pd.Timestamp(day) > pd.Timestamp(since)
            for day in breaks.loc[breaks["characteristic"].isin(["all", characteristic]), "starts_on"]
        )
        rows.append((area, characteristic, now[characteristic, area], before[characteristic, area], broken))
    return pd.DataFrame(rows, columns=[*KEYS, "now", "before", "has_break"])


def _worded(signals: pd.DataFrame) -> pd.DataFrame:
    flags = signals["state"] == "flag"
    claims = signals["signal"].map(CLAIMS)
    return signals.assign(
        unit=signals["signal"].map(UNITS).fillna("ratio"),
        question=[claim.question if flag else "" for claim, flag in zip(claims, flags, strict=True)],
        other_explanations=[
            claim.other_explanations if flag else "" for claim, flag in zip(claims, flags, strict=True)
        ],
    )


def _worded_verdicts(found: pd.DataFrame) -> pd.DataFrame:
    return found.assign(
        unit="verdict",
        claim_class=found["verdict"].map({"cannot_tell": "cannot_say"}).fillna("observed"),
        sentence=[
            verdict_sentence(str(verdict), str(reasons))
            for verdict, reasons in zip(found["verdict"], found["reasons"], strict=True)
        ],
    )


def _table(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=EVIDENCE.column_names)
    whole = pd.concat(frames, ignore_index=True)
    if "marker" not in whole:
        whole["marker"] = ""
    whole = whole.reindex(columns=EVIDENCE.column_names)
    return whole.sort_values(list(EVIDENCE.grain), ignore_index=True)
