"""A file as it arrives: how its name may be shown, whether it is whole yet, and whether it is a file of its own."""

import os
import signal
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from data.errors import InputRejected, StorageFailed

try:
    import fcntl
except ImportError:  # not on Windows, where a file open for writing cannot be opened by others
    fcntl = None  # type: ignore[assignment]

QUIET_SECONDS: Final = 1.0
"""A file whose size and time have not moved for so long, and that nobody has open for writing, is whole."""

_UNFINISHED: Final = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp")
_LOCK_PREFIXES: Final = ("~$", ".~lock.")


def shown(name: str) -> str:
    """Return a file or column name as it may be printed: at most 80 characters, none that acts on a terminal.

    Control characters, bidirectional overrides, invisible characters and bytes that are no text are escaped.
    """
    text = "".join(c if c.isprintable() else _escaped(c) for c in name)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unsettled(files: Iterable[Path], quiet_seconds: float = QUIET_SECONDS) -> list[Path]:
    """Return the files that are not whole: something still writes them, or their name says that they are partial.

    Waits at most `quiet_seconds` for all of them together, and not at all where none is younger. Office programs'
    lock files are never whole. A file that is not there, or is no regular file, is left to `read` to refuse.
    """
    files = list(files)
    before = {file: state for file in files if (state := _seen(file)) is not None}
    open_now = {file for file in before if _is_open_for_writing(file)}
    now = time.time()
    # A clock that is ahead says nothing about age: such a file is watched for the whole time.
    ages = [now - state[-1] / 1e9 for file, state in before.items() if file not in open_now]
    if young := [age for age in ages if age < quiet_seconds]:
        time.sleep(quiet_seconds - max(0.0, min(young)))
    return [
        file
        for file in files
        if _is_partial_by_name(file)
        or file in open_now
        or (file in before and (_seen(file) not in (before[file], None) or _is_open_for_writing(file)))
    ]


def is_settled(file: Path, quiet_seconds: float = QUIET_SECONDS) -> bool:
    """Return whether one file is whole, as `unsettled` tells it."""
    return not unsettled([file], quiet_seconds)


def _is_partial_by_name(file: Path) -> bool:
    name = file.name.lower()
    return name.endswith(_UNFINISHED) or name.startswith(_LOCK_PREFIXES)


def _seen(file: Path) -> tuple[int, int, int, int] | None:
    """Return what tells a regular file's content from a later one, None where there is no such file to watch."""
    if _is_partial_by_name(file):
        return None
    try:
        status = file.lstat()
    except OSError:
        return None
    return _state(status) if stat.S_ISREG(status.st_mode) else None


def _is_open_for_writing(file: Path) -> bool:
    """Ask the kernel for a read lease, which it refuses while any process has the file open for writing."""
    if fcntl is None or not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # Who opens it for writing while the lease is held breaks it. The signal that tells of that ends a process by
        # default, save this one.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        # Somebody else's file, or a file system without leases: only watching can tell.
        return False
    finally:
        os.close(handle)
    return False


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """Open a received file for reading, without following a link and without waiting on a pipe.

    Raises InputRejected where it is not a regular file of its own, is empty, or changes before the block ends;
    StorageFailed where it is open in an office program or may not be read.
    """
    name = shown(file.name)
    if any("\ud800" <= c <= "\udfff" for c in file.name):
        raise InputRejected(f"{name}: the file's name is not valid text.", "Rename the file.")
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise _not_regular(name)
        for lock in (file.with_name(f"~${file.name}"), file.with_name(f".~lock.{file.name}#")):
            if len(os.fsencode(lock.name)) <= 255 and lock.exists():
                raise StorageFailed(
                    f"{name} is open in an office program.",
                    f"Close it there; if nobody has it open, delete the left-over {shown(lock.name)}.",
                )
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.fdopen(os.open(file, flags), "rb")
    except PermissionError as error:
        raise StorageFailed(
            f"{name} cannot be read: {error.strerror}; it belongs to {_owner(file)}.",
            "Ask its owner for the right to read it, then run again.",
        ) from None
    with handle:
        before = os.fstat(handle.fileno())
        if not stat.S_ISREG(before.st_mode) or before.st_nlink > 1:
            raise _not_regular(name)
        if before.st_size == 0:
            raise InputRejected(f"{name} is empty (0 bytes).", "Ask for a re-export.")
        yield handle
        # Engines open the file again by its name: what they read must still be what was opened here.
        if _state(file.lstat()) != _state(before):
            raise InputRejected(
                f"{name} changed while it was being read.",
                "Wait until it has been written whole, then run again.",
            )


def _state(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _not_regular(name: str) -> InputRejected:
    return InputRejected(
        f"{name} is not a regular file of its own (a link, pipe, device or folder).",
        "Give the path of the extract itself; of a file with several hard links, make a copy.",
    )


def _owner(file: Path) -> str:
    try:
        return file.owner()
    except (OSError, KeyError, NotImplementedError):
        return "somebody else"
