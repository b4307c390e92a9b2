"""What the newest extract changed of what the one before it said, in sizes that are safe to read."""

from pathlib import Path
from typing import Final

import pandas as pd

from data.policy import SMALL_COUNT
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


def revisions(database: Path, tmp: Path) -> pd.DataFrame:
    """Return one row a month, characteristic and kind of change: `month`, `characteristic`, `change`, `size`.

    `size` is a band or a count rounded to 5, never the exact count. Empty where there is only one extract. `month` is
    that of the headline date as it stands now, or as it stood for a report that is gone. `all` counts a report once.
    """
    with connect(database, tmp) as con:
        counted = con.execute(statement("revisions")).df()
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
