"""Report ids in clear: a crime number links a row to a person for everyone who can look the number up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
from duckdb import ColumnExpression

from transforms.privacy.declared import Declared
from transforms.privacy.findings import Finding, Kind
from transforms.privacy.scan import FIRST_LINES, SAMPLE_ROWS, ask
from transforms.privacy.shapes import SERIAL, VALUE, matches_whole, own_shape
from transforms.reading import LINE_NUMBER

_REFERENCE: Final = r".*[0-9A-Za-z]{1,6}/[0-9A-Za-z]{2,8}(?:/[0-9]{2,4})?.*"
_MOSTLY: Final = 0.5


def holds_pseudonyms(con: duckdb.DuckDBPyConnection, parquet: Path, name: str, column: Declared) -> bool:
    """Say whether every report id in a key column is a pseudonym of one form."""
    if not column.is_key or column.key_is_published:
        return False
    cells = con.read_parquet(str(parquet)).select(ColumnExpression(name).alias(VALUE))
    cells = cells.filter(ColumnExpression(VALUE).isnotnull())
    shape = own_shape(cells.limit(SAMPLE_ROWS), column)
    return shape is not None and not cells.filter(~shape.fits()).limit(1).fetchall()


def search_keys(con: duckdb.DuckDBPyConnection, parquet: Path, columns: dict[str, Declared]) -> Iterator[Finding]:
    """Yield one finding for each key column that holds crime numbers in clear.

    Beside pseudonyms a single serial number is one too many; without pseudonyms, half of them; a reference
    with a stroke (41/12345/21) always. A key that the source itself publishes is not searched.
    """
    rows = con.read_parquet(str(parquet))
    for name, column in columns.items():
        if not column.is_key or column.key_is_published:
            continue
        cells = rows.select(ColumnExpression(name).alias(VALUE), ColumnExpression(LINE_NUMBER).alias("line"))
        cells = cells.filter(ColumnExpression(VALUE).isnotnull())
        shape = own_shape(cells.limit(SAMPLE_ROWS), column)
        others = cells.filter(~shape.fits()) if shape else cells
        clear = others.filter(matches_whole(SERIAL) | matches_whole(_REFERENCE))
        clear.select("line", matches_whole(_REFERENCE).alias("has_stroke")).create_view("clear", replace=True)
        count, strokes, lines = ask(
            con, "select count(*), count_if(has_stroke), min(line, $first) from clear", first=FIRST_LINES
        )
        if not count:
            continue
        cells.create_view("cells", replace=True)
        (total,) = ask(con, "select count(*) from cells")
        if shape or strokes or count >= _MOSTLY * total:
            yield Finding(Kind.CLEAR_KEY, name, tuple(sorted(lines)), count)
