"""The corpus of nasty files: each made on the spot from the same small extract, with its exit code and words."""

import csv
import datetime as dt
import gzip
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from drawing import hertfordshire
from made_workbooks import Cell, ods, ods_cell, ods_rows, packed, xlsx, xlsx_cell, xlsx_rows, xlsx_sheet

CANARY = "ZQX-CANARY"
TEXT = hertfordshire(
    f"""
    | report_id | grounds  |
    | {CANARY}1 | race     |
    | {CANARY}2 | religion |
    | 000123    | race     |
    """
)
LINES = TEXT.splitlines()
ROWS = list(csv.reader(LINES))
HEADER = ROWS[0]
FILE_NAME = "hertfordshire_2024-02-04"
DATES = ("occurred_date", "reported_date", "recorded_date")
Maker = Callable[[Path], None]


@dataclass(frozen=True)
class Nasty:
    """One file: how it is made, how its profile declares it, and what must come of it.

    `exit_code` 0 means accepted with `rows` rows; else `words` stand in the message.
    """

    make: bytes | str | Maker
    exit_code: int
    words: str = ""
    rows: int = 3
    name: str = f"{FILE_NAME}.csv"
    form: dict[str, object] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        if callable(self.make):
            self.make(path)
        else:
            path.write_bytes(self.make.encode() if isinstance(self.make, str) else self.make)
        return path


def refused(make: bytes | str | Maker, words: str, exit_code: int = 3, **more: object) -> Nasty:
    return Nasty(make, exit_code, words, **more)  # type: ignore[arg-type]


def accepted(make: bytes | str | Maker, rows: int = 3, **more: object) -> Nasty:
    return Nasty(make, 0, rows=rows, **more)  # type: ignore[arg-type]


def zipped(*members: tuple[str, bytes | str], level: int = 9) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return whole.getvalue()


def protected_zip() -> bytes:
    content = bytearray(zipped(("a.csv", TEXT)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    return bytes(content)


def lying(archive: bytes, part: str, declared: int) -> bytes:
    """The same archive, its directory declaring another size for one part."""
    content = bytearray(archive)
    at = content.rfind(part.encode())
    entry = content.rfind(b"PK\x01\x02", 0, at)
    content[entry + 24 : entry + 28] = struct.pack("<I", declared)
    return bytes(content)


def parquet(frame: pd.DataFrame | pa.Table) -> bytes:
    whole = io.BytesIO()
    table = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, whole)
    return whole.getvalue()


def frame() -> pd.DataFrame:
    return pd.read_csv(io.StringIO(TEXT), dtype=str)


def with_false_row_count() -> bytes:
    """Parquet whose footer says one row more than its pages hold."""
    content = parquet(frame())
    size = struct.unpack("<I", content[-8:-4])[0]
    footer = bytearray(content[-8 - size : -8])
    # In Thrift's compact form the file's number of rows is field 3 of type i64 (0x16), zigzag: 3 is 0x06.
    at = footer.find(b"\x16\x06\x19")
    assert at > 0
    footer[at + 1] = 0x08
    return content[: -8 - size] + bytes(footer) + content[-8:]


def changed(row: int, column: str, value: Cell) -> list[list[Cell]]:
    """The extract's rows with one cell replaced; row 1 is the header."""
    rows: list[list[Cell]] = [list(one) for one in ROWS]
    rows[row - 1][HEADER.index(column)] = value
    return rows


def with_dates() -> list[list[Cell]]:
    """The extract's rows with true dates."""
    rows: list[list[Cell]] = [list(one) for one in ROWS]
    for row in rows[1:]:
        for column in DATES:
            at = HEADER.index(column)
            row[at] = dt.date.fromisoformat(str(row[at]))
    return rows


def mixed_dates(value: Cell) -> list[list[Cell]]:
    rows = with_dates()
    rows[2][1] = value
    return rows


def book(rows: list[list[Cell]], **more: str) -> bytes:
    return xlsx({"Extract": xlsx_sheet(xlsx_rows(rows), **more)})


def full_sheet(last_row: int) -> bytes:
    """A sheet that stops exactly at `last_row`; the rows differ, as those of a real extract do."""
    cells = "".join(xlsx_cell(f"{chr(65 + n)}ROW", value) for n, value in enumerate(ROWS[1]))
    head, tail = cells.split(f"{CANARY}1", 1)
    rows = []
    for n in range(2, last_row + 1):
        key = f"{zlib.crc32(str(n).encode()):x}{n}"
        rows.append(f'<row r="{n}">{head.replace("ROW", str(n))}{key}{tail.replace("ROW", str(n))}</row>')
    return xlsx({"Extract": xlsx_sheet(xlsx_rows([HEADER]) + "".join(rows))})


def bomb(megabytes: int) -> bytes:
    """So many megabytes of one letter as a raw deflate stream would give them, a few kilobytes packed."""
    return b" " * (megabytes * 1024 * 1024)


def zip_entry(name: str, megabytes: int) -> list[tuple[str, bytes]]:
    return [(name, bomb(megabytes))]


def excel(make: bytes | Maker, words: str, exit_code: int = 3, **form: object) -> Nasty:
    return Nasty(make, exit_code, words, name=f"{FILE_NAME}.xlsx", form={"format": "xlsx", **form})


def open_document(make: bytes | Maker, words: str, exit_code: int = 3, **form: object) -> Nasty:
    return Nasty(make, exit_code, words, name=f"{FILE_NAME}.ods", form={"format": "ods", **form})


def good(nasty: Nasty) -> Nasty:
    return Nasty(nasty.make, 0, rows=3, name=nasty.name, form=nasty.form)


def link_to(make_link: Callable[[Path, Path], None]) -> Maker:
    def make(path: Path) -> None:
        target = path.with_name("target.csv")
        target.write_text(TEXT)
        make_link(target, path)

    return make


def locked(lock_name: str) -> Maker:
    def make(path: Path) -> None:
        path.write_bytes(book(with_dates()))
        path.with_name(lock_name.format(path.name)).write_bytes(b"")

    return make


ENTITY_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
SHEET = xlsx_sheet(xlsx_rows(with_dates()))
BOM = b"\xef\xbb\xbf"
LONG_NAME = "n" * 236 + "_2024-02-04.csv"

TEXT_FILES = {
    "empty": refused(b"", "is empty (0 bytes)"),
    "only a byte order mark": refused(BOM, "not the header"),
    "only line ends": refused("\n\n\n", "not the header"),
    "header only": refused(LINES[0] + "\n", "no rows"),
    "header only, no line end": refused(LINES[0], "no rows"),
    "cut off mid-row": refused(TEXT[:-30], "line 4: the last row breaks off"),
    "cut off in a quoted value": refused(TEXT + f'"{CANARY}', "cut off"),
    "cut off inside a line end": refused(TEXT.replace("\n", "\r\n")[:-1], "breaks off inside a line end"),
    "complete last row, no line end": accepted(TEXT.rstrip("\n")),
    "blank lines at the end": accepted(TEXT + "\n\n\n"),
    "blank line inside": refused(TEXT.replace(LINES[2], "\n" + LINES[2]), "line 3: a blank line"),
    "spaces on a line inside": refused(TEXT.replace(LINES[2], "  \n" + LINES[2]), "first: line 3"),
    "a row starting with a hash": accepted(TEXT.replace("000123", "#00123")),
    "short row": refused(TEXT + f"{CANARY},1\n" + LINES[1] + "\n", "1 rows do not have"),
    "long row": refused(TEXT + LINES[1] + f",{CANARY}\n" + LINES[1] + "\n", "first: line 5"),
    "stray quote after a value": refused(TEXT.replace("000123", f'"00"{CANARY}'), "line 4: a quote"),
    "stray quote inside a value": refused(TEXT.replace("000123", f'5" {CANARY}'), "line 4: a quote"),
    "quote after a space": refused(TEXT.replace(",E07000103", ', "E07000103"', 1), "line 2: a quote"),
    "open quote": refused(TEXT.replace("000123", f'"{CANARY}'), "cut off"),
    "quoted line end": accepted(TEXT.replace("000123", '"00\n123"')),
    "quoted delimiter": accepted(TEXT.replace("000123", '"00,123"')),
    "doubled quote": accepted(TEXT.replace("000123", '"00""123"')),
    "CR only": accepted(TEXT.replace("\n", "\r")),
    "CR LF": accepted(TEXT.replace("\n", "\r\n")),
    "one LF among CR LF": refused(TEXT.replace("\n", "\r\n", 2), "line 3: a line end of another kind"),
    "one CR among LF": refused(TEXT.replace("000123", "000\r123"), "line 4: a line end of another kind"),
    "one CR LF among LF": refused(TEXT.replace("N\n000123", "N\r\n000123"), "line 3: a line end of another kind"),
    "NUL": refused(TEXT.replace("000123", f"{CANARY}\0"), "line 4: a NUL"),
    "unit separator": refused(TEXT.replace("000123", f"{CANARY}\x1f"), "line 4: a control character"),
    "a replacement character": refused(TEXT.replace("000123", f"{CANARY}\ufffd"), "line 4: a replacement"),
    "cp1252 declared as UTF-8": refused(TEXT.replace("000123", "\u2019").encode("cp1252"), "line 4: bytes that are"),
    "mixed encodings": refused(
        TEXT.replace("000123", "\u2019").encode() + LINES[1].encode() + b"\xe9\n", "line 5: bytes"
    ),
    "cp1252 as declared": accepted(TEXT.replace("000123", "\u2019é").encode("cp1252"), form={"encoding": "cp1252"}),
    "UTF-8 declared as cp1252": refused(BOM + TEXT.encode(), "is marked as utf-8", form={"encoding": "cp1252"}),
    "a byte cp1252 has not": refused(TEXT.encode() + b"\x81", "near byte", form={"encoding": "cp1252"}),
    "UTF-8 with a byte order mark": accepted(BOM + TEXT.encode()),
    "UTF-16 as declared": accepted(TEXT.encode("utf-16"), form={"encoding": "utf-16"}),
    "UTF-16 declared as UTF-8": refused(TEXT.encode("utf-16"), "is marked as utf-16"),
    "UTF-16 without a mark": refused(TEXT.encode("utf-16-le"), "line 1: a NUL"),
    "UTF-16 of odd length": refused(TEXT.encode("utf-16") + b"\0", "not utf-16", form={"encoding": "utf-16"}),
    "an unknown encoding": refused(TEXT, "encoding 'rot13' is not known", 2, form={"encoding": "rot13"}),
    "semicolons": refused(TEXT.replace(",", ";"), "looks like semicolon-separated"),
    "tabs": refused(TEXT.replace(",", "\t"), "looks like tab-separated"),
    "tabs as declared": accepted(TEXT.replace(",", "\t"), form={"delimiter": "\t"}),
    "decimal comma": refused(TEXT.replace("000123", "3,5"), "first: line 4"),
    "a title above": refused("Hate crime extract\n" + TEXT, "first line is not the header"),
    "a padded title above": refused("Extract" + "," * 16 + "\n" + TEXT, "first line is not the header"),
    "no header": refused("\n".join(LINES[1:]) + "\n", "first line is not the header"),
    "a column without a name": refused(TEXT.replace("status", "", 1), "has no name"),
    "twice the same column": refused(TEXT.replace("occurred_date", "reported_date"), "stands twice"),
    "columns that differ in case": refused(TEXT.replace("is_aggravated", "Status"), "stands twice"),
    "an extra column": refused(TEXT.replace("report_id,", "report_id,victim_name,"), "victim_name"),
    "a misspelt column": refused(TEXT.replace("recorded_date", "recorded_dat"), "did you mean recorded_dat?"),
    "a total below": refused(TEXT + "Total" + "," * 15 + ",3\n", "line 5: a total"),
    "a total without a key": refused(TEXT + ",Grand Total" + "," * 15 + "\n", "line 5: a total"),
    "a note below": refused(TEXT + ",".join(["", f"Source: {CANARY}", *[""] * 15]) + "\n", "line 5: a total"),
    "an empty row of delimiters": refused(TEXT + "," * 16 + "\n", "line 5: a total"),
    "a value of 200 KB": refused(TEXT.replace("000123", "x" * 200_000), "line 4: a value of more than"),
    "one line of 9 MB": refused("x" * 9_000_000, "line 1"),
    "a quote open for 9 MB": refused(TEXT + f'"{CANARY}' + "x,\n" * 3_000_000, "line 5: a quote opens"),
    "declared missing texts": accepted(TEXT.replace("online", "N/A"), form={"missing": ["N/A"]}),
    "odd characters": accepted(TEXT.replace("000123", "\u2028\x85\x0b\u202e日本")),
}

CLAIMS = {
    "a PDF": refused(b"%PDF-1.7 " + CANARY.encode(), "is a PDF"),
    "HTML named as CSV": refused("\n <html><table>" + CANARY, "is HTML"),
    "an old Excel file": refused(b"\xd0\xcf\x11\xe0" + CANARY.encode(), "old (.xls) or password-protected"),
    "XLSX named as CSV": refused(book(with_dates()), "is an Excel workbook"),
    "ODS named as CSV": refused(ods({"A": ods_rows(ROWS)}), "is an OpenDocument spreadsheet"),
    "Parquet named as CSV": refused(parquet(frame()), "is a Parquet file"),
    "a Word document": refused(packed({"[Content_Types].xml": "", "word/document.xml": ""}), "no workbook"),
    "a 7z archive": refused(b"7z\xbc\xaf\x27\x1c" + b"0" * 99, "a 7z archive"),
    "JSON": refused('{"report_id": "' + CANARY + '"}\n', "first line is not the header"),
    "gzip": accepted(gzip.compress(TEXT.encode())),
    "gzip of gzip": refused(gzip.compress(gzip.compress(TEXT.encode())), "holds a gzip archive"),
    "gzip cut off": refused(gzip.compress(TEXT.encode())[:-20], "damaged"),
    "gzip with a tail": refused(gzip.compress(TEXT.encode()) + b"tail" + CANARY.encode(), "damaged"),
    "zip of one file": accepted(zipped(("any.csv", TEXT))),
    "zip of two files": refused(zipped(("a.csv", TEXT), ("b.csv", TEXT)), "holds 2 files"),
    "zip of nothing": refused(zipped(), "an empty zip archive"),
    "zip of a workbook": refused(zipped(("a.xlsx", book(with_dates()))), "holds a zip archive"),
    "zip in a zip": refused(zipped(("a.zip", zipped(("a.csv", TEXT)))), "holds a zip archive"),
    "zip with a path upwards": accepted(zipped(("../../../outside.csv", TEXT))),
    "zip with a password": refused(protected_zip(), "protected by a password"),
    "zip with a false size": refused(lying(zipped(("a.csv", TEXT)), "a.csv", 99), "damaged"),
    "zip cut off": refused(zipped(("a.csv", TEXT))[:-40], "damaged zip"),
    "Parquet": accepted(parquet(frame()), name=f"{FILE_NAME}.parquet", form={"format": "parquet"}),
    "CSV named as Parquet": refused(TEXT, "is a text file", name="a.parquet", form={"format": "parquet"}),
    "Parquet cut off": refused(parquet(frame())[:-9], "damaged", name="a.parquet", form={"format": "parquet"}),
    "Parquet of four bytes": refused(b"PAR1", "damaged", name="a.parquet", form={"format": "parquet"}),
    "Parquet with a huge footer": refused(
        parquet(frame())[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1",
        "damaged",
        name="a.parquet",
        form={"format": "parquet"},
    ),
    "Parquet pages overwritten": refused(
        b"PAR1" + b"\xff" * 600 + parquet(frame())[604:],
        "damaged",
        name="a.parquet",
        form={"format": "parquet"},
    ),
    "Parquet with a false row count": refused(
        with_false_row_count(), "damaged", name="a.parquet", form={"format": "parquet"}
    ),
    "Parquet with nested values": refused(
        parquet(frame().assign(status=[[CANARY]] * 3)), "nested", name="a.parquet", form={"format": "parquet"}
    ),
    "Parquet of no rows": refused(parquet(frame()[:0]), "no rows", name="a.parquet", form={"format": "parquet"}),
}

PLACES = {
    "a symbolic link": refused(link_to(lambda target, path: path.symlink_to(target)), "not a regular file"),
    "a link to a system file": refused(lambda path: path.symlink_to("/etc/passwd"), "not a regular file"),
    "a dangling link": refused(lambda path: path.symlink_to("nowhere"), "not a regular file"),
    "a hard link": refused(link_to(lambda target, path: path.hardlink_to(target)), "not a regular file"),
    "a pipe": refused(os.mkfifo, "not a regular file"),
    "a folder": refused(lambda path: path.mkdir(), "not a regular file"),
    "not there": refused(lambda path: None, "cannot be read", 7),
    "rich markup in the name": accepted(TEXT, name="[red][%2Fred]_2024-02-04.csv"),
    "a glob as a name": accepted(TEXT, name="*[0-9]?_2024-02-04.csv"),
    "SQL in the name": accepted(TEXT, name="'; drop table x; --_2024-02-04.csv"),
    "a name of 251 bytes": accepted(TEXT, name=LONG_NAME),
    "control characters in the name": refused(b"", r"a\x0a\x1b[31m.csv is empty", name="a\n\x1b[31m.csv"),
    "a right-to-left override": refused(b"", r"a\u202evsc.csv is empty", name="a\u202evsc.csv"),
    "a name that is no text": refused(TEXT, "name is not valid text", name="a\udcff.csv"),
    "a device's name": accepted(TEXT, name="CON.csv"),
    "open in Excel": refused(locked("~${}"), "is open in an office program", 7, name="a.xlsx", form={"format": "xlsx"}),
    "open in LibreOffice": refused(locked(".~lock.{}#"), "is open", 7, name="a.xlsx", form={"format": "xlsx"}),
}

WORKBOOKS = {
    "XLSX": good(excel(book(with_dates()), "")),
    "ODS": good(open_document(ods({"A": ods_rows(with_dates())}), "")),
    "CSV named as XLSX": excel(TEXT.encode(), "is a text file, but its profile declares an Excel workbook"),
    "ODS named as XLSX": excel(ods({"A": ods_rows(ROWS)}), "is an OpenDocument spreadsheet"),
    "an old or protected workbook": excel(b"\xd0\xcf\x11\xe0" + b"0" * 99, "old (.xls) or password-protected"),
    "a binary workbook": excel(packed({"[Content_Types].xml": "", "xl/workbook.bin": b"\0"}), "binary Excel workbook"),
    "a protected ODS": open_document(
        ods({"A": ods_rows(ROWS)}, **{"META-INF__manifest.xml": "<manifest><encryption-data/></manifest>"}),
        "protected by a password",
    ),
    "two visible sheets": excel(
        xlsx({"May": SHEET, "Notes": SHEET}), "2 visible sheets where one is expected: May, Notes"
    ),
    "two visible sheets, one named": good(excel(xlsx({"May": SHEET, "Notes": SHEET}), "", sheet="May")),
    "no sheet of that name": excel(xlsx({"May": SHEET}), "no visible sheet June", sheet="June"),
    "the named sheet is hidden": excel(
        xlsx({"May": SHEET, "B": SHEET}, {"May": "veryHidden"}), "May (hidden)", sheet="May"
    ),
    "a hidden sheet beside": good(excel(xlsx({"A": SHEET, "B": SHEET}, {"B": "hidden"}), "")),
    "hidden rows": excel(
        xlsx({"A": xlsx_sheet(xlsx_rows(with_dates(), hidden=(2, 3)))}), "hidden rows (2, first: row 2)"
    ),
    "hidden columns": excel(
        book(
            with_dates(),
            before='<cols><col min="4" max="5" hidden="1"/><col min="30" max="16384" hidden="1"/></cols>',
        ),
        "hidden columns (2, first: column D)",
    ),
    "a formula": excel(book(changed(3, "status", "<f>A1</f><v>1</v>")), "cells with formulas (1, first: P3)"),
    "a formula without a value": excel(book(changed(3, "status", "<f>A1</f>")), "first: P3"),
    "an error": excel(
        xlsx({"A": SHEET.replace('<c r="P3" t="inlineStr">', '<c r="P3" t="e">')}),
        "cells with errors (1, first: P3)",
    ),
    "merged cells": excel(
        book(with_dates(), after='<mergeCells><mergeCell ref="A1:C1"/></mergeCells>'),
        "merged cells (1, first: A1:C1)",
    ),
    "text among dates": excel(book(mixed_dates("03/04/2025")), "cell B3: text in a column of dates"),
    "a serial among dates": excel(book(mixed_dates(45720)), "cell B3: number in a column of dates"),
    "a date among codes": excel(book(changed(3, "offence_code", dt.date(2024, 9, 1))), "cell L3: date"),
    "a number of 16 digits": excel(book(changed(3, "report_id", 1234567890123456.0)), "cell A3: a number of more than"),
    "a blank row inside": excel(
        xlsx({"A": xlsx_sheet(xlsx_rows(ROWS[:2]) + xlsx_rows(ROWS[2:], first=4))}),
        "a blank row among the rows (row 3)",
    ),
    "nothing in row 1": excel(xlsx({"A": xlsx_sheet(xlsx_rows(ROWS, first=2))}), "no header in row 1"),
    "a title above, in Excel": excel(book([["Extract"], *ROWS]), "first line is not the header"),
    "a value beside the table": excel(
        book([*ROWS[:3], [*ROWS[3], None, CANARY]]), "cell S4: a value in a column without"
    ),
    "a total below, in Excel": excel(book([*ROWS, ["Total"]]), "line 5: a total"),
    "header only, in Excel": excel(book([HEADER]), "no rows"),
    "an empty sheet": excel(xlsx({"A": xlsx_sheet("")}), "the sheet is empty"),
    "a workbook without sheets": excel(xlsx({}), "0 visible sheets"),
    "stops at the old limit": excel(lambda path: path.write_bytes(full_sheet(65_536)) and None, "row 65,536", 4),
    "an entity bomb": excel(xlsx({"A": xlsx_sheet(xlsx_rows(ROWS), doctype=ENTITY_BOMB)}), "declares a document type"),
    "an external entity": excel(
        xlsx(
            {"A": SHEET},
            xl__sharedStrings=b"",
            **{"xl__sharedStrings.xml": EXTERNAL_ENTITY + "<sst>&a;</sst>"},
        ),
        "declares a document type",
    ),
    "an entity bomb in ODS": open_document(ods({"A": ods_rows(ROWS)}, doctype=ENTITY_BOMB), "declares a document type"),
    "a part twice": excel(
        zipped(("[Content_Types].xml", ""), ("xl/workbook.xml", ""), ("xl/WORKBOOK.xml", "")),
        "a part stands in it twice",
    ),
    "XML that breaks off": excel(xlsx({"A": SHEET[:-40]}), "damaged workbook"),
    "rows out of order": excel(
        xlsx({"A": xlsx_sheet(xlsx_rows(ROWS[2:], first=3) + xlsx_rows(ROWS[:2]))}), "damaged workbook"
    ),
    "a cell in another row": excel(xlsx({"A": SHEET.replace('r="C3"', 'r="C2"')}), "damaged workbook"),
    "a part that is not there": excel(
        xlsx({"A": SHEET}, **{"xl___rels__workbook.xml.rels": "<Relationships/>"}), "0 visible sheets"
    ),
    "a false size in the directory": excel(
        lying(xlsx({"A": SHEET}), "xl/worksheets/sheet1.xml", 500), "damaged workbook"
    ),
    "formulas in ODS": open_document(
        ods({"A": ods_rows(ROWS[:3]) + f"<table:table-row>{ods_cell('x', formula='of:=1')}</table:table-row>"}),
        "cells with formulas (1, first: A4)",
    ),
    "merged cells in ODS": open_document(
        ods({"A": f"<table:table-row>{ods_cell('x', number_columns_spanned='3')}</table:table-row>"}),
        "merged cells (1, first: A1)",
    ),
    "hidden rows in ODS": open_document(
        ods({"A": ods_rows(ROWS).replace("<table:table-row>", '<table:table-row table:visibility="filter">', 1)}),
        "hidden rows (1, first: row 1)",
    ),
    "a hidden sheet in ODS": good(open_document(ods({"A": ods_rows(ROWS), "B": ods_rows(ROWS)}, hidden="B"), "")),
    "empty rows to the end of ODS": good(
        open_document(
            ods(
                {
                    "A": ods_rows(ROWS) + '<table:table-row table:number-rows-repeated="1048570">'
                    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
                }
            ),
            "",
        )
    ),
}

BOMBS = {
    "a workbook that expands 1,000 times": excel(
        lambda path: (
            path.write_bytes(zipped(("[Content_Types].xml", ""), ("xl/workbook.xml", ""), *zip_entry("b", 200)))
            and None
        ),
        "times its size",
    ),
    "shared strings that expand": excel(
        lambda path: path.write_bytes(xlsx({"A": SHEET}, **{"xl__sharedStrings.xml": bomb(100)})) and None,
        "times its size",
    ),
    "a directory that lies about a bomb": excel(
        lambda path: (
            path.write_bytes(
                lying(xlsx({"A": SHEET}, **{"xl__sharedStrings.xml": bomb(100)}), "xl/sharedStrings.xml", 1000)
            )
            and None
        ),
        "damaged workbook",
    ),
    "10,000 entries": excel(
        lambda path: (
            path.write_bytes(packed({"[Content_Types].xml": ""} | {str(n): "" for n in range(10_000)})) and None
        ),
        "too many files",
    ),
    "a cell at the far corner": excel(
        xlsx({"A": xlsx_sheet(xlsx_rows(ROWS[:3]) + '<row r="4"><c r="XFD4"><v>1</v></c></row>')}),
        "as far out as column XFD",
    ),
    "ODS cells repeated": open_document(
        ods(
            {
                "A": '<table:table-row table:number-rows-repeated="1000000">'
                f"{ods_cell('x', number_columns_repeated='16384')}</table:table-row>"
            }
        ),
        "as far out as column XFD",
    ),
    "a zip of 200 MB of nothing": refused(
        lambda path: path.write_bytes(zipped(*zip_entry("a.csv", 200), level=1)) and None, "times its size"
    ),
    "a gzip of 200 MB of nothing": refused(
        lambda path: path.write_bytes(gzip.compress(bomb(200), 1)) and None, "times its size"
    ),
    "zips in zips": refused(
        zipped(("a.zip", zipped(*[(f"{n}.zip", zipped(("0", b"0" * 10_000))) for n in range(16)]))),
        "holds a zip archive",
    ),
}

CORPUS = TEXT_FILES | CLAIMS | PLACES | WORKBOOKS | BOMBS
