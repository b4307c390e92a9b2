"""Reports: the incidents police were told of, with dates, characteristics, offence, outcome and revision."""

from typing import Final

import numpy as np
import pandas as pd

from data.synthetic.draws import draw
from data.synthetic.incidents import HISTORY_MONTHS, RECORDING_LAG_SHARES, Incidence
from data.synthetic.world import PLACES, World, place_factors

CRIME, NON_CRIME = 0, 1
UNREVISED, CANCELLED, RECLASSIFIED, MOVED, LOST, GAINED = range(6)
NEVER: Final = np.int16(32_000)
"""The number of an extract that is never taken."""

OFFENCE_GROUPS: Final = {
    "public_order": (0.51, "9A", "9B"),
    "stalking_and_harassment": (0.22, "8L", "8M"),
    "violence_without_injury": (0.13, "105A", "105B"),
    "violence_with_injury": (0.06, "8N", "8P"),
    "criminal_damage_and_arson": (0.05, "58A", "58J"),
    "other_notifiable": (0.03, "", ""),
}
"""Share of crimes (Home Office mix of 2021/22), plain code, racially or religiously aggravated code."""

OUTCOMES: Final = ("", "1", "3", "8", "9", "10", "12", "14", "15", "16", "17", "18", "20", "21", "22")
_VIOLENCE = (2, 7.5, 1, 4, 1, 2, 0.5, 11, 22, 19, 0.5, 23, 1, 4, 1.5)
_OUTCOME_SHARES = np.array(
    [
        (2, 10.5, 1.5, 6, 1, 2, 0.5, 6, 17, 11, 0.5, 35, 1, 5, 1),
        _VIOLENCE,
        _VIOLENCE,
        _VIOLENCE,
        (2, 5, 1, 4, 0.5, 1, 0.5, 3, 10, 5, 0.5, 63, 0.5, 3, 1),
        (2, 8, 1, 5, 1, 2, 0.5, 6, 20, 10, 1, 37, 1, 4.5, 1),
    ]
)
"""By offence group: charged about 9% of all (2021/22), victim does not support (14, 16) 30% of violence."""

_ROUTE_SHARES = np.array(
    [
        (0.26, 0.34, 0.14, 0.06, 0.03, 0.12, 0.03, 0.02),
        (0.22, 0.33, 0.18, 0.06, 0.06, 0.10, 0.03, 0.02),
        (0.22, 0.31, 0.22, 0.05, 0.08, 0.07, 0.03, 0.02),
        (0.20, 0.35, 0.15, 0.09, 0.08, 0.08, 0.03, 0.02),
        (0.17, 0.29, 0.27, 0.05, 0.11, 0.06, 0.03, 0.02),
    ]
)
_SECOND_SHARES = np.array(
    [
        (0, 0.016, 0.006, 0.003, 0.001, 0.974),
        (0.35, 0, 0.01, 0.005, 0.002, 0.633),
        (0.04, 0.008, 0, 0.015, 0.025, 0.912),
        (0.05, 0.01, 0.03, 0, 0.01, 0.90),
        (0.03, 0.01, 0.20, 0.02, 0, 0.74),
    ]
)
"""By leading characteristic, the share with each second one, and with none: about 6% of reports have two."""

_AGGRAVATED_SHARE = 0.75
_OUTCOME_CHANGED_SHARE = 0.04
_FORMER_CODE_SHARE = 0.05


def draw_reports(world: World, model: Incidence) -> pd.DataFrame:
    """Return one row a report that enters an extract or lies beyond the last one, in order of recording.

    Codes are numbers into the tables of this package and `flags` a bit a characteristic. `extract` is the
    number of the first extract with the report (0 for the world's first), `first_*` what the record says
    before extract `revised`; outcomes stand from extracts `outcome_from` and `final_outcome_from`.
    """
    rng = world.random("reports")
    surplus = _surplus(world) if world.exact_totals else 1.0
    expected = model.expected * model.reporting[..., None] / (1 - world.cancelled_share)
    cells = rng.poisson(expected * surplus)
    cell = np.unravel_index(np.repeat(np.arange(cells.size), cells.ravel()), cells.shape)
    axes = zip(("place", "lead", "month", "record_class"), cell, strict=True)
    reports = pd.DataFrame({name: number.astype(np.int16) for name, number in axes})
    _add_dates(reports, rng, model, world)
    reports = _recorded(reports, world, model)
    reports = reports[reports["extract"] >= 0].reset_index(drop=True)
    _add_characteristics(reports, rng)
    _add_revision(reports, rng, world)
    if world.exact_totals:
        reports = _keep_totals(reports, rng, world, surplus)
    reports = reports.sort_values("recorded", kind="stable", ignore_index=True)
    _add_offence_and_outcome(reports, rng, world)
    is_early = reports["extract"] < 12
    reports["has_former_code"] = is_early & (rng.random(len(reports)) < _FORMER_CODE_SHARE)
    reports["route"] = draw(rng, _ROUTE_SHARES, reports["lead"].to_numpy()).astype(np.int8)
    return reports


def _add_dates(reports: pd.DataFrame, rng: np.random.Generator, model: Incidence, world: World) -> None:
    month, lead = reports["month"].to_numpy(), reports["lead"].to_numpy()
    passed = np.concatenate([[0], model.day_weights.cumsum()])
    start, end = passed[model.month_starts[month]], passed[model.month_starts[month + 1]]
    occurred = np.searchsorted(passed, start + rng.random(len(month)) * (end - start), side="right") - 1
    delay = draw(rng, model.delays, lead)
    if world.slower:
        times = place_factors(world.slower)[reports["place"].to_numpy(), lead]
        delay = np.where(times > 1, np.rint(np.maximum(delay, 1) * times).astype(delay.dtype), delay)
    reported = occurred + delay
    recorded = reported + rng.choice(len(RECORDING_LAG_SHARES), len(month), p=RECORDING_LAG_SHARES)
    for name, day in (("occurred", occurred), ("reported", reported), ("recorded", recorded)):
        reports[name] = day.astype(np.int32)
    extract = np.searchsorted(model.month_starts[1:], recorded, side="right") - HISTORY_MONTHS
    reports["extract"] = extract.astype(np.int16)


def _recorded(reports: pd.DataFrame, world: World, model: Incidence) -> pd.DataFrame:
    """Return the reports that are recorded at all, where a change of recording loses a share of them."""
    rng = world.random("recording")
    kept = np.ones(len(reports), dtype=bool)
    for month, share in world.recorded_from:
        since = (np.datetime64(month, "D") - model.first_day).astype(int)
        kept &= (reports["recorded"].to_numpy() < since) | (rng.random(len(reports)) < share)
    return reports[kept]


def _add_characteristics(reports: pd.DataFrame, rng: np.random.Generator) -> None:
    lead = reports["lead"].to_numpy()
    second = draw(rng, _SECOND_SHARES, lead)
    flags = (1 << lead) | np.where(second < 5, 1 << second, 0)
    reports["flags"] = flags.astype(np.uint8)


def _add_revision(reports: pd.DataFrame, rng: np.random.Generator, world: World) -> None:
    """Give each report at most one correction, and what it wrongly said before."""
    lead, flags = reports["lead"].to_numpy(), reports["flags"].to_numpy()
    leading = (1 << lead).astype(np.uint8)
    shares = np.zeros((2, 6))
    shares[:, CANCELLED] = world.cancelled_share
    shares[:, RECLASSIFIED] = world.reclassified_share
    shares[:, MOVED] = world.moved_share
    shares[:, LOST] = world.lost_share
    shares[1, GAINED] = world.gained_share_of_pairs
    shares[:, UNREVISED] = 1 - shares.sum(axis=1)
    kind = draw(rng, shares, (flags != leading).astype(np.int8))

    place, record_class = reports["place"].to_numpy(), reports["record_class"].to_numpy()
    exposure = np.array([item.exposure for item in PLACES])
    elsewhere = rng.choice(len(PLACES), len(place), p=exposure / exposure.sum())
    extra = flags | (1 << (lead + rng.integers(1, 5, len(lead))) % 5).astype(np.uint8)
    first_place = np.where(kind == MOVED, elsewhere, place)
    first_flags = np.select([kind == LOST, kind == GAINED], [extra, leading], flags)
    first_class = np.where(kind == RECLASSIFIED, 1 - record_class, record_class)
    happens = (kind == CANCELLED) | (kind == RECLASSIFIED) | (first_place != place) | (first_flags != flags)
    revised = np.where(happens, reports["extract"] + rng.geometric(0.3, len(kind)), NEVER)
    reports["revision"] = np.where(happens, kind, UNREVISED).astype(np.int8)
    reports["revised"] = revised.astype(np.int16)
    reports["first_place"] = first_place.astype(np.int8)
    reports["first_class"] = first_class.astype(np.int8)
    reports["first_flags"] = first_flags.astype(np.uint8)


def _surplus(world: World) -> float:
    """How many times the expected reports to draw, so that every year has enough to keep its total."""
    fewest = max(int(world.crime_targets().min()), 1)
    return 1.01 + 6 / fewest**0.5 + 20 / fewest


def _keep_totals(reports: pd.DataFrame, rng: np.random.Generator, world: World, surplus: float) -> pd.DataFrame:
    """Keep a random subset with exactly the yearly totals; a Poisson process given its totals is that."""
    extract, revised = reports["extract"].to_numpy(), reports["revised"].to_numpy()
    last = 12 * len(world.crimes_by_year) - 1
    is_cancelled = (reports["revision"] == CANCELLED) & (revised <= last)
    stands_as = np.where(revised <= last, reports["record_class"], reports["first_class"])
    counts = (stands_as == CRIME) & ~is_cancelled & (extract <= last)
    keep = ~counts & (rng.random(len(reports)) < 1 / surplus)
    for year, total in enumerate(world.crime_targets()):
        candidates = np.flatnonzero(counts & (extract // 12 == year))
        keep[rng.choice(candidates, total, replace=False)] = True
    return reports[keep]


def _add_offence_and_outcome(reports: pd.DataFrame, rng: np.random.Generator, world: World) -> None:
    count = len(reports)
    group = rng.choice(len(OFFENCE_GROUPS), count, p=[share for share, _, _ in OFFENCE_GROUPS.values()])
    reports["group"] = group.astype(np.int8)
    reports["may_be_aggravated"] = rng.random(count) < _AGGRAVATED_SHARE

    final = draw(rng, _OUTCOME_SHARES, group)
    if world.withdrawn:
        more = place_factors(world.withdrawn, 0.0)[reports["place"].to_numpy(), reports["lead"].to_numpy()]
        final = np.where(world.random("withdrawn").random(count) < more, OUTCOMES.index("16"), final)
    interim = draw(rng, _OUTCOME_SHARES, group)
    changes = (rng.random(count) < _OUTCOME_CHANGED_SHARE) & (interim != final) & (interim > 0) & (final > 0)
    is_crime = (reports["record_class"] == CRIME) & (reports["revision"] != CANCELLED)
    becomes_crime = np.where(reports["revision"] == RECLASSIFIED, reports["revised"], 0)
    assigned = np.maximum(reports["extract"] + rng.exponential(3, count).astype(np.int16), becomes_crime)
    assigned = np.where(is_crime & (final > 0), assigned, NEVER)
    reports["outcome"] = np.where(changes, interim, final).astype(np.int8)
    reports["final_outcome"] = final.astype(np.int8)
    reports["outcome_from"] = assigned.astype(np.int16)
    changed = np.where(changes & (assigned < NEVER), assigned + rng.geometric(0.3, count), NEVER)
    reports["final_outcome_from"] = changed.astype(np.int16)
