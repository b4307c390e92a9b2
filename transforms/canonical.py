"""Canonical Parquet: an extract's rows as text with their line numbers, and the id that their content gives."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, FunctionExpression, SQLExpression

from data.errors import HateCrimeError, InputRejected, StorageFailed
from transforms.census import Census
from transforms.connection import is_memory_fault, is_storage_fault

LINE_NUMBER: Final = "__line_number"
"""Column that the canonical Parquet adds: the line of the file as received."""

_UNIT_SEPARATOR: Final = "\x1f"
_TOTAL_WORDS: Final = ("total", "totals", "grand total", "subtotal", "sub-total", "sub total", "sum")


def store(
    con: duckdb.DuckDBPyConnection,
    rows: duckdb.DuckDBPyRelation,
    header: Sequence[str],
    counted: Callable[[], Census],
    name: str,
    key: Sequence[str],
    target: Path,
) -> str:
    """Write `rows`, all text, in the order received, to `target`, and return the id of their content.

    The id depends on the rows alone, not on their order or that of the columns. `counted` waits for the
    independent reader and raises what it refuses. Raises InputRejected where the rows are not as many as it saw,
    or one of them is a footer and no record: its `key` columns are empty or say Total; StorageFailed where the
    disk is full.
    """
    columns = sorted(header)
    try:
        numbered = rows.select(
            SQLExpression("row_number() over () + 1").alias(LINE_NUMBER),
            *[ColumnExpression(c) for c in columns],
        )
        numbered.write_parquet(str(target), compression="zstd")
        census = counted()
        if len(census.spans):
            _shift_lines(con, census, target)
        stored = con.read_parquet(str(target))
        count, low, high = _content(stored, columns)
        if count != census.records:
            raise InputRejected(
                f"{name}: two readers disagree on its rows ({census.records} and {count}).",
                "Check quotes and line ends at the source, then re-export.",
            )
        _check_footer(stored, columns, key, name)
    except duckdb.Error as error:
        target.unlink(missing_ok=True)
        raise refusal(error, counted, name) from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    content = json.dumps([columns, count, str(low), str(high)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def refusal(error: duckdb.Error, counted: Callable[[], Census], name: str) -> HateCrimeError:
    """Return what to raise, `from None`, in place of the engine's error, whose message quotes the line it fell over.

    Where the independent reader refuses the file, that refusal is the better one: it names the line.
    """
    if is_storage_fault(error) or is_memory_fault(error):
        return StorageFailed(
            f"The disk or the memory does not suffice to read {name}.", "Free some space, then run again."
        )
    try:
        counted()
    except HateCrimeError as better:
        return better
    return InputRejected(
        f"{name} cannot be read as its profile declares.",
        "Check quotes and line ends at the source, then re-export.",
    )


def _content(stored: duckdb.DuckDBPyRelation, columns: list[str]) -> tuple[int, int, int]:
    """Return the number of rows and the sums of both halves of their hashes, which no order changes."""
    text = FunctionExpression(
        "concat_ws",
        ConstantExpression(_UNIT_SEPARATOR),
        *[CoalesceOperator(ColumnExpression(c), ConstantExpression("")) for c in columns],
    )
    hashed = stored.select(FunctionExpression("md5_number", text).alias("hash"))
    ((count, low, high),) = hashed.select(
        SQLExpression("count(*)"),
        SQLExpression("sum((hash >> 64)::ubigint)"),
        SQLExpression("sum((hash & 18446744073709551615::uhugeint)::ubigint)"),
    ).fetchall()
    return count, low, high


def _check_footer(stored: duckdb.DuckDBPyRelation, columns: list[str], key: Sequence[str], name: str) -> None:
    """Refuse totals and notes that an export puts below its rows; a record without a key is left to the rules."""
    if not key:
        return
    total = [ConstantExpression(word) for word in _TOTAL_WORDS]
    said = {c: FunctionExpression("lower", FunctionExpression("trim", ColumnExpression(c))) for c in columns}
    odd = ColumnExpression(key[0]).isnull()
    for column in key:
        odd = odd | said[column].isin(*total)
    suspects = stored.filter(odd)
    says_total = ConstantExpression(False)
    filled = ConstantExpression(0)
    for column in columns:
        says_total = says_total | CoalesceOperator(said[column].isin(*total), ConstantExpression(False))
        filled = filled + ColumnExpression(column).isnotnull().cast("integer")
    footers = suspects.filter(says_total | (filled <= ConstantExpression(1)))
    ((count, first),) = footers.aggregate(f"count(*), min({LINE_NUMBER})").fetchall()
    if count:
        raise InputRejected(
            f"{name}, line {first}: a total, a note or an empty row among the records ({count} such rows).",
            "Remove what stands below the records, then export the file again.",
        )


def _shift_lines(con: duckdb.DuckDBPyConnection, census: Census, target: Path) -> None:
    """Make line numbers those of the file where quoted values span lines."""
    shifts = pd.DataFrame(census.spans, columns=["record", "extra"])
    shifts["extra"] = shifts["extra"].cumsum()
    shifts["after_line"] = shifts["record"] + 1
    con.register("shifts", shifts)
    shifted = target.with_suffix(".shifted")
    try:
        con.read_parquet(str(target)).create_view("received", replace=True)
        con.sql(
            """
            select received.* replace (__line_number + coalesce(shifts.extra, 0) as __line_number)
            from received asof left join shifts on received.__line_number > shifts.after_line
            order by received.__line_number
            """
        ).write_parquet(str(shifted), compression="zstd")
        shifted.replace(target)
    finally:
        shifted.unlink(missing_ok=True)
