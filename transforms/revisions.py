"""What new extracts change of what was said before them, in sizes that are safe to read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from data.policy import SMALL_COUNT
from data.schema import PUBLISHED
from transforms.connection import connect
from transforms.warehouse import statement

CHANGES: Final = (
    "added",
    "restored",
    "removed",
    "cancelled",
    "left_scope",
    "reclassified",
    "moved_area",
    "moved_month",
    "gained_characteristic",
    "lost_characteristic",
)
"""The kinds of change, in the order they are told. A report can change in several ways at once."""

_ROUNDED_TO: Final = 5


FIGURE_CHANGES: Final = ("added", "changed", "newly hidden", "newly shown", "no longer shown")
"""What can become of a published figure from one release to the next."""


def revisions(database: Path, tmp: Path, new: Sequence[str] | None = None) -> pd.DataFrame:
    """Return one row a month, characteristic and kind of change: `month`, `characteristic`, `change`, `size`.

    `new` holds the ids of the extracts that are new; without it, that is the newest one of each source.
    `size` is a band or a count rounded to 5, never the exact count. Empty where nothing stood before. `month` is
    that of the headline date as it stands now, or as it stood for a report that is gone. `all` counts a report once.
    """
    with connect(database, tmp) as con:
        counted = con.execute(statement("revisions"), {"new": None if new is None else list(new)}).df()
    counted["month"] = pd.to_datetime(counted["month"]).dt.strftime("%Y-%m")
    counted["size"] = [shown_size(int(count)) for count in counted["report_count"]]
    order = counted["change"].map({change: number for number, change in enumerate(CHANGES)})
    told = counted.assign(order=order).sort_values(["month", "characteristic", "order"], ignore_index=True)
    return told[["month", "characteristic", "change", "size"]]


def shown_size(count: int) -> str:
    """Say how many without saying exactly: a small count's band, or the nearest multiple of 5."""
    if count < SMALL_COUNT:
        return f"1 to {SMALL_COUNT - 1} (hidden)"
    if count < 2 * SMALL_COUNT:
        return f"{SMALL_COUNT} to {2 * SMALL_COUNT - 1}"
    return f"about {_ROUNDED_TO * round(count / _ROUNDED_TO):,}"


def figure_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return how many published figures become what, one row a characteristic and change: `figure_count`.

    A figure that stays as it is counts nowhere. Both tables are as `PUBLISHED` has them.
    """
    key = list(PUBLISHED.grain)
    said = ["value", "marker"]
    both = before[key + said].merge(
        after[key + said], on=key, how="outer", suffixes=("_before", "_after"), indicator="in"
    )
    hidden_before, hidden_after = both["marker_before"].eq("[c]"), both["marker_after"].eq("[c]")
    in_both = both["in"] == "both"
    differs = both["value_before"].fillna(-1) != both["value_after"].fillna(-1)
    masks = (
        both["in"] == "right_only",
        in_both & ~hidden_before & ~hidden_after & differs,
        in_both & ~hidden_before & hidden_after,
        in_both & hidden_before & ~hidden_after,
        both["in"] == "left_only",
    )
    counted = [
        both[mask].groupby("characteristic").size().rename("figure_count").reset_index().assign(change=change)
        for change, mask in zip(FIGURE_CHANGES, masks, strict=True)
    ]
    return pd.concat(counted, ignore_index=True)[["characteristic", "change", "figure_count"]]
