"""Charts over time: figures that may be seen become Plotly figures, and every gap carries its word."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

import plotly.graph_objects as go

from dashboards import periods, sentences
from dashboards.chance import count_limits
from dashboards.colours import BAND, CONTEXT, GROUND, INK, MUTED, RULE, SERIES, TINT
from dashboards.release import Cell, Series
from data.policies import Policy

FONT: Final = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
_HALF_BAND: Final = timedelta(days=9)
PROVISIONAL: Final = "provisional: month not complete"

_TALL, _SMALL = 340, 210
_LEAST_SCALE: Final = 10.0
_WIDE_ENOUGH: Final = {True: 14, False: 40}
"""A band carries its words where it is at least the chart's width divided by this: on a small chart, and another."""

_DAYS: Final = {"month": 30, "quarter": 91}
_TICK_STEPS: Final = (3, 6, 12, 24, 36, 60, 120)


@dataclass(frozen=True)
class Moment:
    """Something dated that a reader should know of: an event, or a change in how reports are recorded."""

    on: date
    mark: str
    is_break: bool = False


def scale_top(values: Iterable[float]) -> float:
    """Return the round number at which an axis that holds the values ends, never below ten.

    Pass only figures that may be seen: an axis that ends at a hidden maximum would disclose it. A scale finer
    than ten would make the chance in small numbers look like change.
    """
    most = max(values, default=0)
    if most <= _LEAST_SCALE:
        return _LEAST_SCALE
    power = 10.0 ** math.floor(math.log10(most))
    return next(power * part for part in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if power * part >= most)


def limits(cell: Cell, policy: Policy) -> tuple[float, float] | None:
    """Return the 95% limits of a printed count, or None where it is not shown."""
    return None if cell.value is None else count_limits(cell.value, policy, cell.off)


def by_time(
    series: Series,
    last_complete: date,
    policy: Policy,
    moments: Sequence[Moment] = (),
    small: bool = False,
    ends: Mapping[date, tuple[float, float]] | None = None,
) -> go.Figure:
    """Return a line of months or quarters with its limits, or a bar a year, on a scale from zero.

    Hidden and missing periods are bands that carry their words, and never points. Months after `last_complete`
    are rings apart from the line, for a part of a month joined to it would look like a fall; `ends` is between which
    counts such a month may end, by its first day, and is shaded around its ring.
    """
    if series.period_type not in _DAYS:
        return _bars(series, small)
    complete = [cell for cell in series.cells if cell.start <= last_complete]
    later = [cell for cell in series.cells if cell.start > last_complete]
    bounds = [limits(cell, policy) for cell in complete]
    growing = {cell.start: end for cell in later if (end := (ends or {}).get(cell.start))}
    top = scale_top([bound[1] for bound in [*bounds, *growing.values()] if bound])
    figure = go.Figure(layout=layout(_SMALL if small else _TALL))
    shapes, notes = [], []
    for state, run in _gaps(series.cells):
        shapes.append(_band(run, state, _DAYS[series.period_type] / 2))
        if len(run) / len(series.cells) * _WIDE_ENOUGH[small] >= 1:
            notes.append(_band_word(run, state))
    ribbon = list(_ribbon(complete, bounds))
    if ribbon:
        tint(figure, [point[0] for point in ribbon], [point[1] for point in ribbon], "limits")
    for start, (least, most) in growing.items():
        left, right = ((start + side * _HALF_BAND).isoformat() for side in (-1, 1))
        tint(figure, [left, right, right, left], [least, least, most, most], "may end")
    noun = sentences.nouns(None, series.record_class)
    hover = f"%{{customdata}}: %{{y:,}} {noun}<extra></extra>"
    dot = {"size": 5 if small or len(complete) > 40 else 7, "color": SERIES}
    figure.add_scatter(
        **_points(complete),
        mode="lines+markers",
        line={"color": SERIES, "width": 2},
        marker=dot,
        hovertemplate=hover,
        cliponaxis=False,
        name="reports",
    )
    if any(cell.value is not None for cell in later):
        figure.add_scatter(
            **_points(later),
            mode="markers",
            marker={"size": 8, "color": GROUND, "line": {"color": SERIES, "width": 2}},
            hovertemplate=hover,
            cliponaxis=False,
            name="provisional",
        )
        notes.append(note(later[-1].start.isoformat(), top, PROVISIONAL, xanchor="right", yshift=8))
    shapes += [_moment(moment) for moment in moments]
    notes += [note(moment.on.isoformat(), top, moment.mark, INK, yshift=2) for moment in moments]
    put(figure, notes, shapes)
    half = timedelta(days=_DAYS[series.period_type] / 2 + 1)
    first, last = series.cells[0].start, series.cells[-1].start
    figure.update_xaxes(
        range=[(first - half).isoformat(), (last + half).isoformat()], **_time_ticks(first, last, small)
    )
    value_axis(figure, top, small)
    return figure


def value_axis(figure: go.Figure, top: float, small: bool = False) -> None:
    """Give the figure an upright axis from zero to `top` with round numbers on it."""
    step = tick_step(top, 3 if small else 5)
    ticks = [step * at for at in range(round(top / step) + 1)]
    figure.update_yaxes(range=[0, top], tickvals=ticks, ticktext=[sentences.number(tick) for tick in ticks])


def tick_step(top: float, most: int) -> float:
    """Return the round step that shares out an axis from zero to `top` evenly, in at most so many parts."""
    size = 10.0 ** math.floor(math.log10(top))
    steps = [size * part for part in (0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 1, 2, 3, 4, 5)]
    return next((step for step in steps if top / step <= most and round(top / step, 6).is_integer()), top)


def layout(height: int, left: int = 48, right: int = 16, top: int = 28, bottom: int = 44) -> dict[str, Any]:
    """Return the layout that all charts share; its margins are fixed, so that both drawings of a chart agree."""
    axis = {"fixedrange": True, "zeroline": False, "showgrid": False, "ticks": "", "automargin": False}
    return {
        "template": {},
        "height": height,
        "autosize": True,
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 14, "color": MUTED},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": INK, "bordercolor": INK, "font": {"color": GROUND, "family": FONT, "size": 14}},
        "xaxis": {**axis, "linecolor": MUTED, "showline": True},
        "yaxis": {**axis, "gridcolor": RULE, "showgrid": True},
    }


def note(x: object, y: object, text: str, colour: str = MUTED, size: int = 13, **where: Any) -> dict[str, Any]:
    """Return words for a chart at a place in its own units; `where` holds anchors and shifts."""
    anchors = {"xref": "x", "yref": "y", "xanchor": "center", "yanchor": "bottom", **where}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": size, "color": colour}, **anchors}


def put(figure: go.Figure, notes: Iterable[dict[str, Any]], shapes: Iterable[dict[str, Any]] = ()) -> None:
    """Write all notes and draw all shapes at once: one by one, Plotly would copy those that stand there each time."""
    figure.layout.update(annotations=list(notes), shapes=list(shapes))


def tint(figure: go.Figure, x: Sequence[Any], y: Sequence[float | None], name: str) -> None:
    """Shade what the outline holds; it answers to no pointer."""
    figure.add_scatter(
        x=list(x),
        y=list(y),
        mode="lines",
        fill="toself",
        fillcolor=TINT,
        line={"width": 0, "color": TINT},
        hoverinfo="skip",
        name=name,
    )


def _bars(series: Series, small: bool) -> go.Figure:
    """A bar a year; a hidden year has its words in the bar's place."""
    top = scale_top(series.visible)
    figure = go.Figure(layout=layout(_SMALL if small else _TALL))
    places = list(range(len(series.cells)))
    names = [periods.name(cell.start, cell.end).removeprefix("the ") for cell in series.cells]
    figure.add_bar(
        x=places,
        y=[cell.value for cell in series.cells],
        width=0.6,
        marker={"color": SERIES, "line": {"width": 0}},
        customdata=names,
        hovertemplate=f"%{{customdata}}: %{{y:,}} {sentences.nouns(None, series.record_class)}<extra></extra>",
        name="reports",
    )
    notes, shapes = [], []
    for place, cell in zip(places, series.cells, strict=True):
        if cell.value is not None:
            notes.append(note(place, cell.value, sentences.number(cell.value), INK, 14, yshift=2))
            continue
        state = sentences.cell(None, cell.marker)
        shapes.append(_shade(place - 0.3, place + 0.3, state))
        notes.append(note(place, top / 2, state, INK, textangle=-90, yanchor="middle"))
    put(figure, notes, shapes)
    figure.update_xaxes(
        range=[-0.6, len(series.cells) - 0.4],
        tickvals=places,
        ticktext=[
            f"Mar<br>{cell.end.year}" if cell.end.month == 3 else f"to<br>{cell.end:%b %Y}" for cell in series.cells
        ],
    )
    value_axis(figure, top, small)
    return figure


def _points(cells: Sequence[Cell]) -> dict[str, list[Any]]:
    return {
        "x": [cell.start.isoformat() for cell in cells],
        "y": [cell.value for cell in cells],
        "customdata": [periods.span(cell.start, cell.end) for cell in cells],
    }


def _ribbon(
    cells: Sequence[Cell], bounds: Sequence[tuple[float, float] | None]
) -> Iterable[tuple[str | None, float | None]]:
    """The outline of the limits of each unbroken run of periods, one after the other, with a break between."""
    known = groupby(zip(cells, bounds, strict=True), key=lambda pair: pair[1] is not None)
    for is_known, run in known:
        pairs = list(run)
        if not is_known or len(pairs) < 2:
            continue
        yield from ((cell.start.isoformat(), round(bound[1], 2)) for cell, bound in pairs if bound)
        yield from ((cell.start.isoformat(), round(bound[0], 2)) for cell, bound in reversed(pairs) if bound)
        yield None, None


def _gaps(cells: Sequence[Cell]) -> list[tuple[str, list[Cell]]]:
    empty = groupby(cells, key=lambda cell: "" if cell.value is not None else sentences.cell(None, cell.marker))
    return [(state, list(run)) for state, run in empty if state]


def _band(run: Sequence[Cell], state: str, half_days: float) -> dict[str, Any]:
    # A period's point stands on its first day; its band reaches half a period to either side.
    half = timedelta(days=half_days)
    return _shade((run[0].start - half).isoformat(), (run[-1].start + half).isoformat(), state)


def _band_word(run: Sequence[Cell], state: str) -> dict[str, Any]:
    middle = run[0].start + (run[-1].start - run[0].start) / 2
    # `name` lets a narrow page leave out words that would run into its line.
    return note(middle.isoformat(), 0.5, state, INK, yref="paper", yanchor="middle", textangle=-90, name="wide")


def _shade(start: object, end: object, state: str) -> dict[str, Any]:
    line = {"width": 1, "color": CONTEXT, "dash": "dot" if state == sentences.HIDDEN else "solid"}
    return _upright("rect", start, end, line) | {"fillcolor": BAND}


def _moment(moment: Moment) -> dict[str, Any]:
    on = moment.on.isoformat()
    if moment.is_break:
        return _upright("line", on, on, {"color": INK, "width": 2, "dash": "solid"})
    return _upright("line", on, on, {"color": CONTEXT, "width": 1, "dash": "dot"})


def _upright(kind: str, start: object, end: object, line: dict[str, Any]) -> dict[str, Any]:
    """A shape from the foot of the chart to its top, below all else."""
    span = {"x0": start, "x1": end, "y0": 0, "y1": 1}
    return {"type": kind, "xref": "x", "yref": "paper", **span, "layer": "below", "line": line}


def _time_ticks(first: date, last: date, small: bool) -> dict[str, Any]:
    """Ticks on the first of April and of every `step` months from it: five or fewer on a small chart, else seven."""
    opening, final = periods.month_index(first), periods.month_index(last)
    most = 4 if small else 7
    step = next(step for step in _TICK_STEPS if (final - opening) / step < most)
    days = [periods.first_day(at) for at in range(opening, final + 1) if (at - 3) % step == 0]
    return {
        "type": "date",
        "tickvals": [day.isoformat() for day in days],
        "ticktext": [f"{periods.month_name(day)[:3]}<br>{day.year}" for day in days],
    }
