"""Protection of one release as a whole: from exact counts to the figures that may be printed."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from data.errors import UsageError
from data.policies import POLICIES, Policy
from data.schema import MOVING_PERIOD_TYPES, PUBLISHED
from transforms.disclosure.cube import QUARTER, Cube, build_cube, by_quarter, month_number, windows_of
from transforms.disclosure.grain import grain_table
from transforms.disclosure.links import Links, link
from transforms.disclosure.past import WITHDRAWN, places_in, read_past
from transforms.disclosure.release import Release
from transforms.disclosure.suppression import Suppression

HIDDEN: Final = "[c]"
LOST: Final = "[x]"
REVISED: Final = "[r]"

NOT_GEOGRAPHIC: Final = "not_geographic"
ROLL_UP: Final = "roll_up"
_BLOCK: Final = ["record_class", "date_basis"]
_DETAILED: Final = ("month", "quarter")
_GAP_FILLERS: Final = ("half_year", "several_years")
_ROLL_UP_PERIODS: Final = ("year_ending_march", "several_years")


@dataclass(frozen=True)
class Protected:
    """A release that may leave, and what explains it.

    `figures`: the columns of data.schema.PUBLISHED, counts only; `value` is empty and `marker` `[c]` where
    hidden, `[x]` where the counts no longer cover a period, `[r]` where a figure printed earlier has changed;
    `note_ids` holds `withdrawn` where an earlier figure no longer holds. `grain`: see `grain.grain_table`.
    `structure`: area_code, part_code for the audit.
    """

    figures: pd.DataFrame
    grain: pd.DataFrame
    structure: pd.DataFrame
    policy: Policy

    @property
    def entries(self) -> pd.DataFrame:
        """The figures as the register keeps them: with the name of the policy they were made under."""
        return self.figures.assign(policy=self.policy.name)


def protect(
    counts: pd.DataFrame,
    policy: Policy,
    register: pd.DataFrame | None = None,
    roll_ups: pd.DataFrame | None = None,
    past: pd.DataFrame | None = None,
) -> Protected:
    """Return the figures that may leave under the policy, from exact counts with every zero present.

    `counts`: area_code, area_name, area_type, characteristic (with `all`), record_class, date_basis, month,
    report_count; one police_force, the exact sum of all other areas. `register`: the figures of every earlier
    release, oldest first, with the name of the `policy` each was made under. `roll_ups`: roll_up_code,
    roll_up_name, area_code. `past`: the counts that earlier releases were made of, in the columns of `counts` and with
    the `release_id` that the register gives their figures. With them, all that those releases printed is reckoned with
    for good, also of counts that have changed since (`links`). Raises UsageError where the counts are not such a cube,
    DisclosureRefused where no safe way is found.
    """
    areas = counts.drop_duplicates("area_code")
    names = dict(zip(areas["area_code"], areas["area_name"], strict=True))
    types = dict(zip(areas["area_code"], areas["area_type"], strict=True))
    grouped: dict[str, list[str]] = {}
    if roll_ups is not None:
        grouped = {str(code): list(group) for code, group in roll_ups.groupby("roll_up_code")["area_code"]}
        names |= dict(zip(roll_ups["roll_up_code"], roll_ups["roll_up_name"], strict=True))
    if counts.empty:
        raise UsageError("There are no counts to protect.", "Take in extracts with at least one whole month.")
    figures, grains, structure = [], [], set()
    for block, group in counts.groupby(_BLOCK, sort=True):
        keys = {name: str(value) for name, value in zip(_BLOCK, block, strict=True)}
        before = read_past(keys, register, past)
        earlier = before.standing()
        unit = _unit(group, earlier, policy)
        covered = group["month"].min(), group["month"].max()
        whole = _with_lost_months(group, earlier)
        cube = build_cube(by_quarter(whole) if unit > 1 else whole, grouped, before.windows(), unit)
        unplaced = np.array([types.get(area) == NOT_GEOGRAPHIC for area in cube.areas])
        lost = _lost(cube, *covered)
        states = before.states(cube)
        links = link(cube, lost, states, policy.threshold) if states and policy.protects else None
        release, said = _begin(cube, policy, unplaced, earlier, lost)
        if policy.protects:
            weights = np.ones(cube.counts.shape)
            weights[cube.place_count] = policy.force_weight
            weights[unplaced] = policy.unplaced_weight
            _suppress(cube, policy, release, weights.ravel(), links)
        figures.append(_figures(keys, cube, policy, release, said, lost))
        grains.append(grain_table(keys, cube, policy, release.printed.reshape(cube.counts.shape), names))
        structure |= {
            (area, cube.areas[part]) for area, parts in zip(cube.areas, cube.parts, strict=True) for part in parts
        }
    table = pd.concat(figures, ignore_index=True)
    table["area_name"] = table["area_code"].map(names)
    table["area_type"] = table["area_code"].map(types).fillna(ROLL_UP)
    return Protected(
        table[PUBLISHED.column_names].sort_values(list(PUBLISHED.grain), ignore_index=True),
        pd.concat(grains, ignore_index=True),
        pd.DataFrame(sorted(structure), columns=["area_code", "part_code"]),
        policy,
    )


def _suppress(cube: Cube, policy: Policy, release: Release, weights: np.ndarray, links: Links | None) -> None:
    """Hide in the release until it is safe beside all earlier ones.

    What those alone tell to an outsider who knows which counts have not changed, no release can mend: such cells must
    still be safe from an outsider who does not know.
    """
    while True:
        linked = Suppression(cube, policy, release, weights, links)
        linked.run()
        if not linked.told.any():
            return
        hidden = int(release.hidden.sum())
        Suppression(cube, policy, release, weights).run(linked.told)
        if hidden == int(release.hidden.sum()):
            return


def _unit(counts: pd.DataFrame, earlier: pd.DataFrame, policy: Policy) -> int:
    """Return how many months the finest periods have: one, or a quarter's where there are too many counts by month.

    Where an earlier release showed months, all do.
    """
    shown_by_month = any(window.end - window.start < QUARTER for window in earlier["window"])
    holds_a_quarter = counts["month"].nunique() >= 2 * QUARTER - 1
    is_large = len(counts) > policy.most_monthly_counts and holds_a_quarter
    return QUARTER if is_large and policy.protects and not shown_by_month else 1


def _with_lost_months(counts: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return the counts with zeros for months that only earlier releases covered: an outsider still reckons with them.

    An extract may have been withdrawn, or every report of a first or last month corrected into another.
    """
    if earlier.empty:
        return counts
    months = pd.to_datetime(counts["month"])
    first = min(months.min(), pd.Timestamp(min(window.first_day for window in earlier["window"])))
    last = max(months.max(), pd.Timestamp(max(window.last_day for window in earlier["window"])))
    lost = [month for month in pd.date_range(first, last, freq="MS") if not months.min() <= month <= months.max()]
    one = counts[counts["month"] == counts["month"].min()]
    return pd.concat([counts, *(one.assign(month=month.date(), report_count=0) for month in lost)], ignore_index=True)


def _lost(cube: Cube, first_month: date, last_month: date) -> np.ndarray:
    """Return which windows hold months that the counts no longer cover."""
    first, last = month_number(first_month), month_number(last_month)
    return np.array([window.start < first or window.end > last + 1 for window in cube.windows])


def _begin(
    cube: Cube, policy: Policy, unplaced: np.ndarray, earlier: pd.DataFrame, lost: np.ndarray
) -> tuple[Release, np.ndarray]:
    """Return the release with small counts hidden, and the figure that was printed last for each cell.

    What was printed of a lost window is withdrawn: nothing is left to say whether it holds.
    """
    counts = cube.counts
    small = policy.protects & (counts > 0) & (counts < policy.threshold)
    offered = _offer(cube, small, policy)
    if policy.protects:
        by_year = [window.period_type in policy.unplaced_period_types for window in cube.windows]
        offered[unplaced] &= np.array(by_year)
    said = np.full(counts.shape, np.nan)
    known_lowest, known_highest = np.zeros(counts.shape), np.full(counts.shape, np.inf)
    for place, value, printed_under in places_in(cube, earlier):
        said[place] = value
        known_lowest[place], known_highest[place] = POLICIES[printed_under].interval(int(value))
    still_true = (known_lowest <= counts) & (counts <= known_highest) & ~np.isnan(said) & ~small & ~lost
    known_lowest[~still_true], known_highest[~still_true] = 0, np.inf
    # A window that only an earlier release showed has a place, unless it moved on and its figure still holds.
    kept = [window for window, is_lost in zip(cube.windows, lost, strict=True) if not is_lost]
    current = set(windows_of(kept[0].start, max(window.end for window in kept), unit=cube.unit))
    offered &= np.array([window in current for window in cube.windows])
    stays = np.array([window.period_type not in MOVING_PERIOD_TYPES for window in cube.windows])
    offered |= ~np.isnan(said) & (stays | ~still_true)
    hidden = offered & (small | lost)
    release = Release(
        offered=offered.ravel(),
        hidden=hidden.ravel(),
        pinned=still_true.ravel(),
        known_lowest=known_lowest.ravel(),
        known_highest=known_highest.ravel(),
    )
    return release, said


def _offer(cube: Cube, small: np.ndarray, policy: Policy) -> np.ndarray:
    """Return which cells the release has a place for.

    Months and quarters have one where enough of an area's reports would show. Half-years and several years fill in
    where a quarter or a year is small, roll-ups where a year of one of their districts is: every figure more is one
    more thing to combine, so none stands without a use.
    """
    offered: np.ndarray = np.ones(cube.counts.shape, dtype=bool)
    types = np.array([window.period_type for window in cube.windows])
    for number in range(cube.finest_count, len(cube.windows)):
        if types[number] in _GAP_FILLERS:
            offered[:, :, number] = small[:, :, cube.tiling[number - cube.finest_count]].any(axis=2)
    for period_type in _DETAILED:
        here = types == period_type
        counts = cube.counts[:, :, here]
        showing = np.where(small[:, :, here], 0, counts).sum(axis=2) >= policy.offered_share * counts.sum(axis=2)
        offered[:, :, here] &= showing[:, :, None]
    years: np.ndarray = types == "year_ending_march"
    for area in range(cube.place_count + 1, len(cube.areas)):
        needed = np.asarray(small[cube.parts[area]][:, :, years].any(axis=(0, 2)))
        offered[area] = np.logical_and.outer(needed, np.isin(types, _ROLL_UP_PERIODS))
    return offered


def _figures(
    block: dict[str, str], cube: Cube, policy: Policy, release: Release, said: np.ndarray, lost: np.ndarray
) -> pd.DataFrame:
    shape = cube.counts.shape
    area, kind, window = np.nonzero(release.offered.reshape(shape))
    printed = release.printed.reshape(shape)[area, kind, window]
    figure = np.vectorize(policy.printed)(cube.counts[area, kind, window]).astype(float)
    before = said[area, kind, window]
    revised = printed & ~np.isnan(before) & (before != figure)
    withdrawn = ~printed & ~np.isnan(before) & ~release.pinned.reshape(shape)[area, kind, window]
    windows = [cube.windows[number] for number in window]
    return pd.DataFrame(
        {
            "measure": "report_count",
            "area_code": np.array(cube.areas, dtype=object)[area],
            "characteristic": np.array(cube.characteristics, dtype=object)[kind],
            **block,
            "period_type": [window.period_type for window in windows],
            "period_start": [window.first_day for window in windows],
            "period_end": [window.last_day for window in windows],
            "value": np.where(printed, figure, np.nan),
            "lower_ci": np.nan,
            "upper_ci": np.nan,
            "unit": "reports",
            "marker": np.where(printed, np.where(revised, REVISED, ""), np.where(lost[window], LOST, HIDDEN)),
            "note_ids": np.where(withdrawn, WITHDRAWN, ""),
        }
    )
