"""A panel: one finding with its chart, its table and the very series its CSV holds. Here: panels over time."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from dashboards import background, charts, late, periods, sentences
from dashboards.background import Event
from dashboards.comparisons import Season, by_season
from dashboards.facts import ALL, Break, Change, Count, Run, Subject
from dashboards.release import COUNT, TO_DATE, Area, Cell, Release, Series
from dashboards.render import figure_html

RECENT_MONTHS: Final = 36
LIMITS: Final = "Shaded around the line: 95% limits, which is how far each figure may lie from its level by chance."
LATE: Final = (
    "A ring is a month that is not complete. Shaded around it: where it may end (95% limits), if late reports come as "
    "they did before."
)
_ADJECTIVES: Final = {"month": "month", "quarter": "quarter", "year_ending_march": "year ending March"}
_BASES: Final = {"recorded": "recorded", "reported": "reported", "occurred": "they happened"}


@dataclass(frozen=True)
class Table:
    """A table as text: the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Panel:
    """One finding with what supports it. `chart` is None where too few figures may be seen to draw."""

    id: str
    heading: str
    subtitle: str
    chart: Markup | None
    table: Table
    series: tuple[Series, ...]
    sentence: str = ""
    notes: tuple[str, ...] = ()
    key: tuple[tuple[str, str], ...] = ()
    events: tuple[tuple[str, Event], ...] = ()
    of: str = ""
    """The name of the characteristic, where the panel is one of several beside each other."""
    view: str = ""
    """The address, within the explorer, that shows the same figures."""


def year_counts(
    release: Release, area: Area, characteristic: str, record_class: str, end: int | None = None
) -> list[Count]:
    """Return the latest 12 months and the 12 before them as facts; fewer where the release spans fewer."""
    of = release.subject(area, characteristic, record_class)
    return _counts(of, release.latest_year(area, characteristic, record_class, COUNT, end).cells)


def year_change(
    release: Release, area: Area, characteristic: str, record_class: str, end: int | None = None
) -> Change | None:
    """Return the latest 12 months beside the 12 before them, or None where there are not two."""
    counts = year_counts(release, area, characteristic, record_class, end)
    return _change(release, counts) if len(counts) > 1 else None


def to_date(release: Release, area: Area, characteristic: str, record_class: str) -> Change | None:
    """Return the months since April beside the same months a year before, or None where they are not published."""
    of = release.subject(area, characteristic, record_class)
    counts = _counts(of, release.series(area, characteristic, record_class, TO_DATE).last(2).cells)
    return _change(release, counts) if len(counts) > 1 else None


def _counts(of: Subject, cells: Iterable[Cell]) -> list[Count]:
    return [Count(of, cell.start, cell.end, cell.value, cell.marker, cell.off) for cell in cells]


def _change(release: Release, counts: list[Count]) -> Change:
    of = counts[0].subject
    known = background.breaks(of.area_code, of.characteristic, of.record_class)
    return Change(counts[1], counts[0], release.policy, known)


def over_time(
    release: Release,
    area: Area,
    characteristic: str,
    record_class: str,
    heading: str | None = None,
    of: str = "",
    sentence: str = "",
    recent: bool = True,
) -> Panel:
    """Return the counts at their finest safe grain as a line, or as bars a year, each gap in words.

    Named by `of`, it is small: one of several beside each other, under a heading that says what is counted.
    """
    small = bool(of)
    series = release.finest(area, characteristic, record_class)
    whole = series
    if recent and series.period_type == "month":
        beyond = sum(cell.start > release.about.last_complete_month for cell in series.cells)
        series = series.last(RECENT_MONTHS + beyond)
    grain = _ADJECTIVES[series.period_type]
    name = release.called(characteristic)
    part = "-recent" if len(series.cells) < len(whole.cells) else ""
    panel_id = f"{record_class}-{characteristic}-by-{series.period_type}{part}".replace("_", "-")
    said = _run(release, series)
    where = sentences.place(area.name, area.type)
    plain = sentences.nouns(None, record_class)
    table = _table(release, series, f"{name}: {plain} by {grain}, {area.name}")
    subtitle = (
        f"{name}. {sentences.capital(plain)} to police {where}, by {grain} {_BASES[release.about.headline_date_basis]}"
    )
    if small:
        subtitle, sentence = f"Reports by {grain}. {sentence}".strip(), ""
    ribbon = LIMITS if not small and series.period_type != "year_ending_march" else ""
    growing = late.ends(release, series)
    ring = LATE if ribbon and growing else ""
    notes = [note for note in (sentences.gaps(said), _grain_note(release, area, series), ribbon, ring) if note]
    if not series.visible or not any(series.visible):
        return Panel(panel_id, heading or sentences.run(said), subtitle, None, table, (series,), sentence, tuple(notes),
                     view=_view(series), of=of)  # fmt: skip
    marked = () if small else tuple(_marked(release, area, series))
    figure = charts.by_time(
        series,
        release.about.last_complete_month,
        release.policy,
        [charts.Moment(event.on, mark, event.is_break) for mark, event in marked],
        small,
        growing,
    )
    alt = f"{name}, chart of reports by {grain}. {sentences.run(said)}. {sentences.gaps(said)}".strip()
    return Panel(
        panel_id,
        heading or sentences.run(said),
        subtitle,
        figure_html(figure, panel_id, alt),
        table,
        (series,),
        sentence,
        tuple(notes),
        events=marked,
        view=_view(series),
        of=of,
    )


def multiples(release: Release, area: Area, record_class: str) -> Iterable[Panel]:
    """Yield a small chart for each characteristic of the area, headed by its own finding."""
    codes = release.characteristics(area, record_class)
    end = release.latest_end(*((area, code, record_class, COUNT) for code in codes))
    for code in codes:
        name = release.called(code)
        fact = year_change(release, area, code, record_class, end)
        counts = year_counts(release, area, code, record_class, end)
        heading = sentences.finding(fact) if fact else ""
        if not fact and counts:
            heading = sentences.count(counts[0])
        kept = sentences.beside(fact) if fact else ""
        yield over_time(release, area, code, record_class, heading or None, name, kept)


def seasonal(release: Release, area: Area, characteristic: str, record_class: str) -> Panel | None:
    """Return the latest 12 complete months over the range of the same months before, where months stand."""
    series = release.finest(area, characteristic, record_class)
    cells = [cell for cell in series.cells if cell.start <= release.about.last_complete_month]
    if series.period_type != "month" or len(cells) < 24:
        return None
    latest, before = cells[-12:], cells[:-12]
    months = [
        Season(
            periods.month_name(cell.start),
            cell,
            tuple(one.value for one in before if one.start.month == cell.start.month and one.value is not None),
        )
        for cell in latest
    ]
    standing = [month.standing for month in months]
    years = len(before) // 12
    heading = sentences.season(standing.count("above"), standing.count("below"), sum(map(bool, standing)), years)
    name = release.called(characteristic)
    panel_id = f"{record_class}-{characteristic}-season".replace("_", "-")
    rows = tuple(
        (
            month.name,
            sentences.cell(cell.value, cell.marker),
            sentences.number(min(month.earlier)) if month.earlier else "not available",
            sentences.number(max(month.earlier)) if month.earlier else "not available",
        )
        for month, cell in zip(months, latest, strict=True)
    )
    return Panel(
        panel_id,
        heading,
        f"{name}. Line: the latest 12 months. Shaded: the lowest and highest of the same month in the "
        f"{years} {'year' if years == 1 else 'years'} before",
        figure_html(by_season(months), panel_id, f"{name}, the latest 12 months over earlier years. {heading}."),
        Table(f"{name}: the latest 12 months beside the same months before, {area.name}",
              ("Month", "Reports", "Lowest before", "Highest before"), rows),
        (replace(series, cells=tuple(latest)),),
        notes=("Chance alone moves a month above or below a short range of years now and then.",),
    )  # fmt: skip


def limits_of(release: Release, series: Series, cell: Cell) -> tuple[int, int] | None:
    """Return the 95% limits of a printed count in whole reports, rounded outwards; None where it is not shown.

    Of a month that is not complete they are those between which it may end, where that is known.
    """
    if end := late.end(release, series, cell):
        return end
    found = charts.limits(cell, release.policy)
    return None if found is None else (math.floor(found[0]), math.ceil(found[1]))


def _table(release: Release, series: Series, caption: str) -> Table:
    rows = []
    for cell in series.cells:
        provisional = " (provisional)" if cell.start > release.about.last_complete_month else ""
        found = limits_of(release, series, cell)
        ends = (sentences.number(found[0]), sentences.number(found[1])) if found else ("", "")
        rows.append((_row_name(series, cell) + provisional, sentences.cell(cell.value, cell.marker), *ends))
    head = {"month": "Month", "quarter": "Quarter"}.get(series.period_type, "Year")
    return Table(caption, (head, "Reports", "Lower 95% limit", "Upper 95% limit"), tuple(rows))


def _row_name(series: Series, cell: Cell) -> str:
    return periods.label(cell.start, cell.end)


def _run(release: Release, series: Series) -> Run:
    complete = [cell for cell in series.cells if cell.start <= release.about.last_complete_month]
    return Run(
        tuple(cell.value for cell in complete if cell.value is not None),
        sum(cell.hidden for cell in series.cells),
        sum(cell.value is None and not cell.hidden for cell in series.cells),
        complete[0].start if complete else release.about.first_month,
        complete[-1].end if complete else release.about.last_complete_month,
        series.period_type,
        series.record_class,
    )


def _grain_note(release: Release, area: Area, series: Series) -> str:
    """Why the figures are not shown by month; and what the longer periods say, where years are too small."""
    if series.period_type == "month":
        return ""
    allowed, said = release.grain(area, series.characteristic, series.record_class)
    if allowed != series.period_type or not said:
        said = f"Shown by {_ADJECTIVES[series.period_type]}, because too many shorter periods are hidden."
    longer = release.series(area, series.characteristic, series.record_class, "several_years").cells
    if (series.visible and series.cells[-1].value is not None) or not longer or longer[-1].value is None:
        return said
    of = release.subject(area, series.characteristic, series.record_class)
    last = longer[-1]
    return f"{sentences.count(Count(of, last.start, last.end, last.value, last.marker))}. {said}"


def _marked(release: Release, area: Area, series: Series) -> Iterable[tuple[str, Event]]:
    """The events and changes of recording within a series, numbered in order of time."""
    if series.period_type == "year_ending_march":
        return
    start, end = series.cells[0].start, series.cells[-1].end
    found = background.events(area.code, series.characteristic, start, end)
    known = background.breaks(area.code, series.characteristic, series.record_class)
    found += [_as_event(one) for one in known if start <= one.starts_on <= end]
    for number, event in enumerate(sorted(found, key=lambda event: (event.on, event.what)), 1):
        yield str(number), event


def _as_event(one: Break) -> Event:
    return Event(one.starts_on, periods.day_name(one.starts_on), f"Recording changed: {one.what}", is_break=True)


def _view(series: Series) -> str:
    if not series.cells:
        return ""
    return view(series.area, series.characteristic, series.record_class, series.cells[0].start, series.cells[-1].end)


def view(area: Area, characteristic: str, record_class: str, start: date, end: date) -> str:
    """Return the address within the explorer of these figures."""
    state = {
        "area": area.code,
        "characteristic": characteristic,
        "class": record_class,
        "show": COUNT,
        "from": f"{start:%Y-%m}",
        "to": f"{end:%Y-%m}",
    }
    return f"explore.html#{urlencode(state)}"


__all__ = ["ALL", "LIMITS", "Panel", "Table", "limits_of", "multiples", "over_time", "seasonal", "view", "year_change",
           "year_counts"]  # fmt: skip
