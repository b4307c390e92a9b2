"""The parts of an ODS file: which sheets there are, and what each table holds and hides, repeats counted out."""

import zipfile

from data.errors import InputRejected
from transforms.workbook_parts import Actions, Attributes, Sheet, letters, local, parse


class Ods:
    """One pass over the content of an ODS file."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        """Prepare to read the archive of the file shown as `name`."""
        self.archive, self.name = archive, name
        self.found: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.row = self.column = self.table_column = self.repeats = self.cells = 0
        self.hidden = self.has_value = False

    def sheets(self) -> list[Sheet]:
        """Return the sheets in order, all inspected, since the library expands them all.

        Raises InputRejected for a password, a document type or damage; ValueError where numbers are none.
        """
        start: Actions = {"encryption-data": self._protected}
        if "META-INF/manifest.xml" in self.archive.namelist():
            parse(self.archive, "META-INF/manifest.xml", self.name, start)
        start = {"style": self._style, "table-properties": self._properties, "table": self._table}
        start |= {"table-column": self._table_column, "table-row": self._row, "table-cell": self._cell}
        start |= {"covered-table-cell": self._cell}
        parse(self.archive, "content.xml", self.name, start, {"table-row": self._end_row})
        return self.found

    def _protected(self, _: Attributes) -> None:
        raise InputRejected(f"{self.name} is protected by a password.", "Save it without a password.")

    def _style(self, attributes: Attributes) -> None:
        self.style = local(attributes).get("name", "")

    def _properties(self, attributes: Attributes) -> None:
        if local(attributes).get("display") == "false":
            self.hidden_styles.add(self.style)

    def _table(self, attributes: Attributes) -> None:
        named = local(attributes)
        self.found.append(Sheet(named.get("name", ""), named.get("style-name") in self.hidden_styles))
        self.row = self.table_column = 0

    def _table_column(self, attributes: Attributes) -> None:
        named = local(attributes)
        first = self.table_column + 1
        self.table_column += int(named.get("number-columns-repeated", 1))
        if named.get("visibility", "visible") != "visible":
            self.found[-1].hidden_spans.append((first, self.table_column))

    def _row(self, attributes: Attributes) -> None:
        named = local(attributes)
        self.row += 1
        self.repeats = int(named.get("number-rows-repeated", 1))
        self.hidden = named.get("visibility", "visible") != "visible"
        self.column, self.has_value = 0, False

    def _end_row(self, _: Attributes) -> None:
        if self.has_value:
            self.found[-1].saw_row(self.row, self.repeats, self.hidden)
        self.row += self.repeats - 1

    def _cell(self, attributes: Attributes) -> None:
        named = local(attributes)
        sheet = self.found[-1]
        address = f"{letters(self.column + 1)}{self.row}"
        self.column += int(named.get("number-columns-repeated", 1))
        if named.get("value-type"):
            self.has_value = True
            sheet.width = max(sheet.width, self.column)
        if "formula" in named:
            sheet.formulas.add(address)
        if "error" in attributes.get("calcext:value-type", ""):
            sheet.errors.add(address)
        if int(named.get("number-columns-spanned", 1)) > 1 or int(named.get("number-rows-spanned", 1)) > 1:
            sheet.merged.add(address)
