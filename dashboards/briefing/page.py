"""The pack as one page of HTML that prints to one sheet of A4, and the same in large print."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Template
from markupsafe import Markup

from dashboards import frame, sentences
from dashboards.briefing.content import Pack

_STYLE: Final = Path(frame.__file__).parent / "templates" / "pack.css"


def html(pack: Pack, large: bool = False) -> str:
    """Return the page: everything in it, no script, nothing fetched. In large print every answer stands in full."""
    line = pack.line
    grids = pack.grids if large else (pack.figures,)
    return _template().render(
        pack=pack,
        large=large,
        style=_style(),
        policy_header=_policy(),
        chart=pack.picture,
        kind=" bars" if line.period_type == "year_ending_march" else "",
        chart_notes=pack.over_time.notes,
        grids=[grid for grid in grids if grid],
        over_time=pack.grid("over_time"),
        mind=pack.on_one_page,
        stamp=f"{sentences.capital(pack.release.about.stamp)}.",
        words=sentences.cell,
    )


@cache
def _template() -> Template:
    return frame.environment().get_template("pack.html")


@cache
def _style() -> Markup:
    return Markup(_STYLE.read_text(encoding="utf-8"))


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
