"""What a page shows of one place: panels, each a finding with its chart, its table and its series for CSV."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from dashboards import charts, sentences
from dashboards.release import Area, Cell, Release, Series
from dashboards.render import figure_html


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
    sentence: str
    chart: Markup | None
    table: Table
    series: tuple[Series, ...]
    note: str = ""
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """Everything a page says of one place and record class."""

    record_class: str
    headline: str
    comparison: str
    counted: str
    by_month: Panel
    by_characteristic: Panel | None
    characteristics: tuple[Panel, ...]


def section(release: Release, area: Area, record_class: str) -> Section:
    """Return the panels of one place and record class: crimes and incidents never meet in one."""
    about = release.about
    codes = release.characteristics(area, record_class)
    where = sentences.place(area.name, area.type)
    headline, comparison = _year_sentences(
        release, release.years(area, "all", record_class), "" if area == release.force else where
    )
    return Section(
        record_class,
        headline,
        comparison,
        sentences.counted(record_class, about.headline_date_basis, where),
        _all_panel(release, area, record_class),
        _characteristics_panel(release, area, record_class, codes),
        tuple(_small_multiples(release, area, record_class, codes)) if record_class == "crime" else (),
    )


def _all_panel(release: Release, area: Area, record_class: str) -> Panel:
    months = release.months(area, "all", record_class)
    panel_id = f"months-{record_class}-all"
    run = _run(release, months)
    heading = sentences.run(run)
    if not charts.is_worth_drawing(months):
        return _years_panel(release, release.years(area, "all", record_class), "All reports", "")
    figure = charts.by_month(months, charts.scale_top(months.visible), release.about.last_complete_month)
    chart = figure_html(figure, panel_id, f"Line chart of reports by month. {heading}. {sentences.gaps(run)}".strip())
    table = _period_table(release, months, f"Reports by month, {area.name}")
    return Panel(panel_id, heading, "", chart, table, (months,), _shaded(run))


def _small_multiples(release: Release, area: Area, record_class: str, codes: Sequence[str]) -> Iterable[Panel]:
    for code in codes:
        months = release.months(area, code, record_class)
        name = release.about.characteristics.get(code, code)
        years = release.years(area, code, record_class)
        sentence = ". ".join(_year_sentences(release, years, ""))
        if not charts.is_worth_drawing(months):
            yield _years_panel(release, years, name, sentence)
            continue
        figure = charts.by_month(
            months, charts.scale_top(months.visible), release.about.last_complete_month, small=True
        )
        panel_id = f"months-{record_class}-{code}"
        run = _run(release, months)
        yield Panel(
            panel_id,
            name,
            sentence,
            figure_html(
                figure,
                panel_id,
                f"{name}, line chart of reports by month. {sentences.run(run)}. {sentences.gaps(run)}".strip(),
            ),
            _period_table(release, months, f"{name}: reports by month, {area.name}"),
            (months,),
            _shaded(run),
        )


def _years_panel(release: Release, years: Series, name: str, sentence: str) -> Panel:
    return Panel(
        f"years-{years.record_class}-{years.characteristic}",
        name,
        f"{sentence} The months that can be shown are too few to draw; here are the years.".strip(),
        None,
        _period_table(release, years, f"{name}: reports by year, {years.area.name}"),
        (years,),
    )


def _characteristics_panel(release: Release, area: Area, record_class: str, codes: Sequence[str]) -> Panel | None:
    recent = [
        replace(years, cells=years.cells[-2:]) for years in (release.years(area, code, record_class) for code in codes)
    ]
    if not recent or not recent[0].cells:
        return None
    names = [release.about.characteristics.get(code, code) for code in codes]
    rows = [
        charts.Row(name, years.cells[-1], years.cells[-2] if len(years.cells) > 1 else None)
        for name, years in zip(names, recent, strict=True)
    ]
    ends = [cell.end for cell in reversed(recent[0].cells)]
    periods = [sentences.year_name(end) for end in ends]
    heading = f"By characteristic, {periods[0]}"
    figure = charts.by_characteristic(rows, charts.scale_top(value for years in recent for value in years.visible))
    said = "; ".join(f"{row.name}: {sentences.cell(row.latest.value, row.latest.marker)}" for row in rows)
    panel_id = f"characteristics-{record_class}"
    return Panel(
        panel_id,
        heading,
        sentences.OVERLAP,
        figure_html(figure, panel_id, f"Dot chart of reports by characteristic, {periods[0]}. {said}."),
        Table(
            f"Reports by characteristic, {area.name}",
            ("Characteristic", *(f"{period[4:5].upper()}{period[5:]}" for period in periods)),
            tuple(
                (name, *(sentences.cell(cell.value, cell.marker) for cell in reversed(years.cells)))
                for name, years in zip(names, recent, strict=True)
            ),
        ),
        tuple(recent),
        _earlier_gaps(rows, periods[-1]),
        key=tuple(zip(("dot", "ring"), (period[4:] for period in periods), strict=False)),
    )


def _earlier_gaps(rows: Sequence[charts.Row], period: str) -> str:
    gaps = [
        f"{row.name} is {sentences.cell(None, row.earlier.marker)}"
        for row in rows
        if row.earlier is not None and row.earlier.value is None
    ]
    return f"In {period}: {'; '.join(gaps)}." if gaps else ""


def _year_sentences(release: Release, years: Series, where: str) -> tuple[str, str]:
    if not years.cells:
        month = release.about.last_complete_month
        latest = next(
            (
                cell
                for cell in release.months(years.area, years.characteristic, years.record_class).cells
                if cell.start == month
            ),
            Cell(month, month, None, "[x]"),
        )
        fact = sentences.Count(latest.value, sentences.month_name(month), latest.marker, where, years.record_class)
        return sentences.count(fact), "No complete year ending March can be shown yet."
    facts = [
        sentences.Count(cell.value, sentences.year_name(cell.end), cell.marker, where, years.record_class)
        for cell in years.cells[-2:]
    ]
    if len(facts) == 1:
        return sentences.count(facts[0]), "There is no complete year before it to compare with."
    return sentences.count(facts[1]), sentences.comparison(sentences.Comparison(facts[1], facts[0]))


def _shaded(run: sentences.Run) -> str:
    gaps = sentences.gaps(run)
    return f"Shaded: {gaps}" if gaps else ""


def _run(release: Release, months: Series) -> sentences.Run:
    cells = [cell for cell in months.cells if cell.start <= release.about.last_complete_month]
    return sentences.Run(
        tuple(cell.value for cell in cells if cell.value is not None),
        sum(cell.hidden for cell in months.cells),
        sum(cell.value is None and not cell.hidden for cell in months.cells),
        sentences.span(release.about.first_month, release.about.last_complete_month),
        months.record_class,
    )


def _period_table(release: Release, series: Series, caption: str) -> Table:
    return Table(
        caption,
        ("Month" if series.period_type == "month" else "Year", "Reports"),
        tuple(
            (_period(series, cell.start, cell.end, release), sentences.cell(cell.value, cell.marker))
            for cell in series.cells
        ),
    )


def _period(series: Series, start: date, end: date, release: Release) -> str:
    if series.period_type != "month":
        return f"Year ending {sentences.month_name(end)}"
    provisional = " (provisional)" if start > release.about.last_complete_month else ""
    return sentences.month_name(start) + provisional
