"""Unknown share: where recording itself hides people.

Formula: share of reports whose field is empty or unknown, Wilson limits. May claim: the field is filled in
less often than elsewhere. May not claim: anything about the people behind the gap. Gates: those of a share.
"""

from typing import Final

import pandas as pd

from transforms.signals.result import KEYS, require_columns
from transforms.signals.shares import higher_share

SIGNAL: Final = "unknown"


def unknown(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one result an area × characteristic: is the share of reports with the field unknown higher?

    `counts`: `area_code`, `characteristic`, `unknown_count`, `report_count`, one row each.
    """
    require_columns(counts, [*KEYS, "unknown_count", "report_count"], "counts")
    shares = counts.rename(columns={"unknown_count": "events", "report_count": "trials"})
    return higher_share(shares, SIGNAL, "reports leave a detail unknown")
