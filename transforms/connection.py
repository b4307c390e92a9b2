"""How DuckDB is opened: locked down, bounded, and unable to reach the network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from data import memory
from data.errors import Busy

_AS_SEEN: Final = r"""
create or replace temp macro as_seen(received) as
trim(regexp_replace(regexp_replace(nfc_normalize(received), '\p{Cf}', '', 'g'), '[\s\p{Z}]+', ' ', 'g'))
"""
"""What a label says to whoever reads it: accents composed, every kind of space alike, nothing invisible."""

_STORAGE_SIGNS: Final = ("No space left", "File too large", "Could not write", "could not write", "Input/output error")


def connect(database: Path | None, tmp: Path, in_order: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection that installs nothing, keeps to its memory, spills only under `tmp`, and knows London's days.

    Its macro `as_seen` makes one of labels that look the same but for spaces, accents and what is invisible.
    `database` None means in memory. `in_order` false lets a table's rows lie in any order, which takes half the time
    to write and less memory; whoever wants an order must then ask for it. Raises Busy where another program has the
    database open.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        **memory.engine_settings(),
        "temp_directory": str(tmp),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "preserve_insertion_order": str(in_order).lower(),
    }
    try:
        con = duckdb.connect(str(database) if database else ":memory:", config=config)
    except duckdb.IOException as error:
        if database is None or "Could not set lock" not in str(error):
            raise
        raise Busy(
            f"{database.name} is open in another program.",
            "Close it there, then try again; to look into it while runs go on, open a copy.",
        ) from None
    con.execute("set TimeZone = 'Europe/London'")
    con.execute("set enable_progress_bar = false")
    con.execute(_AS_SEEN)
    return con


def is_storage_fault(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says that the disk is full or cannot be written."""
    return any(
        isinstance(one, OSError) or (isinstance(one, duckdb.Error) and any(sign in str(one) for sign in _STORAGE_SIGNS))
        for one in _led_to(error)
    )


def is_memory_fault(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says that the work needs more memory than it may take."""
    return any(isinstance(one, MemoryError | duckdb.OutOfMemoryException) for one in _led_to(error))


def _led_to(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__ or getattr(error, "orig", None)
