"""The pages of a release, made from its own files alone: one to start from, one a place, one on quality."""

import hashlib
import re
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards import sentences
from dashboards.downloads import write_csv
from dashboards.panels import Panel, Section, section
from dashboards.release import Area, Release
from dashboards.render import CONTENT_SECURITY_POLICY, write_assets
from data.policy import HIDDEN_SENTENCE

_SAFE_CODE: Final = re.compile(r"[A-Z]\d{8}")
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_SEVERITIES: Final = {"stop": "stops the run", "hold": "holds the batch", "warn": "warns"}
_OUTCOMES: Final = {
    "received": "Received",
    "counted": "Counted",
    "superseded": "Superseded by a later version",
    "cancelled": "Cancelled",
    "rejected": "Rejected by a rule",
    "out_of_scope": "Out of scope",
}


def build(folder: Path) -> list[Path]:
    """Write the pages, assets and CSVs of a release into its folder and return their paths, sorted.

    Reads `about.json`, `quality.json` and `published.parquet` there and nothing else, and links `published.csv`
    where it stands; the same files give the same bytes. Raises IntegrityFailed where they contradict themselves.
    """
    release = Release(folder)
    environment = _environment()
    written = write_assets(folder / "assets")
    sections = {area.code: _sections(release, area) for area in (release.force, *release.areas)}
    for area in (release.force, *release.areas):
        for part in sections[area.code]:
            for panel in _panels(part):
                written.append(write_csv(folder / csv_name(area, panel), panel.series, release.about))
    shared = _shared(release) | {"has_all_figures": (folder / "published.csv").is_file()}

    def page(name: str, template: str, **values: Any) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * name.count("/")
        text = environment.get_template(template).render(**shared, root=root, page=name, **values)
        path.write_bytes(text.encode())
        written.append(path)

    page("index.html", "index.html", area=release.force, sections=sections[release.force.code])
    for area in (release.force, *release.areas):
        page(f"areas/{slug(area.code)}.html", "area.html", area=area, sections=sections[area.code])
    page("quality.html", "quality.html", quality=release.quality, severities=_SEVERITIES)
    return sorted(written)


def slug(code: str) -> str:
    """Return a file name's stem for an area code: a GSS code as it is, any other cleaned and made unique."""
    if _SAFE_CODE.fullmatch(code):
        return code
    digest = hashlib.sha256(code.encode()).hexdigest()[:8]
    return f"{_UNSAFE.sub('-', code.lower()).strip('-')[:40] or 'area'}-{digest}"


def csv_name(area: Area, panel: Panel) -> str:
    """Return the path, inside the release, of the CSV that holds a panel's figures."""
    return f"data/{slug(area.code)}-{panel.id}.csv"


def _sections(release: Release, area: Area) -> list[Section]:
    classes = ["crime", *(["non_crime_incident"] if release.has(area, "non_crime_incident") else [])]
    return [section(release, area, record_class) for record_class in classes]


def _panels(part: Section) -> list[Panel]:
    breakdown = [part.by_characteristic] if part.by_characteristic else []
    return [part.by_month, *breakdown, *part.characteristics]


def _shared(release: Release) -> dict[str, Any]:
    about = release.about
    return {
        "about": about,
        "notes": release.notes,
        "force": release.force,
        "areas": [area for area in release.areas if area.type != "not_geographic"],
        "placeless": [area for area in release.areas if area.type == "not_geographic"],
        "policy_header": CONTENT_SECURITY_POLICY,
        "caveat": sentences.CAVEAT,
        "hidden_sentence": HIDDEN_SENTENCE,
        "outcomes": _OUTCOMES,
        "accounting_sentence": sentences.accounting(about.rows),
        "provisional_months": _months_between(about.last_complete_month, about.last_month),
    }


def _months_between(first: Any, last: Any) -> int:
    return max(0, (last.year - first.year) * 12 + last.month - first.month)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": sentences.number,
        "day": sentences.day_name,
        "month": sentences.month_name,
    }
    environment.globals |= {"slug": slug, "csv_name": csv_name}
    return environment
