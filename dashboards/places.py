"""Places side by side without a ranking: a funnel of rates, and a tile for each place with its figure in words."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from dashboards import background, periods, sentences
from dashboards.comparisons import Place, Row, by_characteristic, funnel
from dashboards.panels import Panel, Table, year_counts
from dashboards.release import COUNT, RATE, Area, Cell, Release
from dashboards.render import figure_html

STANDINGS: Final = {
    "above": "more than chance",
    "within": "within chance",
    "below": "fewer than chance",
    "": "not compared",
}
_FEWEST: Final = 3
_ANYWHERE: Final = (0, 0)
_TILES: Final = Path(__file__).with_name("tiles.csv")


@dataclass(frozen=True)
class Tile:
    """One place of the tile map: where its tile stands, its figure in words and what is said of it."""

    area: Area
    column: int
    row: int
    figure: str
    word: str
    kind: str
    period: str


def characteristics_panel(release: Release, area: Area, record_class: str) -> Panel | None:
    """Return each characteristic's latest year beside the year before, on one scale; None without a year."""
    codes = release.characteristics(area, record_class)
    end = release.latest_end(*((area, code, record_class, COUNT) for code in codes))
    found = {code: release.latest_year(area, code, record_class, COUNT, end) for code in codes}
    pairs = {code: series.cells for code, series in found.items() if series.cells}
    if not pairs:
        return None
    names = {code: release.called(code) for code in pairs}
    rows = [Row(names[code], cells[-1], cells[0] if len(cells) > 1 else None) for code, cells in pairs.items()]
    ends = [periods.name(cell.start, cell.end) for cell in reversed(next(iter(pairs.values())))]
    said = "; ".join(f"{row.name}: {sentences.cell(row.latest.value, row.latest.marker)}" for row in rows)
    panel_id = f"{record_class}-characteristics".replace("_", "-")
    plain = sentences.nouns(None, record_class).replace("r", "R", 1)
    heading = "What people said they were targeted for"
    return Panel(
        panel_id,
        heading,
        f"{plain} to police {sentences.place(area.name, area.type)} that name each characteristic",
        figure_html(by_characteristic(rows), panel_id, f"Dot chart of reports by characteristic, {ends[0]}. {said}."),
        Table(
            f"{plain} by characteristic, {area.name}",
            ("Characteristic", *(f"{end[4:5].upper()}{end[5:]}" for end in ends)),
            tuple(
                (row.name, *(sentences.cell(cell.value, cell.marker) for cell in (row.latest, row.earlier) if cell))
                for row in rows
            ),
        ),
        tuple(found[code] for code in pairs),
        f"{sentences.OVERLAP} They add to more than all reports.",
        tuple(note for note in (_earlier_gaps(rows, ends[-1]),) if note),
        tuple(zip(("dot", "ring"), (end.removeprefix("the ") for end in ends), strict=False)),
    )


def funnel_panel(release: Release, characteristic: str, record_class: str) -> Panel | None:
    """Return the districts' rates over what chance alone would give; None where too few rates are published."""
    people, of = background.population(release.about), (characteristic, record_class)
    end = release.latest_end((release.force, *of, COUNT), (release.force, *of, RATE))
    places, series = [], []
    for area in release.districts:
        counts = year_counts(release, area, *of, end)
        rates = release.latest_year(area, *of, RATE, end).last(1)
        if not counts or not rates.cells or area.code not in people.persons:
            continue
        series.append(rates)
        if counts[-1].number is not None and rates.cells[0].value is not None:
            bounds = release.policy.interval(int(counts[-1].number))
            places.append((area, Place(area.name, people.persons[area.code], rates.cells[0].value, *bounds)))
    whole = release.latest_year(release.force, *of, RATE, end).last(1)
    if len(places) < _FEWEST or not whole.visible or not whole.visible[0]:
        return None
    rate, latest = whole.visible[0], whole.cells[0]
    standing = {area.code: place.standing(rate) for area, place in places}
    above = [area.name for area, _ in places if standing[area.code] == "above"]
    below = [area.name for area, _ in places if standing[area.code] == "below"]
    heading = sentences.funnel(above, below, len(places))
    name = release.called(characteristic)
    panel_id = f"{record_class}-{characteristic}-funnel".replace("_", "-")
    hidden = [one.area.name for one in series if one.cells[-1].value is None]
    notes = [
        f"Light band: where 99.8% of places would lie if every place had the rate of {release.force.name} as a whole. "
        "Darker band: 95%. Filled: outside the light band, whatever the rounding.",
        f"People: {people.edition} ({people.source}). Where few live but many work or go out, a rate runs high.",
    ]
    if hidden:
        notes.insert(0, f"Not shown, because the figure is {sentences.HIDDEN}: {sentences.listed(hidden)}.")
    return Panel(
        panel_id,
        heading,
        f"{name}. Reports a 100,000 people, {periods.name(latest.start, latest.end)}, by how many people live there",
        figure_html(funnel([place for _, place in places], rate), panel_id,
                    f"{name}, funnel chart of {len(places)} places around {sentences.number(round(rate, 1))} reports a "
                    f"100,000 people. {heading}."),
        Table(
            f"{name}: reports a 100,000 people by place, from A to Z",
            ("Place", "Rate", "Lower 95% limit", "Upper 95% limit", "Beside the whole force"),
            tuple(
                (one.area.name, *_rate_words(one.cells[-1]), STANDINGS[standing.get(one.area.code, "")])
                for one in series
            ),
        ),
        (*series, whole),
        "More reports can mean more trust. The places are not ranked.",
        tuple(notes),
    )  # fmt: skip


def tiles(release: Release, characteristic: str, record_class: str) -> list[Tile]:
    """Return a tile a district, with its latest year's count and what the evidence, or the funnel, says of it."""
    people, of = background.population(release.about).persons, (characteristic, record_class)
    places = [release.force, *release.districts]
    rates = [(release.force, *of, RATE)] if release.has(release.force, record_class, RATE) else []
    end = release.latest_end(*((area, *of, COUNT) for area in places), *rates)
    whole = release.latest_year(release.force, *of, RATE, end).last(1)
    rate = whole.visible[0] if whole.visible else None
    layout = release.about.tiles or _layout()
    mapped = all(area.code in layout for area in release.districts)
    found = []
    for area in release.districts:
        counts = year_counts(release, area, *of, end)
        value = counts[-1].number if counts else None
        period = counts[-1].period.removeprefix("the ") if counts else "no whole year"
        figure = sentences.cell(value, counts[-1].marker if counts else "[x]")
        standing = ""
        if rate and value is not None and area.code in people:
            standing = Place(area.name, people[area.code], 0, *release.policy.interval(int(value))).standing(rate)
        # Where one place has no tile of its own, all flow from A to Z: a map with a gap would mislead.
        column, row = layout.get(area.code, _ANYWHERE) if mapped else _ANYWHERE
        found.append(Tile(area, column, row, figure, STANDINGS[standing], standing or "untold", period))
    return found


@cache
def _layout() -> dict[str, tuple[int, int]]:
    """Where each place's tile stands: column and row, from the north-west. Our own drawing, roughly to the map."""
    with _TILES.open(encoding="utf-8", newline="") as handle:
        return {row["area_code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(handle)}


def _rate_words(cell: Cell) -> tuple[str, str, str]:
    if cell.value is None or cell.lower is None or cell.upper is None:
        return sentences.cell(cell.value and round(cell.value, 1), cell.marker), "", ""
    return tuple(sentences.number(round(value, 1)) for value in (cell.value, cell.lower, cell.upper))  # type: ignore[return-value]


def _earlier_gaps(rows: list[Row], period: str) -> str:
    gaps = [
        f"{row.name} is {sentences.cell(None, row.earlier.marker)}"
        for row in rows
        if row.earlier is not None and row.earlier.value is None
    ]
    return f"In {period}: {'; '.join(gaps)}." if gaps else ""
