"""The neighbourhood of a known table: the tables near it that agree with every figure, as a programme for a solver."""

from functools import cached_property
from typing import Final

import highspy
import numpy as np
from scipy import sparse

from expectations.disclosure.system import System

SLACK: Final = 1e-6
"""By how much a solver may miss a whole number."""
_GAP: Final = 0.3
_PERSISTENCE: Final = 100
"""Branches tried in whole reports for one cell, whose safety hangs on it."""
_SHORTEST_WAY: Final = 1e-5
"""The price of moving one report away from the known table: of two answers the one that moves fewer is preferred,
because a solver reaches it in few steps and it seldom cuts a report in pieces."""


class Neighbourhood:
    """Tables that differ from one that agrees with all figures, in the unknowns that are free to move.

    The programme has, for each free unknown, what it gains and what it loses, and a row for each figure that limits
    them. The one for many cells at once has besides, for each asked cell that these touch, what it moves by; the one
    for a single cell does without, which makes it half as large.
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
        self._asked = sums[asked]
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
        cost = np.zeros(self._count)
        cost[self._place[fall]], cost[self._place[rise]] = weights[fall], -weights[rise]
        down, up = self._anything()
        first = 2 * len(self._free)
        down[self._place[fall] - first] = np.minimum(floor - self._values[fall], 0)
        up[self._place[rise] - first] = np.maximum(goal[rise] - self._values[rise], 0)
        self._bound(self._solver, down, up)
        found = self._run(self._solver, cost)
        self._bound(self._solver, *self._anything())
        return self._table(found)

    def limit(self, cell: int, largest: bool, enough: float | None = None) -> tuple[float, np.ndarray | None]:
        """Return a value that no table of the neighbourhood passes, and a table that has it where one was met.

        Where a value is `enough`, going beyond it is worth nothing.
        """
        size, solver = len(self._free), self._one
        parts = slice(*self._asked.indptr[cell : cell + 2])
        unknowns, factors = self._asked.indices[parts], self._asked.data[parts]
        cost = np.full(2 * size, _SHORTEST_WAY)
        cost[unknowns] -= factors if largest else -factors
        cost[size + unknowns] += factors if largest else -factors
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        columns = np.concatenate([unknowns, size + unknowns]).astype(np.int32)
        lowest, highest = -np.inf, np.inf
        if enough is not None and largest:
            highest = enough - self._values[cell]
        elif enough is not None:
            lowest = enough - self._values[cell]
        solver.addRow(lowest, highest, len(columns), columns, np.concatenate([factors, -factors]))
        found = self._answer(solver, self._one_at_rest)
        solver.deleteRows(1, np.array([solver.getNumRow() - 1], dtype=np.int32))
        if found is None:
            return np.inf if largest else 0.0, None
        value = self._values[cell] + float((found[unknowns] - found[size + unknowns]) @ factors)
        value = float(np.floor(value + SLACK) if largest else np.ceil(value - SLACK))
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
        found = self._run(self._whole, np.zeros(self._count))
        self._bound(self._whole, *self._anything())
        return self._table(found)

    def _anything(self) -> tuple[np.ndarray, np.ndarray]:
        return np.full(len(self._watched), -np.inf), np.full(len(self._watched), np.inf)

    @property
    def _count(self) -> int:
        return 2 * len(self._free) + len(self._watched)

    def _table(self, found: np.ndarray | None) -> np.ndarray | None:
        """Return the solver's answer as a table, None where there is none or it cuts reports in pieces."""
        if found is None:
            return None
        moves = found[: len(self._free)] - found[len(self._free) : 2 * len(self._free)]
        if np.abs(moves - np.rint(moves)).max(initial=0) > SLACK:
            return None
        table = self._base.copy()
        table[self._free] += np.rint(moves)
        return table

    def _run(self, solver: highspy.Highs, cost: np.ndarray) -> np.ndarray | None:
        cost = cost.copy()
        cost[: 2 * len(self._free)] += _SHORTEST_WAY
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        return self._answer(solver, self._at_rest)

    @staticmethod
    def _answer(solver: highspy.Highs, at_rest: highspy.HighsBasis) -> np.ndarray | None:
        solver.setBasis(at_rest)
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
        solver = _new_solver(self._programme)
        kinds = np.full(2 * len(self._free), highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(len(kinds), np.arange(len(kinds), dtype=np.int32), kinds)
        for option, value in {"mip_rel_gap": _GAP, "mip_max_nodes": _PERSISTENCE}.items():
            solver.setOptionValue(option, value)
        return solver

    @cached_property
    def _one(self) -> highspy.Highs:
        """The programme for one cell at a time, whose row comes and goes."""
        size, programme = 2 * len(self._free), highspy.HighsLp()
        programme.num_row_, programme.num_col_ = self._limits.shape[0], size
        programme.col_cost_ = np.zeros(size)
        programme.col_lower_, programme.col_upper_ = np.zeros(size), self._programme.col_upper_[:size]
        programme.row_lower_, programme.row_upper_ = self._lowest, self._highest
        _set_matrix(programme, sparse.csr_array(sparse.hstack([self._limits, -self._limits])))
        return _new_solver(programme)

    @cached_property
    def _one_at_rest(self) -> highspy.HighsBasis:
        return _at_rest(2 * len(self._free), 0, self._limits.shape[0] + 1, 0)

    def _model(
        self, limits: sparse.csr_array, lowest: np.ndarray, highest: np.ndarray, watched: sparse.csr_array
    ) -> None:
        """Pass the programme to the solver; it starts each time from standing still, which is always allowed."""
        self._limits, self._lowest, self._highest = limits, lowest, highest
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
        _set_matrix(model, matrix)
        self._programme = model
        self._at_rest = _at_rest(2 * len(self._free), count, limits.shape[0], count)

    @cached_property
    def _solver(self) -> highspy.Highs:
        return _new_solver(self._programme)


def _new_solver(programme: highspy.HighsLp) -> highspy.Highs:
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "random_seed": 0, "simplex_strategy": 4}.items():
        solver.setOptionValue(option, value)
    solver.passModel(programme)
    return solver


def _set_matrix(programme: highspy.HighsLp, matrix: sparse.csr_array) -> None:
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = matrix.indptr, matrix.indices
    programme.a_matrix_.value_ = matrix.data


def _at_rest(moves: int, watched: int, limits: int, watching: int) -> highspy.HighsBasis:
    """Return the basis in which nothing moves: so many columns and rows of each kind."""
    basic, at_rest = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kLower
    basis = highspy.HighsBasis()
    basis.col_status = [at_rest] * moves + [basic] * watched
    basis.row_status = [basic] * limits + [at_rest] * watching
    basis.valid = True
    return basis
