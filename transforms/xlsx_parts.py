"""The parts of an XLSX file: which sheets there are, and what each worksheet part holds and hides."""

import posixpath
import re
import zipfile
from typing import Final

from transforms.workbook_parts import Attributes, Sheet, letters, local, parse

_TRUE: Final = ("1", "true")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ALSO_READ: Final = ("xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml")
"""Parts that the library reads besides the sheets."""


class Xlsx:
    """The workbook part, its relations, and the worksheet parts they lead to."""

    def __init__(self, archive: zipfile.ZipFile, name: str, parts: set[str]) -> None:
        """Prepare to read the archive, which holds `parts`, of the file shown as `name`."""
        self.archive, self.name, self.parts = archive, name, parts

    def sheets(self) -> list[Sheet]:
        """Return the worksheets in order, those that show inspected.

        Raises InputRejected for a document type or damage; ValueError or KeyError where parts do not fit.
        """
        targets: dict[str, str] = {}
        found: list[tuple[Sheet, str]] = []

        def relation(attributes: Attributes) -> None:
            if attributes.get("Type", "").endswith("/worksheet") and attributes.get("TargetMode") != "External":
                targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))[1:]

        def sheet(attributes: Attributes) -> None:
            named = local(attributes)
            found.append((Sheet(named["name"], named.get("state", "visible") != "visible"), named["id"]))

        parse(self.archive, "xl/_rels/workbook.xml.rels", self.name, {"Relationship": relation})
        parse(self.archive, "xl/workbook.xml", self.name, {"sheet": sheet})
        # The library reads these too: each must be whole, and without a document type.
        for part in _ALSO_READ:
            if part in self.parts:
                parse(self.archive, part, self.name, {})
        sheets = []
        for one, relation_id in found:
            if relation_id in targets:
                one.part = targets[relation_id]
                if not one.is_hidden:
                    _XlsxSheet(one, self.name).read(self.archive)
                sheets.append(one)
        return sheets


class _XlsxSheet:
    """Counts the cells of one worksheet part; rows and cells must come in order, as every program writes them."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet, self.name = sheet, name
        self.row = self.column = 0
        self.hidden = self.has_value = False
        self.columns: dict[str, int] = {}

    def read(self, archive: zipfile.ZipFile) -> None:
        start = {"row": self._row, "c": self._cell, "v": self._value, "is": self._value, "f": self._formula}
        start |= {"mergeCell": self._merged, "col": self._column}
        parse(archive, self.sheet.part, self.name, start, {"row": self._end_row})

    def _row(self, attributes: Attributes) -> None:
        row = int(attributes.get("r", self.row + 1))
        if row <= self.row:
            raise ValueError
        self.row, self.column, self.has_value = row, 0, False
        self.hidden = attributes.get("hidden") in _TRUE

    def _cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        column = self.column + 1 if reference is None else self._column_of(reference)
        if column <= self.column:
            raise ValueError
        self.column = column
        if attributes.get("t") == "e":
            self.sheet.errors.add(self._address())

    def _column_of(self, reference: str) -> int:
        row = str(self.row)
        if not reference.endswith(row):
            raise ValueError
        text = reference[: -len(row)]
        if text not in self.columns:
            match = _REFERENCE.fullmatch(reference)
            if match is None or match[1] != text:
                raise ValueError
            number = 0
            for letter in text:
                number = number * 26 + ord(letter) - 64
            self.columns[text] = number
        return self.columns[text]

    def _value(self, _: Attributes) -> None:
        self.has_value = True
        self.sheet.width = max(self.sheet.width, self.column)

    def _formula(self, _: Attributes) -> None:
        self.sheet.formulas.add(self._address())

    def _end_row(self, _: Attributes) -> None:
        if self.has_value:
            self.sheet.saw_row(self.row, 1, self.hidden)

    def _merged(self, attributes: Attributes) -> None:
        reference = attributes.get("ref", "")
        self.sheet.merged.add(":".join(match[0] for match in _REFERENCE.finditer(reference)))

    def _column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _TRUE:
            self.sheet.hidden_spans.append((int(attributes["min"]), int(attributes["max"])))

    def _address(self) -> str:
        return f"{letters(self.column)}{self.row}"
