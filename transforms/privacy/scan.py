"""Searching the columns of canonical Parquet: DuckDB sets harmless values aside, Python judges the others."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd
from duckdb import ColumnExpression

from transforms.privacy import dates
from transforms.privacy.declared import Declared
from transforms.privacy.findings import Finding, Kind
from transforms.privacy.shapes import SHORTEST_PSEUDONYM, VALUE, OwnShape, matches_whole, own_shape
from transforms.privacy.values import HARMLESS, kinds_in
from transforms.reading import LINE_NUMBER

FIRST_LINES: Final = 20
SAMPLE_ROWS: Final = 20_000
_WIDE: Final = 0.5
"""Above this share of distinct values in the sample, grouping a column costs more than searching its rows."""

_ENOUGH: Final = 20_000
"""Suspects to judge in a column that already has a finding: the file is refused, so the rest can wait."""

_BATCH: Final = 10_000
_BY_CHANCE: Final = frozenset({Kind.NHS, Kind.CARD, Kind.PHONE, Kind.DATE})
_CHANCE_VALUES: Final = 30
_CHANCE_SHARE: Final = 0.3
"""One bare number of ten digits in eleven passes the NHS check. Where a column holds 30 or more bare numbers
of one length and under 30% pass, they are numbers of another sort."""

_LABEL_ROWS: Final = 10
"""A sentence that stands in as many rows is the wording of a label; nobody writes one story ten times."""

_PROSE: Final = ((50, 3.0, 0.5), (10, 5.0, 0.95))
"""Free text, as (rows, words, share): so many rows, more words a cell, more of the cells different."""


def search(con: duckdb.DuckDBPyConnection, parquet: Path, columns: dict[str, Declared]) -> Iterator[Finding]:
    """Yield what each column holds that could identify someone, column by column, kind by kind."""
    rows = con.read_parquet(str(parquet))
    for name, column in columns.items():
        cells = rows.select(ColumnExpression(name).alias(VALUE), ColumnExpression(LINE_NUMBER).alias("line"))
        cells = cells.filter(ColumnExpression(VALUE).isnotnull())
        cells.create_view("cells", replace=True)
        yield from _search_column(con, cells, name, column)


def ask(con: duckdb.DuckDBPyConnection, sql: str, **values: object) -> tuple[Any, ...]:
    """Return the one row that a query over `cells` or another view of ours gives."""
    (row,) = con.execute(sql, values).fetchall()
    return tuple(row)


def _search_column(
    con: duckdb.DuckDBPyConnection, cells: duckdb.DuckDBPyRelation, name: str, column: Declared
) -> Iterator[Finding]:
    con.execute("create or replace temp table sample as select value from cells limit $rows", {"rows": SAMPLE_ROWS})
    size, distinct, longest = ask(con, "select count(*), count(distinct value), max(length(value)) from sample")
    if not size:
        return
    is_wide = size == SAMPLE_ROWS and distinct > _WIDE * size
    if is_wide:
        con.execute("create or replace temp view seen as select value, 1 as n from cells")
    else:
        con.execute("create or replace temp table groups as select value, count(*) as n from cells group by value")
        con.execute("create or replace temp view seen as select value, n from groups")
    may_have_shape = longest >= SHORTEST_PSEUDONYM or column.is_key
    shape = own_shape(con.table("sample"), column) if may_have_shape else None
    if column.is_date:
        yield from _times(con, cells, name)
    elif shape is None and not column.is_closed and Kind.FREE_TEXT not in column.may_hold:
        yield from _prose(con, name, distinct / size if is_wide else None)
    _suspects(con.view("seen"), column, shape).create_view("suspects", replace=True)
    if flagged := _judge(con, column):
        yield from _located(con, name, flagged)


def _suspects(seen: duckdb.DuckDBPyRelation, column: Declared, shape: OwnShape | None) -> duckdb.DuckDBPyRelation:
    suspects = seen
    if column.is_date:
        suspects = suspects.filter(~matches_whole(dates.DATE_TEXT))
    if shape is not None:
        suspects = suspects.filter(~shape.fits())
    return suspects.filter(~matches_whole(HARMLESS))


def _judge(con: duckdb.DuckDBPyConnection, column: Declared) -> list[tuple[str, str]]:
    """Return (value, kind) for each suspect that holds a kind the column may not hold."""
    flagged: dict[Kind, set[str]] = defaultdict(set)
    bare: Counter[int] = Counter()
    judged: set[str] = set()
    suspects = con.execute("select value, n from suspects")
    while batch := suspects.fetchmany(_BATCH):
        for value, rows in batch:
            if value in judged or column.lists(value):
                continue
            judged.add(value)
            if value.isdigit():
                bare[len(value)] += 1
            kinds = kinds_in(value) - column.may_hold
            if rows >= _LABEL_ROWS:
                kinds.discard(Kind.FREE_TEXT)
            for kind in kinds:
                flagged[kind].add(value)
        if flagged and len(judged) >= _ENOUGH:
            break
    return [
        (value, kind.value)
        for kind, values in flagged.items()
        for value in (values - _by_chance(values, bare) if kind in _BY_CHANCE else values)
    ]


def _by_chance(values: set[str], bare: Counter[int]) -> set[str]:
    passed = Counter(len(value) for value in values if value.isdigit())
    chance = {
        length
        for length, count in passed.items()
        if bare[length] >= _CHANCE_VALUES and count < _CHANCE_SHARE * bare[length]
    }
    return {value for value in values if value.isdigit() and len(value) in chance}


def _located(con: duckdb.DuckDBPyConnection, name: str, flagged: list[tuple[str, str]]) -> Iterator[Finding]:
    con.register("flagged", pd.DataFrame(flagged, columns=["value", "kind"], dtype="str"))
    found = con.execute(
        "select kind, count(*), min(line, $first) from cells left join flagged using (value) "
        "where kind is not null group by kind order by kind",
        {"first": FIRST_LINES},
    ).fetchall()
    con.unregister("flagged")
    for kind, count, lines in found:
        yield Finding(Kind(kind), name, tuple(sorted(lines)), count)


def _times(con: duckdb.DuckDBPyConnection, cells: duckdb.DuckDBPyRelation, name: str) -> Iterator[Finding]:
    is_timed = matches_whole(dates.TIMED_TEXT) & ~matches_whole(dates.WHOLE_HOUR_TEXT)
    # A few thousand days stand in millions of rows: each is looked at once, and the rows only where one has a time.
    if not con.view("seen").filter(is_timed).limit(1).fetchall():
        return
    cells.filter(is_timed).create_view("timed", replace=True)
    count, lines = ask(con, "select count(*), min(line, $first) from timed", first=FIRST_LINES)
    if count:
        yield Finding(Kind.TIME_OF_DAY, name, tuple(sorted(lines)), count, "warn")


def _prose(con: duckdb.DuckDBPyConnection, name: str, distinct_share: float | None) -> Iterator[Finding]:
    """Find a column whose cells average more than three words and mostly differ."""
    rows, distinct, words = ask(
        con,
        "select sum(n)::bigint, count(*), "
        "sum(n * (1 + length(trim(value)) - length(replace(trim(value), ' ', '')))) / sum(n) from seen",
    )
    share = distinct_share if distinct_share is not None else distinct / rows
    if any(rows >= least and words > few and share > repeated for least, few, repeated in _PROSE):
        (lines,) = ask(con, "select min(line, $first) from cells", first=FIRST_LINES)
        yield Finding(Kind.FREE_TEXT, name, tuple(sorted(lines)), rows)
