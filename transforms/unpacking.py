"""What a file is by its first bytes, and the plain UTF-8 text inside gzip, zip or another encoding."""

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from data.errors import InputRejected, UsageError
from data.policy import MAX_DECOMPRESSED_BYTES

_FIRST_BYTES = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Excel file"),
    (b"%PDF", "a PDF"),
    (b"<", "HTML or XML"),
)
_CHUNK = 1024 * 1024


def kind_of(file: Path) -> str:
    """Return what the first bytes say the file is: parquet, gzip, zip, text, or the name of something unreadable."""
    with file.open("rb") as handle:
        start = handle.read(8)
    kind = next((kind for first, kind in _FIRST_BYTES if start.startswith(first)), "text")
    if kind == "zip":
        try:
            with zipfile.ZipFile(file) as archive:
                if "[Content_Types].xml" in archive.namelist():
                    return "an Excel workbook"
        except zipfile.BadZipFile:
            return "a damaged zip file"
    return kind


def as_plain_text(file: Path, encoding: str, tmp: Path) -> Path:
    """Return a plain UTF-8 text file with the content of `file`: the file itself, or a copy under `tmp`.

    Raises InputRejected where the first bytes are not text, gzip or zip, the archive does not hold exactly one
    file, it unpacks to more than MAX_DECOMPRESSED_BYTES, or the bytes are not of the declared encoding.
    """
    name = file.name if file.name.isprintable() else ascii(file.name)
    kind = kind_of(file)
    try:
        utf8 = codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        raise UsageError(f"The profile's encoding {encoding!r} is not known.", "Use utf-8, utf-16 or cp1252.") from None
    if kind == "text":
        return file if utf8 else _decoded(lambda: file.open("rb"), name, encoding, tmp)
    try:
        if kind == "gzip":
            return _decoded(lambda: cast(IO[bytes], gzip.open(file, "rb")), name, encoding, tmp)
        if kind == "zip":
            with zipfile.ZipFile(file) as archive:
                member = _only_member(archive, name)
                return _decoded(lambda: archive.open(member), name, encoding, tmp)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, RuntimeError, NotImplementedError):
        raise InputRejected(f"{name} is a damaged or protected archive.", "Ask for a re-export.") from None
    remedy = "Save it as Parquet or CSV." if kind == "parquet" else "Export it as CSV."
    raise InputRejected(f"{name} is {kind}, but its profile declares CSV.", remedy)


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    if len(members) != 1:
        raise InputRejected(f"{name} holds {len(members)} files; one is expected.", "Zip each extract by itself.")
    if members[0].file_size > MAX_DECOMPRESSED_BYTES:
        raise InputRejected(f"{name} would unpack to more than this program accepts.", "Split the extract.")
    return members[0]


def _decoded(open_bytes: Callable[[], IO[bytes]], name: str, encoding: str, tmp: Path) -> Path:
    """Copy the bytes to a UTF-8 file under `tmp`, decoding strictly and never past the size limit."""
    target = tmp / "unpacked.csv"
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    taken = 0
    try:
        with open_bytes() as packed, target.open("wb") as plain:
            while chunk := packed.read(_CHUNK):
                taken += len(chunk)
                if taken > MAX_DECOMPRESSED_BYTES:
                    raise InputRejected(f"{name} unpacks to more than this program accepts.", "Split the extract.")
                plain.write(decoder.decode(chunk).encode("utf-8"))
            plain.write(decoder.decode(b"", final=True).encode("utf-8"))
    except UnicodeDecodeError as error:
        target.unlink(missing_ok=True)
        raise InputRejected(
            f"{name}, near byte {max(taken - _CHUNK, 0) + error.start}: not {encoding}.",
            "Set [file] encoding in the profile to what the source writes, or re-export as UTF-8.",
        ) from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target
