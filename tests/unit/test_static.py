"""The drawing in the page shows a Plotly figure where Plotly would, and refuses what it does not know."""

import re
from datetime import date

import plotly.graph_objects as go
import pytest

from dashboards.chance import count_limits
from dashboards.charts import Moment, by_time, layout
from dashboards.colours import STYLE_NAMES
from dashboards.release import Area, Cell, Series
from dashboards.static import NotDrawable, svg
from data.policies import PUBLIC


def framed(**axes):
    figure = go.Figure(layout=layout(200, left=48, right=16, top=20, bottom=30))
    figure.update_xaxes(range=[0, 10], tickvals=[0, 10], ticktext=["0", "10"])
    figure.update_yaxes(range=[0, 100], tickvals=[0, 100], ticktext=["0", "100"])
    return figure.update_layout(**axes)


def series(values, period_type="month"):
    cells = []
    for number, value in enumerate(values):
        start = date(2023 + number // 12, number % 12 + 1, 1)
        cells.append(Cell(start, start.replace(day=28), value, "[c]" if value is None else ""))
    return Series(Area("E1", "Here", "district"), "race", "crime", period_type, tuple(cells))


def drawn(figure):
    return str(svg(figure, "one"))


def test_a_point_stands_at_its_percentage_across_and_its_pixel_down():
    figure = framed()
    figure.add_scatter(x=[2.5], y=[75], mode="markers", marker={"size": 8, "color": "#12436d"})
    # The plot is 150 pixels high below a margin of 20: three quarters up is 57.5 down.
    assert '<circle cx="25.0%" cy="57.5" r="4.0"' in drawn(figure)


def test_a_line_breaks_where_a_figure_is_missing():
    figure = framed()
    figure.add_scatter(x=[0, 5, 6, 10], y=[0, None, 50, 100], mode="lines", line={"color": "#12436d", "width": 2})
    assert 'd="M0 150M600 75L1000 0"' in drawn(figure)


def test_hidden_months_are_hatched_and_said_and_never_drawn_as_points():
    figure = by_time(series([10, 15, None, None, 10, 10]), date(2023, 6, 1), PUBLIC)
    text = drawn(figure)
    assert text.count("<circle") == 4
    assert 'fill="url(#one-hatch)"' in text
    assert ">hidden to protect people</text>" in text


def test_limits_events_and_breaks_are_drawn():
    moments = [Moment(date(2023, 2, 1), "1"), Moment(date(2023, 4, 1), "2", is_break=True)]
    figure = by_time(series([10, 15, 20, 20, 10, 10]), date(2023, 6, 1), PUBLIC, moments)
    assert figure["data"][0]["y"][0] == pytest.approx(count_limits(10, PUBLIC)[1], abs=0.01)
    lines = [shape["line"]["dash"] for shape in figure["layout"]["shapes"]]
    assert lines == ["dot", "solid"]
    assert ">1</text>" in drawn(figure)


def test_words_from_data_are_text_in_the_drawing():
    figure = framed()
    figure.add_annotation(x=1, y=1, xref="x", yref="y", text="&lt;b&gt; &amp; &#36;x&#36;", showarrow=False,
                          font={"size": 12, "color": "#1d2329"}, yanchor="bottom")  # fmt: skip
    assert "&lt;b&gt; &amp; $x$</text>" in drawn(figure)
    assert "<b>" not in drawn(figure)


def test_every_colour_has_a_dark_and_a_printed_form():
    figure = by_time(series([10, 15, None, 20, 10, 10]), date(2023, 5, 1), PUBLIC, [Moment(date(2023, 2, 1), "1")])
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', drawn(figure)))
    assert used <= set(STYLE_NAMES)


@pytest.mark.parametrize("spoil", [go.Pie(values=[1]), go.Heatmap(z=[[1]])])
def test_what_the_drawing_does_not_know_is_refused(spoil):
    with pytest.raises(NotDrawable):
        drawn(framed().add_trace(spoil))


def test_a_place_that_is_no_number_is_refused():
    figure = framed()
    figure.add_scatter(x=[float("nan")], y=[1], mode="markers", marker={"size": 8, "color": "#12436d"})
    with pytest.raises(NotDrawable):
        drawn(figure)
