"""A month onto a long history: a standing warehouse takes new extracts in, and only what they touch is made again.

The statements are those of a whole build. They run in a small database beside the warehouse, where the tables they
read are views of the warehouse's, narrowed to what is touched; what they make there takes the place of the old rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from data.profile import Profile
from transforms import warehouse
from transforms.connection import connect
from transforms.warehouse import StoredExtract, statement

_GATHERED: Final = {
    "raw.texts": "source, field, as_received",
    "raw.undated_texts": "extract_id, field, as_received",
    "raw.motivation_sets": "source, motivations",
}
"""Tables of distinct texts, with their grain: those of new extracts are added where they are not there yet."""

_READ_AGAIN: Final = (
    "ref.area_labels",
    "ref.value_labels",
    "ref.offence_labels",
    "ref.date_labels",
    "raw.extracts",
    "ref.motivation_texts",
    "ref.motivation_labels",
    "ref.motivation_sets",
)
_COUNTED_AGAIN: Final = ("core.row_outcomes", "core.report_counts", "core.monthly_counts", "core.recent_months")


def extend_raw(database: Path, new: Sequence[StoredExtract], profile: Profile, tmp: Path) -> None:
    """Add extracts of records to a warehouse that was built by this program from the same profiles."""
    with _beside(database, tmp) as con:
        con.execute(statement("raw.reports"))
        for extract in sorted(new, key=lambda one: one.extract_id):
            warehouse.insert_rows(con, extract, profile)
        warehouse.create_received(con, "raw.received", new)
        con.execute("insert into stored.raw.received from raw.received")
        con.execute("insert into stored.raw.reports from raw.reports")
        for name, grain in _GATHERED.items():
            con.execute(statement(name))
            con.execute(f"insert into stored.{name} from {name} anti join stored.{name} using ({grain})")
        con.execute("use stored")
        _make_again(con, _READ_AGAIN, profile)


def extend_core(database: Path, new: Iterable[str], tmp: Path) -> None:
    """Bring core up to the extracts that raw already holds more; `new` are their ids."""
    with _beside(database, tmp) as con:
        con.execute("create table new_extracts as select unnest($new) as extract_id", {"new": list(new)})
        con.execute("create view raw.reports as from stored.raw.reports semi join new_extracts using (extract_id)")
        for name in _tables(con, "ref"):
            con.execute(f"create view {name} as from stored.{name}")
        con.execute("create view raw.extracts as from stored.raw.extracts")
        con.execute(statement("core.coded_rows"))
        # One row a line and fault: those of an extract never change once it is taken in.
        con.execute(statement("core.rejected_reports"))
        con.execute("insert into stored.core.rejected_reports from core.rejected_reports")
        # A report that a new extract carries is made again from all its lines, wherever it stood and whatever it named.
        con.execute(
            "create table touched as select distinct source, report_id from raw.reports where report_id is not null"
        )
        con.execute(
            "create or replace view raw.reports as from stored.raw.reports semi join touched using (source, report_id)"
        )
        con.execute(statement("core.report_versions"))
        con.execute("delete from stored.core.report_versions where (source, report_id) in (from touched)")
        con.execute("insert into stored.core.report_versions from core.report_versions")
        con.execute("use stored")
        _make_again(con, _COUNTED_AGAIN)


@contextmanager
def _beside(database: Path, tmp: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database with the warehouse's schemas, and the warehouse in it as `stored`."""
    with connect(None, tmp) as con:
        con.execute(f"attach {duckdb.ConstantExpression(str(database))} as stored")
        for schema in ("ref", "raw", "core"):
            con.execute(f"create schema {schema}")
        yield con
        con.execute("use memory")
        con.execute("detach stored")


def _tables(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = 'stored' and schema_name = $1", [schema]
    ).fetchall()
    return [f"{schema}.{table}" for (table,) in found]


def _make_again(con: duckdb.DuckDBPyConnection, names: Sequence[str], profile: Profile | None = None) -> None:
    for name in names:
        if name == "ref.date_labels" and profile:
            con.execute("drop table ref.date_readings")
            warehouse.read_dates(con, [profile])
        con.execute(f"drop table {name}")
        warehouse.execute(con, name)
