"""The system: unknown counts of place × characteristic × month, and every sum of them that figures limit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from data.errors import UsageError

ALL: Final = "all"
UNNAMED: Final = "not_recorded"
"""A report that names no characteristic, so that it can carry no other."""
APRIL: Final = 3
"""April where months are numbered year × 12 + month - 1."""


@dataclass(frozen=True)
class System:
    """Unknown whole numbers x ≥ 0 with `lowest` ≤ `sums` · x ≤ `highest`, row by row.

    The first rows are the cells asked about or printed, described by `cells`; `earlier` marks those that only
    an earlier release printed. The rows after them are the overlaps of characteristics. `month`, `kind` say
    of each unknown which month and which characteristic it belongs to. Where no figure is for less than a quarter, say,
    neither is an unknown, and `month` is its first: any split into months agrees with the figures.
    """

    cells: pd.DataFrame
    sums: sparse.csr_array
    lowest: np.ndarray
    highest: np.ndarray
    earlier: np.ndarray
    month: np.ndarray
    kind: np.ndarray
    unknown_cells: pd.MultiIndex
    total: int
    """The number of the characteristic `all`, -1 where there is none."""
    length: int
    """Months in each unknown: as many as all figures are whole multiples of."""
    parts: dict[str, list[int]]
    """The numbers of the finest places in each area."""

    @property
    def unknowns(self) -> int:
        """How many unknown counts there are."""
        return self.sums.shape[1]

    def holds(self, table: np.ndarray) -> bool:
        """Tell whether a table of whole numbers agrees with every figure."""
        values = self.sums @ table
        return bool((table >= 0).all() and (values >= self.lowest).all() and (values <= self.highest).all())

    def count(self, exact: pd.DataFrame) -> np.ndarray:
        """Return the exact count of each cell from counts by place, characteristic and month.

        Not a number where the counts lack any of it: an earlier release may have shown months that were withdrawn.
        """
        return self.sums[: len(self.cells)] @ self.count_unknowns(exact)

    def count_unknowns(self, exact: pd.DataFrame) -> np.ndarray:
        """Return the exact count of each unknown, not a number where the counts lack any of it."""
        month = pd.to_datetime(exact["month"])
        first, length = int(self.month.min()), self.length
        since = month.dt.year * 12 + month.dt.month - 1 - first
        numbered = exact.assign(_month=first + since // length * length)
        counts = numbered.groupby(["area_code", "characteristic", "_month"])["report_count"].agg(["sum", "size"])
        whole = counts["sum"].where(counts["size"] == length)
        return whole.reindex(self.unknown_cells).to_numpy(dtype=float)

    def has(self, cells: pd.DataFrame) -> np.ndarray:
        """Return which cells are sums of this system's unknowns."""
        _, kinds, months = self.unknown_cells.levels
        first, past = months[0], months[-1] + self.length
        whole = ((cells["start"] - first) % self.length == 0) & ((cells["end"] - first) % self.length == 0)
        known = cells["area_code"].isin(self.parts) & cells["characteristic"].isin(kinds)
        return np.asarray(whole & known & (cells["start"] >= first) & (cells["end"] <= past))

    def rows(self, cells: pd.DataFrame) -> sparse.csr_array:
        """Return the sums that cells are, one row each."""
        _, kinds, months = self.unknown_cells.levels
        return _rows(cells, self.parts, list(kinds), range(months[0], months[-1] + self.length, self.length))

    def without(self, rows: np.ndarray) -> "System":
        """Return the system with nothing known of these rows."""
        lowest, highest = self.lowest.copy(), self.highest.copy()
        lowest[rows], highest[rows] = 0, np.inf
        return replace(self, lowest=lowest, highest=highest)


def build_system(cells: pd.DataFrame, structure: pd.DataFrame) -> System:
    """Return the system of the cells of one record class and date basis, in the cells' order.

    `cells` has area_code, characteristic, start, end, lowest, highest, earlier. `structure` has area_code and
    part_code: the finest places in each area, every place being part of itself. Raises UsageError where an
    area is not in the structure.
    """
    parts = {area: sorted(set(group)) for area, group in structure.groupby("area_code")["part_code"]}
    strangers = sorted(set(cells["area_code"]) - set(parts))
    if strangers:
        raise UsageError(
            f"{len(strangers)} area(s) of the figures are not in the structure given to the audit.",
            "Give every area with the places it is made of.",
        )
    places = sorted({place for codes in parts.values() for place in codes})
    kinds = sorted(set(cells["characteristic"]))
    first, last = int(cells["start"].min()), int(cells["end"].max())
    length = int(np.gcd.reduce(np.concatenate([cells["start"], cells["end"]]).astype(int) - first))
    months = range(first, last, length)
    grid = np.arange(len(places) * len(kinds) * len(months)).reshape(len(places), len(kinds), len(months))
    inside = {str(area): [places.index(code) for code in codes] for area, codes in parts.items()}
    blocks = [_rows(cells, inside, kinds, months)]
    lowest, highest = [cells["lowest"].to_numpy(float)], [cells["highest"].to_numpy(float)]
    if ALL in kinds and len(kinds) > 1:
        for matrix in _overlaps(grid, kinds):
            blocks.append(matrix)
            lowest.append(np.zeros(matrix.shape[0]))
            highest.append(np.full(matrix.shape[0], np.inf))
    earlier = np.concatenate([cells["earlier"].to_numpy(bool), np.zeros(sum(map(len, lowest[1:])), dtype=bool)])
    return System(
        cells=cells.reset_index(drop=True),
        sums=sparse.csr_array(sparse.vstack(blocks)),
        lowest=np.concatenate(lowest),
        highest=np.concatenate(highest),
        earlier=earlier,
        month=np.broadcast_to(np.array(months), grid.shape).ravel(),
        kind=np.broadcast_to(np.arange(len(kinds))[:, None], grid.shape).ravel(),
        unknown_cells=pd.MultiIndex.from_product([places, kinds, months]),
        total=kinds.index(ALL) if ALL in kinds else -1,
        length=length,
        parts=inside,
    )


def _overlaps(grid: np.ndarray, kinds: list[str]) -> Iterable[sparse.csr_array]:
    """Yield what ties `all` to the characteristics: no one of them is more, and together they are no fewer.

    Reports that name none are none of the others: `all` less them is what no other can exceed.
    """
    size = grid.size
    cells = {kind: grid[:, number].ravel() for number, kind in enumerate(kinds)}
    rows, ones = np.arange(len(cells[ALL])), np.ones(len(cells[ALL]))
    at = {kind: sparse.csr_array((ones, (rows, columns)), shape=(len(rows), size)) for kind, columns in cells.items()}
    named = [kind for kind in kinds if kind not in (ALL, UNNAMED)]
    rest = at[ALL] - at[UNNAMED] if UNNAMED in kinds else at[ALL]
    for kind in named:
        yield rest - at[kind]
    if UNNAMED in kinds and not named:
        yield rest
    yield sum((at[kind] for kind in named), start=-rest)


def _rows(cells: pd.DataFrame, parts: dict[str, list[int]], kinds: list[str], months: range) -> sparse.csr_array:
    places = 1 + max(max(numbers) for numbers in parts.values())
    grid = np.arange(places * len(kinds) * len(months)).reshape(places, len(kinds), len(months))
    first, length = months.start, months.step
    members = [
        grid[parts[area], kinds.index(kind), (start - first) // length : (end - first) // length].ravel()
        for area, kind, start, end in cells[["area_code", "characteristic", "start", "end"]].itertuples(index=False)
    ]
    starts = np.cumsum([0, *map(len, members)])
    columns = np.concatenate([*members, np.empty(0, dtype=int)]).astype(int)
    return sparse.csr_array((np.ones(len(columns)), columns, starts), shape=(len(members), grid.size))
