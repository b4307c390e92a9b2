"""Pseudonyms: one column of a CSV replaced by a keyed hash, so that revisions match and nobody is named."""

import csv
import hmac
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from data.errors import InputRejected, StorageFailed, UsageError
from transforms.reading import shown

MINIMUM_KEY_BYTES: Final = 32


def pseudonymise(
    file: Path,
    column: str,
    key_file: Path,
    target: Path,
    *,
    workspace: Path,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> int:
    """Write `file` to `target` with one column as HMAC-SHA256 in 64 hex digits; return the rows written.

    The same key and value always give the same pseudonym, spaces around the value aside; an empty cell stays
    empty. The key file lies outside the workspace, holds 32 bytes or more, and only its owner may read it.
    `target` appears whole or not at all, readable by its owner alone, as UTF-8.
    Raises UsageError for a key, column or target that will not do, InputRejected for a damaged line,
    StorageFailed when a file cannot be opened or written.
    """
    key = _key(key_file, workspace)
    if target.exists():
        raise UsageError(f"{shown(target.name)} already exists.", "Name a target that does not exist yet.")
    # A byte order mark is not part of the first column's name.
    reads_as = "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(descriptor, "w", encoding="utf-8", newline="") as sink,
            file.open(encoding=reads_as, newline="") as text,
        ):
            write = csv.writer(sink, delimiter=delimiter).writerow
            count = _copy(_records(text, file.name, delimiter), write, file.name, column, key)
            sink.flush()
            os.fsync(sink.fileno())
        part.rename(target)
    except OSError as error:
        raise StorageFailed(
            f"{shown(file.name)} could not be pseudonymised: {error.strerror}.",
            "Check that both files may be opened and that the disk has room.",
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return count


def _copy(
    records: Iterator[list[str]], write: Callable[[list[str]], object], name: str, column: str, key: bytes
) -> int:
    header = next(records, [])
    if header.count(column) != 1:
        raise UsageError(
            f"{shown(name)} has {header.count(column)} columns called {shown(column)}.",
            "Give the name of one column exactly as it stands in the header.",
        )
    place = header.index(column)
    write(header)
    count = 0
    for count, record in enumerate(records, start=1):
        if len(record) != len(header):
            raise InputRejected(
                f"{shown(name)}: row {count} does not have the header's {len(header)} columns.",
                "Mend the line at the source and export the file again.",
            )
        if value := record[place].strip():
            record[place] = hmac.digest(key, value.encode("utf-8"), "sha256").hex()
        write(record)
    return count


def _records(text: IO[str], name: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except (csv.Error, UnicodeDecodeError):
        raise InputRejected(
            f"{shown(name)}, line {reader.line_num + 1}: a quote or a byte that may not stand there.",
            "Check the encoding, or mend the line at the source and export the file again.",
        ) from None


def _key(key_file: Path, workspace: Path) -> bytes:
    name = shown(key_file.name)
    if key_file.resolve().is_relative_to(workspace.resolve()):
        raise UsageError(
            f"The key {name} lies inside the workspace.",
            "Keep it elsewhere: whoever copies the workspace must not get the key with it.",
        )
    try:
        with key_file.open("rb") as handle:
            mode = os.fstat(handle.fileno()).st_mode
            key = handle.read()
    except OSError as error:
        raise UsageError(f"The key {name} cannot be read: {error.strerror}.", "Check its path.") from None
    if not stat.S_ISREG(mode) or mode & 0o077:
        raise UsageError(f"Others than its owner may read the key {name}.", f"Run: chmod 600 {name}.")
    if len(key) < MINIMUM_KEY_BYTES:
        raise UsageError(
            f"The key {name} holds {len(key)} bytes, and {MINIMUM_KEY_BYTES} are needed.",
            f"Make one with: head -c {MINIMUM_KEY_BYTES} /dev/urandom > {name}.",
        )
    return key
