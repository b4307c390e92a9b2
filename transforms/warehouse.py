"""The warehouse: raw, core and ref in one DuckDB file, built whole from accepted extracts, always disposable."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

import duckdb
import pandas as pd
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from data import policy, reference
from data.counts_profile import CountsProfile
from data.description import Described
from data.errors import UsageError
from data.profile import Profile
from data.schema import RAW_TEXT_FIELDS
from transforms import count_tables, profile_tables, spark
from transforms.connection import connect
from transforms.reading import LINE_NUMBER

Backend = Literal["duckdb", "spark"]
"""Which engine makes the tables that grow with the number of reports."""

SQL: Final = Path(__file__).parent / "sql"

RAW_ORDER: Final = (
    "raw.texts",
    "raw.undated_texts",
    "raw.motivation_sets",
    "ref.source_areas",
    "ref.area_labels",
    "ref.value_labels",
    "ref.offence_labels",
    "ref.date_labels",
    "raw.extracts",
    "raw.count_cells",
    "raw.count_extracts",
    "ref.motivation_texts",
    "ref.motivation_labels",
    "ref.motivation_sets",
)
CORE_ORDER: Final = (
    "core.coded_rows",
    "core.rejected_reports",
    "core.report_versions",
    "core.reports",
    "core.report_characteristics",
    "core.report_motivations",
    "core.row_outcomes",
    "core.report_counts",
    "core.monthly_counts",
    "core.source_counts",
    "core.count_line_outcomes",
    "core.recent_months",
)
_POLICY: Final = {
    "core.recent_months": {
        "least": policy.LEAST_USUAL_MONTH,
        "deviations": policy.VOLUME_DEVIATIONS,
        "low": policy.VOLUME_LOW,
        "high": policy.VOLUME_HIGH,
    }
}
"""What a statement is given: thresholds are policy, not SQL."""


@dataclass(frozen=True)
class StoredExtract:
    """An extract as the ledger knows it, and where its canonical Parquet lies."""

    extract_id: str
    source: str
    row_count: int
    declared_on: date | None
    parquet: Path


def statement(name: str) -> str:
    """The SQL file of one table."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def build_raw(
    database: Path,
    extracts: Iterable[StoredExtract],
    profiles: Mapping[str, Described],
    tmp: Path,
    backend: Backend = "duckdb",
) -> None:
    """Create the database with ref and raw: every row of every extract, mapped columns still as text.

    Extracts of counts go to tables of their own. Raises UsageError where a profile names an area that is not there.
    """
    of_records = {name: profile for name, profile in profiles.items() if isinstance(profile, Profile)}
    of_counts = {name: profile for name, profile in profiles.items() if isinstance(profile, CountsProfile)}
    stored = sorted(extracts, key=lambda extract: extract.extract_id)
    with connect(database, tmp, in_order=False) as con, _cluster(database, tmp, backend, last=False) as cluster:
        for schema in ("ref", "raw", "core"):
            con.execute(f"create schema {schema}")
        tables = {name: reference.read(name).replace("", None) for name in reference.names()}
        tables |= profile_tables.frames(of_records.values()) | count_tables.frames(of_counts.values())
        for table, frame in tables.items():
            _create(con, f"ref.{table}", frame)
        con.execute(statement("raw.reports"))
        con.execute(statement("raw.count_lines"))
        create_received(con, "raw.received", [extract for extract in stored if extract.source in of_records])
        create_received(con, "raw.received_counts", [extract for extract in stored if extract.source in of_counts])
        mapped = []
        for extract in stored:
            if extract.source in of_records:
                mapped.append((extract.parquet, insert_rows(con, extract, of_records[extract.source])))
            else:
                count_tables.insert_lines(con, extract.extract_id, extract.parquet, of_counts[extract.source])
        if cluster:
            cluster.receive(mapped)
        _create(con, "ref.count_months", count_tables.months(con, of_counts.values()))
        for name in RAW_ORDER:
            if name == "ref.date_labels":
                read_dates(con, of_records.values())
            _build(con, cluster, name)
        _check_area_codes(con)


def build_core(database: Path, tmp: Path, backend: Backend = "duckdb") -> None:
    """Add core to a database that holds raw: coded rows, report versions, reports and exact counts."""
    with connect(database, tmp, in_order=False) as con, _cluster(database, tmp, backend, last=True) as cluster:
        for name in CORE_ORDER:
            _build(con, cluster, name)


def row_accounting(database: Path, tmp: Path) -> pd.DataFrame:
    """One row an extract: its source, day, rows received, and rows by outcome."""
    with connect(database, tmp) as con:
        return con.execute(statement("row_accounting")).df()


def rejected_rows(database: Path, tmp: Path) -> dict[str, int]:
    """How many rows of each extract were set aside, by extract id; a row that breaks several rules counts once."""
    with connect(database, tmp) as con:
        return dict(con.execute(statement("rejected_row_counts")).fetchall())


def reports_counted(database: Path, tmp: Path) -> int:
    """How many reports count: one a report, however many rows or characteristics it has."""
    return _number(database, tmp, "report_count")


def extracts_taken(database: Path, tmp: Path) -> dict[str, date]:
    """The day each extract was taken, by extract id."""
    with connect(database, tmp) as con:
        return dict(con.execute(statement("extracts_taken")).fetchall())


def count_lines(database: Path, tmp: Path) -> dict[str, int]:
    """The lines of count extracts by outcome; empty where there is no such extract."""
    with connect(database, tmp) as con:
        return dict(con.execute(statement("count_accounting")).fetchall())


def _number(database: Path, tmp: Path, name: str) -> int:
    with connect(database, tmp) as con:
        ((number,),) = con.execute(statement(name)).fetchall()
    return int(number)


def _create(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    con.from_df(frame).create(table)


def create_received(con: duckdb.DuckDBPyConnection, table: str, extracts: Sequence[StoredExtract]) -> None:
    """Create the table of what the ledger says of extracts: source, id, day declared and number of rows."""
    rows = [(extract.source, extract.extract_id, extract.declared_on, extract.row_count) for extract in extracts]
    frame = pd.DataFrame(rows, columns=["source", "extract_id", "declared_on", "row_count"])
    types = {"source": "str", "extract_id": "str", "declared_on": "datetime64[s]", "row_count": "int64"}
    _create(con, table, frame.astype(types))


def _cluster(database: Path, tmp: Path, backend: Backend, last: bool) -> AbstractContextManager["spark.Cluster | None"]:
    return spark.cluster(database, tmp, last) if backend == "spark" else nullcontext()


def _build(con: duckdb.DuckDBPyConnection, cluster: "spark.Cluster | None", name: str) -> None:
    if cluster and name in spark.GROWING:
        cluster.build(con, name, statement(name))
    else:
        execute(con, name)


def execute(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run the statement of one table, with the policy it is given."""
    con.execute(statement(name), _POLICY.get(name))


def insert_rows(
    con: duckdb.DuckDBPyConnection, extract: StoredExtract, profile: Profile
) -> dict[str, duckdb.Expression]:
    """Add an extract's rows to raw.reports, and return how each of its columns is made of those received."""
    rows = con.read_parquet(str(extract.parquet))
    columns = _mapping(extract, profile, rows.columns)
    rows.select(*columns.values()).insert_into("raw.reports")
    return columns


def _mapping(extract: StoredExtract, profile: Profile, received: list[str]) -> dict[str, duckdb.Expression]:
    """How each column of raw.reports is made of those received; several that make one text are joined by a hyphen."""
    layout = profile.layout(received) or {}

    def text_of(field: str) -> duckdb.Expression:
        columns = [ColumnExpression(column) for column in profile.columns.get(field, [])]
        if not columns:
            return ConstantExpression(None).cast("VARCHAR")
        return columns[0] if len(columns) == 1 else FunctionExpression("concat_ws", ConstantExpression("-"), *columns)

    return {
        "source": ConstantExpression(extract.source),
        "extract_id": ConstantExpression(extract.extract_id),
        "line_number": ColumnExpression(LINE_NUMBER),
        **{field.name: text_of(field.name) for field in RAW_TEXT_FIELDS},
        "motivations": FunctionExpression(
            "json_object",
            *[part for column in layout for part in (ConstantExpression(column), ColumnExpression(column))],
        ).cast("VARCHAR"),
    }


def read_dates(con: duckdb.DuckDBPyConnection, profiles: Iterable[Profile]) -> None:
    """Create ref.date_readings: what each text of raw.texts is in each date format that its profile declares."""
    con.execute(
        "create table ref.date_readings"
        " (source varchar, field varchar, as_received varchar, format varchar, parsed date)"
    )
    reading = statement("ref.date_readings")
    for profile in profiles:
        for field, formats in profile.dates.items():
            for one in formats:
                con.execute(
                    reading,
                    {
                        "source": profile.name,
                        "field": field,
                        "format": one,
                        "time_zone": profile.time_zone,
                        "written_in": profile.written_in_time_zone or profile.time_zone,
                    },
                )


def _check_area_codes(con: duckdb.DuckDBPyConnection) -> None:
    strays = con.execute(statement("ref.stray_area_codes")).fetchall()
    if strays:
        source, label, code = strays[0]
        raise UsageError(
            f"Profile {source}, area.codes: {label} maps to {code}, which is not an area of its force.",
            "Use a code of data/reference/areas.csv, or list the area under [area.labels].",
        )
