"""What every page of a release shares: its templates, its file names, and the facts around its figures."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards import evidence, late, periods, places, sentences
from dashboards.background import Contact
from dashboards.panels import Panel
from dashboards.release import Area, Release
from dashboards.render import PLOTLY, style
from data.policy import HIDDEN_SENTENCE

_SAFE_CODE: Final = re.compile(r"[A-Z]\d{8}")
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_OUTCOMES: Final = {
    "received": "Received",
    "counted": "Counted",
    "superseded": "Superseded by a later version",
    "cancelled": "Cancelled",
    "rejected": "Rejected by a rule",
    "out_of_scope": "Out of scope",
}


def slug(code: str) -> str:
    """Return a file name's stem for an area code: a GSS code as it is, any other cleaned and made unique."""
    if _SAFE_CODE.fullmatch(code):
        return code
    digest = hashlib.sha256(code.encode()).hexdigest()[:8]
    return f"{_UNSAFE.sub('-', code.lower()).strip('-')[:40] or 'area'}-{digest}"


def csv_name(area: Area, panel: Panel) -> str:
    """Return the path, inside the release, of the CSV that holds a panel's figures."""
    return f"data/{slug(area.code)}-{panel.id}.csv"


def shared(release: Release, contacts: list[Contact]) -> dict[str, Any]:
    """Return what every template of a release is given; `contacts` are the ways to report."""
    about = release.about
    return {
        "about": about,
        "notes": release.notes,
        "force": release.force,
        "districts": release.districts,
        "others": [area for area in release.areas if area not in release.districts],
        "nav_characteristics": [
            (code, release.called(code)) for code in release.characteristics(release.force, "crime")
        ],
        "style": style(),
        "plotly": PLOTLY,
        "caveat": sentences.CAVEAT,
        "rounded": sentences.rounded(release.policy),
        "hidden_sentence": HIDDEN_SENTENCE,
        "outcomes": _OUTCOMES,
        "accounting_sentence": sentences.accounting(about.rows, release.policy),
        "provisional_months": max(
            0, periods.month_index(about.last_month) - periods.month_index(about.last_complete_month)
        ),
        "late_sentence": late.sentence(release),
        "contacts": contacts,
        "standings": places.STANDINGS,
        "verdict_words": evidence.VERDICTS,
        "last_day": periods.last_day(periods.month_index(about.last_complete_month)),
    }


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


@cache
def environment() -> Environment:
    """Return the templates, with every value escaped and none left undefined; compiled once a process."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[..., str]] = {
        "lower_first": _lower_first,
        "number": sentences.number,
        "day": periods.day_name,
        "month": periods.month_name,
    }
    made.filters |= filters
    made.globals |= {"slug": slug, "csv_name": csv_name}
    return made
