"""The one way a figure becomes HTML: a drawing in the page, the Plotly figure beside it, and nothing sent away."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

import plotly.graph_objects as go
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from dashboards.colours import STYLE_NAMES
from dashboards.static import svg

CONFIG: Final = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}
"""Plotly 7 offers by default to upload a figure to its makers' server; none of that may be reachable."""

PLOTLY: Final = "assets/plotly.min.js"
_TEMPLATES: Final = Path(__file__).parent / "templates"

# plotly.js adds two style elements when it loads: an empty one of its own, and its map library's. An upgrade
# may change the second; the browser test then reports a refused style, which harms no chart of ours.
_PLOTLY_STYLES: Final = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='",
)


def figure_html(figure: go.Figure, chart_id: str, sentence: str) -> Markup:
    """Return the chart as an image named by its sentence: its drawing, and the JSON from which Plotly draws it.

    The JSON holds plain lists. Drawn without a modebar, the image holds nothing that takes the focus.
    """
    kind = " bars" if figure.data[0].type == "bar" else ""
    image = Markup('<div class="chart{}" role="img" aria-label="{}" id="{}">{}</div>\n').format(
        kind, sentence, chart_id, svg(figure, chart_id)
    )
    return image + json_script(f"{chart_id}-figure", _spec(figure))


def json_script(element_id: str, content: object) -> Markup:
    """Return the content as a script element of JSON that no text in it can close."""
    return Markup('<script type="application/json" id="{}">{}</script>').format(element_id, json_text(content))


def json_text(content: object) -> Markup:
    """Return the content as JSON in which no character can end or open anything in HTML."""
    return htmlsafe_json_dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


@cache
def style() -> Markup:
    """Return the style sheet of every page."""
    return Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))


@cache
def script(name: str) -> Markup:
    """Return one of our scripts."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def content_security_policy(*scripts: str) -> str:
    """Return what a page may do: run these scripts of ours, by their hashes, and Plotly's file from the folder.

    Style and scripts stand in the page, so that a page sent alone still reads. Nothing may be fetched, framed,
    submitted or embedded; pictures are made in the page.
    """
    ours = " ".join(_hash(script(name)) for name in scripts)
    return (
        f"default-src 'none'; script-src 'self' {ours}; style-src {_hash(style())} {' '.join(_PLOTLY_STYLES)}; "
        "img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def write_plotly(folder: Path) -> Path:
    """Write plotly.js, once a release, as the installed package holds it, and return its path."""
    path = folder / PLOTLY
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(get_plotlyjs().encode())
    return path


def _spec(figure: go.Figure) -> dict[str, Any]:
    return figure.to_plotly_json() | {"config": CONFIG, "colours": STYLE_NAMES}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
