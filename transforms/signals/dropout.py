"""Drop-out: cases that ended because the victim did not support them, among cases that have had time to end.

Formula: outcomes 14 and 16 ÷ all assigned outcomes (Home Office outcomes framework), for reports recorded at
least 120 days before the extract. May claim: more or fewer victims than elsewhere stop supporting a case. May
not claim: why, nor anything about those who never report. Gates: those of a share; a cohort of which less
than half has an outcome.
"""

from datetime import date
from typing import Final

import pandas as pd

from transforms.signals.result import KEYS, require_columns
from transforms.signals.shares import higher_share

SIGNAL: Final = "drop_out"
NOT_SUPPORTED: Final = ("14", "16")
MATURE_DAYS: Final = 120
MIN_ASSIGNED_SHARE: Final = 0.5


def drop_out(reports: pd.DataFrame, extracted_on: date) -> pd.DataFrame:
    """Return one result an area × characteristic from reports: is the share not supported by the victim
    higher?

    `reports`: `area_code`, `characteristic`, `recorded_date`, `outcome_code` (empty or null while none is
    assigned). An area × characteristic with too few outcomes assigned stands as one without reports, which
    cannot be told.
    """
    shares = journey(reports, extracted_on).rename(columns={"not_supported_count": "events"})
    enough = shares["assigned_count"] >= MIN_ASSIGNED_SHARE * shares["mature_count"]
    shares = shares.assign(trials=shares["assigned_count"].where(enough, 0), events=shares["events"].where(enough, 0))
    return higher_share(shares, SIGNAL, "mature cases ended without the victim's support")


def journey(reports: pd.DataFrame, extracted_on: date) -> pd.DataFrame:
    """Return per area × characteristic the reports, those old enough, those with an outcome, and those not
    supported.

    Columns: `report_count`, `mature_count`, `assigned_count`, `not_supported_count`; each is part of the one
    before.
    """
    require_columns(reports, [*KEYS, "recorded_date", "outcome_code"], "reports")
    age = (pd.Timestamp(extracted_on) - pd.to_datetime(reports["recorded_date"])).dt.days
    outcome = reports["outcome_code"].astype("string").fillna("")
    mature = age >= MATURE_DAYS
    assigned = mature & (outcome != "")
    steps = reports[list(KEYS)].assign(
        report_count=1,
        mature_count=mature.astype(int),
        assigned_count=assigned.astype(int),
        not_supported_count=(assigned & outcome.isin(NOT_SUPPORTED)).astype(int),
    )
    return steps.groupby(list(KEYS), as_index=False).sum()
