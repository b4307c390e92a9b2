"""The pack as sheets: a cover, contents, notes and one table a sheet, as the Analysis Function asks of a workbook.

Both files of it (`xlsx`, `ods`) are written from the same sheets. Nothing is merged, hidden, filtered, frozen or
worked out; a figure that may not be shown is its shorthand, and the sheet of notes says what that means.
"""

import re
from dataclasses import dataclass
from typing import Final

from dashboards.briefing.content import Grid, Pack
from dashboards.panels import limits_of
from dashboards.release import Cell

_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME: Final = 31
_SHORTHAND: Final = ("[c]", "[x]", "[z]", "[p]", "[r]", "[b]", "[u]", "[low]")

Value = str | float


@dataclass(frozen=True)
class Sheet:
    """One sheet: its lines of text from cell A1 down, then its one table, if it has any, with one header row.

    `id` names the table to programs; `numeric` are its columns of figures. With `has_links`, each cell of the first
    column leads to the sheet that it names.
    """

    name: str
    lines: tuple[str, ...]
    id: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    widths: tuple[int, ...] = (100,)
    numeric: tuple[int, ...] = ()
    has_links: bool = False


def sheets(pack: Pack) -> list[Sheet]:
    """Return the sheets of the pack in their order."""
    tables = [_table(pack, grid, number) for number, grid in enumerate(pack.grids, 1)]
    asked = _asked(pack, len(tables) + 1)
    used = {value for sheet in tables for row in sheet.rows for value in row if isinstance(value, str)}
    notes = _notes(pack, {code for code in _SHORTHAND if any(code in value for value in used)}, used)
    words = pack.texts
    listed = [notes, *tables, asked]
    contents = Sheet(
        _named(words.say("contents")),
        (words.say("contents"), words.say("contents_line")),
        "contents",
        (words.say("sheet"), words.say("holds")),
        tuple((sheet.name, sheet.lines[1 if sheet is notes else 0]) for sheet in listed),
        (34, 90),
        has_links=True,
    )
    return [_cover(pack), contents, *listed]


def _cover(pack: Pack) -> Sheet:
    words = pack.texts
    ways = [f"{one.name}: {one.contact}" for one in (*pack.reporting, *pack.support)]
    lines = (
        pack.title,
        f"{pack.headline}.",
        pack.change,
        pack.to_date,
        pack.counted,
        *pack.caveats[:2],
        pack.stamp,
        pack.source,
        words.say("sheets_note"),
        f"{words.say('reporting')}. {words.say('reporting_first')}",
        *(ways or [words.say("no_contacts")]),
        pack.as_read,
    )
    return Sheet(_named(words.say("cover")), tuple(line for line in lines if line))


def _notes(pack: Pack, codes: set[str], used: set[str]) -> Sheet:
    words = pack.texts
    shorthand: list[tuple[Value, ...]] = [
        (code, words.say(f"shorthand_{code.strip('[]')}")) for code in _SHORTHAND if code in codes
    ]
    if words.say("none") in used:
        shorthand.append((words.say("none"), words.say("shorthand_none")))
    told = [(f"[note {number}]", text) for number, text in enumerate(pack.caveats, 1)]
    return Sheet(
        _named(words.say("notes")),
        (words.say("notes"), words.say("notes_line")),
        "notes",
        (words.say("note_head"), words.say("meaning")),
        (*shorthand, *told),
        (16, 110),
    )


def _table(pack: Pack, grid: Grid, number: int) -> Sheet:
    words = pack.texts
    if grid.id == "over_time":
        header: tuple[str, ...] = (
            grid.head,
            words.say("reports"),
            words.say("lower"),
            words.say("upper"),
            words.say("marker"),
        )
        rows: list[tuple[Value, ...]] = [(line.name, *_with_limits(pack, line.cells[0])) for line in grid.rows]
        widths: tuple[int, ...] = (38, 14, 16, 16, 12)
        numeric: tuple[int, ...] = (1, 2, 3)
    else:
        header = (grid.head, *grid.columns, words.say("marker"))
        rows = [
            (line.name, *(_value(cell) for cell in line.cells), line.said, _marks(pack, line.cells))
            for line in grid.rows
        ]
        widths = (42, *(16 for _ in grid.columns[:-1]), 40, 12)
        numeric = tuple(range(1, len(grid.columns)))
    notes = " ".join(f"[note {at}]" for at in range(1, len(pack.caveats) + 1))
    lines = (f"{number}. {grid.caption}", words.say("table_line"), notes, pack.stamp)
    return Sheet(_named(f"{number} {words.say(_NAMES[grid.id])}"), lines, grid.id, header, tuple(rows), widths, numeric)


_NAMES: Final = {"figures": "figures", "breakdown": "by_characteristic", "places": "by_place", "over_time": "over_time"}


def _asked(pack: Pack, number: int) -> Sheet:
    words = pack.texts
    rows = tuple((one.asked, said) for one in pack.questions for said in one.answer)
    header = (words.say("question"), words.say("answer"))
    lines = (f"{number}. {words.say('asked')}", words.say("asked_line"), pack.stamp)
    return Sheet(_named(f"{number} {words.say('asked')}"), lines, "asked", header, rows, (34, 110))


def _with_limits(pack: Pack, cell: Cell) -> tuple[Value, Value, Value, str]:
    found = limits_of(pack.release, pack.line, cell)
    edges: tuple[Value, Value] = (_value(cell), _value(cell)) if found is None else (float(found[0]), float(found[1]))
    return _value(cell), *edges, _marks(pack, (cell,))


def _value(cell: Cell) -> Value:
    """The figure as a number, or the shorthand for why there is none; never empty and never zero for hidden."""
    return cell.value if cell.value is not None else cell.marker.strip() or "[x]"


def _marks(pack: Pack, cells: tuple[Cell, ...]) -> str:
    """What is to be known of figures that are shown, as their own cells must stay numbers."""
    found = {code for cell in cells if cell.value is not None for code in _SHORTHAND if code in cell.marker}
    return " ".join(code for code in _SHORTHAND if code in found) or pack.texts.say("none")


def _named(text: str) -> str:
    """The text as a name of a sheet, in letters and at a length that every program takes."""
    return _NOT_IN_NAMES.sub(" ", text).strip()[:_LONGEST_NAME].strip()
