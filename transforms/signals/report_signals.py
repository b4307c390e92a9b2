"""The signals that single reports give: delay, route mix, drop-out, severity, repeats and unknown share.

Each is judged over the twelve months of the period; drop-out over the twelve months that had time to end by the
newest extract. What a source never records cannot be told, and the reason says so.
"""

from datetime import timedelta
from typing import Final

import pandas as pd

from transforms.signals.delay import delay
from transforms.signals.dropout import MATURE_DAYS, drop_out
from transforms.signals.inputs import Inputs
from transforms.signals.repeats import repeats
from transforms.signals.result import KEYS, result_frame
from transforms.signals.routes import route_mix
from transforms.signals.severity import severity
from transforms.signals.unknown import unknown

FIELDS: Final = {
    "delay": ("reporting_delay_days", "when it happened and when the police were told"),
    "route_mix": ("reporting_route", "how a report reached the police"),
    "drop_out": ("outcome_code", "an outcome"),
    "severity": ("offence_group_code", "a group of offences"),
    "repeats": ("victim_pseudonym", "who the victim is, not even by pseudonym"),
}
"""By signal the column it needs, and what a source without it does not record."""
_DETAILS: Final = ("reporting_route", "offence_group_code", "occurred_date")


def report_signals(inputs: Inputs) -> list[pd.DataFrame]:
    """Return one result frame a signal; an area × characteristic without a report has no row."""
    first, last = (pd.Timestamp(day) for day in (inputs.period.first_month, inputs.period.last_month))
    reports = inputs.reports[inputs.reports["characteristic"] != "not_recorded"]
    now = reports[_between(reports["month"], first, last)]
    told = reports[_between(reports["told_month"], first, last)]
    mature = pd.Timestamp(inputs.period.extracted_on - timedelta(days=MATURE_DAYS))
    year_before = mature - pd.DateOffset(years=1) + pd.DateOffset(days=1)
    cohort = reports[_between(reports["recorded_date"], year_before, mature)]
    judged = {
        "delay": lambda: delay(told),
        "route_mix": lambda: route_mix(_counted(now, "reporting_route")),
        "drop_out": lambda: drop_out(cohort, inputs.period.extracted_on),
        "severity": lambda: severity(_counted(now, "offence_group_code")),
        "repeats": lambda: repeats(now),
        "unknown": lambda: _unknown(now),
    }
    return [
        judge() if _is_recorded(reports, signal) else _not_recorded(now, signal) for signal, judge in judged.items()
    ]


def _between(days: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    when = pd.to_datetime(days)
    return (when >= first) & (when <= last)


def _is_recorded(reports: pd.DataFrame, signal: str) -> bool:
    if signal == "unknown":
        return any(_known(reports, name).any() for name in _DETAILS)
    column, _ = FIELDS[signal]
    return column in reports and bool(_known(reports, column).any())


def _known(reports: pd.DataFrame, column: str) -> pd.Series:
    return reports[column].notna() & (reports[column] != "unknown")


def _not_recorded(reports: pd.DataFrame, signal: str) -> pd.DataFrame:
    what = FIELDS[signal][1] if signal in FIELDS else "any detail beside the ground"
    cells = reports[list(KEYS)].drop_duplicates().to_dict("records")
    return result_frame(signal, [{**cell, "gate": f"The extracts do not record {what}."} for cell in cells])


def _counted(reports: pd.DataFrame, column: str) -> pd.DataFrame:
    return (
        reports.groupby([*KEYS, column], as_index=False, dropna=False).size().rename(columns={"size": "report_count"})
    )


def _unknown(reports: pd.DataFrame) -> pd.DataFrame:
    """Judge the reports that leave a detail unknown which the source does record."""
    details = [name for name in _DETAILS if _known(reports, name).any()]
    missing = ~pd.concat([_known(reports, name) for name in details], axis=1).all(axis=1)
    counted = reports.assign(unknown_count=missing.astype(int), report_count=1)
    return unknown(counted.groupby(list(KEYS), as_index=False)[["unknown_count", "report_count"]].sum())
