"""What a warehouse holds, as one hash a table: the same for the same rows, in whatever order they lie."""

from pathlib import Path

import duckdb

from transforms import warehouse

TABLES = (*warehouse.RAW_ORDER, *warehouse.CORE_ORDER)


def content(database: Path) -> dict[str, tuple]:
    """The columns with their types, the number of rows and the sum of their hashes, by table."""
    with duckdb.connect(str(database), read_only=True) as con:
        return {table: _of(con, table) for table in TABLES}


def _of(con: duckdb.DuckDBPyConnection, table: str) -> tuple:
    columns = sorted((name, kind) for name, kind, *_ in con.execute(f"describe {table}").fetchall())
    row = ", ".join(f'"{name}" := "{name}"' for name, _ in columns)
    ((rows, total),) = con.execute(
        f"select count(*), sum((md5_number(struct_pack({row})::varchar) >> 64)::ubigint) from {table}"
    ).fetchall()
    return columns, rows, total
