"""Retention: what the policy file lets go, shown first; then erased, searched for, and written down."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from data.errors import HateCrimeError, IntegrityFailed
from data.operations import Retention
from data.workspace import Workspace
from flows import ledger, releasing, verifying, withdrawing
from flows.job import Job

NOTES: Final = ("incidents", "findings", "revisions", "as_at")
"""Private notes of single runs: what went wrong, what the audit found, what changed, and looks back."""


@dataclass(frozen=True)
class Going:
    """One thing that the policy lets go: its path within the workspace, and by which rule. An extract has its id."""

    path: str
    rule: str
    extract_id: str = ""

    def as_dict(self) -> dict[str, str]:
        """The thing as plain values, ready for JSON."""
        return asdict(self)


def going(place: Workspace, policy: Retention, now: datetime) -> list[Going]:
    """Everything that the policy lets go at a time, in a fixed order. What readers see now is never among it."""
    found: list[Going] = []
    if policy.landing_days:
        found += _all(place, _read_before(place, now - timedelta(days=policy.landing_days)), "landing_days")
    if policy.quarantine_days:
        before = now - timedelta(days=policy.quarantine_days)
        old = (e.run_id for e in ledger.entries(place.ledger, "held") if datetime.fromisoformat(e.at) < before)
        found += _all(place, (place.quarantine / run_id for run_id in dict.fromkeys(old)), "quarantine_days")
    if policy.notes_days:
        before = now - timedelta(days=policy.notes_days)
        notes = (path for name in NOTES for path in _files(place.private / name))
        found += _all(
            place, (p for p in notes if datetime.fromtimestamp(p.lstat().st_mtime, UTC) < before), "notes_days"
        )
    if policy.releases_kept:
        found += _all(place, _older_releases(place, policy.releases_kept), "releases_kept")
    if policy.extracts_months:
        last = _months_before(now.date(), policy.extracts_months)
        for row in ledger.accepted(place.ledger):
            if (row["declared_on"] or date.fromisoformat(row["accepted_at"][:10])) < last:
                path = (place.extracts / f"{row['extract_id']}.parquet").relative_to(place.root).as_posix()
                found.append(Going(path, "extracts_months", row["extract_id"]))
    return found


def erase(
    place: Workspace, found: list[Going], policy: Retention, job: Job, republish: Callable[[], object]
) -> Iterator[str]:
    """Erase what was found, search the workspace for copies of it, and yield what was done, a sentence each.

    Extracts go as `withdraw` takes them: everywhere, with one new release without them and a proof each. Raises
    IntegrityFailed where a copy is left, and what stops the new release, though the erasure is done all the same.
    """
    files = [place.root / one.path for one in found if one.rule != "extracts_months"]
    digests = {verifying.sha256(path) for top in files for path in _below(top) if path.stat().st_size} - _shared(place)
    releases = [one for one in found if one.rule == "releases_kept"]
    for path in files:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if releases:
        gone = ({"release_id": Path(one.path).name} for one in releases)
        ledger.append(place.ledger, job.run_id, "release_erased", *gone)
    failure = None
    extracts = {one.extract_id for one in found if one.extract_id}
    if extracts:
        rows = [row for row in ledger.accepted(place.ledger) if row["extract_id"] in extracts]
        because = f"the retention policy keeps extracts for {policy.extracts_months} months"
        try:
            yield from withdrawing.withdraw(place, rows, because, job, republish)
        except HateCrimeError as error:
            failure = error
    hits = [path for path in _below(place.root) if path.stat().st_size and verifying.sha256(path) in digests]
    proof = _write_proof(place, found, policy, hits)
    ledger.append(place.ledger, job.run_id, "retained", {"policy": policy.model_dump(), "count": len(found)})
    if hits:
        named = "; ".join(path.relative_to(place.root).as_posix() for path in hits[:5])
        raise IntegrityFailed(f"{len(hits)} files are copies of what was erased: {named}.", "Remove them by hand.")
    yield f"{len(found):,} things were erased, and no copy is left. Proof: {proof}. {withdrawing.LIMITS}"
    if failure is not None:
        raise failure


def _write_proof(place: Workspace, found: Iterable[Going], policy: Retention, hits: list[Path]) -> str:
    folder = place.private / "retention"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y-%m-%d}-{uuid4().hex[:8]}.json"
    proof: dict[str, Any] = {
        "policy": policy.model_dump(),
        "erased": [one.as_dict() for one in found],
        "copies_left": [hit.relative_to(place.root).as_posix() for hit in hits],
        "limits": withdrawing.LIMITS,
    }
    path.write_text(json.dumps(proof, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    releasing.fsync(path)
    return path.relative_to(place.root).as_posix()


def _all(place: Workspace, paths: Iterable[Path], rule: str) -> list[Going]:
    return [Going(path.relative_to(place.root).as_posix(), rule) for path in sorted(paths) if path.exists()]


def _read_before(place: Workspace, before: datetime) -> Iterator[Path]:
    """Files in landing/ whose bytes were accepted before a time and stand whole in the store."""
    rows = {row["extract_id"]: row for row in ledger.accepted(place.ledger)}
    known = {
        entry.content["file_sha256"]: rows[entry.content["extract_id"]]
        for entry in ledger.entries(place.ledger, "accepted", "repeated")
        if entry.content["extract_id"] in rows and datetime.fromisoformat(entry.at) < before
    }
    for path in _files(place.landing):
        row = known.get(verifying.sha256(path)) if path.is_file() and not path.is_symlink() else None
        if row is not None and not any(verifying.extract_faults(place, [row], full=True)):
            yield path


def _older_releases(place: Workspace, kept: int) -> list[Path]:
    """All but the newest releases, the one that readers see, and those a rollback left, whose decision must stand."""
    current = place.current_release()
    staying = {current.name if current else "", *ledger.set_aside(place.ledger)}
    return [place.releases / name for name in list(ledger.releases(place.ledger))[:-kept] if name not in staying]


def _shared(place: Workspace) -> set[str]:
    """The hashes of what stays in releases: a style sheet or a page without figures is the same in several."""
    return {verifying.sha256(path) for path in _below(place.public)}


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def _below(top: Path) -> Iterator[Path]:
    paths = sorted(top.rglob("*")) if top.is_dir() else [top]
    return (path for path in paths if path.is_file() and not path.is_symlink())


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
