"""The signals that counts alone give: level, level before, silence and own past, for every area × characteristic.

Two things say how many to expect: the area's residents at its peers' rate (where populations are sourced), and
the area's other reports at its peers' mix. The first sees an area that is quiet altogether, the second one ground
that is quiet among others. May claim and may not claim: as `claims` says of each.
"""

from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from transforms.signals.change import SIGNAL as CHANGE
from transforms.signals.change import change
from transforms.signals.expected import MIN_PEERS, lower_than_expected, spread_of_peers
from transforms.signals.inputs import YEAR_MONTHS, Inputs, Period
from transforms.signals.mix import lower_in_mix
from transforms.signals.past import lower_than_before
from transforms.signals.result import KEYS, result_frame
from transforms.signals.silence import silence

SERIES_MONTHS: Final = 60
"""Changes and silences look back five years at most: a straight trend holds no longer."""


def count_signals(inputs: Inputs) -> list[pd.DataFrame]:
    """Return one result frame a signal, rows for every area × characteristic, `all` left out."""
    first = pd.Timestamp(inputs.period.first_month)
    monthly = inputs.monthly.assign(month=pd.to_datetime(inputs.monthly["month"]))
    counts = monthly.pivot(index="month", columns=["characteristic", "area_code"], values="report_count")
    now, earlier = counts[counts.index >= first], _whole_years(counts[counts.index < first])
    persons = inputs.areas.set_index("area_code")["persons"]
    return [
        lower_than_expected(levels(now.sum(), persons)),
        lower_than_expected(levels(earlier.sum(), persons), signal="lower_before"),
        lower_in_mix(levels(now.sum(), persons)),
        lower_in_mix(levels(earlier.sum(), persons), "lower_in_mix_before"),
        silence(_silences(counts.iloc[-SERIES_MONTHS:], persons)),
        lower_than_before(_past(counts, inputs)),
        _changes(counts, inputs),
    ]


def _whole_years(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the latest months that make whole years, so that every calendar month weighs alike."""
    return counts.iloc[len(counts) % YEAR_MONTHS :]


def levels(total: pd.Series, persons: pd.Series) -> pd.DataFrame:
    """Return `observed`, `exposure` (residents) and `others` a cell, from counts by characteristic (and `all`) × area.

    `others` counts the area's reports that do not name the characteristic. A hidden count is NaN, and leaves all of the
    area's reports as its others, so that a hidden peer makes an expectation too low rather than too high.
    """
    counts: dict[Any, float] = dict(total)
    rows = []
    for (characteristic, area), value in counts.items():
        if characteristic not in ("all", "not_recorded"):
            others = counts.get(("all", area), np.nan) - (0 if np.isnan(value) else value)
            rows.append((area, characteristic, value, float(persons.get(area, np.nan)), others))
    return pd.DataFrame(rows, columns=[*KEYS, "observed", "exposure", "others"]).astype(
        dict.fromkeys(("observed", "exposure", "others"), "float64")
    )


def _silences(counts: pd.DataFrame, persons: pd.Series) -> pd.DataFrame:
    """Return `month`, `observed`, `expected` and `relative_variance` a cell: its peers' months at its exposure."""
    frames = []
    for characteristic in _characteristics(counts):
        table = counts[characteristic]
        observed = table.to_numpy(dtype=float)
        if persons.notna().sum() > MIN_PEERS:
            exposure = np.broadcast_to(persons.reindex(table.columns).to_numpy(dtype=float), observed.shape)
        else:
            exposure = counts["all"][table.columns].to_numpy(dtype=float) - observed
        base = np.where(exposure > 0, exposure, 0.0)
        seen = np.where(exposure > 0, observed, 0.0)
        # All areas less one's own are one's peers.
        peers, peers_base = (whole.sum(axis=1, keepdims=True) - whole for whole in (seen, base))
        expected = base * np.divide(peers, peers_base, out=np.zeros_like(peers), where=peers_base > 0)
        months, areas = (axis.ravel() for axis in np.meshgrid(table.index, table.columns, indexing="ij"))
        frames.append(
            pd.DataFrame(
                {
                    "area_code": areas,
                    "characteristic": characteristic,
                    "month": months,
                    "observed": observed.ravel(),
                    "expected": expected.ravel(),
                    "relative_variance": np.tile(_unsure(seen, base), len(table)),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _unsure(observed: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Return by area the variance of its expectation ÷ its square, from its peers' count and spread in a year."""
    counts, bases = (table[-YEAR_MONTHS:].sum(axis=0) for table in (observed, exposure))
    found = np.zeros(len(counts))
    for at in range(len(counts)):
        peers = bases > 0
        peers[at] = False
        total = counts[peers].sum()
        if peers.sum() >= MIN_PEERS and total > 0:
            found[at] = 1 / total + 4 * spread_of_peers(counts[peers], total / bases[peers].sum() * bases[peers])
    return found


def _past(counts: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return `now`, `before` and `has_break` a cell; the past reaches back to the last change of recording."""
    first = pd.Timestamp(inputs.period.first_month)
    rows = []
    for characteristic in _characteristics(counts):
        table, broke = counts[characteristic], last_break(inputs.breaks, characteristic, inputs.period)
        comparable = table if broke is None else table[table.index >= pd.Timestamp(broke)]
        before = _whole_years(comparable[comparable.index < first]).sum()
        has_break = broke is not None and pd.Timestamp(broke) > first
        now = table[table.index >= first].sum()
        rows += [(area, characteristic, now[area], before[area], has_break) for area in table.columns]
    return pd.DataFrame(rows, columns=[*KEYS, "now", "before", "has_break"])


def _changes(counts: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    recent = counts.iloc[-SERIES_MONTHS:].drop(columns="all", level="characteristic")
    if inputs.period.date_basis == "occurred":
        # Reports of the newest months are still to come, which would look like a fall.
        gate = "Months of incidents are not complete until late reports have come."
        cells = recent.columns.to_frame(index=False)[list(KEYS)].to_dict("records")
        return result_frame(CHANGE, [{**cell, "gate": gate} for cell in cells])
    series = recent.melt(ignore_index=False, value_name="report_count").reset_index()
    results = []
    for characteristic, group in series.groupby("characteristic"):
        broke = last_break(inputs.breaks, str(characteristic), inputs.period)
        first = pd.Timestamp(inputs.period.first_month)
        # Months before the change of recording are left out; one within the period leaves nothing to compare.
        kept = group
        if broke is not None and pd.Timestamp(broke) <= first:
            kept = group[group["month"] >= pd.Timestamp(broke)]
        breaks = {(str(area), str(characteristic)): broke for area in kept["area_code"].unique() if broke}
        results.append(change(kept, inputs.period.first_month, breaks))
    return pd.concat(results, ignore_index=True)


def last_break(breaks: pd.DataFrame, characteristic: str, period: Period) -> date | None:
    """Return the day recording last changed for this ground or for all, up to the end of the period."""
    days = breaks.loc[breaks["characteristic"].isin(["all", characteristic]), "starts_on"]
    past = [day for day in pd.to_datetime(days) if day <= pd.Timestamp(period.last_day)]
    return max(past).date() if past else None


def _characteristics(counts: pd.DataFrame) -> list[Any]:
    return [name for name in counts.columns.unique("characteristic") if name != "all"]
