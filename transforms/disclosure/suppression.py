"""Which figures to hide: all small counts, then the fewest reports more until nothing small can be inferred."""

from collections.abc import Iterable
from functools import cached_property
from typing import Final

import numpy as np

from data.errors import DisclosureRefused
from data.policies import Policy
from transforms.disclosure.cube import APRIL, Cube
from transforms.disclosure.guessing import telling_sums
from transforms.disclosure.links import Links
from transforms.disclosure.outsider import Outsider, all_ties, ties_of
from transforms.disclosure.release import Release

_SLACK: Final = 1e-6
_A_ZERO: Final = 30.0
_WORTH_IT: Final = 100
"""A look at many cells at once takes about as long as asking of one for each so many that may move; while it settles
more than that, it is worth it."""


class Suppression:
    """One cube under one policy: hides until no outsider can infer what the policy protects.

    With links to earlier releases the past cells follow the cube's own, and are protected as those are.
    """

    def __init__(
        self, cube: Cube, policy: Policy, release: Release, weights: np.ndarray, links: Links | None = None
    ) -> None:
        """Start from what the release already hides; `weights` say how much a report of each cell matters."""
        self._cube, self._policy, self._release, self._weights = cube, policy, release, weights
        self._links, ties = links, ties_of(cube)
        self._ties = ties if links is None else all_ties(ties, links.ties)
        self._here = cube.counts.ravel()
        self._like = np.arange(len(self._here))
        self._counts = self._here
        if links is not None:
            self._like = np.concatenate([self._like, links.like])
            self._counts = np.concatenate([self._here, links.counts])
        # Nothing in these has changed since a release printed them, so that withdrawing them would be of no use.
        self._fixed = np.zeros(len(self._here), dtype=bool) if links is None else np.isfinite(links.fixed_highest)
        # The least and the largest value of each cell in any table found so far; the truth is one such table.
        self._least, self._most = self._counts.copy(), self._counts.copy()
        intervals = [policy.interval(policy.printed(int(count))) for count in self._here]
        self._printed_lowest, self._printed_highest = np.array(intervals, dtype=float).T
        self._random = np.random.default_rng(0)
        self._excused = np.zeros(len(self._counts), dtype=bool)
        self._told = np.zeros(len(self._counts), dtype=bool)
        self._listening: list[Outsider] = []

    @property
    def told(self) -> np.ndarray:
        """The cube's cells of which earlier releases alone tell too much to whoever knows what has not changed."""
        release = self._release
        return self._told[: len(self._here)] | self._fixed & ~release.printed & ~np.isfinite(release.known_highest)

    def run(self, only: np.ndarray | None = None) -> None:
        """Hide until every cell is safe, or every cell of the mask `only` where the others are known to be.

        Raises DisclosureRefused where no figure is left that could be hidden; with links, such cells are `told`.
        """
        years, everywhere = self._years(), np.ones(len(self._counts), dtype=bool)
        if only is not None:
            self._told[: len(self._here)] = ~only
        unsettled = True
        while unsettled:
            unsettled = self._blur_lone_groups()
            for kind in self._kinds():
                self._find_tables(self._outsider(kind), kind)
            for free in years:
                unsettled |= self._settle(free, free & (np.sum(years, axis=0) == 1), is_last=False)
            # What moves within one year cannot settle: cells of several years, and what earlier releases bind.
            unsettled |= self._settle(everywhere, everywhere, is_last=True)
            unsettled |= self._hide_telling_sums()

    def _blur_lone_groups(self) -> bool:
        """Hide the zeros beside a characteristic that a small group's reports all carry; tell if there were any."""
        cube, shape = self._cube, self._cube.counts.shape
        if "all" not in cube.characteristics:
            return False
        total = cube.characteristics.index("all")
        single = [number for number in range(shape[1]) if number != total]
        zero = (self._release.printed & (self._here == 0)).reshape(shape)
        figure = np.vectorize(self._policy.printed)(cube.counts[:, total])
        small = ~self._release.printed.reshape(shape)[:, total] | (figure < self._policy.group_base)
        lone = (zero[:, single].sum(axis=1) == len(single) - 1) & ~zero[:, total] & small & (len(single) > 1)
        more = np.zeros(shape, dtype=bool)
        more[:, single] = zero[:, single] & lone[:, None]
        self._hide(np.flatnonzero(more))
        return bool(more.any())

    def _hide_telling_sums(self) -> bool:
        """Hide the sums that tell too much to whoever takes hidden figures for small ones; tell if there were any."""
        release, shape = self._release, self._cube.counts.shape
        small = release.hidden & (self._here > 0) & (self._here < self._policy.threshold)
        arrays = (small, self._printed_lowest, self._printed_highest)
        hidden_before = self._hidden_count()
        while len(
            sums := telling_sums(
                self._cube, self._policy, release.printed.reshape(shape), *(one.reshape(shape) for one in arrays)
            )
        ):
            self._hide(sums)
        return self._hidden_count() > hidden_before

    def _years(self) -> list[np.ndarray]:
        """Return, for each year ending March, the mask of the cells whose window touches it."""
        windows, shape = self._cube.windows, self._cube.counts.shape
        first, last = windows[0].start, max(window.end for window in windows)
        masks = []
        for start in range(first - (first - APRIL) % 12, last, 12):
            touching = np.array([window.start < start + 12 and window.end > start for window in windows])
            masks.append(np.broadcast_to(touching, shape).ravel()[self._like])
        return masks

    def _kinds(self) -> list[np.ndarray]:
        """Return, for each characteristic, the mask of its cells."""
        shape = self._cube.counts.shape
        kind = np.broadcast_to(np.arange(shape[1])[:, None], shape).ravel()[self._like]
        return [kind == number for number in range(shape[1])]

    def _knowledge(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what is published of each cell: printed now, else printed before, else nothing."""
        printed, links = self._release.printed, self._links
        lowest = np.where(printed, self._printed_lowest, self._release.known_lowest)
        highest = np.where(printed, self._printed_highest, self._release.known_highest)
        if links is None:
            return lowest, highest
        lowest, highest = np.maximum(lowest, links.fixed_lowest), np.minimum(highest, links.fixed_highest)
        return np.concatenate([lowest, links.lowest]), np.concatenate([highest, links.highest])

    def _questions(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return which of the cells are not yet shown to be possibly small, and which to be possibly large."""
        release, policy, size = self._release, self._policy, len(self._here)
        cells = cells[~self._told[cells]]
        now, past = cells[cells < size], cells[cells >= size]
        secret = np.where(release.offered[now], release.hidden[now], self._here[now] < policy.threshold)
        now = now[secret & ~np.isfinite(release.known_highest[now]) & ~self._fixed[now]]
        if self._links is not None:
            # Of the past only small counts are secrets: what a zero or a large count was is no use to anybody now.
            counts = self._counts[past]
            open_still = ~np.isfinite(self._links.highest[past - size])
            past = past[(counts > 0) & (counts < policy.threshold) & open_still]
        low = now[self._least[now] > policy.protected_from]
        if len(low):
            wide = self._most[low] - self._least[low] >= policy.hidden_width
            low = low[~(wide & (self._excused[low] | (self._floor[low] >= policy.threshold)))]
        high = now[self._most[now] < policy.protected_to]
        if len(high):
            high = high[~self._settled_zeros[high]]
        return (
            np.concatenate([low, past[self._least[past] > policy.protected_from]]),
            np.concatenate([high, past[self._most[past] < policy.protected_to]]),
        )

    def _hide(self, cells: np.ndarray) -> None:
        """Print these cells no more; what the printed ones add up to must be worked out again."""
        self._release.hide(cells)
        for known in ("_floor", "_settled_zeros"):
            self.__dict__.pop(known, None)

    @cached_property
    def _floor(self) -> np.ndarray:
        """Return the least that each cell can be by adding up what is printed of its parts."""
        cube, months = self._cube, self._cube.finest_count
        floor = self._knowledge()[0][: len(self._here)].reshape(cube.counts.shape)
        for area in range(cube.place_count, len(cube.areas)):
            np.maximum(floor[area], floor[cube.parts[area]].sum(axis=0), out=floor[area])
        for window, tiles in enumerate(cube.tiling, start=months):
            np.maximum(floor[:, :, window], floor[:, :, tiles].sum(axis=2), out=floor[:, :, window])
        return floor.ravel()

    @cached_property
    def _settled_zeros(self) -> np.ndarray:
        """Return the cells that the release does not offer and that printed zeros add up to: no secret."""
        cube, months = self._cube, self._cube.finest_count
        release = self._release
        known = release.printed | (release.known_highest == 0) | self._fixed
        zero = ((self._here == 0) & known).reshape(cube.counts.shape)
        for window in reversed(range(months, len(cube.windows))):
            zero[:, :, cube.tiling[window - months]] |= zero[:, :, [window]]
        for area in range(cube.place_count, len(cube.areas)):
            zero[cube.parts[area]] |= zero[area]
        for area in range(cube.place_count, len(cube.areas)):
            zero[area, :, :months] |= zero[cube.parts[area]][:, :, :months].all(axis=0)
        for window, tiles in enumerate(cube.tiling, start=months):
            zero[:, :, window] |= zero[:, :, tiles].all(axis=2)
        return zero.ravel() & ~release.offered

    def _settle(self, free: np.ndarray, own: np.ndarray, is_last: bool) -> bool:
        """Make the cells `own` safe by what `free` leaves open; return whether anything more had to be hidden.

        Before the last time, what nothing can be hidden for is left to the next, which knows more tables.
        """
        if not self._open_questions(own):
            return False
        # The narrowest freedom first: what one characteristic alone leaves open is the commonest case, and the
        # fastest to find; then one beside the total that it ties to; then all of them.
        rings = [[self._outsider(free & mask) for mask in masks] for masks in (self._kinds(), self._pairs())]
        outsiders = [outsider for ring in rings for outsider in ring]
        widest = self._outsider(free)
        self._listening = [*outsiders, widest]
        hidden_before = self._hidden_count()
        while self._open_questions(own):
            for outsider in (*outsiders, *outsiders, widest):
                self._find_tables(outsider, own)
            known = self._hidden_count()
            for cell, largest in self._asked(own):
                self._answer(rings, widest, cell, largest, known, may_withdraw=False)
            if self._hidden_count() > known or not self._open_questions(own):
                continue
            if not is_last:
                break
            # Earlier figures may tell that a hidden count is no small one: then it is no secret, if its range is wide.
            self._excused |= self._counts >= self._policy.threshold
            for cell, largest in self._asked(own):
                self._answer(rings, widest, cell, largest, known, may_withdraw=True)
            if self._hidden_count() == known and self._open_questions(own):
                if self._links is not None:
                    # Nothing of this release limits them: earlier ones do, and cannot be taken back.
                    self._told[np.concatenate(self._questions(np.flatnonzero(own)))] = True
                    break
                raise DisclosureRefused(
                    "A small count could be worked out whatever is hidden.",
                    "Nothing was published. Report this fault with the release's version.",
                )
        return self._hidden_count() > hidden_before

    def _outsider(self, free: np.ndarray) -> Outsider:
        return Outsider(self._ties, self._counts, free, *self._knowledge())

    def _pairs(self) -> list[np.ndarray]:
        """Return, for each characteristic, the mask of its cells and those of the total, which must not be below."""
        if "all" not in self._cube.characteristics:
            return []
        kinds, total = self._kinds(), self._cube.characteristics.index("all")
        return [kind | kinds[total] for number, kind in enumerate(kinds) if number != total]

    def _hidden_count(self) -> int:
        return int(self._release.hidden.sum())

    def _open_questions(self, among: np.ndarray) -> int:
        return sum(map(len, self._questions(np.flatnonzero(among))))

    def _asked(self, among: np.ndarray) -> list[tuple[int, bool]]:
        low, high = self._questions(np.flatnonzero(among))
        return [(int(cell), False) for cell in low] + [(int(cell), True) for cell in high]

    def _find_tables(self, outsider: Outsider, among: np.ndarray) -> None:
        """Show as many cells as possible to be open, many at a time, until that gains little more."""
        among, left = among & outsider.free, np.inf
        while asked := self._open_questions(among):
            if left - asked < len(outsider.cells) / _WORTH_IT:
                return
            left = asked
            low, high = self._questions(np.flatnonzero(among))
            weights = 1 + self._random.random(len(self._counts))
            table = outsider.table(high, low, weights, self._policy.protected_to, self._policy.protected_from)
            if table is None:
                return
            self._learn(table)

    def _learn(self, table: np.ndarray | None) -> None:
        if table is None:
            return
        np.minimum(self._least, table, out=self._least)
        np.maximum(self._most, table, out=self._most)

    def _answer(
        self, rings: list[list[Outsider]], widest: Outsider, cell: int, largest: bool, known: int, may_withdraw: bool
    ) -> None:
        """Settle one cell: it is open after all, or figures are hidden until it is, where any limit it.

        `known`: how many figures were hidden when tables were last looked for; where none was since, a cell for
        which only fractions were found needs another figure hidden.
        """
        for outsider in (outsider for ring in rings for outsider in ring if outsider.free[cell]):
            if self._asks(cell, largest):
                self._learn(outsider.limit(cell, largest)[2])
        while self._asks(cell, largest):
            value, reasons, table = widest.limit(cell, largest)
            self._learn(table)
            goal = self._policy.protected_to if largest else self._policy.protected_from
            is_open = value >= goal - _SLACK if largest else value <= goal + _SLACK
            if not self._asks(cell, largest) or (is_open and self._hidden_count() > known):
                return
            if not self._hide_one_of(reasons, may_withdraw):
                return

    def _asks(self, cell: int, largest: bool) -> bool:
        return len(self._questions(np.array([cell]))[largest]) > 0

    def _hide_one_of(self, reasons: Iterable[int], may_withdraw: bool) -> bool:
        """Hide, of the figures that limit a cell, the one whose loss costs the fewest reports; tell if there was one.

        A figure that an earlier release printed is withdrawn only where nothing else helps.
        """
        release = self._release
        # The past cannot be hidden, nor what it says of cells in which nothing has changed since.
        reasons = [int(cell) for cell in reasons if cell < len(self._here) and not self._fixed[cell]]
        choice = [cell for cell in reasons if release.printed[cell] and not release.pinned[cell]]
        if not choice and may_withdraw:
            choice = [cell for cell in reasons if release.pinned[cell]]
        if not choice:
            return False
        cell = min(choice, key=lambda number: (self._loss(number), number))
        self._hide(np.array([cell]))
        for listener in self._listening:
            listener.forget(cell)
        return True

    def _loss(self, cell: int) -> float:
        """Return what hiding a figure loses: the reports that no finer figure shows, and a part of the rest."""
        area, characteristic, window = (int(axis) for axis in np.unravel_index(cell, self._cube.counts.shape))
        count = float(self._counts[cell])
        if count == 0:
            return float(self._weights[cell]) * _A_ZERO
        unshown = self._unshown(area, characteristic, window)
        return float(self._weights[cell]) * (unshown + count / 4)

    def _unshown(self, area: int, characteristic: int, window: int) -> float:
        months = self._cube.finest_count
        if window < months:
            return float(self._cube.counts[area, characteristic, window])
        printed = self._release.printed.reshape(self._cube.counts.shape)[area, characteristic]
        tiles = self._cube.tiling[window - months]
        return sum(self._unshown(area, characteristic, tile) for tile in tiles if not printed[tile])
