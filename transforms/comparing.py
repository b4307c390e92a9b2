"""Comparing two warehouses: whether every table of one holds the rows of the other, in whatever order."""

from pathlib import Path

import duckdb
from duckdb import ColumnExpression, FunctionExpression, StarExpression

from transforms.connection import connect


def differing_tables(one: Path, other: Path, tmp: Path) -> list[str]:
    """Return the names of the tables that are in one warehouse alone, or whose rows differ, sorted."""
    ours, theirs = (_digests(database, tmp) for database in (one, other))
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def _digests(database: Path, tmp: Path) -> dict[str, tuple[object, ...]]:
    """The number of rows of each table, and a sum of their hashes that no order changes."""
    with connect(database, tmp) as con:
        names = con.execute(
            "select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        return {name: _digest(con.table(name)) for (name,) in names}


def _digest(table: duckdb.DuckDBPyRelation) -> tuple[object, ...]:
    columns = [ColumnExpression(column) for column in sorted(table.columns)]
    row = FunctionExpression("hash", FunctionExpression("row", *columns)).cast("HUGEINT")
    ((count, total),) = table.aggregate(
        [FunctionExpression("count", StarExpression()), FunctionExpression("sum", row)]
    ).fetchall()
    return count, total, *sorted(table.columns)
