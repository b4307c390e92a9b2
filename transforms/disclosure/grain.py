"""The finest safe grain: for each area and characteristic, the finest period at which its figures stand."""

from typing import Final

import numpy as np
import pandas as pd

from data.policies import Policy
from data.schema import GRAINS
from transforms.disclosure.cube import Cube

NOWHERE: Final = ""
"""The period type of an area and characteristic whose figures stand at no period."""

_WORDS: Final = {
    "month": ("month", "months"),
    "quarter": ("quarter", "quarters"),
    "half_year": ("half-year", "half-years"),
    "year_ending_march": ("year ending March", "years ending March"),
    "several_years": ("block of years", "blocks of years"),
}
"""What one period is called, and several."""


def grain_table(
    block: dict[str, str], cube: Cube, policy: Policy, printed: np.ndarray, names: dict[str, str]
) -> pd.DataFrame:
    """Return one row area × characteristic: the block's keys, `period_type` (empty: none), `wider` and `sentence`.

    Figures stand at a period type where printed figures of that type, or of a finer one where the coarser has no
    place of its own, hold at least the policy's standing share of the reports in it. `wider` is the smallest area
    around it whose figures stand at a finer period, empty where there is none. The sentence names no count, and
    reads the same whatever the hidden counts are.
    """
    finest = {
        (area, kind): _finest(cube, policy, printed, area, kind)
        for area in range(len(cube.areas))
        for kind in range(len(cube.characteristics))
    }
    rows = []
    for (area, kind), period_type in finest.items():
        around = [
            number
            for number in range(len(cube.areas))
            if number != area
            and set(cube.parts[area]) < set(cube.parts[number])
            and _rank(finest[number, kind]) < _rank(period_type)
        ]
        wider = min(around, key=lambda number: (len(cube.parts[number]), number)) if around else None
        rows.append(
            {
                "area_code": cube.areas[area],
                "characteristic": cube.characteristics[kind],
                **block,
                "period_type": period_type,
                "wider": NOWHERE if wider is None else cube.areas[wider],
                "sentence": _sentence(
                    period_type,
                    cube.unit,
                    None if wider is None else (names[cube.areas[wider]], finest[wider, kind]),
                ),
            }
        )
    return pd.DataFrame(rows)


def _finest(cube: Cube, policy: Policy, printed: np.ndarray, area: int, kind: int) -> str:
    counts, covered = cube.counts[area, kind, : cube.finest_count], np.zeros(cube.finest_count, dtype=bool)
    for period_type in GRAINS:
        for number, window in enumerate(cube.windows):
            if window.period_type == period_type and printed[area, kind, number]:
                first, past = (month - cube.windows[0].start for month in (window.start, window.end))
                covered[first // cube.unit : past // cube.unit] = True
        if counts[covered].sum() >= policy.standing_share * counts.sum() and covered.any():
            return period_type
    return NOWHERE


def _rank(period_type: str) -> int:
    return len(GRAINS) if period_type == NOWHERE else GRAINS.index(period_type)


def _sentence(period_type: str, unit: int, wider: tuple[str, str] | None) -> str:
    why = "because too many of them would show one to four reports, or let a reader work them out"
    if period_type == NOWHERE:
        sentence = "No period is long enough for these figures to stand, because too few reports would show."
    elif period_type == GRAINS[0]:
        sentence = "Figures stand by month."
    elif period_type == GRAINS[1] and unit > 1:
        sentence = "Figures stand by quarter: there are too many places to show each by month and keep people safe."
    else:
        finer = [_WORDS[name][1] for name in GRAINS[: GRAINS.index(period_type)]]
        merged = finer[0] if len(finer) == 1 else ", ".join(finer[:-1]) + " and " + finer[-1]
        sentence = f"Figures stand by {_WORDS[period_type][0]}: {merged} are merged, {why}."
    return sentence if wider is None else f"{sentence} For {wider[0]} they stand by {_WORDS[wider[1]][0]}."
