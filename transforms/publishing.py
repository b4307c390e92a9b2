"""From exact counts to the published table: what disclosure control lets out, and the notes that travel with it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data import lateness, reference, shares
from data.errors import UsageError
from data.policies import Policy
from data.schema import PUBLISHED
from transforms.adding import added_figures
from transforms.connection import connect
from transforms.disclosure import Protected, protect
from transforms.disclosure.cube import Window, month_number
from transforms.warehouse import statement

RATE_PERIODS: Final = ("year_ending_march",)
"""Rates are by the year, since a population is."""
COUNTRIES: Final = {"K04000001"}
"""England and Wales: what changed how all its forces record changed it here too."""
# Statistics are slow to import, and a run that finds nothing new never needs them: so they are where they are used.
NOTES: Final = {"crime": "crimes_only", "non_crime_incident": "incidents"}


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


def exact_shares(database: Path, tmp: Path) -> pd.DataFrame:
    """Return the exact shares of a force's reports by year that `transforms.disclosure.shares` takes; private."""
    from transforms.signals.dropout import MATURE_DAYS, NOT_SUPPORTED

    asked = {
        "told_within_days": shares.TOLD_WITHIN_DAYS,
        "mature_days": MATURE_DAYS,
        "not_supported": list(NOT_SUPPORTED),
        "months_late": list(lateness.MONTHS_LATE),
        "mature_months": lateness.MATURE_MONTHS,
    }
    with connect(database, tmp) as con:
        found = con.execute(statement("exact_shares"), asked).df()
    found["period_start"] = pd.to_datetime(found["period_start"]).dt.date
    return found


def populations(database: Path, tmp: Path) -> pd.DataFrame:
    """Return how many people live in each area: `area_code`, `reference_date`, `persons`; those of the profile too."""
    with connect(database, tmp) as con:
        return con.execute("select area_code, reference_date, persons from ref.populations order by all").df()


def release_figures(
    counts: pd.DataFrame,
    exact: pd.DataFrame,
    policy: Policy,
    register: pd.DataFrame | None,
    people: pd.DataFrame,
    past: pd.DataFrame | None = None,
) -> Protected:
    """Return what may be published of exact counts and shares, with the notes that travel with each figure.

    `register`: the figures of every earlier release, oldest first; `past`: the exact counts behind them, as far as they
    are kept. `people`: as `populations` has it. Raises DisclosureRefused where nothing safe is left.
    """
    from transforms.disclosure.shares import printed_shares

    protected = protect(counts, policy, register, roll_ups(), past)
    figures = protected.figures.copy()
    notes = policy.name + " reports_not_crime " + figures["record_class"].map(NOTES) + " "
    notes += figures["date_basis"] + "_basis"
    notes += (figures["marker"] == "[c]").map({True: " hidden", False: ""})
    notes += (figures["marker"] == "[r]").map({True: " revised", False: ""})
    figures["note_ids"] = (notes + " " + figures["note_ids"]).str.strip()
    printed = printed_shares(exact, figures, policy, register)
    complete = last_complete_month(printed, counts["month"].max())
    sums = added_figures(figures, policy, counts["month"].min(), complete)
    told = [sums, _rates(figures, policy, people), printed]
    figures = pd.concat([figures, *(one for one in told if len(one))], ignore_index=True)[PUBLISHED.column_names]
    return replace(protected, figures=figures.sort_values(list(PUBLISHED.grain), ignore_index=True))


def last_complete_month(figures: pd.DataFrame, last_month: date) -> date:
    """Return the latest month of which nearly all reports have come, by the shares among printed figures.

    It is the last month itself where none tells how late reports come.
    """
    told = {
        months: of["value"].iloc[-1]
        for months in lateness.MONTHS_LATE
        if len(of := figures[figures["measure"] == lateness.measure(months)].sort_values("period_start"))
    }
    complete = month_number(last_month) - lateness.incomplete_months(told)
    return Window(complete, complete + 1, "month").first_day


def evidence(protected: Protected, complete: date, database: Path, tmp: Path) -> pd.DataFrame:
    """Return the evidence table that may stand beside these figures: of printed ones, unless nothing is hidden.

    What ends after the month `complete` is not judged, for a count that is still growing would look low.
    """
    from transforms.signals.disclosed import internal_evidence, public_evidence
    from transforms.signals.panel import evidence_panel

    if not protected.policy.protects:
        return internal_evidence(evidence_panel(database, tmp))
    breaks = reference.read("recording_breaks")
    breaks = breaks[breaks["area_code"].isin(set(protected.figures["area_code"]) | COUNTRIES)]
    over = protected.figures["period_end"].map(month_number) <= month_number(complete)
    people = populations(database, tmp)
    return public_evidence(protected.figures[over], people, protected.policy.rounding_base, breaks)


def _rates(figures: pd.DataFrame, policy: Policy, people: pd.DataFrame) -> pd.DataFrame:
    """Return reports a 100,000 residents a year, worked out from printed figures alone, for places with a population.

    The limits are those of the least and of the largest count that the printed figure may stand for. The population
    is the newest one sourced that is not later than the period, or the oldest where all are later.
    """
    from transforms.signals.intervals import poisson_limits

    known = people.astype({"persons": float}).sort_values("reference_date")
    counts = figures[figures["period_type"].isin(RATE_PERIODS) & figures["area_code"].isin(set(known["area_code"]))]
    rates = counts.copy()
    persons = []
    for area_code, last_day in zip(counts["area_code"], counts["period_end"], strict=True):
        of_area = known[known["area_code"] == area_code]
        before = of_area[of_area["reference_date"].astype(str) <= str(last_day)]
        persons.append(float((before.iloc[-1:] if len(before) else of_area.iloc[:1])["persons"].iloc[0]))
    scale = 100_000 / np.array(persons)
    shown = counts["value"].notna().to_numpy()
    spans = [policy.interval(int(value)) for value in counts["value"].fillna(0)]
    least, most = np.array(spans, dtype=float).reshape(-1, 2).T
    rates["measure"], rates["unit"] = "rate_per_100_000", "reports a 100,000 people a year"
    rates["value"] = counts["value"].to_numpy() * scale
    rates["lower_ci"] = np.where(shown, poisson_limits(least)[0] * scale, np.nan)
    rates["upper_ci"] = np.where(shown, poisson_limits(most)[1] * scale, np.nan)
    rates[["value", "lower_ci", "upper_ci"]] = rates[["value", "lower_ci", "upper_ci"]].round(1)
    return rates


def roll_ups() -> pd.DataFrame:
    """Return one row a roll-up and area in it: roll_up_code, roll_up_name, area_code."""
    names = reference.read("areas").set_index("area_code")["area_name"]
    parts = reference.read("area_roll_ups")
    return parts.assign(roll_up_name=parts["roll_up_code"].map(names))
