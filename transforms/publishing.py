"""From exact counts to the published table: what a release may show, with small counts already hidden."""

import datetime
from pathlib import Path

import pandas as pd

from data import reference
from data.errors import UsageError
from data.schema import PUBLISHED
from transforms.connection import connect
from transforms.hiding import hide_small_counts
from transforms.warehouse import statement

NOTES = {"crime": "crimes_only", "non_crime_incident": "incidents"}


def published_table(database: Path, tmp: Path) -> pd.DataFrame:
    """Return the published table of data.schema.PUBLISHED, sorted by its grain; hidden values are empty and `[c]`.

    Raises UsageError where the warehouse holds more than one source: their counts must not be added up.
    """
    with connect(database, tmp) as con:
        (sources,) = con.execute("select count(*) from ref.sources").fetchall()[0]
        if sources != 1:
            raise UsageError(
                f"This workspace holds extracts of {sources} sources.",
                "Give each source a workspace of its own.",
            )
        figures = con.execute(statement("published")).df()
    for column in ("period_start", "period_end"):
        figures[column] = pd.to_datetime(figures[column]).dt.date
    figures = hide_small_counts(figures)
    figures["lower_ci"] = float("nan")
    figures["upper_ci"] = float("nan")
    figures["unit"] = "reports"
    figures["note_ids"] = (
        "internal reports_not_crime " + figures["record_class"].map(NOTES) + " " + figures["date_basis"] + "_basis"
    )
    figures.loc[figures["marker"] == "[c]", "note_ids"] += " hidden"
    return figures[PUBLISHED.column_names].sort_values(list(PUBLISHED.grain), ignore_index=True)


def roll_ups() -> pd.DataFrame:
    """Return one row a roll-up and area in it: roll_up_code, roll_up_name, area_code."""
    names = reference.read("areas").set_index("area_code")["area_name"]
    parts = reference.read("area_roll_ups")
    return parts.assign(roll_up_name=parts["roll_up_code"].map(names))


def months_covered(figures: pd.DataFrame) -> tuple[datetime.date, datetime.date]:
    """Return the first day of the first and of the last month published.

    Raises UsageError where no month is complete yet.
    """
    months = figures.loc[figures["period_type"] == "month", "period_start"]
    if months.empty:
        raise UsageError("No month is complete yet.", "Run again with an extract taken after the month has ended.")
    return months.min(), months.max()
