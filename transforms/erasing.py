"""Finding what is left of an extract: the report ids that it alone carries, and whether a stored table holds them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pandas as pd
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from data.profile import Profile
from transforms.connection import connect
from transforms.warehouse import statement

SHORTEST_ID = 6
"""Shorter ids stand by chance in any file, so a search for their bytes proves nothing."""


def ids_of_its_own(parquet: Path, others: Iterable[Path], profile: Profile, tmp: Path, most: int) -> list[str]:
    """Return up to `most` report ids of SHORTEST_ID characters or more that none of the other extracts carries."""
    with connect(None, tmp) as con:
        _report_ids(con, parquet, profile).create("own_ids")
        con.execute("create table other_ids (report_id varchar)")
        for other in others:
            _report_ids(con, other, profile).insert_into("other_ids")
        found = con.execute(statement("ids_of_its_own"), {"shortest": SHORTEST_ID, "most": most}).fetchall()
    return [report_id for (report_id,) in found]


def extract_holds(parquet: Path, ids: Sequence[str], profile: Profile, tmp: Path) -> bool:
    """Whether a canonical extract carries any of these report ids; its bytes are compressed, so it is read."""
    with connect(None, tmp) as con:
        return _holds(con, _report_ids(con, parquet, profile), ids)


def warehouse_holds(database: Path, ids: Sequence[str], tmp: Path) -> bool:
    """Whether a warehouse carries any of these report ids, read as rows."""
    with connect(database, tmp) as con:
        return _holds(con, con.table("raw.reports").select(ColumnExpression("report_id")), ids)


def _report_ids(con: duckdb.DuckDBPyConnection, parquet: Path, profile: Profile) -> duckdb.DuckDBPyRelation:
    columns = [ColumnExpression(column) for column in profile.columns["report_id"]]
    joined = FunctionExpression("concat_ws", ConstantExpression("-"), *columns)
    return con.read_parquet(str(parquet)).select(joined.alias("report_id"))


def _holds(con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, ids: Sequence[str]) -> bool:
    sought = con.from_df(pd.DataFrame({"report_id": pd.Series(list(ids), dtype="str")}))
    return len(rows.join(sought, "report_id", how="semi").limit(1).fetchall()) > 0
