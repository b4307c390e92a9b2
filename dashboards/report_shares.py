"""Shares of reports as a release tells them, as facts."""

from typing import Final

from dashboards.facts import ReportShare, Subject
from dashboards.release import YEAR, Area, Release
from data.shares import ShareOf, step_of

RECORD_CLASS: Final = "crime"
"""Shares are told of crimes alone."""


def shares(release: Release, area: Area, characteristic: str, of: ShareOf) -> list[ReportShare]:
    """Return what is told of this share, year by year; a year that is not told is left out."""
    about = Subject(area.code, characteristic, RECORD_CLASS, release.about.headline_date_basis)
    found = []
    for cell in release.series(area, characteristic, RECORD_CLASS, YEAR, of.measure).cells:
        if cell.value is not None and cell.lower is not None and cell.upper is not None:
            step = step_of(cell.note_ids)
            limits = (cell.value, cell.lower, cell.upper)
            found.append(ReportShare(about, of, cell.start, cell.end, *limits, step if step > 1 else 0))
    return found
