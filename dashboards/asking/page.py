"""What the page of questions holds: the table of words, the words of every reply, and each published count with its
sentences, made where the command line makes them. Its script chooses among them, and forms no sentence on figures."""

from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pyarrow.parquet as pq

from dashboards import background, charts, periods, sentences
from dashboards.asking import replying, words
from dashboards.asking.published import Key, Published
from dashboards.asking.understanding import ASK_INSTEAD, MOST_FIGURES
from dashboards.asking.words import LONGEST
from dashboards.frame import slug
from dashboards.render import json_text
from data.schema import PUBLISHED

PACK_NOTE: Final = "Slides, a document and a workbook of this are made where the release is made, with:"


def published(folder: Path) -> Published:
    """Return the counts of a release that is being made, from its Parquet as all its pages are."""
    rows = pq.read_table(folder / "published.parquet", columns=PUBLISHED.column_names).to_pylist()
    text = ({name: "" if value is None else str(value) for name, value in row.items()} for row in rows)
    return Published(folder, text)


def content(
    published: Published, table: dict[str, Any], files: dict[str, str], packs: dict[str, list[tuple[str, str]]]
) -> dict[str, Any]:
    """Return all that holds for the whole release.

    `files` is where each area's figures stand, by area code; `packs` holds what each file of a meeting pack is and
    where it lies, by `area code|characteristic` of each that has a pack: no file where the release has none.
    """
    about = published.about
    return {
        "table": table | {"phrases": [[said, *meaning] for said, meaning in table["phrases"].items()]},
        "replies": replying.replies(),
        "help": replying.help_slots(published),
        "files": files,
        "packs": packs,
        "packNote": PACK_NOTE,
        "longest": LONGEST,
        "most": MOST_FIGURES,
        "inPublic": replying.IN_PUBLIC,
        "yes": replying.YES,
        "noNumber": replying.NO_NUMBER,
        "noFigure": replying.NO_FIGURE,
        "within": replying.WITHIN,
        "otherYears": replying.OTHER_YEARS,
        "leastDrawn": replying.LEAST_DRAWN,
        "mostYears": replying.MOST_YEARS,
        "provisional": charts.PROVISIONAL,
        "notThisRelease": replying.fill(replying.NOT_THIS_RELEASE, {"stamp": about["stamp"]})
        if published.policy.name != "public"
        else "",
        "nearest": replying.NEAREST,
        "ask": replying.ASK,
        "askInstead": ASK_INSTEAD,
        "about": "about " if published.policy.rounding_base > 1 else "",
        "gaps": {marker: sentences.cell(None, marker) for marker in ("[c]", "[z]", "")},
        "monthNames": [periods.month_name(date(2000, month, 1)).split()[0] for month in range(1, 13)],
        "numerals": periods.NUMERALS,
        "notes": published.notes,
        "source": replying.source_line(published),
        "release": about["release_id"],
        "stamp": about["stamp"],
        "choices": _choices(published, table),
    }


def write_figures(published: Published, folder: Path) -> dict[str, str]:
    """Write a script of figures for each area, and return their paths inside the folder by area code."""
    files = {code: f"assets/ask/{slug(code)}.js" for code in published.places}
    for code, file in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"askArea({json_text(code)},{json_text(figures(published, code))});\n", encoding="utf-8")
    return files


def figures(published: Published, area: str) -> dict[str, Any]:
    """Return the counts of an area by characteristic and class, with the sentences of each; texts stand once."""
    texts: dict[str, int] = {}
    held = {
        f"{characteristic}|{record_class}": _series(published, (area, characteristic, record_class), texts)
        for characteristic in published.characteristics
        for record_class in published.record_classes
    }
    return {"series": held, "texts": list(texts)}


def _series(published: Published, key: Key, texts: dict[str, int]) -> dict[str, Any]:
    def at(text: str) -> int:
        return texts.setdefault(text, len(texts))

    rows = []
    for figure in published.series.get(key, []):
        sentence, comparison = replying.said(published, key, figure)
        notes = at(" ".join(figure.note_ids))
        rows.append([figure.start, figure.end, figure.value, figure.marker, at(sentence), at(comparison), notes])
    least, why = published.grains.get(key, (1, ""))
    known = background.breaks(key[0], key[1], key[2])
    return {
        "breaks": [[periods.month_index(one.starts_on), f"Recording changed: {one.what}"] for one in known],
        "figures": rows,
        "unpublished": replying.unpublished_template(published, key),
        "least": least,
        "why": why,
    }


def _choices(published: Published, table: dict[str, Any]) -> dict[str, list[list[str]]]:
    """What the lists beside the question offer: the words to ask with, and the words to show."""
    places = [[asked(table, code), place.name] for code, place in published.places.items()]
    kinds = [[name, name] for name in published.characteristics.values()]
    years = periods.spanned(
        "year_ending_march", periods.first_day(published.first), periods.first_day(published.last_complete)
    )
    spans = [[f"{start.year}/{end.year % 100:02d}", periods.label(start, end)] for start, end in reversed(years)]
    months = [
        periods.month_name(periods.first_day(index))
        for index in range(published.last_complete, max(published.first, published.last_complete - 11) - 1, -1)
    ]
    spans += [[name, name] for name in months]
    return {
        "place": places,
        "kind": kinds,
        "period": [["last 12 months", "Last 12 months"], *spans],
    }


def address(table: dict[str, Any], area: str, characteristic: str) -> str:
    """Return the address of the page with the latest 12 months of a characteristic in an area asked for."""
    question = ", ".join((table["characteristics"][characteristic], asked(table, area), "last 12 months"))
    return f"ask.html#{urlencode({'q': question})}"


def asked(table: dict[str, Any], code: str) -> str:
    """Return the words to ask for an area with: its name where that means it alone, else its code."""
    name = table["areas"][code][0]
    meaning = table["phrases"].get(words.phrase(words.split(name)), [])
    return name if meaning[:2] == ["area", code] and "," not in name else code
