"""Reading a file as its profile declares: all as text, nothing guessed, nothing lost, two readers in agreement."""

import csv
import difflib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, FunctionExpression, SQLExpression

from data.errors import InputRejected, StorageFailed
from data.profile import Profile
from transforms.connection import connect
from transforms.unpacking import as_plain_text, kind_of

LINE_NUMBER = "__line_number"
"""Column that the canonical Parquet adds: the line of the file as received."""

_UNIT_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Extract:
    """One file received, as canonical Parquet: every column as text, in name order, with its line numbers.

    `extract_id` depends on the rows alone: not on their order, the columns' order, the file's name or format.
    """

    extract_id: str
    source: str
    file_name: str
    file_sha256: str
    row_count: int
    extracted_on: date | None
    parquet: Path


@dataclass
class Census:
    """What an independent reader saw: the header, how many records, and which of them span several lines."""

    header: list[str]
    records: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)


def shown(name: str) -> str:
    """Return a file or column name as it may be printed: control characters escaped, at most 80 characters."""
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)
    return text if len(text) <= 80 else f"{text[:77]}..."


def read(file: Path, profile: Profile, tmp: Path, extracted_on: date | None = None) -> Extract:
    """Read one file into canonical Parquet under `tmp`.

    Raises InputRejected, naming file, line and column but never a value, when the file is not what the
    profile declares; StorageFailed when it cannot be opened.
    """
    try:
        if not file.is_file() or file.is_symlink():
            raise InputRejected(f"{shown(file.name)} is not a regular file.", "Give the path of the extract itself.")
        if file.stat().st_size == 0:
            raise InputRejected(f"{shown(file.name)} is empty (0 bytes).", "Ask for a re-export.")
        digest = _sha256(file)
        target = tmp / f"{digest}.parquet"
        reader = _read_parquet if profile.file.format == "parquet" else _read_csv
        extract_id, rows = reader(file, profile, target, tmp)
    except OSError as error:
        raise StorageFailed(
            f"{shown(file.name)} cannot be read: {error.strerror}.",
            "Check that you may open it, then run again.",
        ) from None
    return Extract(
        extract_id,
        profile.name,
        file.name,
        digest,
        rows,
        extracted_on or profile.date_in_name(file.name),
        target,
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _read_csv(file: Path, profile: Profile, target: Path, tmp: Path) -> tuple[str, int]:
    name = shown(file.name)
    text = as_plain_text(file, profile.file.encoding, tmp)
    try:
        census = _census(text, name, profile)
        if census.records == 0:
            raise InputRejected(
                f"{name} has a header and no rows.",
                "If nothing was reported, the source must say so; else re-export.",
            )
        with connect(None, tmp) as con:
            rows = con.read_csv(
                str(text),
                auto_detect=False,
                columns=dict.fromkeys(census.header, "VARCHAR"),
                header=True,
                delimiter=profile.file.delimiter,
                quotechar=profile.file.quote,
                escapechar=profile.file.quote,
                strict_mode=True,
                comment="",
            )
            return _store(con, rows, census, name, target)
    finally:
        if text != file:
            text.unlink(missing_ok=True)


def _read_parquet(file: Path, profile: Profile, target: Path, tmp: Path) -> tuple[str, int]:
    name = shown(file.name)
    if (kind := kind_of(file)) != "parquet":
        raise InputRejected(f"{name} is {kind}, but its profile declares Parquet.", "Check the profile or the file.")
    try:
        parquet = pq.ParquetFile(file)
        header = parquet.schema_arrow.names
        nested = [field.name for field in parquet.schema_arrow if pa.types.is_nested(field.type)]
        records = parquet.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise InputRejected(f"{name} is damaged: its Parquet footer cannot be read.", "Ask for a re-export.") from error
    if nested:
        raise InputRejected(f"{name}: column {shown(nested[0])} holds nested values.", "Export flat columns.")
    _check_header(header, name, profile)
    if records == 0:
        raise InputRejected(f"{name} has no rows.", "If nothing was reported, the source must say so; else re-export.")
    with connect(None, tmp) as con:
        received = con.read_parquet(str(file))
        rows = received.select(*[ColumnExpression(column).cast("VARCHAR").alias(column) for column in header])
        return _store(con, rows, Census(header, records), name, target)


def _census(text: Path, name: str, profile: Profile) -> Census:
    """Read the file with Python's own strict reader; every damaged line is refused by its number."""
    census = Census([])
    line = 0
    blank_since = 0
    ragged: list[int] = []
    width = 0
    # utf-8-sig, because a byte order mark is not part of the first column's name.
    with text.open(encoding="utf-8-sig", errors="strict", newline="") as handle:
        reader = csv.reader(
            _without_nul(handle, name),
            delimiter=profile.file.delimiter,
            quotechar=profile.file.quote,
            strict=True,
        )
        try:
            for number, record in enumerate(reader):
                start, line = line + 1, reader.line_num
                if number == 0:
                    _check_header(record, name, profile)
                    census.header, width = record, len(record)
                    if line > start:
                        census.spans.append((0, line - start))
                    continue
                if not record:
                    blank_since = blank_since or start
                    continue
                if blank_since:
                    raise InputRejected(
                        f"{name}, line {blank_since}: a blank line among the rows.", "Re-export the file."
                    )
                if len(record) != width:
                    ragged.append(start)
                census.records += 1
                if line > start:
                    census.spans.append((census.records, line - start))
        except UnicodeDecodeError:
            raise InputRejected(
                f"{name}, after line {line}: bytes that are not {profile.file.encoding}.",
                "Set [file] encoding in the profile to what the source writes (often cp1252), or re-export as UTF-8.",
            ) from None
        except csv.Error as error:
            raise InputRejected(
                f"{name}, line {reader.line_num}: {_csv_fault(error)}.",
                "Mend the line at the source and re-export.",
            ) from None
    if ragged:
        raise InputRejected(
            f"{name}: {len(ragged)} rows do not have the header's {width} columns (first: line {ragged[0]}).",
            "A delimiter inside a value must be quoted; mend it at the source and re-export.",
        )
    return census


def _csv_fault(error: csv.Error) -> str:
    """Say in our words what Python's reader met: its own message can hold the text of a cell."""
    text = str(error)
    if "field larger" in text:
        return "a value of more than 131,072 characters"
    if "end of data" in text:
        return "the file ends inside a quoted value; it was probably cut off"
    return "a quote where none may stand"


def _without_nul(lines: Iterator[str], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if "\0" in line:
            raise InputRejected(f"{name}, line {number}: a NUL character.", "The file is damaged; ask for a re-export.")
        yield line


def _check_header(header: list[str], name: str, profile: Profile) -> None:
    doubled = sorted({column for column in header if header.count(column) > 1})
    if doubled:
        raise InputRejected(
            f"{name}: the column {shown(doubled[0])} stands twice in the header.", "Re-export the file."
        )
    wanted = [column for columns in profile.columns.values() for column in columns]
    if len(header) == 1 and len(wanted) > 1:
        for delimiter, word in ((";", "semicolon"), ("\t", "tab"), (",", "comma"), ("|", "bar")):
            if delimiter in header[0]:
                raise InputRejected(
                    f"{name} looks like {word}-separated; its profile declares {profile.file.delimiter!r}.",
                    f'Set [file] delimiter = "{delimiter}" in the profile if that is how the source writes.',
                )
    missing = [column for column in wanted if column not in header]
    if len(missing) == len(wanted):
        raise InputRejected(
            f"{name}: the first line is not the header that its profile describes.",
            "Remove title lines above the header, or check that the profile is the right one.",
        )
    layout = profile.layout(header)
    if not missing and layout is None:
        choices = " or ".join(", ".join(columns) for columns in profile.motivations)
        raise InputRejected(f"{name} must have these columns for what motivated a report: {choices}.", "Re-export.")
    known = {*wanted, *(layout or ()), *profile.ignored_columns}
    extra = [column for column in header if column not in known]
    if missing:
        near = difflib.get_close_matches(missing[0], extra, n=1)
        hint = f" (did you mean {shown(near[0])}?)" if near else ""
        raise InputRejected(
            f"{name} lacks {len(missing)} columns that its profile needs: "
            f"{', '.join(shown(column) for column in missing)}{hint}.",
            "Re-export with them, or mend [columns] in the profile.",
        )
    if extra and layout is not None:
        raise InputRejected(
            f"{name} has {len(extra)} columns that its profile does not allow: "
            f"{', '.join(shown(column) for column in extra)}.",
            "Leave them out of the export; only if they identify nobody, add them to ignored_columns in the profile.",
        )


def _store(
    con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, census: Census, name: str, target: Path
) -> tuple[str, int]:
    """Write canonical Parquet and return the extract's id and row count; both readers must agree."""
    columns = sorted(census.header)
    numbered = rows.select(
        SQLExpression("row_number() over () + 1").alias(LINE_NUMBER),
        # An empty cell and a missing one are the same thing in text files: both become null.
        *[FunctionExpression("nullif", ColumnExpression(c), ConstantExpression("")).alias(c) for c in columns],
    )
    try:
        numbered.write_parquet(str(target), compression="zstd")
    except duckdb.Error as error:
        # DuckDB's own message quotes the line it fell over.
        if "No space left" in str(error):
            raise StorageFailed("The disk is full.", "Free some space, then run again.") from None
        raise InputRejected(
            f"{name} cannot be read as its profile declares.",
            "Check quotes and line ends at the source, then re-export.",
        ) from None
    if census.spans:
        _shift_lines(con, census.spans, target)
    stored = con.read_parquet(str(target))
    text = FunctionExpression(
        "concat_ws",
        ConstantExpression(_UNIT_SEPARATOR),
        *[CoalesceOperator(ColumnExpression(c), ConstantExpression("")) for c in columns],
    )
    ((count, low, high),) = stored.select(
        FunctionExpression("count").alias("n"),
        FunctionExpression("sum", FunctionExpression("md5_number_lower", text)).alias("low"),
        FunctionExpression("sum", FunctionExpression("md5_number_upper", text)).alias("high"),
    ).fetchall()
    if count != census.records:
        target.unlink(missing_ok=True)
        raise InputRejected(
            f"{name}: two readers disagree on its rows ({census.records} and {count}).",
            "Check quotes and line ends at the source, then re-export.",
        )
    # Sums of row hashes, because the same rows in another order are the same extract.
    content = json.dumps([columns, count, str(low), str(high)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest(), census.records


def _shift_lines(con: duckdb.DuckDBPyConnection, spans: list[tuple[int, int]], target: Path) -> None:
    """Make line numbers those of the file where quoted values span lines."""
    shifts = pd.DataFrame(spans, columns=["record", "extra"])
    shifts["extra"] = shifts["extra"].cumsum()
    shifts["after_line"] = shifts["record"] + 1
    con.register("shifts", shifts)
    shifted = target.with_suffix(".shifted")
    con.read_parquet(str(target)).create_view("received")
    con.sql(
        """
        select received.* replace (__line_number + coalesce(shifts.extra, 0) as __line_number)
        from received asof left join shifts on received.__line_number > shifts.after_line
        order by received.__line_number
        """
    ).write_parquet(str(shifted), compression="zstd")
    shifted.replace(target)
