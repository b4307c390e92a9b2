"""The search: other tables that agree with everything published, each a proof of what a cell could also be."""

from functools import cached_property
from typing import Final

import highspy
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from expectations.disclosure.system import APRIL, System

_SLACK: Final = 1e-6
_WORTH_IT: Final = 80
_PATIENCE: Final = 2
"""A look at many cells at once takes about as long as asking of one cell for each so many unknowns; while it settles
more than that, it is worth it."""
_GAP: Final = 0.3
_NODES: Final = 1
_PERSISTENCE: Final = 100
"""Branches tried for many cells at once, where a failure costs little, and for one whose safety hangs on it."""
_SHORTEST_WAY: Final = 1e-5
"""The price of moving one report away from the known table: of two answers the one that moves fewer is preferred,
because a solver reaches it in few steps and it seldom cuts a report in pieces."""


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

    def low(self) -> np.ndarray:
        """Return which of the asked cells are not yet shown to be able to be small, as a mask."""
        return self.least > self.floor

    def high(self) -> np.ndarray:
        """Return which of the asked cells are not yet shown to be able to be large, as a mask."""
        return self.most < self.goal

    def start(self) -> bool:
        """Find a first table; return False where no table agrees with the figures."""
        system = self.system
        found = milp(
            np.asarray(self._rows.sum(axis=0)).ravel(),
            constraints=LinearConstraint(sparse.csc_array(system.sums), system.lowest, system.highest),
            bounds=Bounds(0, np.inf),
            integrality=np.ones(system.unknowns),
            options={"mip_rel_gap": 1.0},
        )
        return found.x is not None and self._learn(np.rint(found.x))

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
        moved = found.x[system.unknowns :].reshape(2, count).sum(axis=0) > _SLACK
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
            if table is None or not self._learn(table):
                return

    def settle(self, cell: int) -> tuple[float, float]:
        """Return the least and the largest value of one cell that no table passes, learning from the tables found."""
        bounds = []
        for largest in (False, True):
            value, table = self._everywhere.limit(cell, largest)
            if table is not None:
                self._learn(table)
            bounds.append(value)
        return bounds[0], bounds[1]

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
        """Tell the same after looking for such a table in whole reports, near by and then everywhere."""
        for near in (*self._around(cell), self._everywhere):
            if not self._shows(cell, value, largest):
                table = near.reach(cell, value, largest)
                if table is not None:
                    self._learn(table)
        return self._shows(cell, value, largest)

    def _shows(self, cell: int, value: float, largest: bool) -> bool:
        return bool(self.most[cell] >= value if largest else self.least[cell] <= value)

    def _around(self, cell: int) -> list["Neighbourhood"]:
        """Return the neighbourhoods of a cell: its characteristic and the total in its years, then all of them."""
        system = self.system
        about = system.cells.iloc[self.asked[cell]]
        kind = list(system.unknown_cells.levels[1]).index(about["characteristic"])
        years = tuple(np.unique((np.arange(about["start"], about["end"]) - APRIL) // 12))
        inside = np.isin((system.month - APRIL) // 12, years)
        own = (system.kind == kind) | (system.kind == system.total)
        for key, free in (((kind, years), own & inside), ((None, years), inside)):
            if key not in self._known:
                self._known[key] = Neighbourhood(system, self.tables[-1], free, self.asked)
        return [self._known[kind, years], self._known[None, years]]

    @cached_property
    def _everywhere(self) -> "Neighbourhood":
        return Neighbourhood(self.system, self.tables[-1], np.ones(self.system.unknowns, dtype=bool), self.asked)

    def _learn(self, table: np.ndarray) -> bool:
        if not self.system.holds(table):
            return False
        values = self._rows @ table
        np.minimum(self.least, values, out=self.least)
        np.maximum(self.most, values, out=self.most)
        self.tables.append(table)
        return True


class Neighbourhood:
    """Tables that differ from one that agrees with all figures, in the unknowns that are free to move.

    The programme has, for each free unknown, what it gains and what it loses; for each asked cell that these touch,
    what it moves by; and a row for each figure that limits them.
    """

    def __init__(self, system: System, base: np.ndarray, free: np.ndarray, asked: np.ndarray) -> None:
        """Start from `base`, a table that `system` holds; only the unknowns of the mask `free` move."""
        self._base, self._free = base, np.flatnonzero(free)
        sums = sparse.csr_array(system.sums[:, self._free])
        touched = np.diff(sums.indptr) > 0
        overlap = np.arange(system.sums.shape[0]) >= len(system.cells)
        limiting = touched & (overlap | (system.lowest > 0) | np.isfinite(system.highest))
        self._values = (system.sums @ base)[asked]
        self._watched = np.flatnonzero(touched[asked])
        self._place = np.full(len(asked), -1)
        self._place[self._watched] = 2 * len(self._free) + np.arange(len(self._watched))
        standing = (system.sums @ base)[limiting]
        self._model(
            sums[limiting],
            system.lowest[limiting] - standing,
            system.highest[limiting] - standing,
            sums[asked[self._watched]],
        )
        self._random = np.random.default_rng(1)

    def push(self, fall: np.ndarray, rise: np.ndarray, goal: np.ndarray, floor: int) -> np.ndarray | None:
        """Return a table with many of the cells `fall` at the floor or below, and many of `rise` at their goal.

        Moving beyond is worth nothing, so that many cells move a little. None where only pieces of reports do it.
        """
        weights = 1 + self._random.random(len(self._values))
        found = self._pushed(self._solver, fall, rise, goal, floor, weights)
        table = self._table(found)
        if table is None and found is not None:
            reached = self._reached(found)
            fall, rise = fall[reached[fall] <= floor + _SLACK], rise[reached[rise] >= goal[rise] - _SLACK]
            if len(fall) + len(rise):
                table = self._table(self._pushed(self._whole, fall, rise, goal, floor, weights))
        return table

    def limit(self, cell: int, largest: bool, enough: float | None = None) -> tuple[float, np.ndarray | None]:
        """Return a value that no table of the neighbourhood passes, and a table that has it where one was met.

        Where a value is `enough`, going beyond it is worth nothing.
        """
        cost = np.zeros(self._count)
        cost[self._place[cell]] = -1.0 if largest else 1.0
        down, up = self._anything()
        if enough is not None:
            bounds, place = (up, down)[not largest], self._place[cell] - 2 * len(self._free)
            bounds[place] = enough - self._values[cell]
        self._bound(self._solver, down, up)
        found = self._run(self._solver, cost)
        self._bound(self._solver, *self._anything())
        if found is None:
            return np.inf if largest else 0.0, None
        value = self._reached(found)[cell]
        value = float(np.floor(value + _SLACK) if largest else np.ceil(value - _SLACK))
        return value, self._table(found)

    def reach(self, cell: int, value: float, largest: bool) -> np.ndarray | None:
        """Return the nearest table in which a cell is at least (or at most) `value`, None where none was found."""
        down, up = self._anything()
        place, move = self._place[cell] - 2 * len(self._free), value - self._values[cell]
        if largest:
            down[place] = move
        else:
            up[place] = move
        self._bound(self._whole, down, up)
        self._whole.setOptionValue("mip_max_nodes", _PERSISTENCE)
        found = self._run(self._whole, np.zeros(self._count))
        self._whole.setOptionValue("mip_max_nodes", _NODES)
        self._bound(self._whole, *self._anything())
        return self._table(found)

    def _pushed(
        self,
        solver: highspy.Highs,
        fall: np.ndarray,
        rise: np.ndarray,
        goal: np.ndarray,
        floor: int,
        weights: np.ndarray,
    ) -> np.ndarray | None:
        cost = np.zeros(self._count)
        cost[self._place[fall]], cost[self._place[rise]] = weights[fall], -weights[rise]
        down, up = self._anything()
        first = 2 * len(self._free)
        down[self._place[fall] - first] = np.minimum(floor - self._values[fall], 0)
        up[self._place[rise] - first] = np.maximum(goal[rise] - self._values[rise], 0)
        self._bound(solver, down, up)
        found = self._run(solver, cost)
        self._bound(solver, *self._anything())
        return found

    def _anything(self) -> tuple[np.ndarray, np.ndarray]:
        return np.full(len(self._watched), -np.inf), np.full(len(self._watched), np.inf)

    @property
    def _count(self) -> int:
        return 2 * len(self._free) + len(self._watched)

    def _reached(self, found: np.ndarray) -> np.ndarray:
        """Return the value of each asked cell; those that nothing free touches keep theirs."""
        values = self._values.astype(float)
        values[self._watched] += found[2 * len(self._free) :]
        return values

    def _table(self, found: np.ndarray | None) -> np.ndarray | None:
        """Return the solver's answer as a table, None where there is none or it cuts reports in pieces."""
        if found is None:
            return None
        moves = found[: len(self._free)] - found[len(self._free) : 2 * len(self._free)]
        if np.abs(moves - np.rint(moves)).max(initial=0) > _SLACK:
            return None
        table = self._base.copy()
        table[self._free] += np.rint(moves)
        return table

    def _run(self, solver: highspy.Highs, cost: np.ndarray) -> np.ndarray | None:
        cost = cost.copy()
        cost[: 2 * len(self._free)] += _SHORTEST_WAY
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        solver.setBasis(self._at_rest)
        solver.run()
        # Taken at once: whatever is changed next, the solver forgets its answer.
        found = np.array(solver.getSolution().col_value)
        info, status = solver.getInfo(), solver.getModelStatus()
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        unbounded = status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
        return found if feasible and not unbounded else None

    def _bound(self, solver: highspy.Highs, lowest: np.ndarray, highest: np.ndarray) -> None:
        columns = np.arange(2 * len(self._free), self._count, dtype=np.int32)
        solver.changeColsBounds(len(columns), columns, lowest, highest)

    @cached_property
    def _whole(self) -> highspy.Highs:
        """The same programme in whole reports; good enough is good, since every table is a proof."""
        solver = self._new_solver()
        kinds = np.full(2 * len(self._free), highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(len(kinds), np.arange(len(kinds), dtype=np.int32), kinds)
        for option, value in {"mip_rel_gap": _GAP, "mip_max_nodes": _NODES}.items():
            solver.setOptionValue(option, value)
        return solver

    def _new_solver(self) -> highspy.Highs:
        solver = highspy.Highs()
        for option, value in {"output_flag": False, "threads": 1, "random_seed": 0, "simplex_strategy": 4}.items():
            solver.setOptionValue(option, value)
        solver.passModel(self._programme)
        return solver

    def _model(
        self, limits: sparse.csr_array, lowest: np.ndarray, highest: np.ndarray, watched: sparse.csr_array
    ) -> None:
        """Pass the programme to the solver; it starts each time from standing still, which is always allowed."""
        count, moves = watched.shape[0], sparse.csr_array(sparse.vstack([limits, watched]))
        moved = sparse.vstack([sparse.csr_array((limits.shape[0], count)), -sparse.eye_array(count)])
        matrix = sparse.csr_array(sparse.hstack([moves, -moves, moved]))
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.zeros(self._count)
        model.col_lower_ = np.concatenate([np.zeros(2 * len(self._free)), np.full(count, -np.inf)])
        model.col_upper_ = np.concatenate(
            [np.full(len(self._free), np.inf), self._base[self._free], np.full(count, np.inf)]
        )
        model.row_lower_ = np.concatenate([lowest, np.zeros(count)])
        model.row_upper_ = np.concatenate([highest, np.zeros(count)])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        self._programme = model
        self._solver = self._new_solver()
        basic, at_rest = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kLower
        self._at_rest = highspy.HighsBasis()
        self._at_rest.col_status = [at_rest] * (2 * len(self._free)) + [basic] * count
        self._at_rest.row_status = [basic] * limits.shape[0] + [at_rest] * count
        self._at_rest.valid = True
