"""The workbook as ODS: the same sheets as the XLSX, each table marked, in the open format that GOV.UK asks for."""

import io
from datetime import datetime, time
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from dashboards import sentences
from dashboards.briefing.archives import undated
from dashboards.briefing.content import Pack
from dashboards.briefing.workbook import Sheet, Value, sheets

_CHARACTER: Final = 0.23
"""Centimetres that a character of 12 points takes on average."""

_RULE: Final = ' fo:border-bottom="0.75pt solid #000000"'
_EDGES: Final = {
    "head": _RULE,
    "said-head": f'{_RULE} fo:padding-left="2mm"',
    "number-head": _RULE,
    "said": ' fo:padding-left="2mm"',
}
"""A rule under a header; and text that follows a number stands a little apart from it."""

_UNWANTED: Final = ("Thumbnails/", "Configurations2/")
"""Parts of the template: its picture of itself, and its bars of tools."""

_STYLE: Final = (
    '<style:style style:name="{name}" style:family="table-cell"{number}>'
    '<style:table-cell-properties fo:wrap-option="{wrap}" style:vertical-align="top"{border}/>'
    '<style:paragraph-properties fo:text-align="{align}"/>'
    '<style:text-properties fo:font-family="Arial" fo:font-size="{size}pt" fo:font-weight="{weight}"/></style:style>'
)
_THOUSANDS: Final = (
    '<number:number-style style:name="thousands"><number:number number:decimal-places="0" '
    'number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
)

_AS_NEEDED: Final = (
    '<style:style style:name="as-needed" style:family="table-row">'
    '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
)


def ods(pack: Pack) -> bytes:
    """Return the workbook as ODS."""
    from odfdo import Document, Element

    about = pack.release.about
    made = Document("spreadsheet")
    made.body.clear()
    meta, day = made.meta, datetime.combine(about.extracted_on, time())
    meta.title, meta.subject, meta.language = pack.title, pack.stamp, pack.texts.language
    meta.creation_date = meta.date = day
    meta.creator = meta.initial_creator = about.force_name
    meta.clear_user_defined_metadata()
    for counted in meta.get_elements("//meta:document-statistic"):
        counted.delete()
    meta.keyword, meta.generator = about.release_id, f"hatecrime {about.version}"
    _add_styles(made)
    _speak(made, pack.texts.language)
    _print_plainly(made)
    ranges = Element.from_tag("table:database-ranges")
    for sheet in sheets(pack):
        made.body.append(_table(made, sheet))
        if sheet.header:
            ranges.append(_range(sheet))
    made.body.append(ranges)
    settings: Any = made.get_part("settings.xml")
    for looked_at in settings.get_elements("//config:config-item-map-indexed"):
        # How sheets of the template were looked at, which are gone.
        looked_at.delete()
    for part in [part for part in made.get_parts() if part.startswith(_UNWANTED)]:
        made.del_part(part)
    for part in [part for part in made.manifest.get_paths() if part.startswith(_UNWANTED)]:
        made.manifest.del_full_path(part)
    file = io.BytesIO()
    made.save(file)
    return undated(file.getvalue(), about.extracted_on)


def _add_styles(made: Any) -> None:
    """The styles of cells: whether large, bold, wrapped, or a number with thousands commas."""
    from odfdo import Element

    for given in (_THOUSANDS, _AS_NEEDED):
        made.insert_style(Element.from_tag(given), automatic=True)
    for name, size, weight, wrap in (
        ("title", 16, "bold", "no-wrap"),
        ("line", 12, "normal", "no-wrap"),
        ("wrapped-title", 16, "bold", "wrap"),
        ("wrapped", 12, "normal", "wrap"),
        ("said", 12, "normal", "wrap"),
        ("head", 12, "bold", "wrap"),
        ("said-head", 12, "bold", "wrap"),
        ("number-head", 12, "bold", "wrap"),
        ("number", 12, "normal", "no-wrap"),
    ):
        is_number = name == "number"
        style = _STYLE.format(
            name=name,
            size=size,
            weight=weight,
            wrap=wrap,
            number=' style:data-style-name="thousands"' if is_number else "",
            border=_EDGES.get(name, ""),
            align="end" if name in ("number", "number-head") else "start",
        )
        made.insert_style(Element.from_tag(style), automatic=True)


def _speak(made: Any, language: str) -> None:
    """Make the language of the words that of every cell."""
    tongue, _, country = language.partition("-")
    for default in made.styles.get_elements("//style:default-style/style:text-properties"):
        default.set_attribute("fo:language", tongue)
        default.set_attribute("fo:country", country or "none")


def _print_plainly(made: Any) -> None:
    """Print each sheet one page wide, on its side, without a header or a footer of the template."""
    for layout in made.styles.get_elements("//style:page-layout/style:page-layout-properties"):
        for name, value in (("fo:page-width", "297mm"), ("fo:page-height", "210mm"), ("style:scale-to-X", "1")):
            layout.set_attribute(name, value)
        layout.set_attribute("style:print-orientation", "landscape")
    for part in made.styles.get_elements("//style:master-page/*"):
        part.delete()


def _table(made: Any, sheet: Sheet) -> Any:
    """One sheet, its header row marked as one, put together as text: cell by cell it takes ten times as long."""
    from odfdo import Element

    columns = []
    for at, width in enumerate(sheet.widths):
        name = f"{sheet.id or 'cover'}-{at}"
        size = f'<style:table-column-properties style:column-width="{width * _CHARACTER:.2f}cm"/>'
        style = f'<style:style style:name="{name}" style:family="table-column">{size}</style:style>'
        made.insert_style(Element.from_tag(style), automatic=True)
        columns.append(f'<table:table-column table:style-name="{name}"/>')
    above = ("title", "line") if sheet.header else ("wrapped-title", "wrapped")
    lines = [_row([_cell(line, above[min(at, 1)])]) for at, line in enumerate(sheet.lines)]
    heads = ("number-head" if at in sheet.numeric else "said-head" if at else "head" for at in range(len(sheet.header)))
    named = [_cell(name, style) for name, style in zip(sheet.header, heads, strict=True)]
    head = [f"<table:table-header-rows>{_row(named)}</table:table-header-rows>"]
    rows = [
        _row([_cell(v, _style_of(sheet, at), sheet.has_links and not at) for at, v in enumerate(values)])
        for values in sheet.rows
    ]
    parts = [*columns, *lines, *(head if sheet.header else []), *rows]
    return Element.from_tag(f"<table:table table:name={quoteattr(sheet.name)}>{''.join(parts)}</table:table>")


def _style_of(sheet: Sheet, column: int) -> str:
    return "number" if column in sheet.numeric else "said" if column else "line"


def _row(cells: list[str]) -> str:
    return f'<table:table-row table:style-name="as-needed">{"".join(cells)}</table:table-row>'


def _cell(value: Value, style: str, is_link: bool = False) -> str:
    """A cell that holds a number, or text and nothing else: what looks like a formula is text in it."""
    if isinstance(value, float):
        said = f"<text:p>{sentences.number(value)}</text:p>"
        number = f'office:value-type="float" office:value="{value:.12g}"'
        return f'<table:table-cell table:style-name="number" {number}>{said}</table:table-cell>'
    said = escape(value)
    if is_link:
        said = f'<text:a xlink:type="simple" xlink:href={quoteattr(f"#{value}.A1")}>{said}</text:a>'
    kind = f'table:style-name="{style}" office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{said}</text:p></table:table-cell>"


def _range(sheet: Sheet) -> Any:
    """The mark of the sheet's table: where it lies, and that its first row is its header."""
    from odfdo import Element

    first, last = len(sheet.lines) + 1, len(sheet.lines) + 1 + len(sheet.rows)
    column = chr(ord("A") + len(sheet.header) - 1)
    made = Element.from_tag("table:database-range")
    made.set_attribute("table:name", f"table_{sheet.id}")
    made.set_attribute("table:target-range-address", f"'{sheet.name}'.A{first}:'{sheet.name}'.{column}{last}")
    made.set_attribute("table:contains-header", "true")
    made.set_attribute("table:display-filter-buttons", "false")
    return made
