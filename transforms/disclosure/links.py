"""Links between releases: what earlier ones printed, for an outsider who knows which counts have not changed since.

A count that is the same in two releases is one unknown, and everything ever printed of it bears on it. A count that
has changed is an unknown of its own in each earlier state; those states are the past cells, numbered after the cube's.
Knowing more, which is that two counts are the same, only ever narrows what is hidden: so whoever knows less of what
changed learns less than is reckoned with here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from transforms.disclosure.cube import Cube, over_windows
from transforms.disclosure.outsider import Ties, overlap_rows


@dataclass(frozen=True)
class State:
    """One earlier release: its exact finest counts and what it printed, both in the shape of the cube's cells.

    `counts` is place × characteristic × finest window, not a number where the release did not cover it. `lowest` and
    `highest` are what its figures say of each cell: 0 and no limit where it printed none.
    """

    counts: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray


@dataclass(frozen=True)
class Links:
    """The past cells and what binds them, all of it true for good: no release can take back what was printed.

    `counts`, `lowest` and `highest` are those of the past cells; `like` is the cell of the cube that each is an earlier
    state of; `ties` are over the cube's cells, then the past ones. `fixed_lowest` and `fixed_highest` say what was
    printed of the cube's own cells in which nothing has changed since.
    """

    counts: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    like: np.ndarray
    ties: Ties
    fixed_lowest: np.ndarray
    fixed_highest: np.ndarray


def link(cube: Cube, lost: np.ndarray, states: Sequence[State], threshold: int) -> Links:
    """Return the links of the cube's release to earlier ones; `lost` masks the windows it no longer covers.

    Of the past, only states of cells in which something has changed are kept, and of these only those that were
    printed or are small (below the threshold).
    """
    past = _Past(cube)
    now = cube.counts[: cube.place_count, :, : cube.finest_count].astype(float)
    now[:, :, lost[: cube.finest_count]] = np.nan
    fixed_lowest, fixed_highest = np.zeros(cube.counts.shape), np.full(cube.counts.shape, np.inf)
    for state in states:
        known = ~np.isnan(state.counts)
        absent = ~known & known.any(axis=(0, 1))
        changed = known & (state.counts != now) | absent
        numbers = past.earlier_counts(state.counts, changed & ~absent)
        touched = over_windows(changed.astype(int), cube.parts, cube.windows) > 0
        printed = np.isfinite(state.highest)
        np.maximum(fixed_lowest, np.where(printed & ~touched, state.lowest, 0), out=fixed_lowest)
        np.minimum(fixed_highest, np.where(printed & ~touched, state.highest, np.inf), out=fixed_highest)
        counts = over_windows(np.nan_to_num(state.counts).astype(int), cube.parts, cube.windows)
        small = ~printed & (counts > 0) & (counts < threshold)
        for cell in np.argwhere(touched & (printed | small)):
            at = tuple(cell.tolist())
            past.add_cell(at, int(counts[at]), state.lowest[at], state.highest[at], changed, numbers)
        past.add_overlaps(changed, absent, numbers)
    return past.links(fixed_lowest.ravel(), fixed_highest.ravel())


class _Past:
    """The past cells as they are found: each state of a count once, however many releases it stood in."""

    def __init__(self, cube: Cube) -> None:
        self._cube, self._grid, self._size = cube, cube.grid(), cube.counts.size
        self._first, self._unit = cube.windows[0].start, cube.unit
        self._numbers: dict[tuple[int, ...], int] = {}
        self._counts: list[int] = []
        self._lowest: list[float] = []
        self._highest: list[float] = []
        self._like: list[int] = []
        self._rows: list[tuple[list[int], list[int], int]] = []
        self._seen: set[tuple[int, ...]] = set()

    def earlier_counts(self, counts: np.ndarray, changed: np.ndarray) -> np.ndarray:
        """Return the number of each finest count as it stood, -1 where it did not differ from now."""
        numbers = np.full(counts.shape, -1)
        for area, kind, window in np.argwhere(changed).tolist():
            cell, count = int(self._grid[area, kind, window]), int(counts[area, kind, window])
            numbers[area, kind, window] = self._number((cell, count), cell, count)
        return numbers

    def add_cell(
        self,
        at: tuple[int, ...],
        count: int,
        lowest: float,
        highest: float,
        changed: np.ndarray,
        numbers: np.ndarray,
    ) -> None:
        """Say what was printed of a cell that has changed: what it is now, but each changed count as it was."""
        area, kind, window = at
        span = self._cube.windows[window]
        months = slice((span.start - self._first) // self._unit, (span.end - self._first) // self._unit)
        parts = self._cube.parts[area]
        here = changed[parts, kind, months]
        then, now = numbers[parts, kind, months][here], self._grid[parts, kind, months][here]
        cell, known = int(self._grid[at]), then >= 0
        if cell == now[0]:
            if known[0]:
                self._bound(int(then[0]), lowest, highest)
            return
        key = (-1, cell, *then.tolist(), *now[~known].tolist())
        is_new = key not in self._numbers
        number = self._number(key, cell, count)
        self._bound(number, lowest, highest)
        if is_new:
            cells = [number, cell, *then[known].tolist(), *now.tolist()]
            self._rows.append((cells, [1, -1] + [-1] * int(known.sum()) + [1] * len(now), number))

    def add_overlaps(self, changed: np.ndarray, absent: np.ndarray, numbers: np.ndarray) -> None:
        """Tie the characteristics of a place and window together as they stood, wherever one of them has changed."""
        for total, named, unnamed in self._cube.overlaps():
            place = np.unravel_index([total, *named, *unnamed], self._grid.shape)
            if not changed[place].any() or absent[place].any():
                continue
            then = np.where(changed[place], numbers[place], [total, *named, *unnamed])
            key = tuple(then.tolist())
            if key not in self._seen:
                self._seen.add(key)
                here = key[0], list(key[1 : 1 + len(named)]), list(key[1 + len(named) :])
                self._rows += [(cells, weights, -1) for cells, weights in overlap_rows(*here)]

    def links(self, fixed_lowest: np.ndarray, fixed_highest: np.ndarray) -> Links:
        """Return all that was found."""
        width = self._size + len(self._counts)
        starts = np.cumsum([0, *(len(cells) for cells, _, _ in self._rows)])
        columns = np.array([cell for cells, _, _ in self._rows for cell in cells], dtype=int)
        weights = np.array([weight for _, weights, _ in self._rows for weight in weights], dtype=float)
        whole = np.array([whole for _, _, whole in self._rows], dtype=int)
        ties = Ties(
            sparse.csr_array((weights, columns, starts), shape=(len(self._rows), width)),
            np.zeros(len(whole)),
            np.where(whole >= 0, 0.0, np.inf),
            whole,
        )
        return Links(
            counts=np.array(self._counts, dtype=int),
            lowest=np.array(self._lowest, dtype=float),
            highest=np.array(self._highest, dtype=float),
            like=np.array(self._like, dtype=int),
            ties=ties,
            fixed_lowest=fixed_lowest,
            fixed_highest=fixed_highest,
        )

    def _number(self, key: tuple[int, ...], cell: int, count: int) -> int:
        if key not in self._numbers:
            self._numbers[key] = self._size + len(self._counts)
            self._counts.append(count)
            self._lowest.append(0.0)
            self._highest.append(np.inf)
            self._like.append(cell)
        return self._numbers[key]

    def _bound(self, number: int, lowest: float, highest: float) -> None:
        at = number - self._size
        self._lowest[at], self._highest[at] = max(self._lowest[at], lowest), min(self._highest[at], highest)
