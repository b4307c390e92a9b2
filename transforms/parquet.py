"""Parquet as received: checked by its own library before the engine reads it, every column as plain text."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import CaseExpression, ColumnExpression, ConstantExpression, FunctionExpression

from data.errors import InputRejected
from data.policy import MAX_DECOMPRESSED_BYTES
from transforms.arrivals import shown
from transforms.census import Census

_BATCH_ROWS: Final = 65_536
_MAX_COLUMNS: Final = 1_000
_EXACT: Final = 1e15
"""Up to here a floating-point number holds every digit of a whole number."""


def read_parquet(
    con: duckdb.DuckDBPyConnection, file: Path, name: str, check_header: Callable[[list[str]], None]
) -> tuple[Census, duckdb.DuckDBPyRelation]:
    """Return what pyarrow counts in the file, row by row rather than from its footer, and its rows as text.

    Whole numbers come without `.0`; a column of timestamps that are all midnight comes as dates. Raises
    InputRejected for damage, nested or binary columns, declared sizes past the bounds, and what `check_header`
    raises.
    """
    try:
        with pq.ParquetFile(file) as parquet:
            schema = parquet.schema_arrow
            _check_shape(parquet, name)
            check_header(schema.names)
            records = sum(len(batch) for batch in parquet.iter_batches(_BATCH_ROWS))
            if records != parquet.metadata.num_rows:
                raise _damaged(name)
        received = con.read_parquet(str(file))
        rows = received.select(*[_as_text(received, field).alias(field.name) for field in schema])
    except (pa.ArrowException, OSError, ValueError, OverflowError, duckdb.Error, UnicodeError):
        raise _damaged(name) from None
    return Census(list(schema.names), records, np.empty((0, 2), dtype=np.int64)), rows


def _check_shape(parquet: pq.ParquetFile, name: str) -> None:
    schema, metadata = parquet.schema_arrow, parquet.metadata
    if len(schema) > _MAX_COLUMNS:
        raise InputRejected(f"{name} has {len(schema)} columns.", "Export the columns that the profile names.")
    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            raise InputRejected(
                f"{name}: column {shown(field.name)} holds nested or binary values.",
                "Export flat columns of text.",
            )
    sizes = [metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)]
    if sum(sizes) > MAX_DECOMPRESSED_BYTES or any(size < 0 for size in sizes):
        raise InputRejected(f"{name} would unpack to more than this program accepts.", "Split the extract.")


def _as_text(rows: duckdb.DuckDBPyRelation, field: pa.Field) -> duckdb.Expression:
    column = ColumnExpression(field.name)
    if pa.types.is_floating(field.type):
        size = FunctionExpression("abs", column)
        whole = (FunctionExpression("trunc", column) == column) & (size < ConstantExpression(_EXACT))
        return CaseExpression(whole, column.cast("BIGINT").cast("VARCHAR")).otherwise(column.cast("VARCHAR"))
    if pa.types.is_timestamp(field.type):
        moment = column.cast("TIMESTAMP")
        midnight = FunctionExpression("date_trunc", ConstantExpression("day"), moment) == moment
        ((all_midnight,),) = rows.select(FunctionExpression("bool_and", midnight)).fetchall()
        return (moment.cast("DATE") if all_midnight else moment).cast("VARCHAR")
    return column.cast("VARCHAR")


def _damaged(name: str) -> InputRejected:
    return InputRejected(f"{name} is damaged: its Parquet pages or its footer cannot be read.", "Ask for a re-export.")
