"""Guesses: what a reader finds who takes every hidden figure for a small count, and is right."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from data.policies import Policy

_SERIES: Final = ["area_code", "characteristic"]


def guessed(cells: pd.DataFrame, exact: np.ndarray, structure: pd.DataFrame, policy: Policy) -> list[int]:
    """Return the rows of printed sums from which a right guess recovers the hidden counts in them.

    `cells` has the published figures of one record class and date basis; `exact` is the count behind each. A guess is
    right where every hidden part of the sum, in places or in periods laid end to end, is small.
    """
    here = cells[cells["published"] & ~cells["earlier"]]
    count = pd.Series(exact, index=cells.index)[here.index]
    small = here["hidden"] & (count > 0) & (count < policy.threshold)
    shown = here[here["value"].notna() | small].assign(small=small)
    return sorted({*_over_time(shown, policy), *_over_places(shown, structure, policy)})


def _is_told(policy: Policy, parts: int, least: float, most: float) -> bool:
    """Whether so many counts from 1 to 4 that add up to `least` to `most` can only be all 4, or all 1."""
    return parts > 0 and (least >= parts * policy.protected_to or most <= parts * policy.protected_from)


def _over_places(shown: pd.DataFrame, structure: pd.DataFrame, policy: Policy) -> list[int]:
    keys = ["characteristic", "start", "end"]
    members = structure[structure["area_code"] != structure["part_code"]]
    size = members.groupby("area_code").size()
    parts = members.merge(shown.rename(columns={"area_code": "part_code"}), on="part_code")
    parts[["lowest", "highest"]] = parts[["lowest", "highest"]].mask(parts["small"], 0.0)
    found = parts.groupby(["area_code", *keys]).agg(
        size=("small", "size"), small=("small", "sum"), lowest=("lowest", "sum"), highest=("highest", "sum")
    )
    sums = (
        shown[~shown["small"]]
        .reset_index()
        .merge(found.reset_index(), on=["area_code", *keys], suffixes=("", "_parts"))
    )
    sums = sums[(sums["size"] == sums["area_code"].map(size)) & (sums["small_parts"] > 0)]
    least, most = sums["lowest"] - sums["highest_parts"], sums["highest"] - sums["lowest_parts"]
    ways: Iterable[tuple[Any, ...]] = zip(sums["index"], sums["small_parts"], least, most, strict=True)
    return [int(row) for row, *way in ways if _is_told(policy, *way)]


def _over_time(shown: pd.DataFrame, policy: Policy) -> list[int]:
    found = []
    for _, group in shown.groupby(_SERIES):
        if not group["small"].any():
            continue
        following: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        told: list[tuple[Any, ...]] = list(group[["start", "end", "small", "lowest", "highest"]].itertuples(name=None))
        for part in told:
            following[part[1]].append(part)
        for row, start, end, is_small, lowest, highest in told:
            if is_small or end - start == 1:
                continue
            # From each month on: how many hidden parts, and what is left of the sum at least and at most.
            left: dict[int, set[tuple[int, float, float]]] = {start: {(0, lowest, highest)}}
            for month in range(start, end):
                for parts, least, most in left.pop(month, set()):
                    for number, _, past, hidden, low, high in following[month]:
                        if past <= end and number != row:
                            rest = (parts + 1, least, most) if hidden else (parts, least - high, most - low)
                            left.setdefault(past, set()).add(rest)
            if any(_is_told(policy, *way) for way in left.get(end, ())):
                found.append(int(row))
    return found
