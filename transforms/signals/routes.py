"""Route mix: how reports reach the police, and whether a change is growth or one route taking another's
place.

Wilson limits; the change of a total is the sum of the changes of its parts. May claim: a larger or smaller
share came by a route. May not claim: why, nor whether a new route found new victims. A route that opens is a
break in its own series. Unknown routes are shown, never shared out. Gates: those of a share.
"""

from typing import Final

import numpy as np
import pandas as pd

from data.errors import UsageError
from transforms.signals.intervals import wilson_limits
from transforms.signals.result import KEYS, require_columns
from transforms.signals.shares import higher_share

SIGNAL: Final = "route_mix"
AROUND_POLICE: Final = ("third_party", "officer")
"""Reports that the victim did not bring to the police: through an organisation, or found by an officer."""


def route_mix(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one result an area × characteristic: do more reports than elsewhere come by way of others?

    `counts`: `area_code`, `characteristic`, `reporting_route`, `report_count`. Reports of unknown route are
    left out of the comparison; `unknown` judges them.
    """
    require_columns(counts, [*KEYS, "reporting_route", "report_count"], "counts")
    known = counts[counts["reporting_route"] != "unknown"]
    around = known["report_count"].where(known["reporting_route"].isin(AROUND_POLICE), 0)
    shares = (
        known.assign(events=around, trials=known["report_count"])
        .groupby(list(KEYS), as_index=False)[["events", "trials"]]
        .sum()
    )
    return higher_share(shares, SIGNAL, "reports of known route came through an organisation or an officer")


def route_shares(counts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return each route's `share` of its group's reports with Wilson limits; unknown is a route like any
    other.
    """
    require_columns(counts, [*by, "reporting_route", "report_count"], "counts")
    parts = counts.groupby([*by, "reporting_route"], as_index=False)["report_count"].sum()
    totals = parts.groupby(by)["report_count"].transform("sum") if by else parts["report_count"].sum()
    lower, upper = wilson_limits(parts["report_count"], np.broadcast_to(totals, len(parts)))
    return parts.assign(share=parts["report_count"] / totals, lower_ci=lower, upper_ci=upper)


def route_changes(before: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Return, by route, the change in reports split into `growth` and `substitution`; both add up to the
    change.

    `before` and `now` are report counts by route over periods of equal length. Growth is what the route would
    have gained had all routes grown alike; substitution is the rest and sums to 0 over the routes. Raises
    UsageError where nothing was reported before.
    """
    routes = before.index.union(now.index)
    old, new = before.reindex(routes, fill_value=0), now.reindex(routes, fill_value=0)
    if old.sum() == 0:
        raise UsageError("No report came in the period before.", "Choose an earlier period with reports.")
    growth = old * (new.sum() / old.sum() - 1)
    table = {
        "before": old,
        "now": new,
        "change": new - old,
        "growth": growth,
        "substitution": new - old - growth,
    }
    return pd.DataFrame(table).rename_axis("reporting_route").reset_index()
