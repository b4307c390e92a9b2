"""Late reports: how much of a month is on record as months pass, told as shares, and which months are complete.

Where months are those in which a crime happened or was told, reports of a month go on coming after it has ended. How
they came in past years says how complete a recent month is; months by the date of recording are complete at once.
"""

from collections.abc import Mapping
from typing import Final

from data.policy import COMPLETE_SHARE

MONTHS_LATE: Final = range(6)
"""How many months after its own a share is told of: half a year, as long as a figure that people wait for can wait."""

MATURE_MONTHS: Final = 12
"""A year is told of a year after it ended: nearly all that will ever come of it has come."""


def measure(months: int) -> str:
    """Return the measure that holds the share on record by the end of the month so many after the one it is of."""
    return f"share_on_record_after_{months}_months"


def incomplete_months(on_record: Mapping[int, float]) -> int:
    """Return how many of the latest months are not complete, by the percent on record so many months after each.

    None where nothing is told. A month is complete once COMPLETE_SHARE of its reports are on record.
    """
    if not on_record:
        return 0
    complete = (months for months in MONTHS_LATE if on_record.get(months, 0) >= 100 * COMPLETE_SHARE)
    return next(complete, len(MONTHS_LATE))
