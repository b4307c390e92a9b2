"""Severity mix: whether only the graver offences reach the police.

Formula: share of offences against the person among reports of known offence group, Wilson limits. May claim:
a graver mix than elsewhere. May not claim: that lesser ones go unreported; recording rules (the principal
crime, malicious communications) move it too. Gates: those of a share.
"""

from typing import Final

import pandas as pd

from transforms.signals.result import KEYS, require_columns
from transforms.signals.shares import higher_share

SIGNAL: Final = "severity"
GRAVER: Final = ("violence_with_injury", "violence_without_injury")


def severity(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one result an area × characteristic: is the share of violent offences higher than elsewhere?

    `counts`: `area_code`, `characteristic`, `offence_group_code` (null where unknown: left out),
    `report_count`.
    """
    require_columns(counts, [*KEYS, "offence_group_code", "report_count"], "counts")
    known = counts[counts["offence_group_code"].notna()]
    graver = known["report_count"].where(known["offence_group_code"].isin(GRAVER), 0)
    shares = known.assign(events=graver, trials=known["report_count"])
    shares = shares.groupby(list(KEYS), as_index=False)[["events", "trials"]].sum()
    return higher_share(shares, SIGNAL, "offences were violent")
