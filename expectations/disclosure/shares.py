"""Shares of reports: whether each may stand where it does, is true, and tells no small number of events.

What an outsider knows of a share: it was rounded to its step, of a base that lies between the part that must be known
of the least count that was printed, and the largest. A share printed before may stand until it is a step off, so it is
judged true within one.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from data.policies import Policy
from data.shares import MEASURES, SHARES, WAYS, step_of
from expectations.disclosure.claims import intervals

ALL: Final = "all"
_LEAST_KNOWN: Final = {one.measure: one.least_known for one in SHARES}
_CELL: Final = ["area_code", "characteristic", "record_class", "date_basis", "period_start"]
_GROUP: Final = ["measure", "area_code", "record_class", "date_basis", "period_start"]


def faulty_shares(
    figures: pd.DataFrame, exact: pd.DataFrame | None, characteristics: Iterable[str], policy: Policy
) -> list[tuple[str, int]]:
    """Return (kind, number) for shares that are wrong as printed, whatever else is known.

    `share_of_few`: finer than the printed count beside it allows, or with none beside it. `share_not_rounded`: no
    multiple of its step from 0 to 100. `share_untrue`: a step or more from the exact one, or of a base too little of
    which is known. `share_tells`: with the others it leaves a characteristic no choice but to have some of a small
    number of events, or of others; or the ways in which reports came leave no choice but to have some of a small rest.
    `exact`: measure, area_code, characteristic, record_class, date_basis, period_start, report_count, trials, events.
    """
    told = figures[figures["measure"].isin(MEASURES) & figures["value"].notna()].copy()
    if told.empty:
        return []
    told["step"] = [step_of(str(notes).split()) for notes in told["note_ids"]]
    told = _with_bases(told, figures, policy)
    half = told["step"] / 200
    is_few = ~told["step"].isin(policy.share_steps) | ~(told["fewest"] * half >= policy.protected_to)
    is_odd = ~told["value"].between(0, 100) | (told["value"] % told["step"].where(told["step"] > 0, 1) != 0)
    found = {"share_of_few": int(is_few.sum()), "share_not_rounded": int(is_odd.sum())}
    if exact is not None:
        found["share_untrue"] = _untrue(told, exact)
    sound = told[~is_few & ~is_odd]
    found["share_tells"] = _telling(sound, figures, exact, set(characteristics) - {ALL}, policy)
    found["share_tells"] += _telling_rest(sound, exact, policy)
    return [(kind, number) for kind, number in found.items() if number]


def _with_bases(told: pd.DataFrame, figures: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the shares with the fewest and the most reports that each can be a share of."""
    counts = figures[
        (figures["measure"] == "report_count")
        & (figures["period_type"] == policy.cross_period_type)
        & (figures["area_type"] == policy.cross_area_type)
    ]
    lowest, highest = intervals(counts["value"].to_numpy(dtype=float), policy)
    bounds = _keyed(counts)[_CELL].assign(lowest=np.where(counts["value"].isna(), 0, lowest), most=highest)
    merged = _keyed(told).merge(bounds, on=_CELL, how="left")
    merged["fewest"] = np.ceil(merged["lowest"].fillna(0) * merged["measure"].map(_LEAST_KNOWN))
    is_cross = (merged["period_type"] == policy.cross_period_type) & (merged["area_type"] == policy.cross_area_type)
    merged.loc[~is_cross, "fewest"] = 0
    merged["most"] = merged["most"].fillna(np.inf)
    return merged


def _untrue(told: pd.DataFrame, exact: pd.DataFrame) -> int:
    both = told.merge(_keyed(exact), on=[*_GROUP, "characteristic"], how="left")
    percent = 100 * both["events"] / both["trials"]
    is_known = both["trials"] >= both["report_count"] * both["measure"].map(_LEAST_KNOWN)
    return int((~((percent - both["value"]).abs() < both["step"]) | ~is_known).sum())


def _telling(
    told: pd.DataFrame, figures: pd.DataFrame, exact: pd.DataFrame | None, named: set[str], policy: Policy
) -> int:
    """Return how many (measure, place, year, characteristic) the overlap with `all` tells too much of."""
    _, highest = intervals(figures["value"].to_numpy(dtype=float), policy)
    counts = _keyed(figures).assign(most=highest)
    counts = counts[(counts["measure"] == "report_count") & (counts["period_type"] == policy.cross_period_type)]
    totals = {tuple(row[:-1]): float(row[-1]) for row in counts[[*_CELL, "most"]].itertuples(index=False)}
    truth = {} if exact is None else {row[:6]: row for row in _ordered(exact)}
    found = 0
    for key, group in told.groupby(_GROUP, sort=True):
        shares = {str(row["characteristic"]): row for row in group.to_dict("records")}
        whole = shares.pop(ALL, None)
        if whole is None:
            continue
        measure, area, *rest = key
        for sign in (1, -1):
            part = {kind: row["value"] if sign > 0 else 100 - row["value"] for kind, row in shares.items()}
            of_all = whole["value"] if sign > 0 else 100 - whole["value"]
            least = np.ceil(max(of_all - whole["step"] / 2, 0) / 100 * whole["fewest"])
            most = {
                kind: np.floor(min(part[kind] + shares[kind]["step"] / 2, 100) / 100 * shares[kind]["most"])
                if kind in shares
                else totals.get((area, kind, *rest), np.inf)
                for kind in named
            }
            for kind in named:
                if least - sum(most[other] for other in named if other != kind) <= policy.protected_from:
                    continue
                row = truth.get((measure, area, kind, *rest))
                events = None if row is None else (row[8] if sign > 0 else row[7] - row[8])
                found += events is None or events < policy.threshold
    return found


def _telling_rest(told: pd.DataFrame, exact: pd.DataFrame | None, policy: Policy) -> int:
    """Return how many (place, year, characteristic) the printed ways tell too much of what came by another."""
    ways = told[told["measure"].isin(WAYS)]
    highest = np.floor(np.minimum(ways["value"] + ways["step"] / 2, 100) / 100 * ways["most"])
    sums = ways.assign(highest=highest).groupby(_CELL).agg(taken=("highest", "sum"), fewest=("fewest", "min"))
    telling = sums[sums["fewest"] - sums["taken"] > policy.protected_from]
    if exact is None or telling.empty:
        return len(telling)
    both = ways.merge(_keyed(exact), on=[*_GROUP, "characteristic"], how="left")
    true = both.groupby(_CELL).agg(events=("events", "sum"), reports=("report_count", "max"))
    rest = (true["reports"] - true["events"]).reindex(telling.index)
    return int((rest < policy.threshold).sum())


def _ordered(exact: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    columns = ["measure", *_CELL, "report_count", "trials", "events"]
    return _keyed(exact)[columns].itertuples(index=False, name=None)


def _keyed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(period_start=rows["period_start"].astype(str).str[:10])
