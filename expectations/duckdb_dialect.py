"""DuckDB as Great Expectations can read it: one closed database file, opened read only and in place.

Great Expectations fetches a result after it has handed its connection back, and duckdb-engine's rollback on that
hand-back clears the result; here begin, commit and rollback therefore do nothing, which is safe for reading alone.
At each release of Great Expectations or duckdb-engine, re-check by `tests/unit/test_suites.py`: that
counts are right above 200 and above a million rows, that the file can be written to after a check, that a broken query
is an error, and whether the no-ops are still needed; and that the last function here is (look at stderr at exit).
"""

import atexit
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from duckdb_engine import Dialect
from sqlalchemy import URL
from sqlalchemy.dialects import registry

from data import memory

NAME: Final = "hatecrime_duckdb"


class ReadOnlyDuckDB(Dialect):
    """The duckdb-engine dialect without transactions. It keeps the name `duckdb`: nothing takes it for Postgres."""

    supports_statement_cache = False

    def create_connect_args(self, url: URL) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The file of the address, read only, within our memory, and unable to fetch an extension."""
        config = {
            **memory.engine_settings(),
            # Beside the file, which while it is checked lies on the private side.
            "temp_directory": f"{unquote(url.database or '')}.spill",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
        }
        return (), {"database": unquote(url.database or ""), "read_only": True, "config": config}

    def do_begin(self, connection: Any) -> None:
        """Nothing: reading needs no transaction."""

    def do_commit(self, connection: Any) -> None:
        """Nothing: there is nothing to commit."""

    def do_rollback(self, connection: Any) -> None:
        """Nothing: a rollback would clear the result that is about to be fetched."""


registry.register(NAME, __name__, ReadOnlyDuckDB.__name__)


def address(database: Path) -> str:
    """The SQLAlchemy address of a database file; quoted, since Great Expectations fills in `$NAME` from settings."""
    return f"{NAME}:///{quote(str(database.resolve()), safe='/')}"


@atexit.register
def _let_go() -> None:
    # Great Expectations keeps duckdb-engine alive past DuckDB's own end, which then reports "leaked" on stderr.
    for name in [name for name in sys.modules if name.partition(".")[0] == "duckdb_engine"]:
        vars(sys.modules[name]).clear()
