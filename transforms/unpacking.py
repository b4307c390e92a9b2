"""What a file is by its first bytes, and the plain UTF-8 text inside gzip, zip or another encoding, bounded."""

import codecs
import gzip
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, cast

from data.errors import InputRejected, UsageError
from data.policy import MAX_DECOMPRESSED_BYTES
from transforms.arrivals import shown

MAX_ENTRIES: Final = 1_000
"""A zip of one extract holds one file; a workbook a few dozen parts."""

MAX_EXPANSION: Final = 100
"""Text of real reports shrinks to a fifth or a twentieth; a hundredth is a bomb, or rows copied by the thousand."""

_SMALL_BYTES: Final = 16 * 1024**2
"""What unpacks to less than this does no harm however well it was packed."""

_MAX_DIRECTORY_BYTES: Final = 1024**2
_CHUNK: Final = 1024 * 1024
_FIRST_BYTES: Final = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old (.xls) or password-protected Excel file"),
    (b"%PDF", "a PDF"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a Rich Text document"),
    (b"\x7fELF", "a program"),
    (b"<", "HTML or XML"),
)
_WORDS: Final = {
    "parquet": "a Parquet file",
    "gzip": "a gzip archive",
    "zip": "a zip archive",
    "xlsx": "an Excel workbook",
    "ods": "an OpenDocument spreadsheet",
    "text": "a text file",
}
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"


def kind_of(file: Path) -> str:
    """Return what the first bytes say the file is.

    One of parquet, gzip, zip, xlsx, ods, text; or else words for something that this program does not read.
    """
    with file.open("rb") as handle:
        start = handle.read(64)
    start = start.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n\t ") if start[:3] != b"PK\x03" else start
    kind = next((kind for first, kind in _FIRST_BYTES if start.startswith(first)), "text")
    return _kind_of_zip(file) if kind == "zip" else kind


def in_words(kind: str) -> str:
    """Return a kind as it stands in a sentence: "an Excel workbook"."""
    return _WORDS.get(kind, kind)


def _kind_of_zip(file: Path) -> str:
    try:
        if not _directory_is_small(file):
            return "a zip archive of too many files"
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                known = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "a binary Excel workbook (.xlsb)"}
                found = next((kind for part, kind in known.items() if part in names), None)
                return found or "an Office document that is no workbook"
            if "mimetype" in names and archive.getinfo("mimetype").file_size <= 100:
                with archive.open("mimetype") as handle:
                    return "ods" if handle.read(100).startswith(_ODS) else "a document that is no spreadsheet"
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):
        return "a damaged zip file"
    return "zip"


def _directory_is_small(file: Path) -> bool:
    """Read the end record alone, because listing a directory of a million names is itself a bomb."""
    with file.open("rb") as handle:
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(0, size - 65_536 - 22))
        tail = handle.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    entries, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07") and wide >= 0:
        entries, length = struct.unpack("<QQ", tail[wide + 32 : wide + 48])
    return bool(entries <= MAX_ENTRIES and length <= _MAX_DIRECTORY_BYTES)


def members(archive: zipfile.ZipFile, name: str, most_bytes: int = MAX_DECOMPRESSED_BYTES) -> list[zipfile.ZipInfo]:
    """Return the files of an archive, none twice, whose declared sizes together stay within the bounds.

    Raises InputRejected before anything is decompressed.
    """
    found = [info for info in archive.infolist() if not info.is_dir()]
    if len({info.filename.casefold() for info in found}) < len(found):
        raise InputRejected(f"{name} is a damaged archive: a part stands in it twice.", "Ask for a re-export.")
    if any(info.flag_bits & 1 for info in found):
        raise InputRejected(f"{name} is protected by a password.", "Save it without a password.")
    packed, plain = sum(info.compress_size for info in found), sum(info.file_size for info in found)
    _check_expansion(name, packed, plain, most_bytes)
    for info in found:
        _check_expansion(name, info.compress_size, info.file_size, most_bytes)
    return found


def _check_expansion(name: str, packed: int, plain: int, most_bytes: int = MAX_DECOMPRESSED_BYTES) -> None:
    if plain > most_bytes:
        raise InputRejected(f"{name} would unpack to more than this program accepts.", "Split the extract.")
    if plain > _SMALL_BYTES and plain > packed * MAX_EXPANSION:
        raise InputRejected(
            f"{name} would unpack to more than {MAX_EXPANSION} times its size, as no real extract does.",
            "Ask where the file comes from, and for a re-export without compression.",
        )


def as_plain_text(file: Path, encoding: str, target: Path) -> Path:
    """Return a plain UTF-8 text file with the content of `file`: the file itself, or a copy at `target`.

    Raises InputRejected where the first bytes are not text, gzip or zip, the archive does not hold exactly one
    text file or unpacks beyond the bounds, or the bytes are not of the declared encoding.
    """
    name = shown(file.name)
    kind = kind_of(file)
    try:
        # Codecs that turn text into text, or bytes into bytes, are no encodings.
        "a".encode(encoding)
    except (LookupError, UnicodeError):
        raise UsageError(f"The profile's encoding {encoding!r} is not known.", "Use utf-8, utf-16 or cp1252.") from None
    if kind == "text":
        utf8 = codecs.lookup(encoding).name == "utf-8"
        return file if utf8 and not _marked_utf16(file) else _decoded(lambda: file.open("rb"), name, encoding, target)
    try:
        if kind == "gzip":
            packed = file.stat().st_size
            return _decoded(lambda: cast(IO[bytes], gzip.open(file, "rb")), name, encoding, target, packed)
        if kind == "zip":
            with zipfile.ZipFile(file) as archive:
                member = _only_member(archive, name)
                return _decoded(lambda: archive.open(member), name, encoding, target)
    except (
        *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, ValueError),
        *(RuntimeError, NotImplementedError, OverflowError),
    ):
        target.unlink(missing_ok=True)
        raise InputRejected(f"{name} is a damaged or protected archive.", "Ask for a re-export.") from None
    remedy = {
        "xlsx": 'Export it as CSV, or set [file] format = "xlsx" in the profile.',
        "ods": 'Export it as CSV, or set [file] format = "ods" in the profile.',
        "parquet": 'Set [file] format = "parquet" in the profile, or export CSV.',
    }.get(kind, "Open it where it was made and export it as CSV, without a password.")
    raise InputRejected(f"{name} is {in_words(kind)}, but its profile declares CSV.", remedy)


def _marked_utf16(file: Path) -> bool:
    with file.open("rb") as handle:
        return handle.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    found = [info for info in members(archive, name) if not info.filename.startswith("__MACOSX/")]
    if len(found) != 1:
        raise InputRejected(f"{name} holds {len(found)} files; one is expected.", "Zip each extract by itself.")
    return found[0]


def _decoded(
    open_bytes: Callable[[], IO[bytes]], name: str, encoding: str, target: Path, packed: int | None = None
) -> Path:
    """Copy the bytes to a UTF-8 file at `target`, decoding strictly and never past the bounds."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    taken = 0
    waiting = b""
    try:
        with open_bytes() as source, target.open("wb") as plain:
            while True:
                chunk = source.read(_CHUNK)
                if taken == 0:
                    _check_start(chunk, name, encoding)
                waiting = decoder.getstate()[0]
                taken += len(chunk)
                _check_expansion(name, packed if packed is not None else taken, taken)
                plain.write(decoder.decode(chunk, final=not chunk).encode("utf-8"))
                if not chunk:
                    break
    except UnicodeError as error:
        target.unlink(missing_ok=True)
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise InputRejected(
            f"{name}, near byte {max(taken - len(chunk) - len(waiting) + start, 0)}: not {encoding}.",
            "Set [file] encoding in the profile to what the source writes, or re-export as UTF-8.",
        ) from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def _check_start(chunk: bytes, name: str, encoding: str) -> None:
    """Refuse what the first bytes contradict: another encoding's mark, or no text at all."""
    kind = next((kind for first, kind in _FIRST_BYTES if chunk.startswith(first)), "text")
    if kind not in ("text", "HTML or XML"):
        raise InputRejected(f"{name} holds {in_words(kind)}, not CSV.", "Pack the CSV itself, once.")
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    declared = codecs.lookup(encoding).name
    for mark, said in marks:
        if chunk.startswith(mark) and not declared.startswith(said):
            raise InputRejected(
                f"{name} is marked as {said}; its profile declares {encoding}.",
                f'Set [file] encoding = "{said}" in the profile if that is how the source writes.',
            )
