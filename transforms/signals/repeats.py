"""Repeat victims: whether reports come from fewer people, again and again.

Formula: share of victims with two or more reports in twelve months, Wilson limits; victims are told apart by
a pseudonym that the force alone can undo. May claim: reports concentrate on fewer victims than elsewhere. May
not claim: that others are silent. Gates: those of a share; a pseudonym on at least 9 reports in 10.
"""

from typing import Final

import pandas as pd

from transforms.signals.result import KEYS, require_columns
from transforms.signals.shares import higher_share

SIGNAL: Final = "repeats"
MIN_KNOWN_SHARE: Final = 0.9


def repeats(reports: pd.DataFrame) -> pd.DataFrame:
    """Return one result an area × characteristic from twelve months of reports: is the share of repeat
    victims higher?

    `reports`: `area_code`, `characteristic`, `victim_pseudonym` (null where none). Where fewer than nine
    reports in ten carry a pseudonym the row stands as one without victims, which cannot be told.
    """
    require_columns(reports, [*KEYS, "victim_pseudonym"], "reports")
    keys = list(KEYS)
    known_share = reports["victim_pseudonym"].notna().groupby([reports[key] for key in keys]).mean()
    per_victim = reports.groupby([*keys, "victim_pseudonym"], as_index=False).size()
    per_victim = per_victim.assign(events=(per_victim["size"] >= 2).astype(int), trials=1)
    shares = per_victim.groupby(keys)[["events", "trials"]].sum().reindex(known_share.index, fill_value=0)
    shares = shares.where(known_share >= MIN_KNOWN_SHARE, 0)
    return higher_share(shares.reset_index(), SIGNAL, "victims reported more than once")
