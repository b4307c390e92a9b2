"""A delimited file as records of text: its encoding and delimiter found, archives opened within their bounds."""

import codecs
import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from data.errors import InputRejected
from data.policy import MAX_DECOMPRESSED_BYTES
from transforms.arrivals import opened, shown
from transforms.unpacking import MAX_EXPANSION, in_words, kind_of, members

_LONGEST_LINE: Final = 1024**2
_SMALL_BYTES: Final = 16 * 1024**2
_CHUNK: Final = 1024**2
_SAMPLE: Final = 200
_DELIMITERS: Final = (",", ";", "\t", "|")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@contextmanager
def _bytes(file: Path) -> Iterator[IO[bytes]]:
    name = shown(file.name)
    with opened(file) as handle:
        kind = kind_of(file)
        if kind == "text":
            yield handle
        elif kind == "gzip":
            with gzip.open(handle, "rb") as plain:
                yield cast(IO[bytes], plain)
        elif kind == "zip":
            with zipfile.ZipFile(handle) as archive:
                found = [one for one in members(archive, name) if not one.filename.startswith("__MACOSX/")]
                if len(found) != 1:
                    raise InputRejected(
                        f"{name} holds {len(found)} files; one is expected.", "Zip each extract by itself."
                    )
                with archive.open(found[0]) as plain:
                    yield plain
        else:
            raise InputRejected(
                f"{name} is {in_words(kind)}; a proposal is made from CSV.",
                "Save the sheet as CSV and propose from that; afterwards set [file] format in the profile, and "
                "%Y-%m-%d for dates that the sheet holds as dates.",
            )


@contextmanager
def open_text(file: Path, encoding: str) -> Iterator[IO[str]]:
    """Open the text itself, also inside gzip or zip, line ends as they are. Raises as `encoding_of` does."""
    with _bytes(file) as handle, io.TextIOWrapper(handle, encoding, newline="") as text:
        yield text


def encoding_of(file: Path) -> str:
    """Return the first encoding that decodes every byte; bounds what an archive unpacks to on the way."""
    name, packed, taken = shown(file.name), file.lstat().st_size, 0
    decoders: dict[str, codecs.IncrementalDecoder] = {}
    with _bytes(file) as handle:
        while True:
            chunk = handle.read(_CHUNK)
            if not taken:
                marked = [encoding for mark, encoding in _MARKS if chunk.startswith(mark)]
                for encoding in marked or ["utf-8", "cp1252"]:
                    decoders[encoding] = codecs.getincrementaldecoder(encoding)("strict")
            taken += len(chunk)
            if taken > MAX_DECOMPRESSED_BYTES or (taken > _SMALL_BYTES and taken > packed * MAX_EXPANSION):
                raise InputRejected(f"{name} would unpack to more than a real extract does.", "Ask where it is from.")
            if b"\0" in chunk and "utf-16" not in decoders:
                raise InputRejected(f"{name} holds NUL characters.", "Re-export it as CSV in UTF-8.")
            for encoding, decoder in list(decoders.items()):
                try:
                    decoder.decode(chunk, final=not chunk)
                except UnicodeError:
                    del decoders[encoding]
            if not decoders:
                raise InputRejected(f"{name} is not UTF-8, UTF-16 or cp1252.", "Re-export it as CSV in UTF-8.")
            if not chunk:
                return next(iter(decoders))


def delimiter_of(file: Path, encoding: str) -> str:
    """Return the delimiter that cuts the most first rows as it cuts the header, into the most columns."""
    fits: list[tuple[float, int, str]] = []
    for delimiter in _DELIMITERS:
        with open_text(file, encoding) as text:
            try:
                rows = [row for _, (_, row) in zip(range(_SAMPLE), records_of(text, file, delimiter), strict=False)]
            except InputRejected:
                continue
        width = len(rows[0]) if rows else 0
        if width > 1:
            fits.append((sum(len(row) == width for row in rows) / len(rows), width, delimiter))
    if not fits:
        raise InputRejected(
            f"{shown(file.name)} has no columns that a comma, semicolon, tab or bar divides.",
            "Export it as CSV with its header in the first line.",
        )
    return max(fits)[2]


def records_of(text: IO[str], file: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank, with the line it ends on."""
    name = shown(file.name)
    reader = csv.reader(_lines(text, name), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error:
        # Python's own message can hold the text of a cell.
        raise InputRejected(
            f"{name}, line {reader.line_num}: a quote where none may stand, or an overlong value.",
            "Mend the line at the source and re-export.",
        ) from None


def _lines(text: IO[str], name: str) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise InputRejected(f"{name} has a line of more than a million characters.", "It is no CSV of reports.")
        yield line
