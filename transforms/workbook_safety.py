"""Whether a workbook may be opened at all: bounds and structure, before any library expands it.

This is also the independent reader of workbooks: it counts rows without the library that reads the values.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from data.errors import InputRejected
from transforms.ods_parts import Ods
from transforms.unpacking import members
from transforms.workbook_parts import Sheet, damaged, letters
from transforms.xlsx_parts import Xlsx

MAX_PLAIN_BYTES: Final = 2 * 1024**3
"""A full sheet of a million rows and twenty columns is about 1 GB of XML."""

MAX_COLUMNS: Final = 500
MAX_CELLS: Final = 40_000_000


def inspect(file: Path, name: str, kind: str) -> list[Sheet]:
    """Return the sheets of an XLSX or ODS file in order, each hidden or shown, the shown ones inspected.

    Raises InputRejected for declared sizes past the bounds before decompressing, and for damage, a password, a
    document type or entity, or cells placed so far out that a library would fill memory up to them.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = {info.filename: info for info in members(archive, name, MAX_PLAIN_BYTES)}
            sheets = Ods(archive, name).sheets() if kind == "ods" else Xlsx(archive, name, set(parts)).sheets()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ):
        raise damaged(name) from None
    for sheet in sheets:
        sheet.close()
        if sheet.width > MAX_COLUMNS or sheet.last_row * sheet.width > MAX_CELLS:
            raise InputRejected(
                f"{name}: a sheet holds cells as far out as column {letters(sheet.width)}, row {sheet.last_row}.",
                "Delete what lies outside the table, or export the extract as CSV.",
            )
    return sheets
