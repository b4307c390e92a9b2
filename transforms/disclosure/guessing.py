"""What a reader works out on paper who takes every hidden figure for a count from 1 to 4, as most of them are.

Two hidden quarters in a half-year printed as 10, which is 8 or more, could then only be 4 and 4. So no sum is printed
whose hidden parts are all small, and of which such a guess leaves one value each. The guess is no knowledge, since a
hidden figure may be zero or large: where it only narrows what a figure could be, the sum stands.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from data.policies import Policy
from transforms.disclosure.cube import Cube

Part = tuple[int, int, bool, float, float]
"""A figure of one series: its months, whether it is hidden and small, and else the counts it stands for."""


def telling_sums(
    cube: Cube, policy: Policy, printed: np.ndarray, small: np.ndarray, lowest: np.ndarray, highest: np.ndarray
) -> np.ndarray:
    """Return the cells of the printed sums that tell a guesser too much, in places or in periods.

    `printed`, `small` (hidden, and 1 to 4) and the counts that figures stand for are arrays in the cube's shape.
    """
    found = [*_in_periods(cube, policy, printed, small, lowest, highest)]
    grid = cube.grid()
    for area in range(cube.place_count, len(cube.areas)):
        parts = cube.parts[area]
        shown, hidden = printed[parts], small[parts].sum(axis=0)
        least = lowest[area] - np.where(shown, highest[parts], 0).sum(axis=0)
        most = highest[area] - np.where(shown, lowest[parts], 0).sum(axis=0)
        whole = printed[area] & (shown | small[parts]).all(axis=0)
        found += grid[area][whole & _tells(policy, hidden, least, most)].tolist()
    return np.array(sorted(set(found)), dtype=int)


def _tells(policy: Policy, hidden: np.ndarray, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Whether so many hidden parts of `least` to `most` reports in all could only be all 4, or all 1."""
    return (hidden > 0) & ((least >= policy.protected_to * hidden) | (most <= policy.protected_from * hidden))


def _in_periods(
    cube: Cube, policy: Policy, printed: np.ndarray, small: np.ndarray, lowest: np.ndarray, highest: np.ndarray
) -> Iterator[int]:
    grid = cube.grid()
    for area, kind in np.ndindex(grid.shape[:2]):
        if not small[area, kind].any():
            continue
        parts: list[Part] = [
            (window.start, window.end, bool(small[at]), float(lowest[at]), float(highest[at]))
            for number, window in enumerate(cube.windows)
            if printed[at := (area, kind, number)] or small[at]
        ]
        parts.sort()
        for number in np.flatnonzero(printed[area, kind]).tolist():
            start, end = cube.windows[number].start, cube.windows[number].end
            ways = _ways(start, end, (part for part in parts if start <= part[0] and part[1] <= end))
            for hidden, (most_known, least_known) in ways.items():
                at = area, kind, number
                if _tells(policy, np.array(hidden), lowest[at] - most_known, highest[at] - least_known):
                    yield int(grid[at])


def _ways(start: int, end: int, parts: Iterable[Part]) -> dict[int, tuple[float, float]]:
    """Return, by how many hidden parts, what the printed ones beside them in a period are at most, and at least.

    Of all ways to lay parts end to end the fewest and the most reports count, since each way bounds what is hidden.
    """
    reached: dict[int, dict[int, tuple[float, float]]] = {start: {0: (0.0, 0.0)}}
    for first, past, is_small, least, most in parts:
        if (first, past) == (start, end):
            continue
        for hidden, (most_known, least_known) in list(reached.get(first, {}).items()):
            here = reached.setdefault(past, {})
            step = (most_known, least_known) if is_small else (most_known + most, least_known + least)
            old = here.get(hidden + is_small, (np.inf, -np.inf))
            here[hidden + is_small] = min(old[0], step[0]), max(old[1], step[1])
    return reached.get(end, {})
