"""What the files of a pack hold, read by other hands than those that wrote them: words, tables, charts, properties."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import docx
import openpyxl
import pptx
from defusedxml import ElementTree
from page_parts import Node, Page, rows

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ODF = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}


@dataclass
class Read:
    """One file: every line of words that a person can come to, and its tables as rows of text."""

    path: Path
    lines: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    charts: list[dict[str, list[float | None]]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def table(self, opening: str) -> list[list[str]]:
        """The table whose header opens with these words, without its header."""
        return next(table[1:] for table in self.tables if table[0][0] == opening)


def read(path: Path) -> Read:
    return READERS[path.suffix](path)


def members(path: Path) -> dict[str, bytes]:
    """Every member of an archive, those of archives inside it too, by its path."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            found[name] = content
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    found |= {f"{name}!{one}": inner.read(one) for one in inner.namelist()}
    return found


def _html(path: Path) -> Read:
    page = Page(path)
    labels = [node.attributes["aria-label"] for node in page.root.all("div", "chart")]
    tables = [
        [[cell.text for cell in table.all("th")[: len(rows(table)[0])]], *rows(table)]
        for table in page.root.all("table")
    ]
    return Read(path, [*page.lines, *labels, *_svg(page.root)], tables)


def _svg(root: Node) -> list[str]:
    return [text.text for text in root.all("text")]


def _docx(path: Path) -> Read:
    made = docx.Document(str(path))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in made.tables]
    lines = [paragraph.text for paragraph in made.paragraphs]
    lines += [cell for table in tables for row in table for cell in row]
    lines += [node.get("descr", "") for node in made.element.iter() if node.tag.endswith("}docPr")]
    held = members(path)
    charts = [_chart(content) for name, content in held.items() if re.fullmatch(r"word/charts/chart\d+\.xml", name)]
    return Read(path, lines + _embedded(held), tables, charts)


def _pptx(path: Path) -> Read:
    read = Read(path)
    for slide in pptx.Presentation(str(path)).slides:
        for shape in slide.shapes:
            read.lines.append(shape._element._nvXxPr.cNvPr.get("descr", ""))
            if shape.has_text_frame:
                read.lines += [paragraph.text for paragraph in shape.text_frame.paragraphs]
            if shape.has_table:
                table = [[cell.text for cell in row.cells] for row in shape.table.rows]
                read.tables.append(table)
                read.lines += [cell for row in table for cell in row]
            if shape.has_chart:
                read.charts.append({one.name: list(one.values) for one in shape.chart.plots[0].series})
        read.lines += slide.notes_slide.notes_text_frame.text.split("\n")
    read.lines += _embedded(members(path))
    return read


def _chart(content: bytes) -> dict[str, list[float | None]]:
    series = {}
    for one in ElementTree.fromstring(content).iter(f"{C}ser"):
        values = one.find(f"{C}val/{C}numRef/{C}numCache")
        points = {int(point.get("idx")): float(point.find(f"{C}v").text) for point in values.iter(f"{C}pt")}
        name = one.find(f"{C}tx//{C}v").text
        series[name] = [points.get(at) for at in range(int(values.find(f"{C}ptCount").get("val")))]
    return series


def _embedded(held: dict[str, bytes]) -> list[str]:
    """Every cell of the workbooks inside a document, save the dates of their first column."""
    lines = []
    for name, content in held.items():
        if name.endswith(".xlsx"):
            for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True):
                cells = row if isinstance(row[0], str) else row[1:]
                lines += [f"{cell:g}" if isinstance(cell, int | float) else cell for cell in cells if cell is not None]
    return lines


def _xlsx(path: Path) -> Read:
    read = Read(path)
    for sheet in openpyxl.load_workbook(path):
        whole = [[_said(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        read.lines += [cell for row in whole for cell in row if cell]
        for table in sheet.tables.values():
            first = int(re.match(r"[A-Z]+(\d+)", table.ref)[1])
            read.tables.append(whole[first - 1 :])
    return read


def _said(cell: object) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, int | float) else str(cell)


def sheets(path: Path) -> list[ElementTree]:
    """The sheets of an ODS, as XML."""
    return ElementTree.fromstring(members(path)["content.xml"]).findall(".//table:table", ODF)


def _ods(path: Path) -> Read:
    read = Read(path)
    for sheet in sheets(path):
        above = [_ods_row(row) for row in sheet.findall("table:table-row", ODF)]
        head = [_ods_row(row) for row in sheet.findall("table:table-header-rows/table:table-row", ODF)]
        read.lines += [cell for row in (*head, *above) for cell in row]
        if head:
            read.tables.append([*head, *(row for row in above if len(row) == len(head[0]))])
    return read


def _ods_row(row: ElementTree) -> list[str]:
    cells = row.findall("table:table-cell", ODF)
    return [
        f"{float(value):g}" if (value := cell.get(f"{{{ODF['office']}}}value")) else "".join(cell.itertext())
        for cell in cells
    ]


def _csv(path: Path) -> Read:
    whole = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    return Read(path, [cell for row in whole for cell in row], [whole])


def _txt(path: Path) -> Read:
    return Read(path, path.read_text(encoding="utf-8").splitlines())


READERS = {".html": _html, ".docx": _docx, ".pptx": _pptx, ".xlsx": _xlsx, ".ods": _ods, ".csv": _csv, ".txt": _txt}
