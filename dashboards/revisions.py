"""What changed since an earlier release printed it: the figures that carry the marks of a revision."""

from collections.abc import Iterator

from dashboards import periods, sentences
from dashboards.facts import ALL
from dashboards.release import Cell, Release
from dashboards.report_shares import by_year
from data.schema import RECORD_CLASSES
from data.shares import SHARES

REVISED, WITHDRAWN = "[r]", "withdrawn"
"""The marker of a figure that has changed, and the note on one that was printed and is now hidden."""


def changed(release: Release) -> list[tuple[str, str, str, str]]:
    """Return every figure that has changed or is no longer shown: place, characteristic, period, figure."""
    return [
        (place, name, periods.label(cell.start, cell.end), sentences.cell(cell.value, cell.marker))
        for place, name, cell in _marked(release)
    ]


def sentence(release: Release) -> str:
    """Return how many figures have changed, and how many are no longer shown, in one sentence."""
    found = [cell.value is not None for _, _, cell in _marked(release)]
    return sentences.revised(sum(found), len(found) - sum(found))


def _marked(release: Release) -> Iterator[tuple[str, str, Cell]]:
    kinds = (*periods.MONTHS, "several_years")
    for of in SHARES:
        for code in (ALL, *release.characteristics(release.force, RECORD_CLASSES[0])):
            for cell in by_year(release, release.force, code, of).cells:
                if REVISED in cell.marker:
                    yield release.force.name, f"{release.called(code)}: {of.title}, percent", cell
    for area in (release.force, *release.areas):
        for record_class in RECORD_CLASSES:
            for code in (ALL, *release.characteristics(area, record_class)):
                for kind in kinds:
                    for cell in release.series(area, code, record_class, kind).cells:
                        if REVISED in cell.marker or WITHDRAWN in cell.note_ids:
                            yield area.name, release.called(code), cell
