"""The cube: every count that the release could show, as one array area × characteristic × window of months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from data.errors import UsageError
from data.schema import GRAINS

SEVERAL_YEARS: Final = 3
"""Years in the longest period: long enough for the smallest characteristic, short enough to mean something."""

APRIL: Final = 3
"""April in the numbering of months: years, halves and quarters are counted from it."""

NOT_RECORDED: Final = "not_recorded"
"""The characteristic of a report that names none: whoever carries it carries no other."""

QUARTER: Final = 3
"""Months in a quarter."""

_MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year_ending_march": 12}
Sum = tuple[int, list[int]]
"""A cell and the cells that add up to it."""


@dataclass(frozen=True, order=True)
class Window:
    """Consecutive months, numbered as year × 12 + month - 1: the first, and one past the last."""

    start: int
    end: int
    period_type: str

    @property
    def first_day(self) -> date:
        """The first day of the first month."""
        return date(self.start // 12, self.start % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of the last month."""
        return date.fromordinal(date(self.end // 12, self.end % 12 + 1, 1).toordinal() - 1)


def by_quarter(counts: pd.DataFrame) -> pd.DataFrame:
    """Return counts by month as counts by whole quarter, named by its first month; months of no whole one are left."""
    months = pd.to_datetime(counts["month"])
    quarters = months.dt.to_period("Q").dt.start_time.dt.date
    sizes = counts["month"].groupby(quarters).nunique()
    whole = quarters.isin(set(sizes.index[sizes == QUARTER]))
    keys = [name for name in counts.columns if name not in ("month", "report_count")]
    merged = counts[whole].assign(month=quarters[whole])
    return merged.groupby([*keys, "month"], sort=False, as_index=False, dropna=False)[["report_count"]].sum()


def month_number(day: date) -> int:
    """Return the month a day lies in, numbered as in `Window`."""
    return day.year * 12 + day.month - 1


@dataclass(frozen=True)
class Cube:
    """Exact counts of one record class and date basis; a cell's number is its place in the flattened array.

    `areas` are the finest places first (they share out every report), then areas made of them; `parts` gives
    the places in each. `windows` are all the finest first: months, or quarters. `counts` is area × characteristic ×
    window.
    """

    areas: list[str]
    parts: list[list[int]]
    characteristics: list[str]
    windows: list[Window]
    counts: np.ndarray

    @cached_property
    def place_count(self) -> int:
        """How many finest places there are."""
        return sum(1 for number, parts in enumerate(self.parts) if parts == [number])

    @cached_property
    def finest_count(self) -> int:
        """How many of the finest windows there are."""
        return sum(1 for window in self.windows if window.end - window.start == self.unit)

    @cached_property
    def unit(self) -> int:
        """How many months the finest windows have."""
        return self.windows[0].end - self.windows[0].start

    def grid(self) -> np.ndarray:
        """Return the cells' numbers in the cube's shape."""
        return np.arange(self.counts.size).reshape(self.counts.shape)

    @cached_property
    def tiling(self) -> list[list[int]]:
        """For each window that is none of the finest, the largest shorter windows that lie end to end in it."""
        return [_tiles(window, self.windows) for window in self.windows[self.finest_count :]]

    def sums(self) -> list[Sum]:
        """Return every sum that ties cells together: windows in longer windows, places in wider areas."""
        grid = self.grid()
        found = []
        for window, tiles in enumerate(self.tiling, start=self.finest_count):
            whole = grid[:, :, window].ravel()
            found += list(zip(whole, grid[:, :, tiles].reshape(len(whole), -1).tolist(), strict=True))
        for area in range(self.place_count, len(self.areas)):
            whole = grid[area, :, : self.finest_count].ravel()
            pieces = np.moveaxis(grid[self.parts[area]][:, :, : self.finest_count], 0, -1).reshape(len(whole), -1)
            found += list(zip(whole, pieces.tolist(), strict=True))
        return [(int(whole), pieces) for whole, pieces in found]

    def overlaps(self) -> list[tuple[int, list[int], list[int]]]:
        """Return for each finest place and window: the cell of `all`, those of the characteristics, and of none named.

        A report carries at least one characteristic and may carry several, or it names none: each of them, with those
        that name none, ≤ all ≤ all of them together.
        """
        if "all" not in self.characteristics:
            return []
        total = self.characteristics.index("all")
        named = [number for number, kind in enumerate(self.characteristics) if kind not in ("all", NOT_RECORDED)]
        unnamed = [number for number, kind in enumerate(self.characteristics) if kind == NOT_RECORDED]
        finest = self.grid()[: self.place_count, :, : self.finest_count]
        columns = np.moveaxis(finest, 1, -1).reshape(-1, len(self.characteristics))
        return [(int(column[total]), column[named].tolist(), column[unnamed].tolist()) for column in columns]


def build_cube(
    counts: pd.DataFrame, roll_ups: dict[str, list[str]], further: Iterable[Window] = (), unit: int = 1
) -> Cube:
    """Return the cube of one force, record class and date basis: its places, the force, then the roll-ups.

    `further` are windows that only an earlier release showed. Roll-ups of places not here are left out. Counts are by
    `unit` months: a month, or a quarter by its first. Raises UsageError where the force is not the exact sum of the
    places, or a cell is missing.
    """
    table = counts.pivot_table(
        index=["area_code", "characteristic"], columns="month", values="report_count", aggfunc="sum"
    )
    months = [month_number(pd.Timestamp(month).date()) for month in table.columns]
    kinds = counts.drop_duplicates("area_code").set_index("area_code")["area_type"]
    forces = sorted(kinds.index[kinds == "police_force"])
    places = sorted(kinds.index[kinds != "police_force"])
    characteristics = list(dict.fromkeys(counts["characteristic"]))
    whole = len(table) == (len(places) + len(forces)) * len(characteristics) and not table.isna().any(axis=None)
    if not places or not whole or months != list(range(months[0], months[-1] + 1, unit)) or len(forces) != 1:
        raise UsageError(
            "Disclosure control was given counts with missing cells, months or areas.",
            "Give one force, its places, and every month and characteristic with its zeros.",
        )
    order = pd.MultiIndex.from_product([places, characteristics])
    finest = table.reindex(order).to_numpy(dtype=np.int64).reshape(len(places), len(characteristics), len(months))
    force = table.reindex(pd.MultiIndex.from_product([forces, characteristics])).to_numpy()
    if (finest.sum(axis=0) != force).any():
        raise UsageError(
            "A force's counts are not the sum of its places' counts.",
            "Count every report in exactly one district or place without a district.",
        )
    known = {
        code: [places.index(part) for part in sorted(parts)]
        for code, parts in roll_ups.items()
        if set(parts) <= set(places)
    }
    parts = [[number] for number in range(len(places))] + [list(range(len(places)))] + list(known.values())
    windows = windows_of(months[0], months[-1] + unit, further, unit)
    counts_by_window = over_windows(finest, parts, windows)
    return Cube([*places, *forces, *known], parts, characteristics, windows, counts_by_window)


def over_windows(finest: np.ndarray, parts: Sequence[Sequence[int]], windows: Sequence[Window]) -> np.ndarray:
    """Return numbers by finest place, characteristic and window, added up over each area's parts and each window.

    All the finest windows come first.
    """
    by_area = np.stack([finest[list(numbers)].sum(axis=0) for numbers in parts])
    running = np.concatenate([np.zeros((*by_area.shape[:2], 1), dtype=np.int64), by_area.cumsum(axis=2)], axis=2)
    first, unit = windows[0].start, windows[0].end - windows[0].start
    starts = [(window.start - first) // unit for window in windows]
    ends = [(window.end - first) // unit for window in windows]
    return np.asarray(running[:, :, ends] - running[:, :, starts])


def windows_of(start: int, end: int, further: Iterable[Window] = (), unit: int = 1) -> list[Window]:
    """Return all months, then every whole quarter, half-year and year ending March, then blocks of years.

    None is shorter than `unit` months.

    Blocks of up to SEVERAL_YEARS whole years are counted back from the latest whole year; windows that only an earlier
    release showed come last.
    """
    found = []
    for period_type, length in _MONTHS.items():
        if length < unit:
            continue
        first = start + (APRIL - start) % length
        found += [Window(at, at + length, period_type) for at in range(first, end - length + 1, length)]
    years = [window for window in found if window.period_type == "year_ending_march"]
    for last in range(len(years), 1, -SEVERAL_YEARS):
        block = years[max(0, last - SEVERAL_YEARS) : last]
        if len(block) > 1:
            found.append(Window(block[0].start, block[-1].end, "several_years"))
    spans: dict[tuple[int, int], Window] = {}
    for window in [*sorted(found, key=_order), *sorted(further)]:
        if start <= window.start and window.end <= end:
            spans.setdefault((window.start, window.end), window)
    return list(spans.values())


def _order(window: Window) -> tuple[int, int]:
    return GRAINS.index(window.period_type), window.start


def _tiles(whole: Window, windows: Sequence[Window]) -> list[int]:
    """Cover one window from its start with the longest shorter windows that still fit."""
    at, tiles = whole.start, []
    inside = [
        number
        for number, window in enumerate(windows)
        if whole.start <= window.start < window.end <= whole.end
        and (window.start, window.end) != (whole.start, whole.end)
    ]
    while at < whole.end:
        best = max((number for number in inside if windows[number].start == at), key=lambda n: windows[n].end)
        tiles.append(best)
        at = windows[best].end
    return tiles
