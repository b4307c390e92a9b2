"""The past: what earlier releases printed, from the register, and the exact counts that they were made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.policies import POLICIES
from transforms.disclosure.cube import QUARTER, Cube, Window, by_quarter, month_number
from transforms.disclosure.links import State

WITHDRAWN: Final = "withdrawn"
"""The note on a hidden figure that an earlier release printed and that no longer holds."""
_CELL: Final = ["area_code", "characteristic", "period_start", "period_end"]
_TOLD: Final = [*_CELL, "period_type", "value", "note_ids", "policy", "release_id"]
_COUNTED: Final = ["area_code", "area_type", "characteristic", "month", "report_count", "release_id"]


@dataclass(frozen=True)
class Past:
    """What earlier releases said of one record class and date basis, and the counts behind it as far as they are kept.

    `told`: the figures they printed or withdrew, oldest first, each with its `window`. `counts`: the exact counts by
    `release_id`.
    """

    told: pd.DataFrame
    counts: pd.DataFrame

    def standing(self) -> pd.DataFrame:
        """Return one row a cell with the figure that readers still take to hold: printed last, not withdrawn since."""
        newest = self.told.drop_duplicates(_CELL, keep="last")
        return newest[newest["value"].notna()]

    def windows(self) -> set[Window]:
        """Return the windows of all figures that still hold, and of all that a release with known counts printed."""
        linked = self.told["release_id"].isin(set(self.counts["release_id"])) & self.told["value"].notna()
        return set(self.standing()["window"]) | set(self.told.loc[linked, "window"])

    def states(self, cube: Cube) -> list[State]:
        """Return the earlier releases whose counts are known, oldest first.

        One that had places or characteristics which are no more is left out: its sums are not of these places.
        """
        places, kinds = pd.Index(cube.areas[: cube.place_count]), pd.Index(cube.characteristics)
        months = pd.Index([window.start for window in cube.windows[: cube.finest_count]])
        states = []
        for release_id, rows in self.counts.groupby("release_id", sort=False):
            placed = rows[rows["area_type"] != "police_force"]
            counted = by_quarter(placed) if cube.unit == QUARTER else placed
            if not counted["area_code"].isin(places).all() or not counted["characteristic"].isin(kinds).all():
                continue
            month = pd.to_datetime(counted["month"])
            at = [
                places.get_indexer(pd.Index(counted["area_code"])),
                kinds.get_indexer(pd.Index(counted["characteristic"])),
                months.get_indexer(pd.Index(month.dt.year * 12 + month.dt.month - 1)),
            ]
            inside = at[2] >= 0
            counts = np.full((len(places), len(kinds), len(months)), np.nan)
            counts[tuple(axis[inside] for axis in at)] = counted["report_count"][inside]
            lowest, highest = np.zeros(cube.counts.shape), np.full(cube.counts.shape, np.inf)
            figures = self.told[(self.told["release_id"] == release_id) & self.told["value"].notna()]
            for place, value, printed_under in places_in(cube, figures):
                lowest[place], highest[place] = POLICIES[printed_under].interval(int(value))
            states.append(State(counts, lowest, highest))
        return states


def read_past(block: dict[str, str], register: pd.DataFrame | None, counts: pd.DataFrame | None) -> Past:
    """Return the past of one record class and date basis: see `protection.protect` for the two tables."""
    told = pd.DataFrame(columns=[*_TOLD, "window"])
    if register is not None and not register.empty:
        mine = register[register["measure"] == "report_count"]
        mine = mine.assign(release_id=mine.get("release_id", ""))
        for column, value in block.items():
            mine = mine[mine[column] == value]
        withdrawn = mine["note_ids"].fillna("").str.split().map(lambda notes: WITHDRAWN in notes)
        rows = mine.loc[mine["value"].notna() | withdrawn, _TOLD]
        told = _with_windows(rows.astype({"period_start": str, "period_end": str}))
    counted = pd.DataFrame(columns=_COUNTED)
    if counts is not None and not counts.empty:
        own = np.logical_and.reduce([counts[column] == value for column, value in block.items()])
        counted = counts.loc[own, _COUNTED]
    return Past(told, counted)


def places_in(cube: Cube, rows: pd.DataFrame) -> Iterator[tuple[tuple[int, int, int], float, str]]:
    """Yield place, value and policy of each earlier cell that the cube still has; the others bind nothing here."""
    areas = {code: number for number, code in enumerate(cube.areas)}
    kinds = {code: number for number, code in enumerate(cube.characteristics)}
    spans = {(window.start, window.end): number for number, window in enumerate(cube.windows)}
    columns = [rows[name].tolist() for name in ("area_code", "characteristic", "window", "value", "policy")]
    for area_code, characteristic, window, value, policy in zip(*columns, strict=True):
        place = areas.get(area_code), kinds.get(characteristic), spans.get((window.start, window.end))
        if place[0] is not None and place[1] is not None and place[2] is not None:
            yield (place[0], place[1], place[2]), value, policy


def _with_windows(rows: pd.DataFrame) -> pd.DataFrame:
    periods = rows[["period_type", "period_start", "period_end"]].drop_duplicates()
    windows = {
        (kind, first, last): Window(
            month_number(pd.Timestamp(first).date()), month_number(pd.Timestamp(last).date()) + 1, kind
        )
        for kind, first, last in periods.itertuples(index=False)
    }
    keys = zip(rows["period_type"], rows["period_start"], rows["period_end"], strict=True)
    return rows.assign(window=pd.Series([windows[key] for key in keys], index=rows.index, dtype=object))
