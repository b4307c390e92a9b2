"""The figures behind the explorer, so that every choice on that page shows a published figure and nothing else."""

from typing import Any, Final

from dashboards import background, sentences
from dashboards.facts import ALL
from dashboards.panels import year_change, year_counts
from dashboards.release import COUNT, FINEST_FIRST, RATE, Area, Release, Series
from data.schema import CHARACTERISTICS, RECORD_CLASSES

_CLASSES: Final = dict(zip(RECORD_CLASSES, ("Crimes", "Non-crime incidents"), strict=True))
MEASURES: Final = {COUNT: "Reports", RATE: "Reports a 100,000 people"}


def content(release: Release, files: dict[str, str]) -> dict[str, Any]:
    """Return the choices, and by area code the file (a path in the release) that holds its figures."""
    areas = [release.force, *release.areas]
    used = {code for area in areas for record_class in RECORD_CLASSES for code in _codes(release, area, record_class)}
    about = release.about
    return {
        "areas": [[area.code, area.name] for area in areas],
        "files": files,
        "characteristics": [[code, release.called(code)] for code in (ALL, *CHARACTERISTICS) if code in used],
        "classes": [[name, words] for name, words in _CLASSES.items()],
        "measures": list(MEASURES.items()),
        "lastComplete": about.last_complete_month.isoformat(),
        "source": f"{about.source}. Release {about.release_id}, {about.stamp}.",
        "hidden": sentences.HIDDEN,
    }


def figures(release: Release, area: Area) -> dict[str, Any]:
    """Return every published figure of an area by characteristic and class, then measure and kind of period.

    Each kind of period is `_columns`; a hidden figure is null beside its marker. The sentences are those of the
    other pages: a script makes none.
    """
    return {
        "|".join((area.code, code, record_class)): _held(release, area, code, record_class)
        for record_class in RECORD_CLASSES
        for code in _codes(release, area, record_class)
    }


def _codes(release: Release, area: Area, record_class: str) -> list[str]:
    return [ALL, *release.characteristics(area, record_class)] if release.has(area, record_class) else []


def _held(release: Release, area: Area, characteristic: str, record_class: str) -> dict[str, Any]:
    fact = year_change(release, area, characteristic, record_class)
    counts = year_counts(release, area, characteristic, record_class)
    where = sentences.place(area.name, area.type)
    said = f"{sentences.count(counts[-1], where)}." if counts else ""
    if fact:
        said = f"{said} {sentences.change(fact)}"
    held: dict[str, Any] = {
        "finest": release.finest(area, characteristic, record_class).period_type,
        "said": said,
        "events": [
            [event.on.isoformat(), event.when, event.what]
            for event in background.events(
                area.code, characteristic, release.about.first_month, release.about.last_month
            )
        ],
    }
    for measure in MEASURES:
        held[measure] = {
            period_type: _columns(found)
            for period_type in FINEST_FIRST
            for found in (release.series(area, characteristic, record_class, period_type, measure),)
            if any(cell.marker != "[x]" for cell in found.cells)
        }
    return held


def _columns(series: Series) -> list[Any]:
    """The first period's first month, the values, and the markers by place; for rates the limits too."""
    cells = series.cells
    held: list[Any] = [
        f"{cells[0].start:%Y-%m}",
        [None if cell.value is None else float(f"{cell.value:.6g}") for cell in cells],
        {place: cell.marker for place, cell in enumerate(cells) if cell.marker},
    ]
    if any(cell.lower is not None for cell in cells):
        held += [[cell.lower for cell in cells], [cell.upper for cell in cells]]
    return held
