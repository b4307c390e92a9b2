"""The ledger: one append-only SQLite chain of what was accepted, decided and released. No row or label of people.

Each entry's hash covers the entry before it, so that no entry can be changed, put in or taken out unseen.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from data.errors import IntegrityFailed, StorageFailed, UsageError

FORMAT: Final = 2
"""What SQLite's user_version says of a ledger that this program reads and writes."""

SHORTEST_REASON: Final = 10
"""A reason of fewer characters tells the next reader nothing."""

_SCHEMA: Final = f"""
begin;
create table entries (
    number integer primary key, at text not null, run_id text not null, kind text not null, content text not null,
    sha256 text not null
) strict;
create trigger entries_stay before update on entries begin select raise(abort, 'append-only'); end;
create trigger entries_last before delete on entries begin select raise(abort, 'append-only'); end;
create trigger entries_follow before insert on entries
when new.number is not (select coalesce(max(number), 0) + 1 from entries)
begin select raise(abort, 'append-only'); end;
create view extracts as
select json_extract(content, '$.extract_id') as extract_id, json_extract(content, '$.source') as source,
    json_extract(content, '$.file_name') as file_name, json_extract(content, '$.row_count') as row_count,
    json_extract(content, '$.declared_on') as declared_on, at as accepted_at, run_id
from entries where kind = 'accepted';
create view releases as
select json_extract(content, '$.release_id') as release_id, json_extract(content, '$.inputs') as inputs,
    json_extract(content, '$.manifest_sha256') as manifest_sha256, at as built_at, run_id
from entries where kind = 'released';
create view events as
select at, run_id, kind, content as detail from entries where kind not in ('accepted', 'released');
create trigger extracts_last instead of delete on extracts begin select raise(abort, 'append-only'); end;
create trigger extracts_stay instead of update on extracts begin select raise(abort, 'append-only'); end;
create trigger releases_last instead of delete on releases begin select raise(abort, 'append-only'); end;
create trigger releases_stay instead of update on releases begin select raise(abort, 'append-only'); end;
create trigger events_last instead of delete on events begin select raise(abort, 'append-only'); end;
create trigger events_stay instead of update on events begin select raise(abort, 'append-only'); end;
pragma user_version = {FORMAT};
commit;
"""

_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_ERROR)


@dataclass(frozen=True)
class Entry:
    """One entry: its number from 1, when (UTC), in which run, what kind of thing happened, and what."""

    number: int
    at: str
    run_id: str
    kind: str
    content: dict[str, Any]

    @property
    def day(self) -> str:
        """The day it was written, as YYYY-MM-DD in UTC."""
        return self.at[:10]


def append(path: Path, run_id: str, kind: str, *contents: Mapping[str, object]) -> None:
    """Add one entry for each of `contents`, all or none; on return they have reached the disk."""
    with _opened(path) as con:
        number, last = _chained(con, path)[1:]
        for content in contents:
            number += 1
            row = (number, _now(), run_id, kind, json.dumps(content, sort_keys=True, ensure_ascii=False))
            last = _link(last, row)
            con.execute("insert into entries values (?, ?, ?, ?, ?, ?)", [*row, last])


def add(
    path: Path, run_id: str, kind: str, content: Mapping[str, object], after: tuple[int, str] | None = None
) -> tuple[int, str]:
    """Add one entry to a chain of any length; return its number and hash once they have reached the disk.

    Only the link before it is checked, so that the thousandth entry costs what the first did; `entries` checks all.
    `after` is the number and hash of an entry that the chain must still hold.
    """
    with _opened(path) as con:
        # One writer from here on: two programs may add at once.
        con.execute("begin immediate")
        rows = con.execute("select * from entries order by number desc limit 2").fetchall()
        if after and con.execute("select sha256 from entries where number = ?", after[:1]).fetchone() != after[1:]:
            raise _broken(path, after[0])
        number, last = 0, ""
        if rows:
            before = rows[1][-1] if len(rows) == 2 else ""
            number, last = rows[0][0], rows[0][-1]
            if _link(before, rows[0][:-1]) != last or number != (rows[1][0] if len(rows) == 2 else 0) + 1:
                raise _broken(path, number)
        row = (number + 1, _now(), run_id, kind, json.dumps(content, sort_keys=True, ensure_ascii=False))
        last = _link(last, row)
        con.execute("insert into entries values (?, ?, ?, ?, ?, ?)", [*row, last])
    return row[0], last


def links(path: Path) -> list[tuple[Entry, str]]:
    """Every entry in order with its hash. Raises IntegrityFailed as `entries` does."""
    with _opened(path) as con:
        found = _chained(con, path)[0]
        digests = [digest for (digest,) in con.execute("select sha256 from entries order by number")]
    return list(zip(found, digests, strict=True))


def entries(path: Path, *kinds: str) -> list[Entry]:
    """Every entry in order, or those of some kinds; none where there is no ledger yet.

    Raises IntegrityFailed at the first entry that does not follow from the one before it.
    """
    if not path.exists():
        return []
    with _opened(path) as con:
        found = _chained(con, path)[0]
    return [entry for entry in found if not kinds or entry.kind in kinds]


def check_file(path: Path) -> None:
    """Raise IntegrityFailed where SQLite finds its own pages or the chain of entries damaged."""
    with _opened(path) as con:
        if con.execute("pragma integrity_check").fetchall() != [("ok",)]:
            raise _damaged(path)
        _chained(con, path)


def accept(path: Path, run_id: str, extracts: Sequence[Mapping[str, object]]) -> None:
    """Record extracts as accepted, all or none."""
    append(path, run_id, "accepted", *extracts)


def accepted(path: Path) -> list[dict[str, Any]]:
    """Every extract that is accepted and not withdrawn, in the order of its id; `declared_on` is a date or None."""
    found = entries(path, "accepted", "withdrawn")
    gone = {entry.content["extract_id"] for entry in found if entry.kind == "withdrawn"}
    rows = {e.content["extract_id"]: e.content | {"accepted_at": e.at} for e in found if e.kind == "accepted"}
    for row in rows.values():
        row["declared_on"] = date.fromisoformat(row["declared_on"]) if row["declared_on"] else None
    return [rows[extract_id] for extract_id in sorted(rows) if extract_id not in gone]


def withdrawn(path: Path) -> dict[str, Entry]:
    """The tombstone of every extract that was withdrawn, by extract id."""
    return {entry.content["extract_id"]: entry for entry in entries(path, "withdrawn")}


def released(path: Path, run_id: str, content: Mapping[str, Any]) -> None:
    """Record a release; recording the same one again changes nothing.

    `content`: release_id, inputs, manifest_sha256, register_sha256 (of its figures in the register), and extracts,
    the ids it is built on.
    """
    known = releases(path).get(content["release_id"])
    if known is None or known["manifest_sha256"] != content["manifest_sha256"]:
        append(path, run_id, "released", content)


def releases(path: Path) -> dict[str, dict[str, Any]]:
    """Every release that was made and not erased since, by id, oldest first."""
    standing: dict[str, dict[str, Any]] = {}
    for entry in entries(path, "released", "release_erased"):
        standing.pop(entry.content["release_id"], None)
        if entry.kind == "released":
            standing[entry.content["release_id"]] = entry.content
    return standing


def release_of(path: Path, inputs: str) -> str | None:
    """Return the release that was built from these inputs, or None."""
    return next((name for name, found in releases(path).items() if found["inputs"] == inputs), None)


def set_aside(path: Path) -> dict[str, Entry]:
    """The releases that a rollback left and none has returned to, each with the entry of that decision."""
    aside: dict[str, Entry] = {}
    for entry in entries(path, "rolled_back"):
        if not entry.content["damaged"]:
            aside[entry.content["left"]] = entry
        aside.pop(entry.content["release_id"], None)
    return aside


def let_through(path: Path) -> dict[tuple[str, str], int]:
    """How many rows a person let break a rule in an extract, by rule and extract id: the most of all decisions."""
    most: dict[tuple[str, str], int] = {}
    for entry in entries(path, "let_through"):
        for rule, counts in entry.content.get("doubts", {}).items():
            for extract_id, count in counts.items():
                most[rule, extract_id] = max(count, most.get((rule, extract_id), 0))
    return most


def rejects_allowed(path: Path) -> dict[str, int]:
    """How many unreadable rows a person set aside with --allow-rejects, by extract id: the most of all decisions."""
    most: dict[str, int] = {}
    for entry in entries(path, "rejects_allowed"):
        for extract_id, count in entry.content["extracts"].items():
            most[extract_id] = max(count, most.get(extract_id, 0))
    return most


def unfinished(path: Path) -> list[Entry]:
    """The beginnings of publications that were stopped before their end."""
    begun = {}
    for entry in entries(path, "began", "finished", "taken_in", "waiting", "recovered"):
        if entry.kind == "began":
            begun[entry.run_id] = entry
        else:
            begun.pop(entry.run_id, None)
    return list(begun.values())


def reason(because: str) -> str:
    """Return a person's reason as it is recorded. Raises UsageError for one too short to tell anything."""
    if len(because.strip()) < SHORTEST_REASON:
        raise UsageError("--because gives no reason.", f"Give it in a sentence of {SHORTEST_REASON} letters or more.")
    return because.strip()


def note(path: Path, run_id: str, kind: str, detail: str) -> None:
    """Record what happened in a run, in a sentence that is safe to keep."""
    append(path, run_id, kind, {"detail": detail})


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        con = sqlite3.connect(path)
        try:
            # FULL, because an accepted extract must still be accepted after a power cut.
            con.execute("pragma synchronous = full")
            _settle_format(con, path)
            with con:
                yield con
        finally:
            con.close()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) in _DAMAGED:
            raise _damaged(path) from None
        raise StorageFailed(
            f"The ledger {path.name} cannot be used ({error.__class__.__name__}).",
            "Check the disk and the permissions of the private folder, then run again.",
        ) from None


def _settle_format(con: sqlite3.Connection, path: Path) -> None:
    ((version,),) = con.execute("pragma user_version").fetchall()
    ((tables,),) = con.execute("select count(*) from sqlite_master").fetchall()
    if not version and not tables:
        con.executescript(_SCHEMA)
    elif version != FORMAT:
        raise IntegrityFailed(
            f"The ledger {path.name} is of format {version}; this program knows {FORMAT}.",
            "Use the version of the program that wrote it, or start a new workspace from the extracts.",
        )


def _chained(con: sqlite3.Connection, path: Path) -> tuple[list[Entry], int, str]:
    """Read every entry along the chain; also the last one's number and hash."""
    found: list[Entry] = []
    last = ""
    for number, at, run_id, kind, content, digest in con.execute("select * from entries order by number"):
        last = _link(last, (number, at, run_id, kind, content))
        if digest != last or number != len(found) + 1:
            raise _broken(path, len(found) + 1)
        found.append(Entry(number, at, run_id, kind, json.loads(content)))
    return found, len(found), last


def _broken(path: Path, number: int) -> IntegrityFailed:
    return IntegrityFailed(
        f"private/{path.name}: entry {number} is not as it was written.",
        "Restore it from a backup; nothing was changed.",
    )


def _link(previous: str, row: tuple[int, str, str, str, str]) -> str:
    return hashlib.sha256(repr((previous, *row)).encode()).hexdigest()


def _damaged(path: Path) -> IntegrityFailed:
    return IntegrityFailed(
        f"private/{path.name} is damaged: it is not the ledger that was written.",
        "Restore it from a backup; nothing was changed.",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
