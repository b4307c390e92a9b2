"""How DuckDB is opened: locked down, bounded, and unable to reach the network."""

from pathlib import Path

import duckdb

from data.policy import WAREHOUSE_MEMORY


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
