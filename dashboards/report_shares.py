"""Shares of reports as a release tells them, as facts."""

from typing import Final

from dashboards.facts import ReportShare
from dashboards.release import YEAR, Area, Release, Series
from data.shares import ShareOf, step_of

RECORD_CLASS: Final = "crime"
"""Shares are told of crimes alone."""


def by_year(release: Release, area: Area, characteristic: str, of: ShareOf) -> Series:
    """Return the published share, year by year, told or not."""
    return release.series(area, characteristic, RECORD_CLASS, YEAR, of.measure)


def shares(release: Release, area: Area, characteristic: str, of: ShareOf) -> list[ReportShare]:
    """Return what is told of this share, year by year; a year that is not told is left out."""
    about = release.subject(area, characteristic, RECORD_CLASS)
    found = []
    for cell in by_year(release, area, characteristic, of).cells:
        if cell.value is not None and cell.lower is not None and cell.upper is not None:
            step = step_of(cell.note_ids)
            limits = (cell.value, cell.lower, cell.upper)
            found.append(ReportShare(about, of, cell.start, cell.end, *limits, step if step > 1 else 0))
    return found
