"""The CSV beside each chart: exactly the figures that the chart and its table show."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from dashboards.release import MEASURE, About, Series

COLUMNS = (
    "measure", "area_code", "area_name", "characteristic", "record_class", "date_basis", "period_type",
    "period_start", "period_end", "value", "marker", "unit", "release_id", "stamp",
)  # fmt: skip
"""Named as in `published`. The stamp is a column: a file name is lost on the first rename, and a
comment line stops most readers."""

# A spreadsheet program takes a cell that opens with one of these for a formula.
_FORMULA_OPENINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(path: Path, series: Sequence[Series], about: About) -> Path:
    """Write one row a figure, in the order shown; `value` is empty where it is hidden or not available.

    UTF-8 with a byte order mark, for without it Excel garbles every name that is not plain English; CRLF as
    RFC 4180 says.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in series:
        for cell in one.cells:
            writer.writerow(
                [
                    MEASURE,
                    _text(one.area.code),
                    _text(one.area.name),
                    one.characteristic,
                    one.record_class,
                    about.headline_date_basis,
                    one.period_type,
                    cell.start.isoformat(),
                    cell.end.isoformat(),
                    "" if cell.value is None else f"{cell.value:.12g}",
                    cell.marker,
                    "reports",
                    _text(about.release_id),
                    _text(about.stamp),
                ]
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    return path


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_OPENINGS) else value
