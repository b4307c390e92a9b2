"""What profiles of counts say, as tables of `ref`, and the lines of their extracts, put into `raw` as text."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, FunctionExpression

from data import reference
from data.counts_profile import SEPARATOR, CountsProfile
from transforms.canonical import LINE_NUMBER

_COLUMNS: Final = {
    "count_sources": ["source", "revision_rule", "record_class", "date_basis", "unit"],
    "count_areas": ["source", "label", "area_code", "area_name", "area_type"],
    "count_categories": ["source", "label", "code", "measure", "characteristic", "part_of"],
}


def frames(profiles: Iterable[CountsProfile]) -> dict[str, pd.DataFrame]:
    """Return one frame a table of `ref`, all text; area labels are in lower case."""
    rows: dict[str, list[tuple[str | None, ...]]] = {table: [] for table in _COLUMNS}
    for profile in profiles:
        about = (profile.extract.revision_rule, profile.record_class, profile.date_basis, profile.unit)
        rows["count_sources"].append((profile.name, *about))
        for label, *area in _areas(profile):
            rows["count_areas"].append((profile.name, label.strip().lower(), *area))
        for label, category in profile.categories.items():
            said = (category.code, category.measure, category.characteristic, category.part_of)
            rows["count_categories"].append((profile.name, label, *said))
        for label in profile.excluded:
            rows["count_categories"].append((profile.name, label, None, "excluded", None, None))
    return {
        table: pd.DataFrame(rows[table], columns=columns, dtype="str").drop_duplicates()
        for table, columns in _COLUMNS.items()
    }


def insert_lines(con: duckdb.DuckDBPyConnection, extract_id: str, parquet: Path, profile: CountsProfile) -> None:
    """Add the lines of one extract to raw.count_lines, wide or long alike as a map of month → number."""
    rows = con.read_parquet(str(parquet))
    columns = profile.columns
    if columns.month is not None and columns.count is not None:
        months = [CoalesceOperator(ColumnExpression(columns.month), ConstantExpression(""))]
        numbers = [ColumnExpression(columns.count)]
    else:
        named = profile.varying_columns(rows.columns) or []
        months = [ConstantExpression(name) for name in named]
        numbers = [ColumnExpression(name) for name in named]
    rows.select(
        ConstantExpression(profile.name),
        ConstantExpression(extract_id),
        ColumnExpression(LINE_NUMBER),
        ColumnExpression(columns.area),
        FunctionExpression(
            "concat_ws", ConstantExpression(SEPARATOR), *[ColumnExpression(column) for column in columns.category]
        ),
        FunctionExpression(
            "map", FunctionExpression("list_value", *months), FunctionExpression("list_value", *numbers)
        ),
    ).insert_into("raw.count_lines")


def months(con: duckdb.DuckDBPyConnection, profiles: Iterable[CountsProfile]) -> pd.DataFrame:
    """Return the text of every month received and the first day of what it says; none where it is no month."""
    known = {profile.name: profile for profile in profiles}
    texts = con.execute("select distinct source, unnest(map_keys(cells)) from raw.count_lines order by all").fetchall()
    read = [(source, text, known[source].month(text)) for source, text in texts]
    frame = pd.DataFrame(read, columns=["source", "as_received", "month"])
    frame[["source", "as_received"]] = frame[["source", "as_received"]].astype("str")
    frame["month"] = pd.to_datetime(frame["month"]).astype("datetime64[s]")
    return frame


def _areas(profile: CountsProfile) -> Iterator[tuple[str, str, str, str]]:
    for label, code in profile.area.codes.items():
        yield label, code, label, profile.area.area_type
    for label, code in profile.area.not_geographic.items():
        yield label, code, label, "not_geographic"
    if profile.area.reference:
        areas = reference.read("areas")
        current = areas[(areas["parent_code"] == profile.force.code) & (areas["valid_to"] == "")]
        for code, name, kind in current[["area_code", "area_name", "area_type"]].itertuples(index=False):
            yield code, code, name, kind
            yield name, code, name, kind
