"""Links between releases: a count that is the same in two of them is one unknown, a changed one is an unknown in each.

An outsider who knows exactly which counts have not changed can put everything ever printed into one system. Whoever
knows less of that has fewer ties and learns less, so this is the most that such knowledge can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from data.policies import Policy
from expectations.disclosure.claims import CELL
from expectations.disclosure.system import System


@dataclass(frozen=True)
class Earlier:
    """One earlier release: what its figures claim, and the exact counts behind them, which only tell what changed."""

    claims: pd.DataFrame
    counts: pd.DataFrame


@dataclass(frozen=True)
class Linked:
    """All releases as one system, and the same without what this release adds to it.

    Both have this release's cells first, then those of earlier releases that have changed since, were small and stood
    in none of their figures.
    """

    system: System
    before: System


def link(system: System, exact: pd.DataFrame, earlier: Sequence[Earlier], policy: Policy) -> Linked:
    """Return the system of this release and of earlier ones. The exact counts tell which are the same, and no more.

    Figures of areas, characteristics or months that this system does not have are left out.
    """
    now, size, printed_now = system.count_unknowns(exact), system.unknowns, np.isfinite(system.highest)
    here = pd.MultiIndex.from_frame(system.cells[CELL])
    fixed = np.zeros(len(here), dtype=bool)
    states = _States(system, now, [system.count_unknowns(one.counts) for one in earlier])
    asked, limits, about = _Rows(), _Rows(), []
    for number, one in enumerate(earlier):
        counts, changed, then = states.counts[number], states.changed[number], states.columns(number)
        claims = one.claims[system.has(one.claims)].reset_index(drop=True)
        sums = system.rows(claims)
        printed, touched = ~claims["hidden"].to_numpy(), sums @ changed.astype(float) > 0
        same = here.get_indexer(pd.MultiIndex.from_frame(claims[CELL]))
        again = printed & ~touched & (same >= 0) & printed_now[same]
        fixed[same[again]] = True
        told = np.flatnonzero(printed & ~again)
        limits.add(sums[told] @ then, claims["lowest"].to_numpy()[told], claims["highest"].to_numpy()[told])
        overlaps = system.sums[len(here) :] @ then
        limits.add(overlaps[_touching(overlaps, size)], 0.0, np.inf)
        held = sums @ np.nan_to_num(counts)
        hidden = np.flatnonzero(~printed & touched & (held > 0) & (held < policy.threshold))
        finest = np.flatnonzero(changed & (counts > 0) & (counts < policy.threshold))
        new = asked.add(sparse.vstack([sums[hidden] @ then, then[finest]]), 0.0, np.inf)
        about.append(pd.concat([claims.iloc[hidden], _named(system, finest, claims)], ignore_index=True)[new])
    past = pd.concat([system.cells.iloc[:0], *about]).assign(hidden=True, published=False, earlier=False)
    blocks = [_wider(system.sums[: len(here)], states.width), asked.rows(states.width)]
    blocks += [_wider(system.sums[len(here) :], states.width), limits.rows(states.width)]
    nothing = np.zeros(len(past)), np.full(len(past), np.inf)
    lowest = np.concatenate([system.lowest[: len(here)], nothing[0], system.lowest[len(here) :], limits.lowest])
    highest = np.concatenate([system.highest[: len(here)], nothing[1], system.highest[len(here) :], limits.highest])
    whole = replace(
        system,
        cells=pd.concat([system.cells, past], ignore_index=True),
        sums=sparse.csr_array(sparse.vstack(blocks)),
        lowest=lowest,
        highest=highest,
        earlier=np.zeros(len(lowest), dtype=bool),
        month=np.concatenate([system.month, system.month[states.unknown]]),
        kind=np.concatenate([system.kind, system.kind[states.unknown]]),
    )
    return Linked(whole, whole.without(np.flatnonzero(~fixed)))


class _States:
    """The counts as they stood in earlier releases: each that differs from now is an unknown after the system's own."""

    def __init__(self, system: System, now: np.ndarray, counts: Sequence[np.ndarray]) -> None:
        self.counts, self.changed = counts, []
        self._columns: dict[tuple[int, float], int] = {}
        self._then = []
        months = system.month - system.month.min()
        for one in counts:
            covered = np.zeros(months.max() + 1, dtype=bool)
            covered[months[~np.isnan(one)]] = True
            changed = covered[months] & (one != now)
            then = np.arange(system.unknowns)
            # What a release did not have at all, such as a place that came later, added nothing to its sums.
            then[changed] = [
                -1 if np.isnan(one[number]) else self._column(system.unknowns, number, one[number])
                for number in np.flatnonzero(changed).tolist()
            ]
            self.changed.append(changed)
            self._then.append(then)
        self.unknown = np.array([number for number, _ in self._columns], dtype=int)
        self.width = system.unknowns + len(self._columns)

    def columns(self, release: int) -> sparse.csr_array:
        """Return, for each unknown of the system, a row that has one where it stood in a release."""
        then = self._then[release]
        rows = np.flatnonzero(then >= 0)
        return sparse.csr_array((np.ones(len(rows)), (rows, then[rows])), shape=(len(then), self.width))

    def _column(self, first: int, unknown: int, count: float) -> int:
        return self._columns.setdefault((unknown, count), first + len(self._columns))


class _Rows:
    """Rows over the unknowns of all releases, each kept once with its limits."""

    def __init__(self) -> None:
        self.lowest, self.highest = np.empty(0), np.empty(0)
        self._kept: list[sparse.csr_array] = []
        self._seen: set[bytes] = set()

    def add(self, rows: sparse.csr_array, lowest: np.ndarray | float, highest: np.ndarray | float) -> np.ndarray:
        """Keep the rows that were not known, and return which these are as a mask."""
        rows = sparse.csr_array(rows)
        rows.eliminate_zeros()
        rows.sort_indices()
        limits = np.broadcast_arrays(np.empty(rows.shape[0]), lowest, highest)[1:]
        new = np.zeros(rows.shape[0], dtype=bool)
        for number, (start, end) in enumerate(zip(rows.indptr[:-1], rows.indptr[1:], strict=True)):
            key = rows.indices[start:end].tobytes() + rows.data[start:end].tobytes()
            new[number] = start < end and key not in self._seen
            self._seen.add(key)
        self._kept.append(rows[np.flatnonzero(new)])
        self.lowest = np.concatenate([self.lowest, limits[0][new]])
        self.highest = np.concatenate([self.highest, limits[1][new]])
        return new

    def rows(self, width: int) -> sparse.csr_array:
        """Return all that was kept."""
        return sparse.csr_array(sparse.vstack([sparse.csr_array((0, width)), *self._kept]))


def _touching(rows: sparse.csr_array, first: int) -> np.ndarray:
    """Return the numbers of the rows that have anything from a column on."""
    coordinates = sparse.coo_array(rows)
    return np.unique(coordinates.coords[0][coordinates.coords[1] >= first])


def _wider(rows: sparse.csr_array, width: int) -> sparse.csr_array:
    wider = sparse.csr_array(rows)
    wider.resize((rows.shape[0], width))
    return wider


def _named(system: System, unknowns: np.ndarray, claims: pd.DataFrame) -> pd.DataFrame:
    """Return what unknowns are about, in the columns of claims."""
    places, kinds, months = (system.unknown_cells[unknowns].get_level_values(level) for level in range(3))
    finest = claims.loc[claims["end"] - claims["start"] == system.length, "period_type"]
    return pd.DataFrame(
        {
            **{name: claims[name].iloc[0] for name in ("record_class", "date_basis")},
            "area_code": places,
            "characteristic": kinds,
            "start": months,
            "end": months + system.length,
            "period_type": finest.iloc[0] if len(finest) else "",
            "value": np.nan,
            "lowest": 0.0,
            "highest": np.inf,
            "hidden": True,
            "withdrawn": False,
        }
    )
