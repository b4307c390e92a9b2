"""The warehouse: raw, core and ref in one DuckDB file, built whole from accepted extracts, always disposable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from data import reference
from data.errors import UsageError
from data.profile import Profile
from data.schema import RAW_TEXT_FIELDS
from transforms import profile_tables
from transforms.connection import connect
from transforms.reading import LINE_NUMBER

SQL: Final = Path(__file__).parent / "sql"

RAW_ORDER: Final = (
    "ref.source_areas",
    "ref.area_labels",
    "ref.value_labels",
    "ref.date_texts",
    "ref.date_labels",
    "raw.extracts",
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
    "core.monthly_counts",
)


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


def build_raw(database: Path, extracts: Iterable[StoredExtract], profiles: Mapping[str, Profile], tmp: Path) -> None:
    """Create the database with ref and raw: every row of every extract, mapped columns still as text.

    Raises UsageError where a profile names an area that is not there.
    """
    with connect(database, tmp) as con:
        for schema in ("ref", "raw", "core"):
            con.execute(f"create schema {schema}")
        for name in reference.names():
            _create(con, f"ref.{name}", reference.read(name).replace("", None))
        for table, frame in profile_tables.frames(profiles.values()).items():
            _create(con, f"ref.{table}", frame)
        con.execute(statement("raw.reports"))
        stored = sorted(extracts, key=lambda extract: extract.extract_id)
        received = [
            {
                "source": extract.source,
                "extract_id": extract.extract_id,
                "declared_on": extract.declared_on,
                "row_count": extract.row_count,
                "revision_rule": profiles[extract.source].extract.revision_rule,
                "rows_per_report": profiles[extract.source].report.rows_per_report,
            }
            for extract in stored
        ]
        frame = pd.DataFrame(received)
        frame["declared_on"] = pd.to_datetime(frame["declared_on"]).astype("datetime64[s]")
        _create(con, "raw.received", frame)
        con.execute("alter table raw.received alter declared_on type date")
        for extract in stored:
            _insert_rows(con, extract, profiles[extract.source])
        for name in RAW_ORDER:
            if name == "ref.date_labels":
                _read_dates(con, profiles.values())
            con.execute(statement(name))
        _check_area_codes(con)


def build_core(database: Path, tmp: Path) -> None:
    """Add core to a database that holds raw: coded rows, report versions, reports and exact counts."""
    with connect(database, tmp) as con:
        for name in CORE_ORDER:
            con.execute(statement(name))


def row_accounting(database: Path, tmp: Path) -> pd.DataFrame:
    """One row an extract: its source, day, rows received, and rows by outcome."""
    with connect(database, tmp) as con:
        return con.execute(statement("row_accounting")).df()


def rejected_rows(database: Path, tmp: Path) -> int:
    """How many rows were set aside; a row that breaks several rules counts once."""
    return _number(database, tmp, "rejected_row_count")


def reports_counted(database: Path, tmp: Path) -> int:
    """How many reports count: one a report, however many rows or characteristics it has."""
    return _number(database, tmp, "report_count")


def has_core(database: Path, tmp: Path) -> bool:
    """Whether the database already holds core."""
    return _number(database, tmp, "core_table_count") == len(CORE_ORDER)


def _number(database: Path, tmp: Path, name: str) -> int:
    with connect(database, tmp) as con:
        ((number,),) = con.execute(statement(name)).fetchall()
    return int(number)


def _create(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    con.from_df(frame).create(table)


def _insert_rows(con: duckdb.DuckDBPyConnection, extract: StoredExtract, profile: Profile) -> None:
    """Rename the profile's columns to ours; several columns that make one text are joined by a hyphen."""
    rows = con.read_parquet(str(extract.parquet))
    layout = profile.layout(rows.columns) or {}

    def text_of(field: str) -> duckdb.Expression:
        columns = [ColumnExpression(column) for column in profile.columns.get(field, [])]
        if not columns:
            return ConstantExpression(None).cast("VARCHAR")
        return columns[0] if len(columns) == 1 else FunctionExpression("concat_ws", ConstantExpression("-"), *columns)

    rows.select(
        ConstantExpression(extract.source),
        ConstantExpression(extract.extract_id),
        ColumnExpression(LINE_NUMBER),
        *[text_of(field.name) for field in RAW_TEXT_FIELDS],
        FunctionExpression(
            "map",
            FunctionExpression("list_value", *[ConstantExpression(column) for column in layout]),
            FunctionExpression("list_value", *[ColumnExpression(column) for column in layout]),
        ),
    ).insert_into("raw.reports")


def _read_dates(con: duckdb.DuckDBPyConnection, profiles: Iterable[Profile]) -> None:
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
