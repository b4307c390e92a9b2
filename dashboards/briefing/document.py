"""The pack as a document of one A4 page, with a chart that can be edited, and the same in large print."""

import io
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from dashboards import sentences
from dashboards.briefing import native
from dashboards.briefing.archives import undated
from dashboards.briefing.content import Grid, Pack
from dashboards.colours import INK, MUTED, RULE

_CHART: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TIGHT: Final = (1, 0.93, 0.85)
"""What each size of letter is multiplied by where a page holds more."""

_CHART_HEIGHTS: Final = (72, 72, 52)
"""Millimetres of the chart at each of them: where all fits easily the picture takes what is left."""

_WIDTH: Final = 182
"""Millimetres of an A4 page between its margins."""


def docx(pack: Pack, large: bool = False) -> bytes:
    """Return the document. In large print every answer and table stands in full, on as many pages as it takes."""
    from docx import Document

    made = Document(io.BytesIO(_blank(large, pack.texts.language, 0 if large else pack.tightness)))
    about, words = pack.release.about, pack.texts
    core = made.core_properties
    core.title, core.author, core.language = pack.title, about.force_name, words.language
    core.subject, core.keywords, core.comments = pack.stamp, about.release_id, ""
    body = _Body(made, pack, large)
    body.words(pack.title, style="Running")
    body.heading(pack.headline, 1)
    body.words(pack.change, style="Lead")
    body.words(pack.to_date)
    body.words(pack.counted, pack.caveats[0], style="Small")
    body.heading(pack.over_time.heading, 2)
    body.words(pack.over_time.subtitle, style="Small")
    body.chart()
    body.words(*pack.chart_notes, style="Small")
    for grid in pack.grids if large else filter(None, (pack.figures,)):
        body.table(grid)
    body.heading(words.say("asked"), 2)
    for one in pack.questions:
        if large:
            body.heading(one.asked, 3)
            for said in one.answer:
                body.words(said)
        else:
            body.run_in(one.asked, *one.short)
    body.heading(words.say("reporting"), 2)
    body.words(words.say("reporting_first"))
    body.contacts()
    body.heading(words.say("bear_in_mind"), 2)
    for told in [(one,) for one in pack.caveats[1:]] if large else [pack.on_one_page]:
        body.words(*told)
    body.words(pack.source, f"{sentences.capital(about.stamp)}.", style="Small")
    file = io.BytesIO()
    made.save(file)
    return undated(file.getvalue(), about.extracted_on)


class _Body:
    """The document as it is written, one method a kind of part."""

    def __init__(self, made: Any, pack: Pack, large: bool) -> None:
        self.made, self.pack, self.large = made, pack, large
        # Looked up once and set by id: python-docx searches all styles, twice, for every paragraph that names one.
        self.styles = {style.name: style.style_id for style in made.styles}

    def heading(self, text: str, level: int) -> None:
        self.words(text, style=f"Heading {level}")

    def words(self, *texts: str, style: str = "Normal") -> None:
        """A paragraph of the texts, each marked as the language it is in."""
        if any(texts):
            paragraph = self.made.add_paragraph()
            if style != "Normal":
                paragraph._p.style = self.styles[style]
            self._say(paragraph, texts)

    def run_in(self, head: str, *texts: str) -> None:
        paragraph = self.made.add_paragraph()
        self._say(paragraph, (head,), bold=True)
        paragraph.add_run(" ")
        self._say(paragraph, texts)

    def _say(self, paragraph: Any, texts: Sequence[str], bold: bool | None = None) -> None:
        for at, text in enumerate(filter(None, texts)):
            run = paragraph.add_run(f" {text}" if at else text)
            run.bold = bold
            language = self.pack.texts.language_of(text)
            if language != self.pack.texts.language:
                run._r.get_or_add_rPr().append(_language(language))

    def contacts(self) -> None:
        pack, words = self.pack, self.pack.texts
        if self.large:
            for one in (*pack.reporting, *pack.support):
                self.run_in(f"{one.name}: {one.contact}.", one.description)
        else:
            ways = "; ".join(f"{one.name}: {one.contact}" for one in pack.reporting)
            self.words(f"{ways}." if ways else words.say("no_contacts"))
            if pack.support:
                self.run_in(
                    f"{words.say('support')}:", "; ".join(f"{one.name}: {one.contact}" for one in pack.support) + "."
                )
        self.words(pack.as_read, style="Small")

    def table(self, grid: Grid) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        self.words(grid.caption, style="Table caption")
        worded = any(line.said for line in grid.rows)
        columns = (grid.head, *grid.columns)
        table = self.made.add_table(0, len(columns), "Table Grid")
        table.autofit = False
        first, figure = (50.0, 31.0) if self.large else (58.0, 30.0)
        said = _WIDTH - first - figure * (len(columns) - 2)
        widths = [first, *(figure for _ in columns[2:]), said] if worded else [90.0, 60.0]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        rows = [columns]
        for line in grid.rows:
            figures = tuple(sentences.cell(cell.value, cell.marker) for cell in line.cells)
            rows.append((line.name, *figures, line.said) if worded else (line.name, *figures))
        for at, values in enumerate(rows):
            row = table.add_row()
            _keep_whole(row, is_header=at == 0)
            for index, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
                cell.width = Mm(widths[index])
                paragraph = cell.paragraphs[0]
                paragraph._p.style = self.styles["Table cell"]
                self._say(paragraph, (value,), bold=at == 0 or None)
                if index and (not worded or index < len(values) - 1):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def chart(self) -> None:
        """Put the line or the columns over time into the document, as a chart part with its own workbook."""
        if not self.pack.is_drawn:
            return
        from docx.opc.constants import RELATIONSHIP_TYPE as KIND
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import parse_xml
        from docx.shared import Mm
        from lxml import etree
        from pptx.chart.chart import Chart
        from pptx.chart.xlsx import CategoryWorkbookWriter
        from pptx.chart.xmlwriter import ChartXmlWriter
        from pptx.oxml import parse_xml as chart_xml

        drawing = native.over_time(self.pack.release, self.pack.line)
        space = chart_xml(ChartXmlWriter(drawing.kind, drawing.data).xml.encode())
        native.dress(Chart(space, None), drawing, 14 if self.large else 8)
        # A frame of its own would stand around it where the program draws one unasked.
        space.append(chart_xml(_NO_FRAME))
        space.txPr.addprevious(space[-1])
        package = self.made.part.package
        held = CategoryWorkbookWriter(drawing.data).xlsx_blob
        workbook = Part(PackURI("/word/embeddings/chart1.xlsx"), _WORKBOOK, held, package)
        part = Part(PackURI("/word/charts/chart1.xml"), _CHART, b"", package)
        outside = space._add_externalData()
        outside.rId = part.relate_to(workbook, KIND.PACKAGE)
        part._blob = etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True)
        key = self.made.part.relate_to(part, KIND.CHART)
        height = 70 if self.large else _CHART_HEIGHTS[self.pack.tightness]
        inline = parse_xml(_INLINE.format(width=Mm(_WIDTH), height=Mm(height), key=key))
        properties = inline.find(".//{*}docPr")
        properties.set("name", self.pack.over_time.heading)
        properties.set("descr", self.pack.chart_words)
        self.made.add_paragraph().add_run()._r.append(inline)


_INLINE: Final = """<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>
<wp:docPr id="1" name="" descr=""/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
<c:chart r:id="{key}"/></a:graphicData></a:graphic></wp:inline></w:drawing>"""


_NO_FRAME: Final = """<c:spPr xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"""


def _keep_whole(row: Any, is_header: bool) -> None:
    """Never break the row over two pages; a header stands again on each page, and is read as one."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))


@cache
def _blank(large: bool, language: str, tightness: int) -> bytes:
    """An empty A4 document with our styles and language, set as small as it must be, and no picture of itself."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    made = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(14)
    page.top_margin = page.bottom_margin = Mm(12)
    scale = 2.0 if large else 1.0
    styles = made.styles
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(_language(language))
    sizes: dict[str, tuple[float, float, str, bool | None]] = {
        "Normal": (10, 3, INK, None),
        "Heading 1": (17, 2, INK, True),
        "Heading 2": (12, 1, INK, True),
        "Heading 3": (10, 1, INK, True),
        "Running": (10, 0, MUTED, True),
        "Lead": (12, 3, INK, None),
        "Small": (8.5, 3, INK if large else MUTED, None),
        "Table caption": (10, 1, INK, True),
        "Table cell": (9.5, 0, INK, None),
    }
    for name, (size, after, colour, bold) in sizes.items():
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name != "Normal" and not name.startswith("Heading"):
            style.base_style = styles["Normal"]
        style.font.name, style.font.bold = "Arial", bold
        style.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{attribute}"), None)
        fonts.set(qn("w:hAnsi"), "Arial")
        fonts.set(qn("w:cs"), "Arial")
        style.font.size = Pt(max(18.0, size * scale * 0.9) if large else size * _TIGHT[tightness])
        style.paragraph_format.space_after = Pt(after * scale)
        style.paragraph_format.space_before = Pt(
            (4 if name.startswith("Heading 2") or name == "Table caption" else 0) * scale
        )
        style.paragraph_format.line_spacing = 1.3 if large else 1.0
        style.paragraph_format.keep_with_next = name.startswith("Heading") or name == "Table caption"
    for rels, unwanted in (
        (made.part.package.rels, "/thumbnail"),
        (made.part.rels, ("/stylesWithEffects", "/numbering")),
    ):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(unwanted)]:
            del rels[key]
    _keep_styles(styles, {*sizes, "Table Grid", "Normal Table", "Default Paragraph Font", "No List"})
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _language(tag: str) -> Any:
    """The mark of a language: for a style, or for words in another language than the style's."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        mark.set(qn(name), tag)
    return mark


def _keep_styles(styles: Any, names: set[str]) -> None:
    """Leave out the styles that no part of ours uses, and give tables light rules under their rows alone."""
    from docx.oxml.ns import qn

    for style in list(styles):
        if style.name not in names:
            style.element.getparent().remove(style.element)
    for element in styles.element.iter(qn("w:link")):
        element.getparent().remove(element)
    borders = styles["Table Grid"].element.find(f".//{qn('w:tblBorders')}")
    for border in borders:
        inner = border.tag in (qn("w:bottom"), qn("w:insideH"))
        border.set(qn("w:val"), "single" if inner else "nil")
        border.set(qn("w:color"), RULE.lstrip("#").upper())
