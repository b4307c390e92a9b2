"""One writer at a time: an operating-system lock that dies with its process, and who holds it, for the message."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import filelock

from data.errors import Busy
from data.workspace import Workspace

LOCK_SECONDS: Final = 1
"""How long a second run waits before it says that another is at work."""


@contextmanager
def sole_writer(place: Workspace) -> Iterator[None]:
    """Hold the workspace. Raises Busy, naming who holds it and since when, while another process does."""
    lock = filelock.FileLock(place.lock, timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise Busy(
            f"Another run holds this workspace{_holder(place)}.",
            "Wait until it has ended; its lock goes with its process.",
        ) from None
    try:
        _sign(place)
        yield
    finally:
        _holder_file(place).unlink(missing_ok=True)
        lock.release()


def refuse_if_busy(place: Workspace) -> None:
    """Raise Busy while another process holds the workspace, before anything slow is loaded."""
    if place.lock.exists():
        lock = filelock.FileLock(place.lock, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise Busy(
                f"Another run holds this workspace{_holder(place)}.",
                "Wait until it has ended; its lock goes with its process.",
            ) from None
        lock.release()


def _holder_file(place: Workspace) -> Path:
    return place.lock.with_suffix(".holder")


def _sign(place: Workspace) -> None:
    """Say who holds the lock. The file is information only: left behind by a killed run, it stops nobody."""
    signed = {
        "pid": os.getpid(),
        "user": account(),
        "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
    }
    _holder_file(place).write_text(json.dumps(signed), encoding="utf-8")


def account() -> str:
    """The name of the account that runs this process, from its number: an environment variable can say anything."""
    if hasattr(os, "geteuid"):
        return account_of(os.geteuid())
    import getpass

    return getpass.getuser()


def account_of(number: int) -> str:
    """The name of an account, or its number where it has none."""
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


def holder(place: Workspace) -> dict[str, str]:
    """Who signed the lock: `pid`, `user`, `host` and `since`; nothing where nobody did."""
    try:
        held = json.loads(_holder_file(place).read_text(encoding="utf-8"))
        return {name: str(held[name]) for name in ("pid", "user", "host", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _holder(place: Workspace) -> str:
    held = holder(place)
    return f": process {held['pid']} of {held['user']} on {held['host']}, since {held['since']}" if held else ""
