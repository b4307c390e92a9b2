"""A Plotly figure drawn as SVG in the page: there at once, without a script, on paper, and at any width.

Every place across is a percentage and every size a pixel, so that a chart narrows without its words shrinking.
It draws what our own charts use of Plotly and refuses the rest.
"""

import html
import math
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import plotly.graph_objects as go
from markupsafe import Markup, escape

from dashboards.colours import CONTEXT, INK, MUTED, RULE

_DASHES: Final = {"dot": "2 3", "dash": "6 4", "solid": "none"}
_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end", None: "middle"}
_STRETCH: Final = 1000
"""Width in units of the inner drawing that is stretched to the chart's; lines keep their own thickness."""

_MOST_LABELS: Final = 8
_ONLY_WIDE: Final = Markup(' class="wide"')
"""What words carry that a phone leaves out: more than eight labels run into each other there."""

_CAP_HEIGHT: Final = 0.36
"""Half the height of a capital as a share of the font size: what lifts words onto their middle."""


_HATCHING: Final = Markup(
    '<pattern id="{id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="6" stroke="{colour}" stroke-width="1"/></pattern>'
)
"""What covers a gap in words: lines that no tint of the chart can be mistaken for, in grey as in colour."""


class NotDrawable(ValueError):
    """A figure uses something of Plotly that this drawing does not know."""


class _Frame:
    """Turns a figure's own units into percentages across and pixels down."""

    def __init__(self, layout: dict[str, Any]) -> None:
        self.layout, self.margin = layout, layout["margin"]
        self.top = self.margin["t"]
        self.height = layout["height"] - self.margin["t"] - self.margin["b"]
        self.across = [_number(end) for end in layout["xaxis"]["range"]]
        self.up = [_number(end) for end in layout["yaxis"]["range"]]

    def x(self, value: object, ref: str = "x") -> float:
        """Percent of the plot's width."""
        share = float(value) if ref == "paper" else self._share(_number(value), self.across)  # type: ignore[arg-type]
        return round(share * 100, 3)

    def y(self, value: object, ref: str = "y") -> float:
        """Pixels from the top of the drawing."""
        share = float(value) if ref == "paper" else self._share(_number(value), self.up)  # type: ignore[arg-type]
        return round(self.top + self.height * (1 - share), 2)

    @staticmethod
    def _share(value: float, ends: list[float]) -> float:
        return (value - ends[0]) / (ends[1] - ends[0])


def svg(figure: go.Figure, chart_id: str) -> Markup:
    """Return the figure as one SVG element whose places across are percentages of the plot's width.

    Its id makes that of its hatching the only one on the page.

    Raises NotDrawable where the figure holds a trace or a shape of another kind than our charts use.
    """
    spec = figure.to_plotly_json()
    layout = spec["layout"]
    frame = _Frame(layout)
    hatch = f"{chart_id}-hatch"
    parts = [
        *_grid(frame),
        *(part for shape in layout.get("shapes", ()) for part in _shape(frame, shape, hatch)),
        *(part for trace in spec["data"] for part in _trace(frame, trace)),
        *_axes(frame),
        *(part for word in layout.get("annotations", ()) for part in _annotation(frame, word)),
    ]
    drawn = _HATCHING.format(id=hatch, colour=CONTEXT) + Markup("").join(parts)
    return Markup(
        '<svg class="static m{left}-{right}" height="{height}" data-left="{left}" data-right="{right}" '
        'aria-hidden="true" focusable="false">{drawn}</svg>'
    ).format(left=frame.margin["l"], right=frame.margin["r"], height=layout["height"], drawn=drawn)


def _grid(frame: _Frame) -> Iterator[Markup]:
    axes = frame.layout
    if axes["yaxis"].get("showgrid"):
        for tick in axes["yaxis"]["tickvals"]:
            yield _line("0%", frame.y(tick), "100%", frame.y(tick), RULE, 1)
    if axes["xaxis"].get("showgrid"):
        for tick in axes["xaxis"]["tickvals"]:
            at = f"{frame.x(tick)}%"
            yield _line(at, frame.top, at, frame.top + frame.height, RULE, 1)


def _axes(frame: _Frame) -> Iterator[Markup]:
    bottom = frame.top + frame.height
    if frame.layout["xaxis"].get("showline"):
        yield _line("0%", bottom, "100%", bottom, MUTED, 1)
    across = list(zip(frame.layout["xaxis"]["tickvals"], frame.layout["xaxis"]["ticktext"], strict=True))
    for number, (tick, label) in enumerate(across):
        only_wide = len(across) > _MOST_LABELS and number % 2 == 1
        yield from _words(f"{frame.x(tick)}%", bottom + 18, label, "middle", MUTED, 14, only_wide=only_wide)
    for tick, label in zip(frame.layout["yaxis"]["tickvals"], frame.layout["yaxis"]["ticktext"], strict=True):
        yield from _words("-8", round(frame.y(tick) + 14 * _CAP_HEIGHT, 2), label, "end", MUTED, 14)


def _shape(frame: _Frame, shape: dict[str, Any], hatch: str) -> Iterator[Markup]:
    line = shape["line"]
    left, right = (frame.x(shape[end], shape["xref"]) for end in ("x0", "x1"))
    bottom, top = (frame.y(shape[end], shape["yref"]) for end in ("y0", "y1"))
    dash = _DASHES[line.get("dash", "solid")]
    if shape["type"] == "line":
        yield _line(f"{left}%", bottom, f"{right}%", top, line["color"], line["width"], dash)
    elif shape["type"] == "rect":
        width, height = round(right - left, 3), round(bottom - top, 2)
        for fill in (shape["fillcolor"], f"url(#{hatch})"):
            yield Markup(
                '<rect x="{}%" y="{}" width="{}%" height="{}" fill="{}" stroke="{}" stroke-width="{}" '
                'stroke-dasharray="{}"/>'
            ).format(left, top, width, height, fill, line["color"], line["width"], dash)
    else:
        raise NotDrawable(f"a shape of type {shape['type']}")


def _trace(frame: _Frame, trace: dict[str, Any]) -> Iterator[Markup]:
    if trace["type"] == "bar":
        yield from _bars(frame, trace)
    elif trace["type"] == "scatter":
        if "lines" in trace["mode"]:
            yield from _lines(frame, trace)
        if "markers" in trace["mode"]:
            yield from _markers(frame, trace)
    else:
        raise NotDrawable(f"a trace of type {trace['type']}")


def _bars(frame: _Frame, trace: dict[str, Any]) -> Iterator[Markup]:
    half = trace["width"] / 2
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if y:
            left, right, top = frame.x(x - half), frame.x(x + half), frame.y(y)
            yield Markup('<rect x="{}%" y="{}" width="{}%" height="{}" fill="{}"/>').format(
                left, top, round(right - left, 3), round(frame.y(0) - top, 2), trace["marker"]["color"]
            )


def _lines(frame: _Frame, trace: dict[str, Any]) -> Iterator[Markup]:
    """A line or an outline, in an inner drawing that is stretched across."""
    path, pen = [], "M"
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if y is None:
            pen = "M"
            continue
        path.append(f"{pen}{round(frame.x(x) * _STRETCH / 100, 1):g} {round(frame.y(y) - frame.top, 1):g}")
        pen = "L"
    if not path:
        return
    line = trace["line"]
    yield Markup(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" overflow="visible">'
        '<path d="{}" fill="{}" stroke="{}" stroke-width="{}" stroke-dasharray="{}" stroke-linejoin="round" '
        'vector-effect="non-scaling-stroke"/></svg>'
    ).format(
        frame.top, frame.height, _STRETCH, frame.height, "".join(path),
        trace["fillcolor"] if trace.get("fill") else "none", line["color"], line["width"],
        _DASHES[line.get("dash", "solid")],
    )  # fmt: skip


def _markers(frame: _Frame, trace: dict[str, Any]) -> Iterator[Markup]:
    marker = trace["marker"]
    outline = marker.get("line", {"color": "none", "width": 0})
    for number, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if x is not None and y is not None:
            colour = marker["color"] if isinstance(marker["color"], str) else marker["color"][number]
            yield Markup('<circle cx="{}%" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}"/>').format(
                frame.x(x), frame.y(y), marker["size"] / 2, colour, outline["color"], outline["width"]
            )


def _annotation(frame: _Frame, word: dict[str, Any]) -> Iterator[Markup]:
    size, colour = word["font"]["size"], word["font"]["color"]
    x, y = frame.x(word["x"], word["xref"]), frame.y(word["y"], word["yref"])
    lift = {"bottom": -size * 0.25, "middle": size * _CAP_HEIGHT, "top": size * 0.85}[word["yanchor"]]
    y = round(y - word.get("yshift", 0) + lift, 2)
    narrow = _ONLY_WIDE if word.get("name") == "wide" else ""
    if word.get("textangle"):
        # Turned about its own middle: the inner drawing's origin stands there.
        yield Markup(
            '<svg x="{}%" y="{}" overflow="visible"{}><text transform="rotate({})" text-anchor="middle" dy="{}" '
            'font-size="{}" fill="{}">{}</text></svg>'
        ).format(
            x, frame.y(word["y"], word["yref"]), narrow, word["textangle"], round(size * _CAP_HEIGHT, 1), size,
            colour, _plain(word["text"]),
        )  # fmt: skip
        return
    yield from _words(f"{x}%", y, word["text"], _ANCHORS[word.get("xanchor")], colour, size, word.get("xshift", 0))


def _words(
    x: str, y: float, text: str, anchor: str, colour: str = INK, size: int = 14, shift: float = 0,
    only_wide: bool = False,
) -> Iterator[Markup]:  # fmt: skip
    for number, line in enumerate(text.split("<br>")):
        if line:
            yield Markup('<text x="{}" y="{}"{}{} text-anchor="{}" font-size="{}" fill="{}">{}</text>').format(
                x, round(y + number * size * 1.2, 2), Markup(f' dx="{shift:g}"') if shift else "",
                _ONLY_WIDE if only_wide else "", anchor, size,
                colour, _plain(line),
            )  # fmt: skip


def _line(x1: str, y1: float, x2: str, y2: float, colour: str, width: float, dash: str = "none") -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>').format(
        x1, y1, x2, y2, colour, width, dash
    )


def _plain(text: str) -> Markup:
    """Undo the escaping that Plotly's labels need, and escape once for the page."""
    return escape(html.unescape(text))


def _number(value: object) -> float:
    if isinstance(value, str):
        return float(date.fromisoformat(value).toordinal())
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise NotDrawable("a place that is no finite number")
    return number
