"""Charts that compare: characteristics on one scale, places in a funnel, this year over the range of earlier ones."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from dashboards import sentences
from dashboards.chance import chance_range
from dashboards.charts import layout, note, put, scale_top, tint, value_axis
from dashboards.colours import BAND, CONTEXT, GROUND, INK, MUTED, RULE, SERIES, TINT
from dashboards.facts import ReportShare
from dashboards.markup import plotly_text
from dashboards.release import Cell

WARN, ALARM = 0.95, 0.998
"""The two ranges of a funnel (Spiegelhalter 2005): of places where nothing differs, one in 20 lies outside the
first and one in 500 outside the second. Only the second is put in words."""

_ROW: Final = 52
_STEPS: Final = 24
_FUNNEL_HEIGHT: Final = 420
_PLOT_WIDTH, _LETTER = 1000, 7.4
"""Pixels across a full-width chart, and of an average letter in it: what labels are kept apart by."""

_SIDES: Final[dict[str, dict[str, Any]]] = {
    "above": {"yanchor": "bottom", "yshift": 6},
    "below": {"yanchor": "top", "yshift": -6},
    "right": {"xanchor": "left", "yanchor": "middle", "xshift": 10},
    "left": {"xanchor": "right", "yanchor": "middle", "xshift": -10},
}
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Row:
    """One characteristic of a dot chart: its name, and its figures for two years."""

    name: str
    latest: Cell
    earlier: Cell | None


@dataclass(frozen=True)
class Place:
    """One place of a funnel: its people, its printed rate per 100,000, and the counts that print so."""

    name: str
    persons: int
    rate: float
    least: float
    most: float

    def standing(self, rate: float) -> str:
        """`above` or `below` where every count that prints so lies outside the 99.8% range, else `within`."""
        lower, upper = chance_range(rate * self.persons / 100_000, ALARM)
        return "above" if self.least > upper else "below" if self.most < lower else "within"


@dataclass(frozen=True)
class Season:
    """One month of the year: this year's figure and the figures of the same month before."""

    name: str
    latest: Cell | None
    earlier: tuple[float, ...]

    @property
    def standing(self) -> str:
        """Where this year's figure lies beside the earlier ones; empty where it cannot be said."""
        if self.latest is None or self.latest.value is None or not self.earlier:
            return ""
        if self.latest.value > max(self.earlier):
            return "above"
        return "below" if self.latest.value < min(self.earlier) else "within"


def by_characteristic(rows: Sequence[Row]) -> go.Figure:
    """Return a dot for each characteristic's latest year and a ring for the year before, on one scale.

    A hidden or missing figure is its words in the place of the dot.
    """
    pairs = [cell for row in rows for cell in (row.latest, row.earlier) if cell]
    top = scale_top(cell.value for cell in pairs if cell.value is not None)
    figure = go.Figure(layout=layout(_ROW * len(rows) + 44, left=8, right=64, top=8, bottom=36))
    places = list(range(len(rows), 0, -1))
    rings = [None if row.earlier is None else row.earlier.value for row in rows]
    dots = [row.latest.value for row in rows]
    for values, what, marker in (
        (rings, "the year before", {"size": 13, "color": GROUND, "line": {"color": CONTEXT, "width": 2}}),
        (dots, "reports", {"size": 13, "color": SERIES}),
    ):
        figure.add_scatter(
            x=values,
            y=[place - 0.18 for place in places],
            mode="markers",
            cliponaxis=False,
            marker=marker,
            hovertemplate=f"%{{x:,}} {what}<extra></extra>",
            name=what,
        )
    notes = []
    for row, ring, place in zip(rows, rings, places, strict=True):
        notes.append(note(0, place, plotly_text(row.name), INK, 14, xanchor="left", yshift=4))
        if row.latest.value is not None:
            notes.append(_at_end(place - 0.18, sentences.number(row.latest.value)))
        else:
            said = sentences.cell(None, row.latest.marker)
            shift = 0 if ring is None else 14
            notes.append(note(0, place - 0.18, said, MUTED, xanchor="left", yanchor="middle", xshift=4 + shift))
    put(figure, notes)
    figure.update_xaxes(
        range=[0, top],
        tickvals=[0, top / 2, top],
        ticktext=[sentences.number(tick) for tick in (0, top / 2, top)],
        showgrid=True,
        gridcolor=RULE,
        showline=False,
    )
    figure.update_yaxes(
        range=[0.4, len(rows) + 0.6],
        tickvals=[place - 0.18 for place in places],
        ticktext=[""] * len(rows),
        gridcolor=RULE,
    )
    return figure


def by_share(rows: Sequence[tuple[str, ReportShare, ReportShare | None]]) -> go.Figure:
    """Return, for each name, a dot for its latest share over its limits and a ring for the year before, 0 to 100%."""
    figure = go.Figure(layout=layout(_ROW * len(rows) + 44, left=8, right=96, top=8, bottom=36))
    places = [len(rows) - at - 0.18 for at in range(len(rows))]
    latest = [share for _, share, _ in rows]
    figure.add_scatter(
        x=[end for share in latest for end in (share.lower, share.upper, None)],
        y=[end for place in places for end in (place, place, None)],
        mode="lines",
        line={"color": SERIES, "width": 2},
        hoverinfo="skip",
        name="limits of shares",
    )
    for values, what, marker in (
        ([share and share.percent for _, _, share in rows], "the share before",
         {"size": 13, "color": GROUND, "line": {"color": CONTEXT, "width": 2}}),
        ([share.percent for share in latest], "share", {"size": 13, "color": SERIES}),
    ):  # fmt: skip
        figure.add_scatter(
            x=values,
            y=places,
            mode="markers",
            cliponaxis=False,
            marker=marker,
            hovertemplate="%{x}%<extra></extra>",
            name=what,
        )
    notes = []
    for (name, share, _), place in zip(rows, places, strict=True):
        notes.append(note(0, place + 0.18, plotly_text(name), INK, 14, xanchor="left", yshift=4))
        notes.append(_at_end(place, sentences.percent(share)))
    put(figure, notes)
    ticks = [0, 25, 50, 75, 100]
    words = [f"{tick}%" for tick in ticks]
    figure.update_xaxes(range=[0, 100], tickvals=ticks, ticktext=words, showgrid=True, gridcolor=RULE, showline=False)
    figure.update_yaxes(range=[0.4, len(rows) + 0.6], tickvals=places, ticktext=[""] * len(rows), gridcolor=RULE)
    return figure


def funnel(places: Sequence[Place], rate: float) -> go.Figure:
    """Return each place's rate by how many people live there, over the ranges that chance alone would give.

    The ranges are worked out from the whole force's printed rate; `rate` is per 100,000.
    """
    low, high = min(place.persons for place in places), max(place.persons for place in places)
    pad = (high - low) * 0.15 or high * 0.1
    first, last = low - pad, high + pad
    across = [round(first + (last - first) * step / _STEPS) for step in range(_STEPS + 1)]

    def edges(share: float) -> tuple[list[float], list[float]]:
        counts = [chance_range(rate * persons / 100_000, share) for persons in across]
        lower = [count[0] / persons * 100_000 for count, persons in zip(counts, across, strict=True)]
        upper = [count[1] / persons * 100_000 for count, persons in zip(counts, across, strict=True)]
        return lower, upper

    figure = go.Figure(layout=layout(_FUNNEL_HEIGHT))
    tops = [max(place.rate for place in places)]
    for share, shade in ((ALARM, BAND), (WARN, TINT)):
        lower, upper = edges(share)
        tops.append(max(upper))
        figure.add_scatter(
            x=[*across, *reversed(across)],
            y=[round(value, 1) for value in (*upper, *reversed(lower))],
            mode="lines",
            fill="toself",
            fillcolor=shade,
            line={"width": 1, "color": CONTEXT, "dash": "dot"} if share == ALARM else {"width": 0, "color": shade},
            hoverinfo="skip",
            name=f"{share:.1%} range",
        )
    figure.add_scatter(
        x=[first, last],
        y=[rate, rate],
        mode="lines",
        line={"color": CONTEXT, "width": 2},
        hoverinfo="skip",
        name="force",
    )
    outside = [place.standing(rate) != "within" for place in places]
    figure.add_scatter(
        x=[place.persons for place in places],
        y=[place.rate for place in places],
        mode="markers",
        marker={
            "size": 11,
            "color": [SERIES if out else GROUND for out in outside],
            "line": {"color": SERIES, "width": 2},
        },
        customdata=[plotly_text(place.name) for place in places],
        hovertemplate="%{customdata}: %{y:.0f} a 100,000 people<extra></extra>",
        cliponaxis=False,
        name="places",
    )
    top = scale_top(tops)
    labels = _label_sides(places, first, last, top)
    put(figure, [note(place.persons, place.rate, plotly_text(place.name), INK, **side) for place, side in labels])
    figure.update_xaxes(range=[first, last], **_person_ticks(first, last))
    value_axis(figure, top)
    return figure


def by_season(months: Sequence[Season]) -> go.Figure:
    """Return the latest 12 months over the range of the same months in earlier years."""
    figure = go.Figure(layout=layout(300))
    banded = [(at, month) for at, month in enumerate(months) if month.earlier]
    highest = [max(month.earlier) for _, month in banded]
    lowest = [min(month.earlier) for _, month in reversed(banded)]
    across = [at for at, _ in banded]
    tint(figure, [*across, *reversed(across)], [*highest, *lowest], "earlier years")
    figure.add_scatter(
        x=list(range(len(months))),
        y=[month.latest.value if month.latest else None for month in months],
        mode="lines+markers",
        line={"color": SERIES, "width": 2},
        marker={"size": 7, "color": SERIES},
        customdata=[month.name for month in months],
        hovertemplate="%{customdata}: %{y:,} reports<extra></extra>",
        cliponaxis=False,
        name="latest year",
    )
    shown = [value for month in months for value in month.earlier]
    shown += [month.latest.value for month in months if month.latest and month.latest.value is not None]
    figure.update_xaxes(
        range=[-0.5, len(months) - 0.5],
        tickvals=list(range(len(months))),
        ticktext=[month.name[:3] for month in months],
    )
    value_axis(figure, scale_top(shown))
    return figure


def _at_end(place: float, said: str) -> dict[str, Any]:
    """Words of a row at the right end of the chart."""
    return note(1, place, said, INK, 14, xref="paper", xanchor="left", yanchor="middle", xshift=10)


def _label_sides(
    places: Sequence[Place], first: float, last: float, top: float
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield each place and where its name stands, beside its point and clear of other names and points if it can."""
    across, up = _PLOT_WIDTH / (last - first), (_FUNNEL_HEIGHT - 72) / top
    at = {place: ((place.persons - first) * across, place.rate * up) for place in places}
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in at.values()]
    for place in sorted(places, key=lambda one: (one.persons, one.name)):
        x, y = at[place]
        width = len(place.name) * _LETTER
        boxes = {
            "above": (x - width / 2, y + 8, x + width / 2, y + 22),
            "below": (x - width / 2, y - 22, x + width / 2, y - 8),
            "right": (x + 9, y - 7, x + 9 + width, y + 7),
            "left": (x - 9 - width, y - 7, x - 9, y + 7),
        }
        inside = {side: box for side, box in boxes.items() if box[0] > -40 and box[2] < _PLOT_WIDTH + 16}
        side = min(inside or boxes, key=lambda one: sum(_overlap(boxes[one], other) for other in taken))
        taken.append(boxes[side])
        yield place, _SIDES[side]


def _overlap(one: Box, other: Box) -> float:
    return max(0, min(one[2], other[2]) - max(one[0], other[0])) * max(0, min(one[3], other[3]) - max(one[1], other[1]))


def _person_ticks(first: float, last: float) -> dict[str, list]:
    step = 10 ** math.floor(math.log10(last - first))
    step = next(step * part for part in (0.2, 0.5, 1, 2) if (last - first) / (step * part) <= 5)
    ticks = [at * step for at in range(math.ceil(first / step), math.floor(last / step) + 1)]
    return {"tickvals": ticks, "ticktext": [f"{tick:,.0f}<br>people" for tick in ticks]}
