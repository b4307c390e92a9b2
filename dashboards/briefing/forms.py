"""Every file of a pack: what each is called, what it is for, and where packs lie beside each other."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from dashboards import frame
from dashboards.briefing import content, document, ods, page, plain, slides, texts, xlsx
from dashboards.briefing.content import CLASS, Pack
from dashboards.briefing.texts import Texts
from dashboards.downloads import write_csv
from dashboards.facts import ALL
from dashboards.release import Area, Release

FORMS: Final[dict[str, tuple[str, Callable[[Pack], bytes] | None]]] = {
    ".html": ("One page", lambda pack: page.html(pack).encode()),
    ".docx": ("Document (DOCX)", document.docx),
    ".pptx": ("Slides (PPTX)", slides.pptx),
    ".ods": ("Workbook (ODS)", ods.ods),
    ".xlsx": ("Workbook (XLSX)", xlsx.xlsx),
    ".csv": ("CSV", None),
    ".txt": ("Plain text", lambda pack: plain.text(pack).encode()),
    "-large-print.html": ("Large print", lambda pack: page.html(pack, large=True).encode()),
    "-large-print.docx": ("Large print (DOCX)", lambda pack: document.docx(pack, large=True)),
}
"""The end of each file's name, what it is, and what writes it."""

FOLDER: Final = "briefings"
"""The folder of packs inside a release."""

_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


def standard(release: Release) -> Iterator[tuple[Area, str]]:
    """Yield each area and characteristic that has a pack: the force and each place on the map, all reports first.

    Reports that do not say what was targeted have none: there is no meeting of theirs.
    """
    for area in (release.force, *release.districts):
        for characteristic in (ALL, *release.characteristics(area, CLASS)):
            if characteristic != "not_recorded":
                yield area, characteristic


def folder(area: Area, characteristic: str) -> str:
    """Return the folder of a pack, among all packs of a release."""
    return f"{frame.slug(area.code)}/{characteristic.replace('_', '-')}"


def stem(area: Area, characteristic: str) -> str:
    """Return how the name of each file of a pack opens, such as `watford-sexual-orientation`."""
    place = _UNSAFE.sub("-", area.name.casefold()).strip("-")[:40].strip("-") or frame.slug(area.code)
    return f"{place}-{characteristic.replace('_', '-')}"


def links(area: Area, characteristic: str) -> list[tuple[str, str]]:
    """Return what each file of a pack is, and its path inside a release."""
    opens = f"{FOLDER}/{folder(area, characteristic)}/{stem(area, characteristic)}"
    return [(words, f"{opens}{end}") for end, (words, _) in FORMS.items()]


def write(release: Release, area: Area, characteristic: str, into: Path, words: Texts | None = None) -> list[Path]:
    """Write the pack of a characteristic, or of all reports, in an area into its folder; return its files.

    The same release and texts give the same bytes.
    """
    made = content.pack(release, area, characteristic, words or texts.load())
    place = into / folder(area, characteristic)
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for end, (_, maker) in FORMS.items():
        path = place / f"{stem(area, characteristic)}{end}"
        if maker is None:
            write_csv(path, made.series, release)
        else:
            path.write_bytes(maker(made))
        written.append(path)
    return written
