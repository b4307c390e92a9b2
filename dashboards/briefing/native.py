"""Charts that an office program can edit: the same counts as the page's, each hidden figure a gap and never a zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboards import charts, periods, sentences
from dashboards.colours import CONTEXT, INK, MUTED, RULE, SERIES
from dashboards.panels import limits_of
from dashboards.release import Cell, Release, Series

_ACTIVE: Final = ("=", "{=", "+", "-", "@", "http:", "https:", "ftp:", "mailto:", "internal:", "external:", "file:")
_GAP_WIDTH: Final = 60
_TICKS: Final = 5
_LIMITS: Final = ("Upper 95% limit", "Lower 95% limit")


@dataclass(frozen=True)
class Drawing:
    """A chart to be: its type and data as python-pptx takes them, and where its scale ends.

    The scale ends where the page's does, at a round number above what may be seen.
    """

    kind: Any
    data: Any
    top: float
    is_sideways: bool = False


def over_time(release: Release, series: Series) -> Drawing:
    """Return counts over time: a line with its limits, or a column a year."""
    from pptx.enum.chart import XL_CHART_TYPE

    values = [cell.value for cell in series.cells]
    if series.period_type == "year_ending_march":
        names = [_year(cell) for cell in series.cells]
        data = _data("#,##0", names, ("Reports", values))
        return Drawing(XL_CHART_TYPE.COLUMN_CLUSTERED, data, charts.scale_top(series.visible))
    found = [limits_of(release, series, cell) for cell in series.cells]
    edges = [(name, [pair and pair[at] for pair in found]) for name, at in zip(_LIMITS, (1, 0), strict=True)]
    data = _data("#,##0", [cell.start for cell in series.cells], ("Reports", values), *edges)
    return Drawing(XL_CHART_TYPE.LINE_MARKERS, data, charts.scale_top(pair[1] for pair in found if pair))


def by_name(names: Sequence[str], cells: Sequence[Cell]) -> Drawing:
    """Return one bar a name, the first at the top."""
    from pptx.enum.chart import XL_CHART_TYPE

    data = _data("#,##0", [_literal(name) for name in names], ("Reports", [cell.value for cell in cells]))
    top = charts.scale_top(cell.value for cell in cells if cell.value is not None)
    return Drawing(XL_CHART_TYPE.BAR_CLUSTERED, data, top, is_sideways=True)


def dress(chart: Any, drawing: Drawing, size: int) -> None:
    """Give the chart our colour and letters, a scale from zero, and no legend: words stand around it."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.util import Pt

    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.name, chart.font.color.rgb = Pt(size), "Arial", _rgb(MUTED)
    scale, names = chart.value_axis, chart.category_axis
    scale.minimum_scale, scale.maximum_scale = 0, drawing.top
    scale.major_unit = charts.tick_step(drawing.top, _TICKS)
    scale.major_gridlines.format.line.color.rgb = _rgb(RULE)
    scale.format.line.fill.background()
    scale.major_tick_mark = names.major_tick_mark = XL_TICK_MARK.NONE
    scale.tick_labels.number_format, scale.tick_labels.number_format_is_linked = "#,##0", False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = _rgb(MUTED)
    plot = chart.plots[0]
    if hasattr(plot, "gap_width"):
        _dress_bars(plot, size)
    else:
        _dress_lines(plot, names)
    if drawing.is_sideways:
        # The scale would move to the top with the first name; the figures stand beside the bars.
        names.reverse_order, scale.visible, scale.has_major_gridlines = True, False, False
    chart._chartSpace.chart.find("{*}dispBlanksAs").set("val", "gap")


def _dress_bars(plot: Any, size: int) -> None:
    from pptx.util import Pt

    plot.gap_width = _GAP_WIDTH
    plot.series[0].format.fill.solid()
    plot.series[0].format.fill.fore_color.rgb = _rgb(SERIES)
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.font.size, labels.font.color.rgb, labels.show_value = Pt(size), _rgb(INK), True
    labels.number_format, labels.number_format_is_linked = "#,##0", False


def _dress_lines(plot: Any, dates: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    reports, *edges = plot.series
    reports.format.line.color.rgb, reports.format.line.width = _rgb(SERIES), Pt(2.25)
    reports.marker.style, reports.marker.size = XL_MARKER_STYLE.CIRCLE, 6
    reports.marker.format.fill.solid()
    reports.marker.format.fill.fore_color.rgb = reports.marker.format.line.color.rgb = _rgb(SERIES)
    for edge in edges:
        edge.format.line.color.rgb, edge.format.line.width = _rgb(CONTEXT), Pt(1)
        edge.format.line.dash_style = MSO_LINE.DASH
        edge.marker.style = XL_MARKER_STYLE.NONE
    for series in plot.series:
        series.smooth = False
    dates.tick_labels.number_format, dates.tick_labels.number_format_is_linked = "mmm yyyy", False
    _by_half_years(dates)


def _by_half_years(dates: Any) -> None:
    """Label every sixth month of an axis of dates, so that the labels do not run into each other."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    axis = dates._element
    for tag in ("baseTimeUnit", "majorUnit", "majorTimeUnit"):
        for old in axis.findall(f"{{*}}{tag}"):
            axis.remove(old)
    for tag, value in (("baseTimeUnit", "months"), ("majorUnit", "6"), ("majorTimeUnit", "months")):
        axis.append(parse_xml(f'<c:{tag} {nsdecls("c")} val="{value}"/>'))


def _data(number_format: str, names: Sequence[Any], *series: tuple[str, Sequence[float | None]]) -> Any:
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData(number_format=number_format)
    data.categories = names
    for name, values in series:
        data.add_series(name, values)
    return data


def _year(cell: Cell) -> str:
    """Such as `to March 2025`, with the words for why there is no column where there is none."""
    named = f"to {periods.month_name(cell.end)}"
    return named if cell.value is not None else f"{named} ({sentences.cell(None, cell.marker)})"


def _literal(name: str) -> str:
    """The name such that the chart's own workbook takes it for text: no formula and no link."""
    return f"'{name}" if name.startswith(_ACTIVE) else name


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#").upper())
