"""Small workbooks written part by part, so that a test can put into them what no spreadsheet program would."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | bool | dt.date | dt.datetime | None
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)
ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def letters(column: int) -> str:
    return (chr(64 + (column - 1) // 26) if column > 26 else "") + chr(65 + (column - 1) % 26)


def xlsx_cell(address: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{address}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        days = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
        return f'<c r="{address}" s="{2 if isinstance(value, dt.datetime) else 1}"><v>{days!r}</v></c>'
    if isinstance(value, str):
        if value.startswith("<"):
            return f'<c r="{address}">{value}</c>'
        return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{address}"><v>{value!r}</v></c>'


def xlsx_rows(rows: Sequence[Sequence[Cell]], first: int = 1, hidden: Sequence[int] = ()) -> str:
    return "".join(
        f'<row r="{n}"{" hidden=" + quoteattr("1") if n in hidden else ""}>'
        + "".join(xlsx_cell(f"{letters(c)}{n}", value) for c, value in enumerate(row, start=1))
        + "</row>"
        for n, row in enumerate(rows, start=first)
    )


def xlsx_sheet(rows: str, before: str = "", after: str = "", doctype: str = "") -> str:
    head = f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<worksheet xmlns="{MAIN}">'
    return f"{head}{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def xlsx(sheets: Mapping[str, str], states: Mapping[str, str] | None = None, **parts: bytes | str) -> bytes:
    """A workbook of sheets given as XML; `parts` adds parts or takes the place of them (`__` for a slash)."""
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" state="{(states or {}).get(name, "visible")}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    content: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets.values(), start=1)},
    }
    return packed(content | {part.replace("__", "/"): text for part, text in parts.items()})


def packed(content: Mapping[str, bytes | str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in content.items():
            archive.writestr(zipfile.ZipInfo(part, (2024, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def ods_cell(value: Cell, **attributes: str) -> str:
    more = "".join(f" table:{name.replace('_', '-')}={quoteattr(text)}" for name, text in attributes.items())
    if value is None:
        return f"<table:table-cell{more}/>"
    if isinstance(value, dt.date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{value!r}"'
    return f"<table:table-cell {kind}{more}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def ods_rows(rows: Sequence[Sequence[Cell]]) -> str:
    return "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)


def ods(sheets: Mapping[str, str], hidden: Sequence[str] = (), doctype: str = "", **parts: bytes | str) -> bytes:
    """A spreadsheet of tables given as XML."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}{' table:style-name=' + quoteattr('off') if name in hidden else ''}>"
        f"{rows}</table:table>"
        for name, rows in sheets.items()
    )
    style = (
        '<style:style style:name="off" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    content: dict[str, bytes | str] = {
        "mimetype": ODS_TYPE,
        "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content {ODF}>'
        f"<office:automatic-styles>{style}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
    }
    return packed(content | {part.replace("__", "/"): text for part, text in parts.items()})
