"""The pages of a release, made from its own files alone, with everything they need in its folder."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from dashboards import background, boundaries, evidence, explorer, journey, places, revisions, sentences
from dashboards.asking import page
from dashboards.asking.published import Published
from dashboards.asking.words import table as asking_table
from dashboards.briefing import asked, forms, texts
from dashboards.briefing.texts import Texts
from dashboards.colours import STYLE_NAMES
from dashboards.downloads import size_words, write_csv
from dashboards.facts import ALL
from dashboards.frame import csv_name, environment, shared, slug
from dashboards.panels import Panel, multiples, over_time, seasonal, to_date, year_change, year_counts
from dashboards.release import RATE, YEAR, Area, Release
from dashboards.render import (
    CONFIG,
    content_security_policy,
    json_script,
    json_text,
    script,
    write_plotly,
)
from data.schema import MARKERS

_SEVERITIES: Final = {"stop": "stops the run", "hold": "holds the batch", "warn": "warns"}
WHOLE_FILES: Final = {
    "published.csv": "Every published figure, as a table",
    "published.parquet": "Every published figure, for programs",
    "grain.csv": "The finest period at which figures stand, by place and characteristic",
    "evidence.csv": "Where reports may be missing: every signal and verdict, in words",
    "evidence.parquet": "Where reports may be missing, for programs",
    "certificate.json": "What the audit of this release found",
    "about.json": "What this release is",
    "quality.json": "Every rule and what it found",
}
"""Files of a release that its page of downloads offers where they stand, and what each holds."""


@dataclass
class _Builder:
    """One build: the release, where its pages go, and what has been written."""

    folder: Path
    release: Release
    environment: Environment
    texts: Texts
    shared: dict[str, Any]
    written: list[Path] = field(default_factory=list)
    offered: dict[str, tuple[Panel, Area]] = field(default_factory=dict)

    def page(self, file: str, template: str, scripts: tuple[str, ...] = ("page.js",), /, **values: Any) -> None:
        """Write one page from its template."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = self.environment.get_template(template).render(
            **self.shared,
            root="../" * file.count("/"),
            page=file,
            scripts=[script(one) for one in scripts],
            policy_header=content_security_policy(*scripts),
            **values,
        )
        path.write_bytes(text.encode())
        self.written.append(path)

    def keep(self, panel: Panel, area: Area) -> Panel:
        """Write the CSV of a panel, once however many pages show it, and return the panel."""
        name = csv_name(area, panel)
        if name not in self.offered:
            self.written.append(write_csv(self.folder / name, panel.series, self.release))
            self.offered[name] = (panel, area)
        elif self.offered[name][0].series != panel.series:
            raise ValueError(f"two charts share the name {name} and not their figures")
        return panel


def build(folder: Path, packs: bool = False, words: Texts | None = None) -> list[Path]:
    """Write the pages, charts and CSVs of a release into its folder and return their paths, sorted.

    With `packs`, a meeting pack for each place and characteristic too, linked from their pages. `words` are the texts
    that no figure decides; a force's own are kept in the folder, and taken from there where none are given.
    Reads the release's documents, its `published.parquet` and its optional tables there, and nothing else; links
    `published.csv` where it stands. The same files give the same bytes. Raises IntegrityFailed where they
    contradict themselves.
    """
    release = Release(folder)
    words = words or texts.load_if_there(folder / texts.FOLDER)
    words = words.fitted([area.code for area in release.districts])
    given = shared(release, words.contacts((release.force.code,), ALL, "report"))
    asking = page.published(folder)
    asking_words = asking_table(asking)
    given |= {
        "pack_files": forms.links if packs else None,
        "ask_for": lambda area, code: page.address(asking_words, area.code, code),
    }
    builder = _Builder(folder, release, environment(), words, given)
    builder.written += words.write(folder / texts.FOLDER)
    for area, code in forms.standard(release) if packs else ():
        builder.written += forms.write(release, area, code, folder / forms.FOLDER, builder.texts)
    builder.written.append(write_plotly(folder))
    _front(builder)
    for area in (release.force, *release.areas):
        _area(builder, area)
    for code in release.characteristics(release.force, "crime"):
        _characteristic(builder, code)
    first = evidence.findings(release, evidence.FIRST)
    names, grid = evidence.grid(release)
    builder.page(
        "evidence.html", "evidence.html", heading=evidence.headline(first, release), first=first, names=names,
        grid=grid, watched=evidence.findings(release, "watch"), signals=evidence.signals(release),
    )  # fmt: skip
    journeys = [builder.keep(panel, release.force) for panel in journey.panels(release)]
    builder.page("journey.html", "journey.html", panels=journeys)
    builder.page("quality.html", "quality.html", quality=release.quality, severities=_SEVERITIES)
    builder.page(
        "revisions.html", "revisions.html", changed=revisions.changed(release), revised=revisions.sentence(release)
    )
    people = background.population(release.about)
    builder.page(
        "methods.html", "methods.html", definitions=background.definitions(), markers=MARKERS, people=people,
        has_rates=any(area.code in people.persons for area in (release.force, *release.districts)),
        certificate=release.certificate, certified=_certified(release),
    )  # fmt: skip
    builder.page("accessibility.html", "accessibility.html")
    _questions(builder)
    _explorer(builder)
    _ask(builder, asking, asking_words, packs)
    builder.page(
        "downloads.html",
        "downloads.html",
        whole=_whole_files(folder),
        offered=builder.offered,
    )
    return sorted(builder.written)


def _front(builder: _Builder) -> None:
    release, force = builder.release, builder.release.force
    breakdown = places.characteristics_panel(release, force, "crime")
    first = evidence.findings(release, evidence.FIRST)
    shown = first or evidence.findings(release, evidence.WATCH)
    tiles = places.tiles(release, ALL, "crime")
    builder.page(
        "index.html",
        "index.html",
        area=force,
        **_headline(release, force, ALL, "crime", ""),
        months=builder.keep(over_time(release, force, ALL, "crime"), force),
        breakdown=breakdown and builder.keep(breakdown, force),
        multiples=[builder.keep(panel, force) for panel in multiples(release, force, "crime")],
        codes=release.characteristics(force, "crime"),
        tiles=tiles,
        outline=_outline(builder, tiles),
        evidence_heading=evidence.headline(first, release),
        first=shown[: evidence.SHOWN],
        more=max(0, len(shown) - evidence.SHOWN),
        has_evidence=release.evidence is not None,
        elsewhere=_elsewhere(release, ALL),
        health=journey.told(release, ALL, journey.HEALTH),
        revised=revisions.sentence(release),
        incidents=_headline(release, force, ALL, "non_crime_incident", "")
        if release.has(force, "non_crime_incident")
        else None,
        rules_failed=sum(not rule.passed for rule in release.quality.rules),
        rules=len(release.quality.rules),
    )


def _area(builder: _Builder, area: Area) -> None:
    release = builder.release
    where = sentences.place(area.name, area.type)
    parts = []
    for record_class in ("crime", "non_crime_incident"):
        if record_class == "crime" or release.has(area, record_class):
            breakdown = places.characteristics_panel(release, area, record_class)
            parts.append(
                {
                    "record_class": record_class,
                    **_headline(release, area, ALL, record_class, where),
                    "months": builder.keep(over_time(release, area, ALL, record_class, recent=False), area),
                    "breakdown": breakdown and builder.keep(breakdown, area),
                    "multiples": [builder.keep(panel, area) for panel in multiples(release, area, record_class)]
                    if record_class == "crime"
                    else [],
                }
            )
    season = seasonal(release, area, ALL, "crime")
    builder.page(
        f"areas/{slug(area.code)}.html", "area.html", area=area, parts=parts,
        season=season and builder.keep(season, area),
        verdicts=[one for one in evidence.findings(release, evidence.FIRST, "watch") if one.area == area],
        rate=_rate(release, area),
        packs=[(one, code, release.called(code)) for one, code in forms.standard(release) if one == area],
    )  # fmt: skip


def _characteristic(builder: _Builder, code: str) -> None:
    release, force = builder.release, builder.release.force
    _, definition = background.definitions().get(code, ("", ""))
    season, funnel = seasonal(release, force, code, "crime"), places.funnel_panel(release, code, "crime")
    tiles = places.tiles(release, code, "crime")
    builder.page(
        f"characteristics/{code.replace('_', '-')}.html",
        "characteristic.html",
        area=force,
        code=code,
        name=release.called(code),
        definition=definition,
        **_headline(release, force, code, "crime", ""),
        months=builder.keep(over_time(release, force, code, "crime", recent=False), force),
        season=season and builder.keep(season, force),
        funnel=funnel and builder.keep(funnel, force),
        tiles=tiles,
        outline=_outline(builder, tiles),
        elsewhere=_elsewhere(release, code),
        journey=journey.told(release, code),
        support=builder.texts.contacts((force.code,), code, "support"),
        packs=[(area, one, area.name) for area, one in forms.standard(release) if one == code],
        verdicts=[
            one
            for one in evidence.findings(release, evidence.FIRST, "watch")
            if one.characteristic == release.called(code)
        ],
    )


def _questions(builder: _Builder) -> None:
    """What people ask, answered for the whole force, and whether each characteristic goes up or down."""
    release, force, words = builder.release, builder.release.force, builder.texts
    builder.page(
        "questions.html",
        "questions.html",
        asked=asked.questions(release, force, ALL, over_time(release, force, ALL, "crime"), words),
        by_characteristic=[
            (code, release.called(code), asked.why(release, force, code, words))
            for code in release.characteristics(force, "crime")
        ],
        support=words.contacts((force.code,), ALL, "support"),
    )


def _explorer(builder: _Builder) -> None:
    """The page on which a reader chooses, and a script of figures an area: a page from a disk can load no other."""
    files = {}
    for area in (builder.release.force, *builder.release.areas):
        files[area.code] = f"assets/explore/{slug(area.code)}.js"
        path = builder.folder / files[area.code]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"explorerArea({json_text(explorer.figures(builder.release, area))});\n", encoding="utf-8")
        builder.written.append(path)
    content = explorer.content(builder.release, files) | {"config": CONFIG, "colours": STYLE_NAMES}
    data = json_script("explorer", content)
    builder.page("explore.html", "explore.html", ("page.js", "explore.js"), content=data)


def _ask(builder: _Builder, published: Published, table: dict[str, Any], packs: bool) -> None:
    """The page on which a reader asks in words, and a script of figures an area, as the explorer has them."""
    files = page.write_figures(published, builder.folder)
    builder.written += [builder.folder / path for path in files.values()]
    scripts = ("page.js", "bars.js", "reading.js", "replying.js", "ask.js")
    made = {
        f"{area.code}|{code}": forms.links(area, code) if packs else []
        for area, code in forms.standard(builder.release)
    }
    held = page.content(published, table, files, made)
    builder.page("ask.html", "ask.html", scripts, content=json_script("asking", held))


def _headline(release: Release, area: Area, characteristic: str, record_class: str, where: str) -> dict[str, str]:
    """The finding of a page: its number and period, and how that compares."""
    counts = year_counts(release, area, characteristic, record_class)
    counted = sentences.counted(record_class, release.about.headline_date_basis, sentences.place(area.name, area.type))
    if not counts:
        run = over_time(release, area, characteristic, record_class).heading
        change = "No complete year can be shown yet."
        return {"headline": run, "change": change, "to_date": "", "added": "", "counted": counted}
    fact = year_change(release, area, characteristic, record_class)
    said = sentences.change(fact) if fact else "There is no complete year before it to compare with."
    since = to_date(release, area, characteristic, record_class)
    off = max(one.off for one in (*counts, *([since.latest, since.earlier] if since else [])))
    return {
        "headline": sentences.count(counts[-1], where),
        "change": said,
        "to_date": f"{sentences.count(since.latest)}. {sentences.change(since)}" if since else "",
        "added": sentences.added(off),
        "counted": counted,
    }


def _outline(builder: _Builder, tiles: Sequence[places.Tile]) -> tuple[Markup, str] | None:
    """The map of the places on the tiles and whom to credit for it, where the force gave their boundaries."""
    given = builder.texts.boundaries
    if given is None:
        return None
    names, kinds = ({tile.area.code: tile.area.name for tile in tiles}, {tile.area.code: tile.kind for tile in tiles})
    return boundaries.svg(given, names, kinds), given.attribution


def _elsewhere(release: Release, characteristic: str) -> str:
    """What other forces recorded, where it is published for one of the force's latest two years."""
    years = release.series(release.force, characteristic, "crime", YEAR).last(2)
    found = background.elsewhere(release.force.code, characteristic, [cell.end for cell in years.cells])
    if found is None:
        return ""
    return sentences.elsewhere(found.coverage, found.change, release.called(characteristic), found.source)


def _rate(release: Release, area: Area) -> str:
    """The rate of a place beside that of the whole force, or nothing where either is not published."""
    of = (ALL, "crime", RATE)
    end = release.latest_end((release.force, *of), (area, *of))
    whole, mine = (release.latest_year(one, *of, end).last(1) for one in (release.force, area))
    if area == release.force or not whole.visible or not mine.visible:
        return ""
    lower, upper = mine.cells[0].lower, mine.cells[0].upper
    if lower is None or upper is None:
        return ""
    return sentences.rate(mine.visible[0], lower, upper, whole.visible[0], release.force.name)


def _certified(release: Release) -> str:
    found = release.certificate
    return sentences.certified(found.passed, found.figures, found.earlier_releases) if found else ""


def _whole_files(folder: Path) -> list[tuple[str, str, str]]:
    there = ((name, words, folder / name) for name, words in WHOLE_FILES.items())
    return [(name, words, size_words(path)) for name, words, path in there if path.is_file()]
