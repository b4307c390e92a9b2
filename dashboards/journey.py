"""How people report and what happens next: shares of a force's reports by year, each with its finding in words."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from dashboards import background, periods, sentences
from dashboards.comparisons import by_share
from dashboards.facts import ALL, ReportShare, ShareChange
from dashboards.panels import Panel, Table
from dashboards.release import Release
from dashboards.render import figure_html
from dashboards.report_shares import RECORD_CLASS, by_year, shares
from data.shares import JOURNEY, ShareOf

HEALTH: Final = ("share_told_within_7_days", "share_third_party", "share_not_supported")
"""The shares that the front page tells: before the report, on the way to it, and after it."""


def panels(release: Release) -> Iterator[Panel]:
    """Yield a panel a share that the release tells of its force: all reports and each characteristic, latest year."""
    force = release.force
    for of in JOURNEY:
        codes = [ALL, *release.characteristics(force, RECORD_CLASS)]
        told = {code: found for code in codes if (found := shares(release, force, code, of))}
        ends = [found[-1].end for found in told.values()]
        rows = {code: found for code, found in told.items() if found[-1].end == max(ends)}
        if rows:
            yield _panel(release, of, rows, [code for code in codes if code not in rows])


def told(release: Release, characteristic: str, measures: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return title and finding of each share of these reports, of the latest year that has one."""
    found = []
    for of in JOURNEY:
        years = shares(release, release.force, characteristic, of)
        if years and (not measures or of.measure in measures):
            found.append((of.title, f"{sentences.share(years[-1])} in {years[-1].period}. {_change(years)}".strip()))
    return found


def _panel(release: Release, of: ShareOf, rows: dict[str, list[ReportShare]], untold: Sequence[str]) -> Panel:
    force = release.force
    first = next(iter(rows.values()))
    latest = first[-1]
    names = {code: release.called(code) for code in rows}
    pairs = [(names[code], years[-1], _year_before(years)) for code, years in rows.items()]
    heading = sentences.share(latest) if ALL in rows else of.title
    panel_id = f"{RECORD_CLASS}-{of.measure}".replace("_", "-")
    said = "; ".join(f"{name}: {sentences.percent(share)}" for name, share, _ in pairs)
    where = sentences.place(force.name, force.type)
    series = tuple(by_year(release, force, code, of) for code in rows)
    notes = [of.meaning, *_changes(names, rows)]
    if untold:
        hidden = sentences.listed([release.called(code) for code in untold])
        notes.append(f"Not told, because too few reports name it or too little is recorded: {hidden}.")
    before = [periods.name(share.start, share.end) for _, _, share in pairs if share]
    return Panel(
        panel_id,
        heading,
        f"{of.title}: share of {of.base} to police {where}, {latest.period}. Line: 95% limits",
        figure_html(by_share(pairs), panel_id, f"{of.title}, dot chart of shares, {latest.period}. {said}."),
        Table(
            f"{of.title}: share of {of.base}, by characteristic and year, {force.name}",
            ("Year", *names.values()),
            tuple(
                (periods.label(cell.start, cell.end), *(_cell(years, cell.end) for years in rows.values()))
                for cell in series[0].cells
            ),
        ),
        series,
        _change(first) if ALL in rows else "",
        tuple(notes),
        tuple(zip(("dot", "ring"), (one.removeprefix("the ") for one in (latest.period, *before[:1])), strict=False)),
    )


def _cell(years: Sequence[ReportShare], end: date) -> str:
    share = next((one for one in years if one.end == end), None)
    if share is None:
        return "not told"
    return f"{sentences.percent(share)} ({sentences.number(share.lower)} to {sentences.number(share.upper)})"


def _year_before(years: Sequence[ReportShare]) -> ReportShare | None:
    if len(years) < 2 or periods.month_index(years[-1].end) - periods.month_index(years[-2].end) != 12:
        return None
    return years[-2]


def _fact(years: Sequence[ReportShare]) -> ShareChange | None:
    earlier = _year_before(years)
    if earlier is None:
        return None
    of = years[-1].subject
    return ShareChange(years[-1], earlier, background.breaks(of.area_code, of.characteristic, of.record_class))


def _change(years: Sequence[ReportShare]) -> str:
    fact = _fact(years)
    return sentences.share_change(fact) if fact else ""


def _changes(names: dict[str, str], rows: dict[str, list[ReportShare]]) -> Iterator[str]:
    """The characteristics whose share differs from the year before by more than chance and rounding give."""
    for code, years in rows.items():
        fact = _fact(years)
        if code != ALL and fact and fact.direction:
            yield f"{names[code]}: {sentences.share_change(fact)}"
