"""The one way a figure becomes HTML: fixed id, numbers that can be read and audited, nothing sent away."""

import html
import textwrap
from pathlib import Path
from typing import Final

import plotly.graph_objects as go
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from plotly.offline import get_plotlyjs

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

# plotly.js adds two style elements when it loads: an empty one of its own, and its map library's. An upgrade
# may change the second; the browser test then reports a refused style, which harms no chart of ours.
_PLOTLY_STYLES: Final = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='",
)
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; "
    f"style-src 'self' {' '.join(_PLOTLY_STYLES)}; "
    "img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)
"""What a page may do, from a disk as from a server: run and be styled by files of the release alone."""

INK: Final = "#1d2329"
MUTED: Final = "#4d5761"
RULE: Final = "#d5dadf"
GROUND: Final = "#ffffff"
SERIES: Final = "#12436d"
CONTEXT: Final = "#6b747c"
BAND: Final = "#eceef0"
_STYLE_NAMES: Final = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    GROUND: "--ground",
    SERIES: "--series",
    CONTEXT: "--context",
    BAND: "--band",
}
"""The colours a figure may use, and the names under which style.css gives their dark and printed forms."""

_TICK_WIDTH: Final = 18


def plotly_text(text: str) -> str:
    """Return the text such that Plotly, which reads a dialect of HTML, shows it letter for letter."""
    return html.escape(text, quote=False)


def tick_text(text: str) -> str:
    """Return `plotly_text` folded into short lines, for a label beside an axis."""
    return "<br>".join(plotly_text(line) for line in textwrap.wrap(text, _TICK_WIDTH)) or " "


def figure_html(figure: go.Figure, chart_id: str, sentence: str) -> Markup:
    """Return the chart as an image named by its sentence, beside the JSON from which charts.js draws it.

    The JSON holds plain lists. Drawn without a modebar, the image holds nothing that takes the focus.
    """
    spec = figure.to_plotly_json() | {"config": CONFIG, "colours": _STYLE_NAMES}
    return Markup(
        '<div class="chart" role="img" aria-label="{sentence}" id="{id}"></div>\n'
        '<script type="application/json" id="{id}-figure">{json}</script>'
    ).format(sentence=sentence, id=chart_id, json=_json(spec))


def write_assets(folder: Path) -> list[Path]:
    """Write plotly.js as the installed package holds it, our script and our style; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    here = Path(__file__).parent
    contents = {
        "plotly.min.js": get_plotlyjs().encode(),
        "charts.js": (here / "charts.js").read_bytes(),
        "style.css": (here / "templates" / "style.css").read_bytes(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def _json(spec: dict[str, object]) -> Markup:
    return htmlsafe_json_dumps(spec, sort_keys=True, separators=(",", ":"), allow_nan=False)
