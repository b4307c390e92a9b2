"""Shares of a force's reports that may be printed: how people waited, how reports came, how cases ended.

A share crosses a characteristic with a second thing about a report, so it is told for a force and a year alone, only
where the count of the same cell is printed, and in steps so wide that what it counts stays open by at least as many
reports as the protection interval has:

- Whether a share is printed, and at which step, is decided from the printed count. So neither tells more of it.
- For every count that rounds to the printed one there is a number of events that gives the printed share, because a
  step is several reports wide. So a share tells nothing of the count either, and with it nothing of any cell of the
  published counts: those are protected and audited as if there were no shares.
- Characteristics overlap: the events of `all` are at most the sum of theirs. Where that would tell a small number of
  events of a characteristic, the share of `all` is left out. So is one of the ways in which reports came, where what
  they leave over is small and would show.
- A share that was printed is printed again until it is a whole step off. So a change never tells that the true share
  lies at an edge between two steps, and what did change was at least as many reports as a small count.
"""

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from data import shares
from data.policies import Policy
from data.schema import PUBLISHED
from transforms.signals.intervals import wilson_limits

KEY: Final = ["measure", "area_code", "characteristic", "record_class", "date_basis", "period_start"]
ALL: Final = "all"
REVISED: Final = "[r]"
_LEAST_KNOWN: Final = {one.measure: one.least_known for one in shares.SHARES}
_CELL: Final = KEY[1:]
_TOGETHER: Final = [name for name in KEY if name != "characteristic"]


def printed_shares(
    exact: pd.DataFrame, figures: pd.DataFrame, policy: Policy, register: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the rows, with the columns of data.schema.PUBLISHED, that may be printed of exact shares.

    `exact`: KEY, report_count, trials, events. `figures`: the counts that are printed, which say which shares may
    stand. `register`: the figures of every earlier release, oldest first. `value` is in percent; its limits are
    those of chance, at the widest that the steps leave open.
    """
    counts = _counts(figures, policy)
    before = _before(register)
    found: dict[tuple[str, ...], dict[str, _Share]] = {}
    for row in exact.to_dict("records"):
        share = _share(row, counts.get(_key(row, _CELL)), before.get(_key(row, KEY)), policy)
        if share is not None:
            found.setdefault(_key(row, _TOGETHER), {})[row["characteristic"]] = share
    kinds = sorted(set(figures["characteristic"]) - {ALL})
    small = _small(exact, policy)
    for group in found.values() if policy.protects else ():
        if _total_tells(group, counts, kinds, small, policy):
            del group[ALL]
    for cell in counts if policy.protects else ():
        ways = [group[cell[1]] for key, group in found.items() if _is_way(key, cell) and cell[1] in group]
        if _rest_tells(ways, policy):
            del found[_key(ways[-1].exact, _TOGETHER)][cell[1]]
    rows = [_row(share, policy) for group in found.values() for share in group.values()]
    return pd.DataFrame(rows, columns=PUBLISHED.column_names)


@dataclass(frozen=True)
class _Share:
    """One share that may stand: the exact row, the printed count of its cell, and what is printed of it.

    `lowest` and `highest` are the least and the largest base that a reader must reckon with.
    """

    exact: Mapping[Any, Any]
    count: Mapping[Any, Any]
    step: int
    value: float
    earlier: float | None
    lowest: int
    highest: int

    def least(self, of_events: bool) -> int:
        """The fewest events, or others, that give the printed share."""
        low = (self.value if of_events else 100 - self.value) - self.step / 2
        return math.ceil(max(low, 0) / 100 * self.lowest)

    def most(self, of_events: bool) -> int:
        """The most events, or others, that give the printed share."""
        high = (self.value if of_events else 100 - self.value) + self.step / 2
        return math.floor(min(high, 100) / 100 * self.highest)


def _counts(figures: pd.DataFrame, policy: Policy) -> dict[tuple[str, ...], Mapping[Any, Any]]:
    """Return the printed counts beside which a share may stand, by _CELL."""
    counts = figures[
        (figures["measure"] == "report_count")
        & (figures["area_type"] == policy.cross_area_type)
        & (figures["period_type"] == policy.cross_period_type)
        & figures["value"].notna()
    ]
    return {_key(row, _CELL): row for row in counts.to_dict("records")}


def _key(row: Mapping[Any, Any], names: Iterable[str]) -> tuple[str, ...]:
    # A day may be held as a date, a moment or text.
    return tuple(str(row[name])[:10] if name == "period_start" else str(row[name]) for name in names)


def _before(register: pd.DataFrame | None) -> dict[tuple[str, ...], float]:
    """Return the share printed last for each KEY."""
    if register is None or register.empty:
        return {}
    told = register[register["measure"].isin(shares.MEASURES) & register["value"].notna()]
    return {_key(row, KEY): float(row["value"]) for row in told.to_dict("records")}


def _share(
    exact: Mapping[Any, Any], count: Mapping[Any, Any] | None, earlier: float | None, policy: Policy
) -> _Share | None:
    """Return what may be printed of one share; None where it may not stand."""
    least_known = _LEAST_KNOWN[exact["measure"]]
    if count is None or exact["trials"] < max(1, least_known * exact["report_count"]):
        return None
    fewest, highest = policy.interval(int(count["value"]))
    lowest = math.ceil(fewest * least_known)
    step = policy.share_step(lowest)
    if step is None:
        return None
    percent = 100 * exact["events"] / exact["trials"]
    stands = earlier is not None and step > 1 and earlier % step == 0 and abs(percent - earlier) < step
    nearest = round(percent, 1) if step == 1 else float(math.floor(percent / step + 0.5) * step)
    return _Share(exact, count, step, float(earlier or 0) if stands else nearest, earlier, lowest, highest)


def _total_tells(
    group: Mapping[str, _Share],
    counts: Mapping[tuple[str, ...], Mapping[Any, Any]],
    kinds: Iterable[str],
    small: Container[tuple[tuple[str, ...], bool]],
    policy: Policy,
) -> bool:
    """Whether the share of `all` leaves a characteristic with a small number of events, or of others, some of them."""
    whole = group.get(ALL)
    if whole is None:
        return False

    def most(kind: str, of_events: bool) -> float:
        if kind in group:
            return group[kind].most(of_events)
        count = counts.get(_key({**whole.exact, "characteristic": kind}, _CELL))
        return math.inf if count is None else policy.interval(int(count["value"]))[1]

    return any(
        whole.least(of_events) - sum(most(other, of_events) for other in kinds if other != kind) > policy.protected_from
        for of_events in (True, False)
        for kind in kinds
        if (_key({**whole.exact, "characteristic": kind}, KEY), of_events) in small
    )


def _is_way(together: tuple[str, ...], cell: tuple[str, ...]) -> bool:
    return together[0] in shares.WAYS and together[1:] == (cell[0], *cell[2:])


def _rest_tells(ways: list[_Share], policy: Policy) -> bool:
    """Whether there are few reports that came by no printed way, and the printed ones leave no choice but some."""
    if not ways:
        return False
    rest = ways[0].exact["report_count"] - sum(way.exact["events"] for way in ways)
    least = ways[0].lowest - sum(way.most(True) for way in ways)
    return bool(rest < policy.threshold and least > policy.protected_from)


def _small(exact: pd.DataFrame, policy: Policy) -> set[tuple[tuple[str, ...], bool]]:
    """Return (KEY, whether events or others) wherever there is a small number of them."""
    return {
        (_key(row, KEY), of_events)
        for row in exact.to_dict("records")
        for of_events in (True, False)
        if (row["events"] if of_events else row["trials"] - row["events"]) < policy.threshold
    }


def _row(share: _Share, policy: Policy) -> dict[str, Any]:
    of = share.step if policy.protects else 0
    low, high = (min(max(share.value + off, 0), 100) / 100 for off in (-of, of))
    base = share.lowest if policy.protects else int(share.exact["trials"])
    lower, upper = float(wilson_limits(low * base, base)[0]), float(wilson_limits(high * base, base)[1])
    changed = share.earlier is not None and share.earlier != share.value
    kept = [one for one in str(share.count["note_ids"]).split() if one not in ("hidden", "revised", "withdrawn")]
    return {
        **{name: share.count[name] for name in PUBLISHED.column_names},
        "measure": share.exact["measure"],
        "value": share.value,
        "lower_ci": float(math.floor(100 * lower)),
        "upper_ci": float(math.ceil(100 * upper)),
        "unit": "percent",
        "marker": REVISED if changed else "",
        "note_ids": " ".join([*kept, *(["revised"] if changed else []), shares.note_id(share.step)]),
    }
