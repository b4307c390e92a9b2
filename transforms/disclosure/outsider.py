"""The outsider as the protector imagines them: other tables, in whole reports, that agree with all that is printed.

Only tables that differ from a known one in some cells are tried, and of these the ones that differ least. Each one
found proves that a cell could be something else; a proof missed only hides a little more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import highspy
import numpy as np
from scipy import sparse

from transforms.disclosure.cube import Cube

_EXACT: Final = 1e-6
_GAP: Final = 0.3
_NODES: Final = 1
_NEARNESS: Final = 1e-5
"""What moving one report costs, so that of two tables that prove the same the nearer is found: it is found sooner,
and seldom in fractions."""
_TELLING: Final = 1e-3
"""A figure limits a cell where the cell would move by more than this if the figure did by one; nearness is less."""


@dataclass(frozen=True)
class Ties:
    """All that ties cells together: for each row, `lowest` ≤ factors · cells ≤ `highest`.

    `whole` is the cell that a row adds up to, -1 where the row is an overlap.
    """

    factors: sparse.csr_array
    lowest: np.ndarray
    highest: np.ndarray
    whole: np.ndarray


def ties_of(cube: Cube) -> Ties:
    """Return the cube's sums and its overlaps (`Cube.overlaps`)."""
    rows: list[int] = []
    columns: list[int] = []
    factors: list[int] = []
    wholes: list[int] = []

    def add(cells: list[int], weights: list[int], whole: int = -1) -> None:
        rows.extend([len(wholes)] * len(cells))
        columns.extend(cells)
        factors.extend(weights)
        wholes.append(whole)

    for whole, pieces in cube.sums():
        add([whole, *pieces], [1] + [-1] * len(pieces), whole)
    for total, named, unnamed in cube.overlaps():
        for cells, weights in overlap_rows(total, named, unnamed):
            add(cells, weights)
    matrix = sparse.csr_array((np.array(factors, float), (rows, columns)), shape=(len(wholes), cube.counts.size))
    summed = np.array(wholes)
    return Ties(matrix, np.zeros(len(wholes)), np.where(summed >= 0, 0.0, np.inf), summed)


def overlap_rows(total: int, named: list[int], unnamed: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the cells and factors of each overlap of one place and window: the sum of factors × cells is at least 0."""
    for single in [[one] for one in named] or [[]]:
        yield [total, *single, *unnamed], [1] + [-1] * len(single + unnamed)
    yield [total, *named, *unnamed], [-1] + [1] * len(named + unnamed)


def all_ties(first: Ties, further: Ties) -> Ties:
    """Return the rows of both, those of `first` being of the first cells alone."""
    width = further.factors.shape[1]
    wider = sparse.csr_array(first.factors)
    wider.resize((wider.shape[0], width))
    pairs = [
        (first.lowest, further.lowest),
        (first.highest, further.highest),
        (first.whole, further.whole),
    ]
    return Ties(sparse.csr_array(sparse.vstack([wider, further.factors])), *map(np.concatenate, pairs))


class Outsider:
    """Tables that differ from a base only in some cells, and agree with the interval printed for each.

    The programme's columns are what each cell gains, then what each cell that is no sum loses.
    """

    def __init__(self, ties: Ties, base: np.ndarray, free: np.ndarray, lowest: np.ndarray, highest: np.ndarray) -> None:
        """Let the cells of the mask `free` vary between `lowest` and `highest`; the rest stay as in `base`."""
        self.free, self.cells = free, np.flatnonzero(free)
        self._base = base
        self._down, self._up = (lowest - base)[free].astype(float), (highest - base)[free].astype(float)
        self._place = np.full(len(base), -1)
        self._place[self.cells] = np.arange(len(self.cells))
        touched = np.unique(sparse.csr_array(ties.factors[:, self.cells]).nonzero()[0])
        wholes = ties.whole[touched]
        is_sum = np.zeros(len(self.cells), dtype=bool)
        is_sum[self._place[wholes[wholes >= 0]]] = True
        self._finest = np.flatnonzero(~is_sum)
        self._loss = np.full(len(self.cells), -1)
        self._loss[self._finest] = len(self.cells) + np.arange(len(self._finest))
        self._model = self._limit_to(ties, touched)
        self._start = self._standing_still(wholes, is_sum)
        self._fractions = self._solver()

    @cached_property
    def _whole(self) -> highspy.Highs:
        solver = self._solver()
        count = self._model.num_col_
        kinds = np.full(count, highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
        solver.setOptionValue("mip_rel_gap", _GAP)
        solver.setOptionValue("mip_max_nodes", _NODES)
        return solver

    def forget(self, cell: int) -> None:
        """Know nothing of a cell any more, where it is one of the free ones."""
        place = self._place[cell]
        if place < 0:
            return
        self._down[place], self._up[place] = -self._base[cell], np.inf
        # Few are ever asked in whole reports, so a solver for that is made only when one is.
        for solver in (self._fractions, *([self._whole] if "_whole" in self.__dict__ else [])):
            self._bound(solver, np.array([place]))

    def table(
        self, raised: np.ndarray, lowered: np.ndarray, weights: np.ndarray, large: int, small: int
    ) -> np.ndarray | None:
        """Return a table in which many of the raised cells are `large` or more, many of the lowered `small` or less.

        None where no such table was found. A first solution in fractions says which cells are worth asking for
        in whole reports.
        """
        found = self._best(self._fractions, raised, lowered, weights, large, small)
        if found is not None and not _is_whole(found):
            raised = raised[found[raised] >= large - _EXACT]
            lowered = lowered[found[lowered] <= small + _EXACT]
            worthwhile = len(raised) + len(lowered) > 0
            found = self._best(self._whole, raised, lowered, weights, large, small) if worthwhile else None
        return None if found is None else np.rint(found).astype(np.int64)

    def limit(self, cell: int, largest: bool) -> tuple[float, np.ndarray, np.ndarray | None]:
        """Return the cell's largest or least value in fractions, the cells whose printing limits it, and a table.

        The table has that value; it is None where the value did not come out in whole reports.
        """
        cost = np.zeros(len(self._base))
        cost[cell] = -1.0 if largest else 1.0
        self._price(self._fractions, cost)
        self._fractions.run()
        if self._fractions.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.inf if largest else -np.inf, np.empty(0, dtype=int), None
        solution = self._fractions.getSolution()
        values = self._filled(np.array(solution.col_value))
        duals = np.abs(np.array(solution.col_dual))
        telling = duals[: len(self.cells)] > _TELLING
        telling[self._finest] |= duals[len(self.cells) :] > _TELLING
        return values[cell], self.cells[telling], np.rint(values).astype(np.int64) if _is_whole(values) else None

    def _filled(self, moves: np.ndarray) -> np.ndarray:
        table = self._base.astype(float)
        table[self.cells] += moves[: len(self.cells)]
        table[self.cells[self._finest]] -= moves[len(self.cells) :]
        return table

    def _best(
        self,
        solver: highspy.Highs,
        raised: np.ndarray,
        lowered: np.ndarray,
        weights: np.ndarray,
        large: int,
        small: int,
    ) -> np.ndarray | None:
        cost = np.zeros(len(self._base))
        cost[raised] -= weights[raised]
        cost[lowered] += weights[lowered]
        self._price(solver, cost)
        # Beyond the goal more is no gain, so that many cells move a little.
        up, down = self._place[raised], self._place[lowered]
        self._bound(solver, up, highest=np.minimum(self._up[up], large - self._base[raised]))
        self._bound(solver, down, lowest=np.maximum(self._down[down], small - self._base[lowered]))
        solver.run()
        found = np.array(solver.getSolution().col_value)
        solved = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        self._bound(solver, up)
        self._bound(solver, down)
        return self._filled(found) if solved else None

    def _price(self, solver: highspy.Highs, cost: np.ndarray) -> None:
        """Say what gaining costs in each cell; losing earns as much, and either costs the nearness."""
        gain = cost[self.cells].copy()
        loss = -gain[self._finest] + _NEARNESS
        gain[self._finest] += _NEARNESS
        costs = np.concatenate([gain, loss])
        solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        solver.setBasis(self._start)

    def _bound(
        self,
        solver: highspy.Highs,
        places: np.ndarray,
        lowest: np.ndarray | None = None,
        highest: np.ndarray | None = None,
    ) -> None:
        lowest = self._down[places] if lowest is None else lowest
        highest = self._up[places] if highest is None else highest
        finest = self._loss[places] >= 0
        losses = self._loss[places[finest]]
        columns = np.concatenate([places, losses]).astype(np.int32)
        low = np.concatenate([np.where(finest, 0.0, lowest), np.zeros(len(losses))])
        high = np.concatenate([highest, -lowest[finest]])
        solver.changeColsBounds(len(columns), columns, low, high)

    def _solver(self) -> highspy.Highs:
        solver = highspy.Highs()
        options = {"output_flag": False, "threads": 1, "random_seed": 0, "simplex_strategy": 4}
        for option, value in options.items():
            solver.setOptionValue(option, value)
        solver.passModel(self._model)
        self._bound(solver, np.arange(len(self.cells)))
        return solver

    def _standing_still(self, wholes: np.ndarray, is_sum: np.ndarray) -> highspy.HighsBasis:
        """Return the basis in which nothing moves: every sum follows from its pieces, and every overlap is slack."""
        basic, at_rest = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kLower
        basis = highspy.HighsBasis()
        basis.col_status = [basic if one else at_rest for one in is_sum] + [at_rest] * len(self._finest)
        basis.row_status = [at_rest if whole >= 0 and self._place[whole] >= 0 else basic for whole in wholes]
        basis.valid = True
        return basis

    def _limit_to(self, ties: Ties, touched: np.ndarray) -> highspy.HighsLp:
        factors = sparse.csr_array(ties.factors[touched])
        standing = factors @ self._base
        cells = factors[:, self.cells]
        matrix = sparse.csr_array(sparse.hstack([cells, -cells[:, self._finest]]))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
        model.col_cost_ = np.zeros(matrix.shape[1])
        model.col_lower_, model.col_upper_ = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
        model.row_lower_, model.row_upper_ = ties.lowest[touched] - standing, ties.highest[touched] - standing
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        return model


def _is_whole(values: np.ndarray) -> bool:
    return bool(np.abs(values - np.rint(values)).max() <= _EXACT)
