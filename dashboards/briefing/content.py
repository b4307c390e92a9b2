"""What a pack says: one characteristic in one place, as typed parts that every form of the pack shows alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from dashboards import charts, late, panels, periods, sentences
from dashboards.background import Contact
from dashboards.briefing.asked import Question, questions
from dashboards.briefing.texts import Texts
from dashboards.facts import ALL, Change
from dashboards.panels import Panel
from dashboards.release import COUNT, Area, Cell, Release, Series
from dashboards.static import svg
from data.policy import HIDDEN_SENTENCE

CLASS: Final = "crime"
"""A pack is of crimes: what is recorded as no crime is counted apart and never added to them."""

_FULL: Final = (2_400, 3_000)
"""Letters above which a page is set smaller, and smaller still."""

Key = tuple[Area, str]


@dataclass(frozen=True)
class Grid:
    """A table of published counts: what a row is, and its periods in order of the columns.

    `id` names it within a pack. A row ends with `said`, in words, where the last column is one of words.
    """

    id: str
    caption: str
    head: str
    columns: tuple[str, ...]
    rows: tuple["Line", ...]


@dataclass(frozen=True)
class Line:
    """One row: its name, its figures, and what is said of them."""

    name: str
    cells: tuple[Cell, ...]
    said: str = ""


@dataclass(frozen=True)
class Pack:
    """Everything a pack says, in words and figures of one release."""

    release: Release
    texts: Texts
    area: Area
    characteristic: str
    title: str
    headline: str
    fact: Change | None
    change: str
    to_date: str
    counted: str
    stamp: str
    source: str
    over_time: Panel
    grids: tuple[Grid, ...]
    series: tuple[Series, ...]
    questions: tuple[Question, ...]
    reporting: tuple[Contact, ...]
    support: tuple[Contact, ...]
    as_read: str
    caveats: tuple[str, ...]

    @property
    def line(self) -> Series:
        """The counts over time, at the finest grain that the release allows."""
        return self.over_time.series[0]

    @property
    def chart_words(self) -> str:
        """What the chart shows, for those who do not see it."""
        kind = "kind_bars" if self.line.period_type == "year_ending_march" else "kind_line"
        finding = f"{self.over_time.subtitle}. {self.over_time.heading}"
        return self.texts.say("chart_alt", kind=self.texts.say(kind), finding=finding)

    @property
    def is_drawn(self) -> bool:
        """Whether enough can be seen to draw."""
        return self.over_time.chart is not None

    @cached_property
    def picture(self) -> str:
        """The counts over time as a picture within a page, once for every form that shows it; empty where not drawn."""
        last = self.release.about.last_complete_month
        if not self.is_drawn:
            return ""
        return svg(
            charts.by_time(self.line, last, self.release.policy, ends=late.ends(self.release, self.line)), "chart"
        )

    @property
    def chart_notes(self) -> tuple[str, ...]:
        """What stands under a chart that can be edited: why figures are missing from it, and what its dashes are."""
        notes = [note for note in self.over_time.notes if note != panels.LIMITS]
        if len(self.line.visible) < len(self.line.cells):
            notes.append(self.texts.say("chart_gaps"))
        if self.line.period_type != "year_ending_march":
            notes.append(self.texts.say("chart_limits"))
        return tuple(notes)

    @property
    def on_one_page(self) -> tuple[str, ...]:
        """What to bear in mind that one page has room for, beside the caveat that leads it and the chart's notes."""
        ratio = self.texts.say("ratio_means") if self.fact and self.fact.ratio else ""
        said = (sentences.protected(self.release.policy), HIDDEN_SENTENCE, sentences.OVERLAP, ratio)
        return tuple(one for one in said if one)

    @property
    def tightness(self) -> int:
        """How small one page must be set to hold it all: 0 as drawn, 1 a little smaller, 2 smaller still.

        By how many letters it holds: long names, a fuller year and a wordier language all have to fit one sheet.
        """
        cells = [
            line.name + line.said + "00000" * len(line.cells) for line in (self.figures.rows if self.figures else ())
        ]
        ways = [f"{one.name}: {one.contact}" for one in (*self.reporting, *self.support)]
        asked = [text for one in self.questions for text in (one.asked, *one.short)]
        said = [self.title, self.headline, self.change, self.to_date, self.counted, self.caveats[0], self.source]
        letters = sum(map(len, (*said, *self.over_time.notes, *cells, *ways, *asked, *self.on_one_page)))
        return sum(letters > most for most in _FULL)

    @property
    def figures(self) -> Grid | None:
        """The table that one page has room for: this figure among its neighbours, or its characteristics if alone."""
        figures = self.grid("figures")
        is_alone = figures is None or len(figures.rows) == 1
        return (self.grid("breakdown") or figures) if is_alone else figures

    @property
    def over_time_rows(self) -> tuple[Line, ...]:
        """The rows of the table over time, which every pack has."""
        return next(grid.rows for grid in self.grids if grid.id == "over_time")

    def grid(self, grid_id: str) -> Grid | None:
        """Return the table of this id, where the pack has it."""
        return next((grid for grid in self.grids if grid.id == grid_id), None)


def pack(release: Release, area: Area, characteristic: str, texts: Texts) -> Pack:
    """Return what the release says of a characteristic, or of all reports, in the area."""
    about, called = release.about, release.called(characteristic)
    line = panels.over_time(release, area, characteristic, CLASS)
    counts = panels.year_counts(release, area, characteristic, CLASS)
    fact = panels.year_change(release, area, characteristic, CLASS)
    since = panels.to_date(release, area, characteristic, CLASS)
    off = max((one.off for one in (*counts, *([since.latest, since.earlier] if since else []))), default=0)
    where = sentences.place(area.name, area.type)
    headline = sentences.count(counts[-1], where) if counts else line.heading
    if characteristic != ALL:
        headline = f"{called}: {headline[:1].lower()}{headline[1:]}"
    grids, series = _year_grids(release, area, characteristic, texts)
    day = periods.day_name(about.extracted_on)
    read_on = texts.read_on((area.code, release.force.code))
    title = texts.say("title_all" if characteristic == ALL else "title", characteristic=called, area=area.name)
    return Pack(
        release,
        texts,
        area,
        characteristic,
        title,
        headline,
        fact,
        sentences.change(fact) if fact else sentences.capital(f"{sentences.compared(None)}."),
        f"{sentences.count(since.latest)}. {sentences.change(since)}" if since else "",
        " ".join(filter(None, (sentences.counted(CLASS, about.headline_date_basis, where), sentences.added(off)))),
        texts.say("stamp", release=about.release_id, day=day, stamp=sentences.capital(about.stamp)),
        texts.say("source", source=about.source, day=day, release=about.release_id),
        line,
        (*grids, _time_grid(release, line, texts)),
        (line.series[0], *series),
        questions(release, area, characteristic, line, texts),
        tuple(texts.contacts((area.code, release.force.code), characteristic, "report")),
        tuple(texts.contacts((area.code, release.force.code), characteristic, "support")),
        texts.say("as_read", day=periods.day_name(date.fromisoformat(read_on))) if read_on else "",
        (*_caveats(release, line, (line.series[0], *series)), texts.say("ratio_means")),
    )


def _caveats(release: Release, line: Panel, series: Sequence[Series]) -> tuple[str, ...]:
    """What to bear in mind: of all reports, of these figures' gaps, and the notes that these very figures cite."""
    cited = {note for one in series for cell in one.cells for note in cell.note_ids} - {release.policy.name}
    notes = [text for key, text in release.notes.items() if key in cited]
    # The caveat opens with the same words as one of the notes.
    notes = [text for text in notes if text.split(".")[0] != sentences.CAVEAT.split(".")[0]]
    gaps = [note for note in line.notes if note != panels.LIMITS]
    said = [sentences.CAVEAT, sentences.protected(release.policy), *gaps, HIDDEN_SENTENCE, sentences.OVERLAP, *notes]
    return tuple(dict.fromkeys(one for one in said if one))


def _year_grids(release: Release, area: Area, characteristic: str, texts: Texts) -> tuple[list[Grid], list[Series]]:
    """The latest 12 months beside the 12 before: this figure among its neighbours, by characteristic, by place."""
    beside = [(area, characteristic), (area, ALL), (release.force, characteristic), (release.force, ALL)]
    held = [(place, code) for place, code in dict.fromkeys(beside) if _has(release, place, code)]
    of_place = [(area, code) for code in release.characteristics(area, CLASS)]
    districts = release.districts if area == release.force else []
    of_places = [(place, characteristic) for place in districts if _has(release, place, characteristic)]
    named = {
        (place, code): texts.say("all_in", area=place.name)
        if code == ALL
        else texts.say("of_in", characteristic=release.called(code), area=place.name)
        for place, code in held
    }
    called, placed = {key: release.called(key[1]) for key in of_place}, {key: key[0].name for key in of_places}
    kinds = (
        ("figures", texts.say("figures_caption"), "reports", named),
        ("breakdown", texts.say("breakdown"), "characteristic", called),
        ("places", texts.say("places"), "place", placed),
    )
    grids, series = [], []
    for grid_id, caption, head, names in kinds:
        made = _year_grid(release, grid_id, caption, texts.say(head), names, texts)
        if made:
            grids.append(made[0])
            series += made[1]
    return grids, list(dict.fromkeys(series))


def _has(release: Release, area: Area, characteristic: str) -> bool:
    return characteristic in (ALL, *release.characteristics(area, CLASS))


def _year_grid(
    release: Release, grid_id: str, caption: str, head: str, names: dict[Key, str], texts: Texts
) -> tuple[Grid, list[Series]] | None:
    end = release.latest_end(*((area, code, CLASS, COUNT) for area, code in names))
    found = {key: release.latest_year(*key, CLASS, COUNT, end) for key in names}
    width = max((len(series.cells) for series in found.values()), default=0)
    if not width:
        return None
    shown = {key: tuple(reversed(series.cells)) for key, series in found.items() if len(series.cells) == width}
    ends = tuple(periods.label(cell.start, cell.end) for cell in next(iter(shown.values())))
    lines = tuple(
        Line(names[key], cells, sentences.compared(panels.year_change(release, *key, CLASS, end)))
        for key, cells in shown.items()
    )
    return Grid(grid_id, caption, head, (*ends, texts.say("compared")), lines), [found[key] for key in shown]


def _time_grid(release: Release, line: Panel, texts: Texts) -> Grid:
    lines = tuple(Line(row[0], (cell,)) for row, cell in zip(line.table.rows, line.series[0].cells, strict=True))
    return Grid("over_time", line.table.caption, texts.say("period"), (texts.say("reports"),), lines)
