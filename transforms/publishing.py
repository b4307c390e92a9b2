"""From exact counts to the published table: what disclosure control lets out, and the notes that travel with it."""

import datetime
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data import reference
from data.errors import UsageError
from data.policies import Policy
from data.schema import PUBLISHED
from transforms.connection import connect
from transforms.disclosure import Protected, protect
from transforms.warehouse import statement

NOTES = {"crime": "crimes_only", "non_crime_incident": "incidents"}


def exact_counts(database: Path, tmp: Path) -> pd.DataFrame:
    """Return the exact counts that disclosure control takes, one row a place, characteristic, class and month.

    They never leave the private side. Raises UsageError where the warehouse holds more than one source, whose counts
    must not be added up, or where no month is complete yet.
    """
    with connect(database, tmp) as con:
        (sources,) = con.execute("select count(*) from ref.sources").fetchall()[0]
        if sources != 1:
            raise UsageError(
                f"This workspace holds extracts of {sources} sources.",
                "Give each source a workspace of its own.",
            )
        counts = con.execute(statement("exact_counts")).df()
    if counts.empty:
        raise UsageError("No month is complete yet.", "Run again with an extract taken after the month has ended.")
    counts["month"] = pd.to_datetime(counts["month"]).dt.date
    return counts


def release_figures(counts: pd.DataFrame, policy: Policy, register: pd.DataFrame | None) -> Protected:
    """Return what may be published of exact counts, with the notes that travel with each figure.

    `register`: the figures of every earlier release, oldest first. Raises DisclosureRefused where nothing safe is left.
    """
    protected = protect(counts, policy, register, roll_ups())
    figures = protected.figures.copy()
    notes = policy.name + " reports_not_crime " + figures["record_class"].map(NOTES) + " "
    notes += figures["date_basis"] + "_basis"
    notes += (figures["marker"] == "[c]").map({True: " hidden", False: ""})
    notes += (figures["marker"] == "[r]").map({True: " revised", False: ""})
    figures["note_ids"] = (notes + " " + figures["note_ids"]).str.strip()
    return replace(protected, figures=figures[PUBLISHED.column_names])


def roll_ups() -> pd.DataFrame:
    """Return one row a roll-up and area in it: roll_up_code, roll_up_name, area_code."""
    names = reference.read("areas").set_index("area_code")["area_name"]
    parts = reference.read("area_roll_ups")
    return parts.assign(roll_up_name=parts["roll_up_code"].map(names))


def months_covered(figures: pd.DataFrame) -> tuple[datetime.date, datetime.date]:
    """Return the first day of the first and of the last month published."""
    months = figures.loc[figures["period_type"] == "month", "period_start"]
    return months.min(), months.max()
