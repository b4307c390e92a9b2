"""What a sheet of a workbook holds and hides, and how its parts are read as XML within bounds and without entities."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from data.errors import InputRejected

_CHUNK: Final = 1024 * 1024

Attributes = dict[str, str]
Actions = dict[str, Callable[[Attributes], None]]


@dataclass
class Found:
    """How often something stands in a sheet, and the address of the first."""

    count: int = 0
    first: str = ""

    def add(self, address: str, count: int = 1) -> None:
        """Count one more, or several that start at an address."""
        self.first = self.first or address
        self.count += count


@dataclass
class Sheet:
    """One sheet: its name, whether it shows, and what a reader must know before it trusts the cells.

    `rows` counts rows that hold a value; the first must be row 1 and none may be missing in between.
    """

    name: str
    is_hidden: bool = False
    part: str = ""
    rows: int = 0
    last_row: int = 0
    width: int = 0
    gap: int = 0
    hidden_rows: Found = field(default_factory=Found)
    hidden_columns: Found = field(default_factory=Found)
    formulas: Found = field(default_factory=Found)
    merged: Found = field(default_factory=Found)
    errors: Found = field(default_factory=Found)
    hidden_spans: list[tuple[int, int]] = field(default_factory=list)

    def saw_row(self, row: int, repeats: int, hidden: bool) -> None:
        """Take note of `repeats` rows from `row` on that hold a value."""
        if row > self.last_row + 1 and not self.gap:
            self.gap = self.last_row + 1
        self.rows += repeats
        self.last_row = row + repeats - 1
        if hidden:
            self.hidden_rows.add(f"row {row}", repeats)

    def close(self) -> None:
        """Count the hidden columns among those in use: programs hide thousands of empty ones beyond them."""
        for first, last in self.hidden_spans:
            if first <= self.width:
                self.hidden_columns.add(f"column {letters(first)}", min(last, self.width) - first + 1)


def letters(column: int) -> str:
    """Return a column's letters; the first is A."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def parse(archive: zipfile.ZipFile, part: str, name: str, start: Actions, end: Actions | None = None) -> None:
    """Call the action of each element by its local name; a document type, which entities need, is refused."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype(name)
    parser.StartElementHandler = _Dispatch(start).started
    if end:
        parser.EndElementHandler = _Dispatch(end).ended
    try:
        with archive.open(part) as handle:
            while chunk := handle.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged(name) from None


class _Dispatch(dict[str, Callable[[Attributes], None] | None]):
    """Actions by the name as written, prefix and all, found once by local name."""

    def __init__(self, actions: Actions) -> None:
        self.actions = actions

    def __missing__(self, tag: str) -> Callable[[Attributes], None] | None:
        self[tag] = action = self.actions.get(tag.rpartition(":")[2])
        return action

    def started(self, tag: str, attributes: Attributes) -> None:
        if (action := self[tag]) is not None:
            action(attributes)

    def ended(self, tag: str) -> None:
        if (action := self[tag]) is not None:
            action({})


def _refuse_doctype(name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise InputRejected(
            f"{name} declares a document type, as no spreadsheet program does.",
            "Ask where the file comes from, and for a re-export.",
        )

    return refuse


def damaged(name: str) -> InputRejected:
    """The refusal of a workbook whose parts do not fit together."""
    return InputRejected(f"{name} is a damaged workbook.", "Open it, save it anew without a password, and try again.")


def local(attributes: Attributes) -> Attributes:
    """Return attributes by their names without prefix."""
    return {key.rpartition(":")[2]: value for key, value in attributes.items()}
