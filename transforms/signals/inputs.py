"""What the signals are computed from: core of one source, read through SQL and cut to the periods they judge."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd
from scipy import stats

from data.errors import UsageError
from transforms.connection import connect
from transforms.signals.dropout import MATURE_DAYS
from transforms.warehouse import statement

YEAR_MONTHS: Final = 12
EXTRACTS: Final = 25
"""Monthly extracts that nowcasts learn from: two years of past errors, and the present one."""
MAX_UNDELIVERED: Final = 6
UNDELIVERED: Final = 0.001
"""Fewer reports than even half as many as usual would give this rarely: the extract does not reach that month."""
SNAPSHOT_MONTHS: Final = 38
"""Months of each extract: all that is not yet complete, and two years of what became complete."""


@dataclass(frozen=True)
class Period:
    """The twelve whole months under judgement, and what they were read from.

    `date_basis` says which date places a report in a month; `extracted_on` is the newest extract's day.
    """

    first_month: date
    last_month: date
    extracted_on: date
    date_basis: str
    record_class: str

    @property
    def last_day(self) -> date:
        """The last day of the last month."""
        return (pd.Timestamp(self.last_month) + pd.offsets.MonthEnd(0)).date()


@dataclass(frozen=True)
class Inputs:
    """Frames of one source and record class; areas are places on the map alone.

    `areas`: `area_code`, `area_name`, `area_type`, `persons` (NaN where not sourced).
    `monthly`: `area_code`, `characteristic` (and `all`), `month`, `report_count`, zeros present.
    `reports`: one row a report and ground of about the last sixteen months, with `month` (of the headline
    date), `told_month`, `recorded_date`, `reporting_delay_days`, `reporting_route`, `offence_group_code`,
    `outcome_code`, `occurred_date`, and `victim_pseudonym` where a source has one.
    `breaks`: `starts_on`, `characteristic`. `snapshots`: what each extract showed of the whole force, by
    `date_basis` and `characteristic`.
    """

    period: Period
    areas: pd.DataFrame
    monthly: pd.DataFrame
    reports: pd.DataFrame
    breaks: pd.DataFrame
    snapshots: pd.DataFrame


def read_inputs(database: Path, tmp: Path, record_class: str = "crime") -> Inputs:
    """Return what the signals need of a warehouse that holds core.

    Raises UsageError where it holds more than one source, or no whole month yet.
    """
    with connect(database, tmp) as con:
        scope = _asked(con, "signal_scope").to_dict("records")
        if len(scope) != 1:
            raise UsageError(
                f"This workspace holds extracts of {len(scope)} sources.", "Give each source a workspace of its own."
            )
        counted = {
            "record_class": record_class,
            "date_basis": scope[0]["date_basis"],
            "last_month": scope[0]["last_month"],
        }
        monthly = _asked(con, "signal_monthly", counted)
        period = _period(scope[0], record_class, last_delivered(monthly))
        monthly = monthly[monthly["month"] <= pd.Timestamp(period.last_month)]
        oldest = period.extracted_on - timedelta(days=MATURE_DAYS + 31 * (YEAR_MONTHS + 1))
        return Inputs(
            period=period,
            areas=_asked(con, "signal_areas", {"last_day": period.last_day}),
            monthly=monthly,
            reports=_asked(
                con,
                "signal_reports",
                {
                    "record_class": record_class,
                    "date_basis": period.date_basis,
                    "first_day": min(oldest, period.first_month),
                },
            ),
            breaks=_asked(
                con,
                "signal_breaks",
                {
                    "record_class": record_class,
                    "force_code": scope[0]["force_code"],
                    "country_code": scope[0]["country_code"],
                },
            ),
            snapshots=_asked(
                con,
                "signal_snapshots",
                {"record_class": record_class, "extracts": EXTRACTS, "months": SNAPSHOT_MONTHS},
            ),
        )


def last_delivered(monthly: pd.DataFrame) -> pd.Timestamp:
    """Return the last month that the extract reaches, at most six months back.

    A feed is often dated later than it reaches. A month that is all but empty everywhere, where the year before it
    makes that less likely than once in 1,000, was not delivered: it is missing, and not a month of silence.
    Raises UsageError where there is no whole month yet.
    """
    if monthly.empty:
        raise UsageError("No month is complete yet.", "Run again with an extract taken after the month has ended.")
    total = monthly[monthly["characteristic"] == "all"].groupby("month")["report_count"].sum().sort_index()
    for back in range(min(MAX_UNDELIVERED, len(total) - YEAR_MONTHS)):
        usual = float(total.iloc[-YEAR_MONTHS - back - 1 : -back - 1].mean())
        if stats.poisson.cdf(total.iloc[-1 - back], usual / 2) >= UNDELIVERED:
            return pd.Timestamp(total.index[-1 - back])
    return pd.Timestamp(total.index[-1])


def _period(scope: Mapping[Hashable, Any], record_class: str, last: pd.Timestamp) -> Period:
    first = last - pd.DateOffset(months=YEAR_MONTHS - 1)
    extracted_on = pd.Timestamp(scope["extracted_on"]).date()
    return Period(first.date(), last.date(), extracted_on, str(scope["date_basis"]), record_class)


def _asked(con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
    return con.execute(statement(name), dict(values) if values else None).df()
