"""The workbook as XLSX: values alone, each table marked, text never taken for a formula or an address."""

import io
from collections.abc import Sequence
from typing import Any, Final

from dashboards.briefing.archives import undated
from dashboards.briefing.content import Pack
from dashboards.briefing.workbook import Sheet, Value, sheets

_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_A4: Final = 9
_APART: Final = {"align": "left", "indent": 1}
_LINE, _TITLE = 16.0, 21.0
"""Points of a line of letters, and of one of a title."""

_LETTER: Final = 0.92
"""How wide a letter is beside a digit, in which widths of columns are told, with room for where lines break."""

_FONT: Final = {"font_name": "Arial", "font_size": 12, "valign": "top"}


def xlsx(pack: Pack) -> bytes:
    """Return the workbook as XLSX."""
    from datetime import datetime, time

    import xlsxwriter

    about, file = pack.release.about, io.BytesIO()
    made = xlsxwriter.Workbook(file, _PLAIN)
    made.formats[0].set_font_name("Arial")
    made.formats[0].set_font_size(12)
    made.set_properties(
        {
            "title": pack.title,
            "author": about.force_name,
            "subject": pack.stamp,
            "keywords": about.release_id,
            "created": datetime.combine(about.extracted_on, time()),
        }
    )
    formats = {
        "title": made.add_format({**_FONT, "font_size": 16, "bold": True, "text_wrap": True}),
        "line": made.add_format(_FONT),
        "line_title": made.add_format({**_FONT, "font_size": 16, "bold": True}),
        "head": made.add_format({**_FONT, "bold": True, "text_wrap": True, "bottom": 1}),
        "said_head": made.add_format({**_FONT, "bold": True, "text_wrap": True, "bottom": 1, **_APART}),
        "number_head": made.add_format({**_FONT, "bold": True, "text_wrap": True, "bottom": 1, "align": "right"}),
        "text": made.add_format({**_FONT, "text_wrap": True}),
        # Text that follows a number stands a little apart from it.
        "said": made.add_format({**_FONT, "text_wrap": True, **_APART}),
        "number": made.add_format({**_FONT, "num_format": "#,##0", "align": "right"}),
        "shorthand": made.add_format({**_FONT, "align": "right"}),
        "link": made.add_format({**_FONT, "underline": 1, "font_color": "#12436D"}),
    }
    for sheet in sheets(pack):
        _write(made.add_worksheet(sheet.name), sheet, formats)
    made.close()
    return undated(file.getvalue(), about.extracted_on, pack.texts.language)


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    for at, width in enumerate(sheet.widths):
        page.set_column(at, at, width)
    for at, line in enumerate(sheet.lines):
        # A line above a table runs on over the empty cells beside it; wrapped in a narrow column it would be a tower.
        kinds = ("line_title", "line") if sheet.header else ("title", "text")
        page.write_string(at, 0, line, formats[kinds[min(at, 1)]])
        if not sheet.header:
            page.set_row(at, _height((line,), sheet.widths, _TITLE if at == 0 else _LINE))
    top = len(sheet.lines)
    if not sheet.header:
        return
    page.add_table(
        top,
        0,
        top + len(sheet.rows),
        len(sheet.header) - 1,
        {
            "name": f"table_{sheet.id}",
            "autofilter": False,
            "style": None,
            "columns": [
                {"header": name, "header_format": formats[_head(sheet, at)]} for at, name in enumerate(sheet.header)
            ],
        },
    )
    page.set_row(top, _height(sheet.header, sheet.widths))
    for row, values in enumerate(sheet.rows, top + 1):
        page.set_row(row, _height(values, sheet.widths))
        for column, value in enumerate(values):
            if isinstance(value, float):
                page.write_number(row, column, value, formats["number"])
            elif sheet.has_links and column == 0:
                page.write_url(row, column, f"internal:'{value}'!A1", formats["link"], value)
            else:
                kind = "shorthand" if column in sheet.numeric else "said" if column else "line"
                page.write_string(row, column, value, formats[kind])


def _head(sheet: Sheet, column: int) -> str:
    """The format of a column's head, which stands as what is under it does."""
    return "number_head" if column in sheet.numeric else "said_head" if column else "head"


def _height(values: Sequence[Value], widths: Sequence[int], line: float = _LINE) -> float:
    """Return how high a row must be for all its words: not every program works it out when it opens the file."""
    lines = [-(-len(str(value)) * _LETTER // width) for value, width in zip(values, widths, strict=True)]
    return line * max(1.0, *lines)
