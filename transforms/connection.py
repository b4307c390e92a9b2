"""How DuckDB is opened: locked down, bounded, and unable to reach the network."""

from pathlib import Path
from typing import Final

import duckdb

from data.policy import WAREHOUSE_MEMORY

_STORAGE_SIGNS: Final = ("No space left", "File too large", "Could not write", "could not write", "Input/output error")


def connect(database: Path | None, tmp: Path, memory: str = WAREHOUSE_MEMORY) -> duckdb.DuckDBPyConnection:
    """Return a connection that installs nothing, spills only under `tmp`, and knows London's calendar.

    `database` None means in memory.
    """
    con = duckdb.connect(
        str(database) if database else ":memory:",
        config={
            "memory_limit": memory,
            "temp_directory": str(tmp),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "preserve_insertion_order": "true",
        },
    )
    con.execute("set TimeZone = 'Europe/London'")
    con.execute("set enable_progress_bar = false")
    return con


def is_storage_fault(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says that the disk is full or cannot be written."""
    while error is not None:
        if isinstance(error, OSError):
            return True
        said = str(error)
        if isinstance(error, duckdb.Error) and any(sign in said for sign in _STORAGE_SIGNS):
            return True
        error = error.__cause__ or error.__context__ or getattr(error, "orig", None)
    return False
