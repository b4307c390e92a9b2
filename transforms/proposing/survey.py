"""What a delimited file holds, column by column: how often each value stands."""

import gzip
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from data.errors import InputRejected, StorageFailed
from transforms.arrivals import shown
from transforms.proposing.dates import formats_reading
from transforms.proposing.delimited import delimiter_of, encoding_of, open_text, records_of

MOST_ROWS: Final = 1_000_000
"""Rows looked at: enough to know a file's labels and formats; `hatecrime check` reads every row."""

MOST_LABELS: Final = 60
LONGEST_LABEL: Final = 60
"""A code list is short in both ways; what is longer is somebody's words."""

_LONGEST_CELL: Final = 300
"""Several labels may stand in one cell; what is longer than this is text, of which only the start is held."""

_NUMBER: Final = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)*")


@dataclass(frozen=True)
class Column:
    """One column: how many rows hold each value; of a text longer than any list of labels, its start."""

    name: str
    counts: Counter[str]

    @cached_property
    def filled(self) -> Counter[str]:
        """The values that are not empty, with their rows."""
        return Counter({value: rows for value, rows in self.counts.items() if value.strip()})

    @property
    def row_count(self) -> int:
        """Rows looked at, filled or not."""
        return self.counts.total()

    @property
    def filled_rows(self) -> int:
        """Rows that hold a value."""
        return self.filled.total()


@dataclass(frozen=True)
class Survey:
    """One file: how it is written, and its columns in order. `is_whole`: every row was looked at."""

    file: Path
    encoding: str
    delimiter: str
    columns: tuple[Column, ...]
    is_whole: bool

    @property
    def row_count(self) -> int:
        """Rows looked at."""
        return self.columns[0].row_count

    def pairs(self, first: Column, second: Column) -> Counter[tuple[str, str]]:
        """Return how many rows hold each pair of values in two columns; reads the file once more."""
        names = [column.name for column in self.columns]
        one, two = names.index(first.name), names.index(second.name)
        with open_text(self.file, self.encoding) as text:
            records = records_of(text, self.file, self.delimiter)
            next(records)
            return Counter((row[one], row[two]) for _, (_, row) in zip(range(self.row_count), records, strict=False))


def survey(file: Path) -> Survey:
    """Look at one CSV, also inside gzip or zip, with Python's own reader; nothing is written anywhere.

    Raises InputRejected, never with a value, where the file is no delimited text with a header above its rows;
    StorageFailed where it cannot be opened.
    """
    name = shown(file.name)
    try:
        encoding = encoding_of(file)
        delimiter = delimiter_of(file, encoding)
        with open_text(file, encoding) as text:
            records = records_of(text, file, delimiter)
            _, header = next(records)
            counts: list[Counter[str]] = [Counter() for _ in header]
            is_whole = True
            for number, (line, row) in enumerate(records):
                if number == MOST_ROWS:
                    is_whole = False
                    break
                if len(row) != len(header):
                    raise InputRejected(
                        f"{name}, line {line}: not the header's {len(header)} columns.",
                        "A delimiter inside a value must be quoted; mend it at the source and re-export.",
                    )
                for counter, cell in zip(counts, row, strict=True):
                    counter[cell[:_LONGEST_CELL]] += 1
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise InputRejected(f"{name} is a damaged or protected archive.", "Ask for a re-export.") from None
    except OSError as error:
        raise StorageFailed(
            f"{name} cannot be read: {error.strerror or 'the disk or a permission stopped it'}.",
            "Check its path, and that you may open it.",
        ) from None
    if not counts[0]:
        raise InputRejected(f"{name} has a header and no rows.", "A proposal needs rows to look at.")
    columns = tuple(Column(*both) for both in zip(header, counts, strict=True))
    _check_header(columns, name)
    return Survey(file, encoding, delimiter, columns, is_whole)


def _check_header(columns: tuple[Column, ...], name: str) -> None:
    """Refuse a first line that holds values: they would be printed as names of columns."""
    names = [column.name for column in columns]
    doubled = len({column.casefold() for column in names}) < len(names)
    among_values = sum(column.name in column.filled for column in columns) > 1
    values = [
        number
        for number, text in enumerate(names, start=1)
        if not text.strip() or _NUMBER.fullmatch(text.strip()) or formats_reading([text.strip()])
    ]
    if doubled or among_values or values:
        where = f" (column {values[0]} of {len(names)} has no name, or a number or date for one)" if values else ""
        raise InputRejected(
            f"{name}: the first line does not look like a header{where}.",
            "Put one line of names, each once, above the rows, and remove title lines.",
        )
