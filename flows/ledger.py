"""The ledger: an append-only SQLite record of every extract, decision and release. No row, label or count of people."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from data.errors import StorageFailed

_TABLES = """
create table if not exists extracts (
    extract_id text primary key, source text not null, file_name text not null, file_sha256 text not null,
    row_count integer not null, declared_on text, accepted_at text not null, run_id text not null
) strict;
create table if not exists releases (
    release_id text primary key, inputs text not null, manifest_sha256 text not null, built_at text not null,
    run_id text not null
) strict;
create table if not exists events (
    at text not null, run_id text not null, kind text not null, detail text not null
) strict;
create trigger if not exists extracts_stay before update on extracts begin select raise(abort, 'append-only'); end;
create trigger if not exists extracts_last before delete on extracts begin select raise(abort, 'append-only'); end;
create trigger if not exists releases_stay before update on releases begin select raise(abort, 'append-only'); end;
create trigger if not exists releases_last before delete on releases begin select raise(abort, 'append-only'); end;
create trigger if not exists events_stay before update on events begin select raise(abort, 'append-only'); end;
create trigger if not exists events_last before delete on events begin select raise(abort, 'append-only'); end;
"""


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        con = sqlite3.connect(path)
        try:
            # FULL, because an accepted extract must still be accepted after a power cut.
            con.execute("pragma synchronous = full")
            con.executescript(_TABLES)
            with con:
                yield con
        finally:
            con.close()
    except sqlite3.Error as error:
        raise StorageFailed(
            f"The ledger {path.name} cannot be used ({error.__class__.__name__}).",
            "Check the disk and the permissions of the private folder, then run again.",
        ) from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def accept(path: Path, run_id: str, extracts: list[dict[str, object]]) -> None:
    """Record extracts as accepted, all or none."""
    with _opened(path) as con:
        con.executemany(
            "insert into extracts values (:extract_id, :source, :file_name, :file_sha256, :row_count, :declared_on, "
            ":accepted_at, :run_id)",
            [extract | {"accepted_at": _now(), "run_id": run_id} for extract in extracts],
        )


def accepted(path: Path) -> list[dict[str, object]]:
    """Every accepted extract, in the order of its id; `declared_on` is a date or None."""
    with _opened(path) as con:
        con.row_factory = sqlite3.Row
        rows = [dict(row) for row in con.execute("select * from extracts order by extract_id")]
    for row in rows:
        row["declared_on"] = date.fromisoformat(str(row["declared_on"])) if row["declared_on"] else None
    return rows


def release_of(path: Path, inputs: str) -> str | None:
    """Return the release that was built from these inputs, or None."""
    with _opened(path) as con:
        found = con.execute("select release_id from releases where inputs = ?", [inputs]).fetchone()
    return found[0] if found else None


def released(path: Path, run_id: str, release_id: str, inputs: str, manifest_sha256: str) -> None:
    """Record a release; recording the same one again changes nothing."""
    with _opened(path) as con:
        con.execute(
            "insert or ignore into releases values (?, ?, ?, ?, ?)",
            [release_id, inputs, manifest_sha256, _now(), run_id],
        )


def note(path: Path, run_id: str, kind: str, detail: str) -> None:
    """Record what happened in a run, in a sentence that is safe to keep."""
    with _opened(path) as con:
        con.execute("insert into events values (?, ?, ?, ?)", [_now(), run_id, kind, detail])
