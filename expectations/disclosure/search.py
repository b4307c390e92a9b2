"""The search: other tables that agree with everything published, each a proof of what a cell could also be."""

from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from expectations.disclosure.neighbourhood import SLACK, Neighbourhood
from expectations.disclosure.system import APRIL, System

_WORTH_IT: Final = 150
_PATIENCE: Final = 2
"""A look at many cells at once takes about as long as asking of one cell for each so many unknowns; while it settles
more than that, it is worth it."""


class Search:
    """What each asked cell can be, as far as the tables found so far show.

    `least` and `most` are the smallest and largest value of each asked cell in any whole table found: the true
    range is at least as wide. Every table is checked against every figure before it counts.
    """

    def __init__(self, system: System, asked: np.ndarray, goal: np.ndarray, floor: int) -> None:
        """Ask of the cells numbered `asked` whether they can reach `goal` and can fall to `floor`."""
        self.system, self.asked, self.goal, self.floor = system, asked, goal, floor
        self.least = np.full(len(asked), np.inf)
        self.most = np.full(len(asked), -np.inf)
        self.tables: list[np.ndarray] = []
        self._rows = system.sums[asked]
        self._known: dict[tuple[int | None, tuple[int, ...]], Neighbourhood] = {}
        self._settled: dict[int, tuple[float, float]] = {}

    def low(self) -> np.ndarray:
        """Return which of the asked cells are not yet shown to be able to be small, as a mask."""
        return self.least > self.floor

    def high(self) -> np.ndarray:
        """Return which of the asked cells are not yet shown to be able to be large, as a mask."""
        return self.most < self.goal

    def start(self) -> bool:
        """Find a first table; return False where no table agrees with the figures.

        One in fractions is found thirty times sooner than one in whole reports, and there is nearly always a whole one
        right beside it.
        """
        size = self.system.unknowns
        near = self._first(np.zeros(size), np.full(size, np.inf), whole=False)
        if near is None:
            return False
        beside = self._first(np.floor(near + SLACK), np.ceil(near - SLACK), whole=True)
        found = self._first(np.zeros(size), np.full(size, np.inf), whole=True) if beside is None else beside
        return found is not None and self._learn(np.rint(found))

    def _first(self, lowest: np.ndarray, highest: np.ndarray, whole: bool) -> np.ndarray | None:
        system = self.system
        found = milp(
            np.asarray(self._rows.sum(axis=0)).ravel(),
            constraints=LinearConstraint(sparse.csc_array(system.sums), system.lowest, system.highest),
            bounds=Bounds(lowest, highest),
            integrality=np.full(system.unknowns, int(whole)),
            options={"mip_rel_gap": 1.0},
        )
        return None if found.x is None else np.asarray(found.x)

    def fewest_revised(self) -> np.ndarray:
        """Return the earlier figures to set aside as revised so that the rest fit, moving as little as can be."""
        system, loose = self.system, np.flatnonzero(self.system.earlier)
        if not len(loose):
            return loose
        count = len(loose)
        shift = sparse.csr_array((np.ones(count), (loose, np.arange(count))), shape=(system.sums.shape[0], count))
        matrix = sparse.hstack([system.sums, shift, -shift])
        cost = np.concatenate([np.zeros(system.unknowns), np.ones(2 * count)])
        found = milp(cost, constraints=LinearConstraint(sparse.csc_array(matrix), system.lowest, system.highest))
        if found.x is None:
            return loose[:0]
        moved = found.x[system.unknowns :].reshape(2, count).sum(axis=0) > SLACK
        return loose[moved]

    def look_around(self, free: np.ndarray, low: np.ndarray) -> None:
        """Let only the unknowns `free` differ from the newest table; look for tables with many cells large, or small.

        Only the cells of the mask `low` are asked whether they can be small.
        """
        touched = self._rows[:, free].sum(axis=1) > 0
        near: Neighbourhood | None = None
        idle, left = 0, np.inf
        while True:
            fall, rise = low & self.low() & touched, self.high() & touched
            asked = int(fall.sum() + rise.sum())
            if not asked:
                return
            idle = idle + 1 if left - asked < int(free.sum()) / _WORTH_IT else 0
            if idle == _PATIENCE:
                return
            left = asked
            near = near or Neighbourhood(self.system, self.tables[-1], free, self.asked)
            table = near.push(np.flatnonzero(fall), np.flatnonzero(rise), self.goal, self.floor)
            if table is not None:
                self._learn(table)

    def settle(self, cell: int) -> tuple[float, float]:
        """Return the least and the largest value of one cell that no table passes, learning from the tables found."""
        if cell not in self._settled:
            bounds = []
            for largest in (False, True):
                value, table = self._everywhere.limit(cell, largest)
                if table is not None:
                    self._learn(table)
                bounds.append(value)
            self._settled[cell] = bounds[0], bounds[1]
        return self._settled[cell]

    def seek(self, cell: int, value: float, largest: bool) -> bool:
        """Tell whether a table was found near by in which one cell is at least (or at most) `value`; it is kept.

        What lies nearest is tried first: the cell's own characteristic beside the total, in its own years; then all
        characteristics there.
        """
        for near in self._around(cell):
            if not self._shows(cell, value, largest):
                _, table = near.limit(cell, largest, value)
                if table is not None:
                    self._learn(table)
        return self._shows(cell, value, largest)

    def reach(self, cell: int, value: float, largest: bool) -> bool:
        """Tell the same after looking for such a table in whole reports, near by and then everywhere.

        Only where pieces of reports reach the value can whole ones.
        """
        for near in (*self._around(cell), self._everywhere):
            if not self._shows(cell, value, largest):
                bound, table = near.limit(cell, largest, value)
                if table is None and (bound >= value if largest else bound <= value):
                    table = near.reach(cell, value, largest)
                if table is not None:
                    self._learn(table)
        return self._shows(cell, value, largest)

    def _shows(self, cell: int, value: float, largest: bool) -> bool:
        return bool(self.most[cell] >= value if largest else self.least[cell] <= value)

    def _around(self, cell: int) -> list[Neighbourhood]:
        """Return the neighbourhoods of a cell: its characteristic and the total in its years, then all of them."""
        kind, years = self._about[cell]
        if (kind, years) not in self._known:
            system = self.system
            inside = np.isin((system.month - APRIL) // 12, years)
            own = (system.kind == kind) | (system.kind == system.total)
            self._known[kind, years] = Neighbourhood(system, self.tables[-1], own & inside, self.asked)
            if (None, years) not in self._known:
                self._known[None, years] = Neighbourhood(system, self.tables[-1], inside, self.asked)
        return [self._known[kind, years], self._known[None, years]]

    @cached_property
    def _about(self) -> list[tuple[int, tuple[int, ...]]]:
        """The characteristic of each asked cell, by number, and the years that it touches."""
        cells = self.system.cells.iloc[self.asked]
        kinds = self.system.unknown_cells.levels[1].get_indexer(pd.Index(cells["characteristic"])).tolist()
        first, last = (cells["start"] - APRIL) // 12, (cells["end"] - 1 - APRIL) // 12
        return [
            (kind, tuple(range(start, end + 1)))
            for kind, start, end in zip(kinds, first.tolist(), last.tolist(), strict=True)
        ]

    @cached_property
    def _everywhere(self) -> Neighbourhood:
        return Neighbourhood(self.system, self.tables[-1], np.ones(self.system.unknowns, dtype=bool), self.asked)

    def _learn(self, table: np.ndarray) -> bool:
        if not self.system.holds(table):
            return False
        values = self._rows @ table
        np.minimum(self.least, values, out=self.least)
        np.maximum(self.most, values, out=self.most)
        self.tables.append(table)
        return True
