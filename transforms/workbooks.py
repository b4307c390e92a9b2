"""Workbooks, XLSX and ODS: the values of one sheet as text, or a refusal by cell address, never by content."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from data.description import Described
from data.errors import Held, InputRejected
from transforms.arrivals import shown
from transforms.census import Census
from transforms.headers import check_header
from transforms.workbook_parts import Found, Sheet, damaged, letters
from transforms.workbook_safety import inspect

CUT_OFF_ROWS: Final = (65_536, 1_048_576)
"""Where Excel's old and new sheets end: a table of exactly so many rows has probably lost the others."""

_BATCH_ROWS: Final = 50_000
_EXACT: Final = 1e15
_KINDS: Final[dict[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "number",
    float: "number",
    dt.date: "date",
    dt.datetime: "date",
    dt.time: "time",
    dt.timedelta: "duration",
}


@dataclass(frozen=True)
class SheetRead:
    """One sheet as text: what the independent reader saw, the rows, and sentences about what was left unread."""

    census: Census
    table: pa.Table
    notes: tuple[str, ...]


def read_workbook(file: Path, name: str, profile: Described) -> SheetRead:
    """Read the sheet that the profile names, or the only one that shows; row 1 is the header.

    Dates become ISO text (with the time where any cell of the column has one), whole numbers have no `.0`, text
    stays as it is. Raises InputRejected where the sheet is ambiguous or missing, hides rows or columns, holds
    formulas, errors, merged cells, numbers that a spreadsheet has rounded, or dates mixed with anything else;
    Held where it ends exactly where spreadsheets cut off.
    """
    sheets = inspect(file, name, profile.file.format)
    sheet = _chosen(sheets, name, profile.file.sheet)
    _check(sheet, name)
    try:
        with CalamineWorkbook.from_path(str(file)) as workbook:
            return _read(workbook.get_sheet_by_name(sheet.name), sheet, name, profile, _notes(sheets, sheet))
    except CalamineError:
        raise damaged(name) from None
    except BaseException as error:
        # A panic in the library's Rust is no Exception, and its text can quote the file.
        if type(error).__name__ == "PanicException":
            raise damaged(name) from None
        raise


def _chosen(sheets: list[Sheet], name: str, wanted: str | None) -> Sheet:
    visible = [sheet for sheet in sheets if not sheet.is_hidden]
    fitting = [sheet for sheet in visible if wanted in (None, sheet.name)]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(shown(sheet.name) + (" (hidden)" if sheet.is_hidden else "") for sheet in sheets) or "none"
    if wanted is None:
        raise InputRejected(
            f"{name} has {len(visible)} visible sheets where one is expected: {listed}.",
            'Name the one that holds the extract under [file] sheet = "…" in the profile.',
        )
    raise InputRejected(
        f"{name} has no visible sheet {shown(wanted)}; its sheets are: {listed}.",
        "Unhide or rename the sheet, or mend [file] sheet in the profile.",
    )


def _check(sheet: Sheet, name: str) -> None:
    """Refuse what would make the sheet read otherwise than it looks."""
    where = f"{name}, sheet {shown(sheet.name)}"

    def refuse(found: Found, words: str, remedy: str) -> None:
        if found.count:
            raise InputRejected(f"{where}: {words} ({found.count:,}, first: {found.first}).", remedy)

    refuse(sheet.formulas, "cells with formulas", "Paste the values over them, or export from the system itself.")
    refuse(sheet.errors, "cells with errors", "Mend them at the source and re-export.")
    refuse(sheet.merged, "merged cells", "Unmerge them, a value in each cell.")
    refuse(sheet.hidden_rows, "hidden rows", "Clear the filter and unhide them, or remove them for good.")
    refuse(sheet.hidden_columns, "hidden columns", "Unhide them, or remove them for good.")
    if not sheet.rows:
        raise InputRejected(f"{where}: the sheet is empty.", "Ask for a re-export.")
    if sheet.gap:
        words = "no header in row 1" if sheet.gap == 1 else f"a blank row among the rows (row {sheet.gap})"
        raise InputRejected(f"{where}: {words}.", "Delete blank rows and titles above or within the table.")
    if sheet.last_row in CUT_OFF_ROWS:
        raise Held(
            f"{where} stops exactly at a spreadsheet's limit, row {sheet.last_row:,}: it was probably cut off.",
            "Export the extract as CSV straight from the system; where it is whole, split it by month.",
        )


def _notes(sheets: list[Sheet], read: Sheet) -> tuple[str, ...]:
    hidden = [shown(sheet.name) for sheet in sheets if sheet.is_hidden]
    others = [shown(sheet.name) for sheet in sheets if not sheet.is_hidden and sheet is not read]
    notes = []
    if hidden:
        notes.append(
            f"{len(hidden)} hidden sheet{'s were' if len(hidden) > 1 else ' was'} not read: {', '.join(hidden)}. "
            "Whoever has the file has them too."
        )
    if others:
        notes.append(f"Only sheet {shown(read.name)} was read; not read: {', '.join(others)}.")
    return tuple(notes)


def _read(cells: CalamineSheet, sheet: Sheet, name: str, profile: Described, notes: tuple[str, ...]) -> SheetRead:
    if cells.start != (0, 0):
        raise InputRejected(f"{name}: the table does not start in cell A1.", "Move it there, its header in row 1.")
    header = _header(cells, name, profile)
    columns = _columns(cells, len(header), name)
    dated = profile.date_columns
    nothing = {"", *profile.file.missing}
    kinds = [_Kind(position, header[position] in dated, name) for position in range(len(header))]
    rows = 0
    for batch in columns:
        for kind, values in zip(kinds, batch, strict=True):
            kind.see(values, rows + 2, nothing)
        rows += len(batch[0])
    if rows != sheet.rows - 1:
        raise InputRejected(
            f"{name}: two readers disagree on its rows ({sheet.rows - 1} and {rows}).",
            "Delete rows that look empty but hold empty text, or export the extract as CSV.",
        )
    schema = pa.schema([(column, pa.string()) for column in header])
    batches = [
        pa.record_batch(
            [pa.array(kind.texts(values), pa.string()) for kind, values in zip(kinds, batch, strict=True)],
            schema,
        )
        for batch in _columns(cells, len(header), name)
    ]
    census = Census(header, rows, np.empty((0, 2), dtype=np.int64))
    return SheetRead(census, pa.Table.from_batches(batches, schema), notes)


def _header(cells: CalamineSheet, name: str, profile: Described) -> list[str]:
    first = next(iter(cells.iter_rows()), [])
    # Empty columns to the right are formatting; a value below an empty heading is refused with the rows.
    while first and first[-1] == "":
        first = first[:-1]
    odd = next((n for n, value in enumerate(first, start=1) if not isinstance(value, str)), None)
    if odd:
        raise InputRejected(
            f"{name}, cell {letters(odd)}1: a heading that is no text.", "Put the header into row 1, as text."
        )
    header = [str(value) for value in first]
    check_header(header, name, profile)
    return header


def _columns(cells: CalamineSheet, width: int, name: str) -> Iterator[list[Sequence[Any]]]:
    """Yield the rows below the header in batches, column by column; rows of nothing at the end are left out."""
    rows = cells.iter_rows()
    next(rows, None)
    line = 1
    while batch := list(islice(rows, _BATCH_ROWS)):
        while batch and not any(value != "" for value in batch[-1]):
            batch.pop()
        if not batch:
            return
        columns: list[Sequence[Any]] = list(zip(*batch, strict=True))
        for position in range(width, len(columns)):
            if odd := next((n for n, value in enumerate(columns[position], start=1) if value != ""), None):
                raise InputRejected(
                    f"{name}, cell {letters(position + 1)}{line + odd}: a value in a column without a heading.",
                    "Give the column its heading, or delete what stands in it.",
                )
        yield columns[:width]
        line += len(batch)


class _Kind:
    """What one column holds, so that dates are read alike from its first row to its last."""

    def __init__(self, position: int, is_dated: bool, name: str) -> None:
        self.position, self.is_dated, self.name = position, is_dated, name
        self.first = ""
        self.has_time = False
        self.has_dates = False

    def see(self, values: Sequence[Any], line: int, nothing: set[str]) -> None:
        types = set(map(type, values))
        if float in types or int in types:
            self._check_digits(values, line)
        kinds = {_KINDS.get(one, "something else") for one in types} | ({self.first} - {""})
        if len(kinds) > 1 and (self.is_dated or self.has_dates or "date" in kinds):
            self._check_mixture(values, line, nothing)
        elif not self.first:
            self.first = next((_KINDS.get(type(v), "") for v in values if v not in nothing), "")
            self.has_dates = self.first == "date"
        if dt.datetime in types:
            self.has_time |= any(type(v) is dt.datetime and v.time() != dt.time() for v in values)

    def _check_digits(self, values: Sequence[Any], line: int) -> None:
        for number, value in enumerate(values, start=line):
            if type(value) in (int, float) and abs(value) >= _EXACT:
                raise InputRejected(
                    f"{self._cell(number)}: a number of more than 15 digits, which spreadsheets round.",
                    "Keep such numbers as text at the source and re-export.",
                )

    def _check_mixture(self, values: Sequence[Any], line: int, nothing: set[str]) -> None:
        for number, value in enumerate(values, start=line):
            if value in nothing:
                continue
            kind = _KINDS.get(type(value), "something else")
            self.has_dates |= kind == "date"
            self.first = self.first or kind
            if kind != self.first:
                raise InputRejected(
                    f"{self._cell(number)}: {kind} in a column of dates that began with {self.first}.",
                    "A spreadsheet has turned some dates into something else; export as CSV, or mend the column.",
                )

    def texts(self, values: Sequence[Any]) -> list[str | None]:
        """Return the column's cells as text, None for an empty one."""
        return [value if type(value) is str else self._text(value) for value in values]

    def _text(self, value: Any) -> str:
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return str(int(value)) if value.is_integer() else repr(value)
        if isinstance(value, dt.date):
            if not self.has_time:
                return f"{value:%Y-%m-%d}"
            moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
            return moment.isoformat(" ")
        return str(value)

    def _cell(self, line: int) -> str:
        return f"{self.name}, cell {letters(self.position + 1)}{line}"
