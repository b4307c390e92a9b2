"""The CSV beside each chart: exactly the figures that the chart and its table show."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from dashboards import late
from dashboards.markup import cell_text
from dashboards.panels import limits_of
from dashboards.release import COUNT, RATE, Cell, Release, Series

COLUMNS = (
    "measure", "area_code", "area_name", "characteristic", "record_class", "date_basis", "period_type",
    "period_start", "period_end", "value", "lower_ci", "upper_ci", "ci_method", "marker", "unit", "release_id", "stamp",
)  # fmt: skip
"""Named as in `published`. The stamp is a column: a file name is lost on the first rename, and a
comment line stops most readers."""

_UNITS = {COUNT: "reports", RATE: "reports a 100,000 people"}

BYAR = "Byar, 95%, at the widest that rounding allows"
LATE = "Where the month may end, 95%, if late reports come as before"
PUBLISHED = "as published, 95%"


def write_csv(path: Path, series: Sequence[Series], release: Release) -> Path:
    """Write one row a figure, in the order shown; `value` is empty where it is hidden or not available.

    UTF-8 with a byte order mark, for without it Excel garbles every name that is not plain English; CRLF as
    RFC 4180 says.
    """
    about = release.about
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in series:
        for cell in one.cells:
            limits, method = _limits(release, one, cell)
            writer.writerow(
                [
                    one.measure,
                    cell_text(one.area.code),
                    cell_text(one.area.name),
                    one.characteristic,
                    one.record_class,
                    about.headline_date_basis,
                    one.period_type,
                    cell.start.isoformat(),
                    cell.end.isoformat(),
                    _number(cell.value),
                    *((_number(limits[0]), _number(limits[1]), method) if limits else ("", "", "")),
                    cell.marker,
                    _UNITS.get(one.measure, "percent"),
                    cell_text(about.release_id),
                    cell_text(about.stamp),
                ]
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    return path


def _limits(release: Release, series: Series, cell: Cell) -> tuple[tuple[float, float] | None, str]:
    if series.measure == COUNT:
        return limits_of(release, series, cell), LATE if late.end(release, series, cell) else BYAR
    return (None if cell.lower is None or cell.upper is None else (cell.lower, cell.upper)), PUBLISHED


def size_words(path: Path) -> str:
    """Return the size of a file as a person reads it."""
    kilobytes = path.stat().st_size / 1000
    return f"{kilobytes / 1000:.1f} MB" if kilobytes >= 1000 else f"{max(1, round(kilobytes))} kB"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
