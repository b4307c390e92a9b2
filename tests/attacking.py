"""An outsider written for the tests alone: recovers hidden counts from published figures with scipy, cell by cell.

It shares no code with what protects or audits. It takes the rounding rule from the words of the policy: hidden
means unknown, printed means the nearest 5 (or exactly the count), and no printed count lies between 1 and 4.
"""

from itertools import product

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Cell = tuple[str, str, str, str]


def interval(value: float, rounded: bool) -> tuple[float, float]:
    if value == 0 or not rounded:
        return value, value
    return max(5, value - 2), value + 2


class Attacker:
    """Everything published of one record class, release after release; the newest word on a cell counts."""

    def __init__(self, parts: dict[str, list[str]], rounded: bool = True) -> None:
        self.parts, self.rounded = parts, rounded
        self.known: dict[Cell, float] = {}
        self.hidden: set[Cell] = set()

    def read(self, figures: pd.DataFrame) -> "Attacker":
        for row in figures[figures["measure"] == "report_count"].itertuples():
            cell = (row.area_code, row.characteristic, str(row.period_start)[:10], str(row.period_end)[:10])
            if not pd.isna(row.value):
                self.known[cell] = row.value
                self.hidden.discard(cell)
            elif "withdrawn" in str(row.note_ids):
                self.known.pop(cell, None)
                self.hidden.add(cell)
            elif cell not in self.known:
                self.hidden.add(cell)
        return self

    def ranges(self) -> dict[Cell, tuple[float, float]]:
        """The least and the largest whole number that each hidden cell, and each finest cell, can be."""
        cells = [*self.known, *self.hidden]
        kinds = sorted({kind for _, kind, _, _ in cells})
        first, last = min(cell[2] for cell in cells), max(cell[3] for cell in cells)
        months = [str(day)[:10] for day in pd.date_range(first, last, freq="MS")]
        places = sorted({place for places in self.parts.values() for place in places})
        column = {key: number for number, key in enumerate(product(places, kinds, months))}
        rows, low, high = [], [], []

        def row(cell: Cell) -> np.ndarray:
            area, kind, start, end = cell
            found = np.zeros(len(column))
            for place, month in product(self.parts[area], months):
                if start <= month <= end:
                    found[column[place, kind, month]] = 1
            return found

        for cell, value in self.known.items():
            rows.append(row(cell))
            least, most = interval(value, self.rounded)
            low.append(least)
            high.append(most)
        singles = [kind for kind in kinds if kind != "all"]
        if "all" in kinds:
            for place, month in product(places, months):
                total = column[place, "all", month]
                together = np.zeros(len(column))
                together[total] = -1
                for kind in singles:
                    together[column[place, kind, month]] = 1
                    one = np.zeros(len(column))
                    one[total], one[column[place, kind, month]] = 1, -1
                    if "not_recorded" in singles:  # a report that names no ground has no other
                        one[column[place, "not_recorded", month]] = -1
                    rows.append(one)
                rows.append(together)
                low += [0] * (len(singles) + 1)
                high += [np.inf] * (len(singles) + 1)
        ends = {month: str((pd.Timestamp(month) + pd.offsets.MonthEnd(0)).date()) for month in months}
        finest = {(place, kind, month, ends[month]) for place, kind, month in column}
        wanted = sorted(self.hidden | (finest - set(self.known)))
        limits = LinearConstraint(sparse.csc_array(np.array(rows)), np.array(low), np.array(high))
        return self._search({cell: row(cell) for cell in wanted}, limits)

    def _search(self, wanted: dict[Cell, np.ndarray], limits: LinearConstraint) -> dict[Cell, tuple[float, float]]:
        """A whole table met on the way counts for every cell, so one seen from 1 to 4 needs no search of its own."""
        cells = list(wanted)
        sums = sparse.csr_array(np.array(list(wanted.values())))
        least, most = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
        for number in range(len(cells)):
            for sign in (1, -1):
                if (least[number] > 1) if sign == 1 else (most[number] < 4):
                    values = sums @ self._reach(sign * wanted[cells[number]], limits)
                    np.minimum(least, values, out=least)
                    np.maximum(most, values, out=most)
        return {cell: (least[number], most[number]) for number, cell in enumerate(cells)}

    def _reach(self, cost: np.ndarray, limits: LinearConstraint) -> np.ndarray:
        """The table of least cost; no search goes past 1,000, which stands for no limit at all."""
        found = milp(cost, constraints=limits, bounds=Bounds(0, 1_000), integrality=np.ones(len(cost)))
        assert found.success, "the published figures contradict each other"
        return np.rint(found.x)


def recovered(ranges: dict[Cell, tuple[float, float]], truth: dict[Cell, int]) -> list[tuple[Cell, str]]:
    """Hidden cells known exactly, and small ones known more closely than "anything from 1 to 4"."""
    found = []
    for cell, (least, most) in ranges.items():
        count = truth[cell]
        if not least <= count <= most:
            continue
        if least == most and count > 0:
            found.append((cell, "exact"))
        elif 1 <= count <= 4 and (least > 1 or most < 4):
            found.append((cell, "too tight"))
    return found
