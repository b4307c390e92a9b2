"""An outsider with every release and the exact list of what did not change between them, for the tests alone.

It shares no code with what protects or audits. A count of a place, characteristic and month is one unknown for as long
as it stays the same, in whichever releases it does; every figure ever printed limits a sum of unknowns. The bounds of
each hidden count of each release are found by linear programming, rounded inwards to whole reports.
"""

import highspy
import numpy as np
import pandas as pd
from attacking import interval
from scipy import sparse

Secret = tuple[int, str, str, str, str]
"""A release by its number, an area, a characteristic, a first and a last day."""
MOST = 10_000
SLACK = 1e-6


class LinkedAttacker:
    """Reads releases in turn; `counts` of a release say which of them are the same as in others, and no more."""

    def __init__(self, parts: dict[str, list[str]]) -> None:
        self.parts = parts
        self.unknown: dict[tuple[str, str, str, int], int] = {}
        self.rows: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[float, float]] = {}
        self.secrets: dict[tuple[int, ...], tuple[Secret, int]] = {}
        self.releases = 0

    def read(self, figures: pd.DataFrame, counts: pd.DataFrame) -> "LinkedAttacker":
        places = {place for places in self.parts.values() for place in places}
        finest = counts[counts["area_code"].isin(places)]
        months = sorted({str(month) for month in finest["month"]})
        told = zip(finest["area_code"], finest["characteristic"], finest["month"].astype(str), strict=True)
        now = dict(zip(told, finest["report_count"].astype(int), strict=True))
        column = {key: self.unknown.setdefault((*key, count), len(self.unknown)) for key, count in now.items()}
        figures = figures[figures["measure"] == "report_count"]
        printed = set()
        for row in figures.itertuples():
            first, last = str(row.period_start)[:10], str(row.period_end)[:10]
            inside = [
                (place, row.characteristic, month)
                for place in self.parts[row.area_code]
                for month in months
                if first <= month <= last
            ]
            if not inside:
                continue
            columns = tuple(sorted(column[key] for key in inside))
            if pd.isna(row.value):
                about = self.releases, row.area_code, row.characteristic, first, last
                self.secrets[columns] = about, sum(now[key] for key in inside)
            else:
                self.rows[columns, (1,) * len(columns)] = interval(row.value, rounded=True)
                printed.add(columns)
        for key, count in now.items():
            if 1 <= count <= 4 and (column[key],) not in printed:
                self.secrets.setdefault((column[key],), ((self.releases, *key, key[-1]), count))
        kinds = sorted({kind for _, kind, _ in now} - {"all"})
        for place in sorted(places):
            for month in months:
                total, *single = (column[place, kind, month] for kind in ("all", *kinds))
                for one in single:
                    self.rows[(total, one), (1, -1)] = 0, np.inf
                self.rows[(total, *single), (-1, *(1 for _ in single))] = 0, np.inf
        self.releases += 1
        return self

    def recovered(self) -> list[tuple[Secret, str]]:
        """Hidden counts of any release known exactly, and small ones known more closely than "anything from 1 to 4"."""
        secrets = list(self.secrets)
        sums = self._matrix([(columns, (1,) * len(columns)) for columns in secrets])
        limits = self._matrix(list(self.rows)), *map(np.array, zip(*self.rows.values(), strict=True))
        solver = _programme(*limits)
        least, most = np.full(len(secrets), np.inf), np.full(len(secrets), -np.inf)

        def look(number: int, sign: int) -> None:
            """Learn from the table in which one sum is least, or largest, what every sum can be."""
            cost = sign * sums[[number]].toarray()[0]
            solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
            solver.run()
            assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "the releases contradict each other"
            values = sums @ np.array(solver.getSolution().col_value)
            np.minimum(least, np.ceil(values - SLACK), out=least)
            np.maximum(most, np.floor(values + SLACK), out=most)

        found = []
        for number, columns in enumerate(secrets):
            about, count = self.secrets[columns]
            if least[number] > 1:
                look(number, 1)
            if most[number] < 4:
                look(number, -1)
            if least[number] <= 1 and most[number] >= 4:
                continue
            for sign in (1, -1):
                look(number, sign)
            assert least[number] <= count <= most[number], "the attacker has it wrong"
            if least[number] == most[number] and count > 0:
                found.append((about, "exact"))
            elif 1 <= count <= 4:
                found.append((about, "too tight"))
        return found

    def _matrix(self, rows: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> sparse.csr_array:
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.array([column for columns, _ in rows for column in columns], dtype=int)
        factors = np.array([factor for _, factors in rows for factor in factors], dtype=float)
        return sparse.csr_array((factors, columns, starts), shape=(len(rows), len(self.unknown)))


def _programme(matrix: sparse.csr_array, lowest: np.ndarray, highest: np.ndarray) -> highspy.Highs:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_ = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    model.col_upper_ = np.full(matrix.shape[1], float(MOST))
    model.row_lower_, model.row_upper_ = lowest.astype(float), highest.astype(float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1}.items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver
