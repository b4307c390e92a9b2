"""The independent reader of delimited text: counts records and finds every damaged line, reading bytes in columns.

It shares no code with the engine that loads the rows; the two must agree on how many there are.
"""

import codecs
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.description import FileFormat
from data.errors import InputRejected

MAX_VALUE_BYTES: Final = 131_072
"""Longer than any code, date or label: a value of this size is a quote left open, or another file's content."""

_CHUNK: Final = 8 * 1024 * 1024
_LF, _CR = 10, 13
_ENDS: Final = {b"\n": "LF", b"\r\n": "CR LF", b"\r": "CR"}
_FORBIDDEN: Final = ((b"\0", "a NUL character"), (b"\x1f", "a control character (0x1f)"))
_REPLACEMENT: Final = "\ufffd".encode()

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Census:
    """What the independent reader saw.

    `spans` holds (record, extra lines) for each record whose quoted values run over several lines; the header
    is record 0. Without spans, record n stands on line n + 1.
    """

    header: list[str]
    records: int
    spans: Positions


def take_census(text: Path, name: str, form: FileFormat, check_header: Callable[[list[str]], None]) -> Census:
    """Read UTF-8 text strictly: RFC 4180 with the declared delimiter and quote, one kind of line end throughout.

    Raises InputRejected by line for bytes that are not UTF-8, NUL, a quote inside a value, an open quote, a blank
    line among the rows, a row of another width than the header, a second kind of line end, an overlong value, a
    last row that breaks off; and whatever `check_header` raises.
    """
    counting = _Counting(name, form, check_header)
    rest = b""
    with text.open("rb") as handle:
        # A byte order mark is not part of the first column's name.
        if handle.read(3) != codecs.BOM_UTF8:
            handle.seek(0)
        while block := handle.read(_CHUNK):
            data = rest + block
            rest = data[counting.take(data) :]
    counting.finish(rest)
    return counting.census()


@dataclass
class _Counting:
    name: str
    form: FileFormat
    check_header: Callable[[list[str]], None]
    header: list[str] = field(default_factory=list)
    end: bytes = b""
    line: int = 1
    """Line of the file at which the next chunk starts."""
    seen: int = 0
    """Records so far, the header among them."""
    blank_line: int = 0
    ragged: int = 0
    first_ragged: int = 0
    breaks_off: bool = False
    spans: list[Positions] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.delimiter, self.quote = ord(self.form.delimiter), ord(self.form.quote)

    def census(self) -> Census:
        if not self.seen:
            self.check_header([])
        if self.ragged == 1 and self.breaks_off:
            raise InputRejected(
                f"{self.name}, line {self.first_ragged}: the last row breaks off before its last column.",
                "The file was probably cut off; ask for a re-export.",
            )
        if self.ragged:
            raise InputRejected(
                f"{self.name}: {self.ragged} rows do not have the header's {len(self.header)} columns "
                f"(first: line {self.first_ragged}).",
                "A delimiter inside a value must be quoted; mend it at the source and re-export.",
            )
        empty = np.empty((0, 2), dtype=np.int64)
        return Census(self.header, max(self.seen - 1, 0), np.concatenate([empty, *self.spans]))

    def take(self, data: bytes) -> int:
        """Count the whole records at the start of `data` and return how many bytes they are."""
        if not self.end:
            self.end = self._first_line_end(data)
        length = self._whole(data)
        if length:
            self._count(data[:length])
        elif len(data) > _CHUNK:
            self._check_open(data, f"a quote opens and does not close within {_CHUNK // 1024**2} MB")
        return length

    def finish(self, rest: bytes) -> None:
        """Count what follows the last line end; a last row needs none if it is complete."""
        if not rest:
            return
        if self.end == b"\r\n" and rest.endswith(b"\r"):
            self._refuse_at(len(rest) - 1, rest, "the file breaks off inside a line end")
        if not self.end:
            self.end = b"\r" if rest.endswith(b"\r") else b"\n"
        data = rest if rest.endswith(self.end) else rest + self.end
        if self._whole(data) < len(data):
            self._check_open(data, "the file ends inside a quoted value; it was probably cut off")
        before = self.ragged
        self._count(data)
        self.breaks_off = self.ragged > before

    def _check_open(self, data: bytes, words: str) -> None:
        """Refuse data that ends inside quotes, at the quote that is out of place or else at the one left open."""
        self._check_text(data)
        codes = np.frombuffer(data, np.uint8)
        quotes = np.flatnonzero(codes == self.quote)
        self._check_quotes(codes, quotes, data)
        self._refuse_at(int(quotes[-1]) if len(quotes) else 0, data, words)

    def _first_line_end(self, data: bytes) -> bytes:
        inside = False
        for match in range(len(data)):
            byte = data[match]
            if byte == self.quote:
                inside = not inside
            elif byte == _LF and not inside:
                return b"\n"
            elif byte == _CR and not inside:
                # A CR at the very end may be half of a pair: then the next block decides.
                return (b"\r\n" if data[match + 1] == _LF else b"\r") if match + 1 < len(data) else b""
        return b""

    def _whole(self, data: bytes) -> int:
        """Return how many bytes the whole records take: up to the last line end outside quotes."""
        if not self.end:
            return 0
        last = data.rfind(self.end)
        if data.find(self.form.quote.encode()) < 0:
            return last + len(self.end) if last >= 0 else 0
        quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == self.quote)
        while last >= 0 and np.searchsorted(quotes, last) % 2:
            # Inside a quoted value: nothing before its opening quote can be inside it.
            last = data.rfind(self.end, 0, int(quotes[np.searchsorted(quotes, last) - 1]))
        return last + len(self.end) if last >= 0 else 0

    def _count(self, data: bytes) -> None:
        self._check_text(data)
        codes = np.frombuffer(data, np.uint8)
        has_quotes = data.find(self.form.quote.encode()) >= 0
        special = (codes == self.delimiter) | (codes == self.end[-1])
        if has_quotes:
            special |= codes == self.quote
        at = np.flatnonzero(special)
        quotes = np.empty(0, dtype=np.int64)
        if has_quotes:
            is_quote = codes[at] == self.quote
            quotes = at[is_quote]
            inside = (np.cumsum(is_quote) & 1).astype(bool)
            at = at[~is_quote & ~inside]
        is_end = codes[at] == self.end[-1]
        self._check_lengths(at, data)
        if not self.seen:
            self._take_header(data[: int(at[is_end][0]) + 1])
        self._check_quotes(codes, quotes, data)
        self._check_ends(codes, at[is_end], quotes, data)
        self._count_records(at, is_end, codes, quotes)

    def _take_header(self, first: bytes) -> None:
        text = first.decode("utf-8").removesuffix(self.end.decode())
        lines = io.StringIO(text, newline="")
        self.header = next(csv.reader(lines, delimiter=self.form.delimiter, quotechar=self.form.quote), [])
        self.check_header(self.header)

    def _check_text(self, data: bytes) -> None:
        for byte, words in _FORBIDDEN:
            if (found := data.find(byte)) >= 0:
                self._refuse_at(found, data, words)
        if data.isascii():
            return
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputRejected(
                f"{self.name}, line {self._line_of(error.start, data)}: bytes that are not {self.form.encoding}.",
                "Set [file] encoding in the profile to what the source writes (often cp1252), or re-export as UTF-8.",
            ) from None
        if (found := data.find(_REPLACEMENT)) >= 0:
            self._refuse_at(
                found, data, "a replacement character (U+FFFD): letters were lost before this file was made"
            )

    def _check_quotes(self, codes: NDArray[np.uint8], quotes: Positions, data: bytes) -> None:
        """A quote may open only at the start of a value and close only at its end; a quote inside is doubled."""
        if not len(quotes):
            return
        opening, closing = quotes[::2], quotes[1::2]
        before = codes[np.maximum(opening - 1, 0)]
        may_open = (opening == 0) | np.isin(before, [self.delimiter, self.end[-1], self.quote])
        may_close = np.isin(codes[closing + 1], [self.delimiter, self.end[0], self.quote])
        strays = np.concatenate([opening[~may_open], closing[~may_close]])
        if len(strays):
            self._refuse_at(int(strays.min()), data, "a quote where none may stand")

    def _check_ends(self, codes: NDArray[np.uint8], ends: Positions, quotes: Positions, data: bytes) -> None:
        """Lines must all end alike: a second kind of line end is two exports in one file, or a break in a value."""
        other = b"\n" if self.end == b"\r" else b"\r"
        if self.end == b"\r\n":
            if not len(quotes) and data.count(b"\r\n") == data.count(b"\r") == len(ends):
                return
            strays = ends[codes[np.maximum(ends - 1, 0)] != _CR]
            returns = np.flatnonzero(codes == _CR)
            returns = returns[np.searchsorted(quotes, returns) % 2 == 0]
            strays = np.concatenate([strays, returns[codes[np.minimum(returns + 1, len(codes) - 1)] != _LF]])
        elif data.find(other) < 0:
            return
        else:
            strays = np.flatnonzero(codes == other[0])
            strays = strays[np.searchsorted(quotes, strays) % 2 == 0]
        if len(strays):
            kind = _ENDS[self.end]
            self._refuse_at(int(strays.min()), data, f"a line end of another kind than the header's ({kind})")

    def _check_lengths(self, at: Positions, data: bytes) -> None:
        lengths = np.diff(at, prepend=-1)
        if len(lengths) and int(lengths.max()) > MAX_VALUE_BYTES:
            where = int(at[int(lengths.argmax())]) - 1
            self._refuse_at(where, data, f"a value of more than {MAX_VALUE_BYTES:,} bytes")

    def _count_records(
        self, at: Positions, is_end: NDArray[np.bool_], codes: NDArray[np.uint8], quotes: Positions
    ) -> None:
        width = len(self.header)
        ends = at[is_end]
        breaks = self._breaks_inside(codes, quotes)
        plain = len(at) == len(ends) * width and bool(is_end[width - 1 :: width].all()) and not len(breaks)
        if not plain or self.blank_line:
            extra = np.diff(np.searchsorted(breaks, ends), prepend=0)
            lines = self.line + np.arange(len(ends)) + np.cumsum(extra) - extra
            fields = np.diff(np.flatnonzero(is_end), prepend=-1)
            is_blank = np.diff(ends, prepend=-1) == len(self.end)
            records = ~is_blank
            if not self.blank_line and is_blank.any():
                self.blank_line = int(lines[is_blank.argmax()])
            if self.blank_line and (lines[records] > self.blank_line).any():
                raise InputRejected(
                    f"{self.name}, line {self.blank_line}: a blank line among the rows.",
                    "Re-export the file.",
                )
            wrong = lines[records & (fields != width)]
            if len(wrong):
                self.ragged += len(wrong)
                self.first_ragged = self.first_ragged or int(wrong[0])
            numbers = self.seen + np.cumsum(records) - 1
            spread = records & (extra > 0)
            self.spans.append(np.column_stack([numbers[spread], extra[spread]]))
            self.seen += int(records.sum())
        else:
            self.seen += len(ends)
        self.line += len(ends) + len(breaks)

    def _breaks_inside(self, codes: NDArray[np.uint8], quotes: Positions) -> Positions:
        """Where lines break inside quoted values: at each LF, and each CR that no LF follows."""
        if not len(quotes):
            return quotes
        lone = (codes == _CR) & (np.append(codes[1:], 0) != _LF)
        breaks = np.flatnonzero((codes == _LF) | lone)
        return breaks[np.searchsorted(quotes, breaks) % 2 == 1]

    def _line_of(self, position: int, data: bytes) -> int:
        before = data[:position]
        return self.line + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")

    def _refuse_at(self, position: int, data: bytes, words: str) -> None:
        raise InputRejected(
            f"{self.name}, line {self._line_of(position, data)}: {words}.",
            "Mend the line at the source and re-export.",
        )
