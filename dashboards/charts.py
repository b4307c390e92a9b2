"""The charts: figures that may be seen become Plotly figures, and every gap carries its word."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

import plotly.graph_objects as go

from dashboards import sentences
from dashboards.release import Cell, Series
from dashboards.render import BAND, CONTEXT, GROUND, INK, MUTED, RULE, SERIES, tick_text

FONT: Final = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

_TALL, _SMALL, _ROW = 360, 230, 46
_FEWEST_FOR_A_CHART: Final = 4
_LEAST_SCALE: Final = 10.0
_MOST_WORDS: Final = 48


@dataclass(frozen=True)
class Row:
    """One characteristic of a dot chart: its name, and its figures for two years."""

    name: str
    latest: Cell
    earlier: Cell | None


def scale_top(values: Iterable[float]) -> float:
    """Return the round number at which an axis that holds the values ends, never below ten.

    Pass only figures that may be seen: an axis that ends at a hidden maximum would disclose it. A scale finer
    than ten would make the chance in small numbers look like change.
    """
    most = max(values, default=0)
    if most <= _LEAST_SCALE:
        return _LEAST_SCALE
    power = 10.0 ** math.floor(math.log10(most))
    return next(power * part for part in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if power * part >= most)


def is_worth_drawing(series: Series) -> bool:
    """Whether at least half the periods, and at least four, may be seen, and not all are zero.

    Fewer are better said than drawn; zeros between hidden months would read as an answer.
    """
    return any(series.visible) and len(series.visible) >= max(_FEWEST_FOR_A_CHART, len(series.cells) / 2)


def by_month(series: Series, top: float, last_complete: date, small: bool = False) -> go.Figure:
    """Return a line of months on a scale from zero to `top`; months after `last_complete` are
    rings apart from it, for a part of a month joined to the line would look like a fall.

    Hidden and missing months are bands that carry their words, and never points.
    """
    complete = [cell for cell in series.cells if cell.start <= last_complete]
    later = [cell for cell in series.cells if cell.start > last_complete]
    noun = sentences.nouns(None, series.record_class)
    hover = f"%{{x|%B %Y}}: %{{y:,}} {noun}<extra></extra>"
    marker = {"size": 5 if small else 6, "color": SERIES}
    figure = go.Figure(layout=_layout(_SMALL if small else _TALL))
    figure.add_scatter(
        **_points(complete),
        mode="lines+markers",
        line={"color": SERIES, "width": 2},
        marker=marker,
        hovertemplate=hover,
        cliponaxis=False,
    )
    if any(cell.value is not None for cell in later):
        figure.add_scatter(
            **_points(later),
            mode="lines+markers",
            line={"color": SERIES, "width": 2, "dash": "dot"},
            marker={"size": 7, "color": GROUND, "line": {"color": SERIES, "width": 2}},
            hovertemplate=hover,
            cliponaxis=False,
        )
        figure.add_annotation(
            x=later[-1].start.isoformat(),
            y=1,
            yref="paper",
            text="provisional: month not complete",
            xanchor="right",
            yanchor="bottom",
            **_words(),
        )
    for state, run in _gaps(series.cells):
        _band(figure, run, state, show_word=len(run) * _MOST_WORDS >= len(series.cells))
    half = timedelta(days=16)
    ends = [(series.cells[0].start - half).isoformat(), (series.cells[-1].start + half).isoformat()]
    figure.update_xaxes(type="date", range=ends, tickformat="%b<br>%Y", nticks=5 if small else 7)
    figure.update_yaxes(range=[0, top * 1.04], tickformat=",", nticks=4 if small else 6)
    return figure


def by_characteristic(rows: Sequence[Row], top: float) -> go.Figure:
    """Return a dot for each characteristic's latest year and a ring for the year before, on one scale.

    A hidden or missing figure is its words in the place of the dot.
    """
    places = list(range(len(rows), 0, -1))
    figure = go.Figure(layout=_layout(_ROW * len(rows) + 60))
    rings = [None if row.earlier is None else row.earlier.value for row in rows]
    dots = [row.latest.value for row in rows]
    figure.add_scatter(
        x=rings,
        y=places,
        mode="markers",
        cliponaxis=False,
        hovertemplate="%{x:,} the year before<extra></extra>",
        marker={"size": 13, "color": GROUND, "line": {"color": CONTEXT, "width": 2}},
    )
    figure.add_scatter(
        x=dots,
        y=places,
        mode="markers",
        cliponaxis=False,
        hovertemplate="%{x:,} reports<extra></extra>",
        marker={"size": 13, "color": SERIES},
    )
    for row, ring, place in zip(rows, rings, places, strict=True):
        said = sentences.cell(row.latest.value, "" if row.latest.value is not None else row.latest.marker)
        shown = row.latest.value is not None
        figure.add_annotation(
            xshift=8 if shown else 16,
            yshift=14 if not shown and ring is not None else 0,
            x=1 if shown else 0,
            xref="paper",
            xanchor="left",
            y=place,
            text=said,
            **_words(INK if shown else MUTED, 14 if shown else 12),
        )
    figure.update_xaxes(
        range=[-top * 0.01, top * 1.02], tickformat=",", nticks=4, tickangle=0, showgrid=True, gridcolor=RULE
    )
    figure.update_yaxes(
        range=[0.4, len(rows) + 0.6],
        tickvals=places,
        ticktext=[tick_text(row.name) for row in rows],
        showgrid=True,
        gridcolor=RULE,
        tickfont={"size": 14, "color": INK},
    )
    figure.update_layout(margin={"r": 64}, hovermode="closest")
    return figure


def _layout(height: int) -> dict[str, Any]:
    return {
        "template": {},
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 12, "t": 24, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 14, "color": MUTED},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": INK,
            "bordercolor": INK,
            "font": {"color": GROUND, "family": FONT, "size": 14},
        },
        "xaxis": {
            "fixedrange": True,
            "zeroline": False,
            "showgrid": False,
            "automargin": True,
            "linecolor": MUTED,
        },
        "yaxis": {"fixedrange": True, "zeroline": False, "gridcolor": RULE, "automargin": True},
    }


def _points(cells: Sequence[Cell]) -> dict[str, list[Any]]:
    return {"x": [cell.start.isoformat() for cell in cells], "y": [cell.value for cell in cells]}


def _words(colour: str = MUTED, size: int = 12) -> dict[str, Any]:
    return {"showarrow": False, "font": {"size": size, "color": colour}}


def _gaps(cells: Sequence[Cell]) -> list[tuple[str, list[Cell]]]:
    empty = groupby(cells, key=lambda cell: "" if cell.value is not None else sentences.cell(None, cell.marker))
    return [(state, list(run)) for state, run in empty if state]


def _band(figure: go.Figure, run: Sequence[Cell], state: str, show_word: bool) -> None:
    # Month centres stand on the first of the month; a band reaches half a month to either side.
    first, last = run[0].start - timedelta(days=15), run[-1].start + timedelta(days=15)
    figure.add_shape(
        type="rect",
        xref="x",
        yref="paper",
        x0=first.isoformat(),
        x1=last.isoformat(),
        y0=0,
        y1=1,
        layer="below",
        fillcolor=BAND,
        line={"width": 1, "color": CONTEXT, "dash": "dot" if state == sentences.HIDDEN else "solid"},
    )
    if show_word:
        middle = run[0].start + (run[-1].start - run[0].start) / 2
        figure.add_annotation(x=middle.isoformat(), y=0.5, yref="paper", text=state, textangle=-90, **_words(INK))
