"""Withdrawing an extract: erased wherever it left a trace, published anew without it, and never taken in again."""

import gzip
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final
from uuid import uuid4

from data import policy
from data.errors import HateCrimeError, IntegrityFailed, UsageError
from data.profile import Profile
from data.workspace import Workspace
from flows import approving, ledger, releasing, verifying
from flows.job import Job, source_of, sources_of
from transforms import erasing

SAMPLE: Final = 200
"""How many report ids of the extract are searched for afterwards."""
_CHUNK: Final = 1 << 20
_SHORTEST_PREFIX: Final = 8
LIMITS: Final = (
    "Backups, copies outside this workspace, releases already copied elsewhere, and remnants that the disk itself "
    "keeps are not reached."
)


def named(place: Workspace, name: str) -> dict[str, Any]:
    """Return the accepted extract that a file name, or at least 8 digits of its id, names.

    Raises UsageError where there is none or more than one.
    """
    rows = ledger.accepted(place.ledger)
    found = [row for row in rows if row["file_name"] == name or _is_named(row["extract_id"], name.lower())]
    if len(found) == 1:
        return found[0]
    listed = "; ".join(f"{_short(row['extract_id'])} {row['file_name']}" for row in (found or rows)[:10]) or "none"
    raise UsageError(
        f"{len(found) or 'No'} accepted extracts are named so.",
        f"Give a file name or at least {_SHORTEST_PREFIX} digits of the id. The extracts are: {listed}.",
    )


def _short(extract_id: str) -> str:
    """Return an extract's id as a person tells it from others: 12 digits of its rows' hash, and its day."""
    content, dash, day = extract_id.partition("-")
    return content[:12] + dash + day


def _is_named(extract_id: str, name: str) -> bool:
    digits, dash, day = name.partition("-")
    return len(digits) >= _SHORTEST_PREFIX and extract_id.startswith(digits) and extract_id.endswith(dash + day)


def record(place: Workspace, run_id: str, row: dict[str, Any], because: str) -> None:
    """Set the tombstone: from here on the extract is withdrawn, whatever happens to this process."""
    content = {name: row[name] for name in ("extract_id", "source", "file_name")} | {"because": because}
    ledger.append(place.ledger, run_id, "withdrawn", content)


def finish(place: Workspace) -> list[str]:
    """Erase what is left of every withdrawn extract and return what was removed, a sentence each.

    Doing it again removes nothing more, so a withdrawal that was cut short is finished by the next run.
    """
    said = []
    for extract_id, tombstone in ledger.withdrawn(place.ledger).items():
        removed = _erase(place, extract_id, tombstone.run_id)
        if removed:
            name = tombstone.content["file_name"]
            said.append(f"Of the withdrawn extract {name}, {len(removed)} files or folders were removed.")
            ledger.append(place.ledger, tombstone.run_id, "erased", {"extract_id": extract_id, "removed": removed})
    return said


def prove(place: Workspace, tombstone: ledger.Entry, ids: list[str], source: Profile) -> str:
    """Search the whole workspace for these report ids, write the proof, and return what it says in a sentence.

    Raises IntegrityFailed naming the files that still hold one; the proof is written either way.
    """
    searched, hits = 0, []
    for path in sorted(place.root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            searched += 1
            if ids and _holds(place, path, ids, source):
                hits.append(path.relative_to(place.root).as_posix())
    extract_id = tombstone.content["extract_id"]
    erasures = [e for e in ledger.entries(place.ledger, "erased") if e.content["extract_id"] == extract_id]
    current = place.current_release()
    proof = {
        "extract": extract_id,
        "withdrawn_at": tombstone.at,
        "because": tombstone.content["because"],
        "removed": [name for entry in erasures for name in entry.content["removed"]],
        "release_now": current.name if current else None,
        "files_searched": searched,
        "report_ids_searched_for": len(ids),
        "files_that_hold_one": hits,
        "limits": LIMITS,
    }
    folder = place.private / "withdrawals"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{_short(extract_id)}.json"
    path.write_text(json.dumps(proof, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    releasing.fsync(path)
    if hits:
        raise IntegrityFailed(
            f"The extract was withdrawn, but {len(hits)} files still hold report ids of it alone: "
            f"{'; '.join(hits[:5])}.",
            f"Remove them by hand. The proof of what was removed is {path.relative_to(place.root)}.",
        )
    return (
        f"{searched:,} files were searched for {len(ids)} report ids of the extract alone: none holds one. "
        f"Proof: {path.relative_to(place.root)}. {LIMITS}"
    )


def sample(place: Workspace, row: dict[str, Any], source: Profile) -> list[str]:
    """Return report ids that no other accepted extract carries, to be searched for after the erasure.

    An extract of counts has none.
    """
    if row["source"] != source.name or any(verifying.extract_faults(place, [row], full=True)):
        return []
    parquet = place.extracts / f"{row['extract_id']}.parquet"
    others = [place.extracts / f"{one['extract_id']}.parquet" for one in _of(place, source)]
    return erasing.ids_of_its_own(parquet, [one for one in others if one != parquet], source, place.tmp, SAMPLE)


def withdraw(
    place: Workspace, rows: Sequence[dict[str, Any]], because: str, job: Job, republish: Callable[[], object]
) -> Iterator[str]:
    """Withdraw accepted extracts and yield what was done, a sentence each.

    The tombstones come first, then one new release, then the erasure, then the proofs. Where the rest cannot be
    published, the extracts are erased all the same, an older release that was not built on them stands or none, and
    the reason is raised at the end.
    """
    source, known = source_of(job), sources_of(job)
    for row in rows:
        if row["source"] not in known:
            raise UsageError(
                f"{row['file_name']} came under the profile {row['source']}.",
                "Name it with --profile, or with --beside where it is one of counts.",
            )
    ids = {row["extract_id"]: sample(place, row, source) for row in rows}
    for row in rows:
        record(place, uuid4().hex[:12], row, because)
    failure = None
    if any(one["source"] == source.name for one in ledger.accepted(place.ledger)):
        try:
            republish()
        except HateCrimeError as error:
            failure = error
    yield from finish(place)
    current = place.current_release()
    waiting = approving.waiting(place)
    left = "" if waiting else ": nothing else was left"
    yield (f"Release {current.name} stands, without it." if current else f"No release stands{left}.")
    if waiting:
        yield f"Release {waiting['release_id']}, without it, waits for a second person."
    tombstones = ledger.withdrawn(place.ledger)
    for extract_id, own in ids.items():
        yield prove(place, tombstones[extract_id], own, source)
    if failure is not None:
        raise failure


def _erase(place: Workspace, extract_id: str, run_id: str) -> list[str]:
    """Remove every file built on an extract and return their names; the pointer first moves to what may stand."""
    unpublished = approving.waiting(place)
    taken_back = approving.set_aside(place) if unpublished and extract_id in unpublished["extracts"] else []
    doomed = [name for name, made in ledger.releases(place.ledger).items() if extract_id in made["extracts"]]
    _step_back(place, set(doomed))
    parquet = place.extracts / f"{extract_id}.parquet"
    if not doomed and not parquet.exists():
        return taken_back
    targets = [place.releases / name for name in doomed] + [parquet]
    built = ledger.entries(place.ledger, "built")
    if not built or extract_id in built[-1].content["extracts"]:
        targets.append(place.warehouse)
    for held in ledger.entries(place.ledger, "held"):
        if extract_id in held.content["built_on"]:
            targets.append(place.quarantine / held.run_id)
    # Reports on faults and revisions can quote or describe it; runs make the ones that still apply again.
    for folder in ("incidents", "revisions", "as_at"):
        targets += _files(place.private / folder)
    # The counts of every release built on it, also of one that is gone; what was printed of them stays in the register.
    made = [entry.content for entry in ledger.entries(place.ledger, "released")]
    targets += [place.counts / f"{one['release_id']}.parquet" for one in made if extract_id in one["extracts"]]
    targets += _deliveries(place, extract_id)
    removed = taken_back
    # The Parquet goes last: while it stands, the erasure is known to be unfinished.
    for target in sorted((one for one in targets if one.exists()), key=lambda one: one == parquet):
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        removed.append(target.relative_to(place.root).as_posix())
    if doomed:
        ledger.append(place.ledger, run_id, "release_erased", *({"release_id": name} for name in doomed))
    return removed


def _step_back(place: Workspace, doomed: set[str]) -> None:
    """Where the current release is to go, point to the newest whole one that stays, or to none."""
    current = place.current_release()
    if current is None or current.name not in doomed:
        return
    staying = [name for name in reversed(ledger.releases(place.ledger)) if name not in doomed]
    whole = next((name for name in staying if not any(verifying.release_faults(place, name))), None)
    if whole:
        releasing.point_to(place, whole)
    else:
        place.current.unlink()


def _deliveries(place: Workspace, extract_id: str) -> list[Path]:
    """The files in landing/ that were read as this extract, by their bytes.

    Where the same bytes are also an extract of another day that stays, only the file that was named as this one goes.
    """
    staying = {row["extract_id"] for row in ledger.accepted(place.ledger)}
    entries = ledger.entries(place.ledger, "accepted", "repeated")
    own = [entry.content for entry in entries if entry.content["extract_id"] == extract_id]
    shared = {entry.content["file_sha256"] for entry in entries if entry.content["extract_id"] in staying}
    known, names = {one["file_sha256"] for one in own}, {one.get("file_name") for one in own}
    return [
        path
        for path in _files(place.landing)
        if path.is_file()
        and (digest := verifying.sha256(path)) in known
        and (digest not in shared or path.name in names)
    ]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _holds(place: Workspace, path: Path, ids: list[str], source: Profile) -> bool:
    if path.parent == place.extracts and any(path.stem == row["extract_id"] for row in _of(place, source)):
        return erasing.extract_holds(path, ids, source, place.tmp)
    if path == place.warehouse:
        return erasing.warehouse_holds(path, ids, place.tmp)
    spelt = [one.encode(coding) for one in ids for coding in ("utf-8", "utf-16-le")]
    pattern = re.compile(b"|".join(re.escape(text) for text in spelt))
    return any(_found(pattern, stream, max(map(len, spelt))) for stream in _streams(path))


def _of(place: Workspace, source: Profile) -> list[dict[str, Any]]:
    """The accepted extracts of one source: those of counts have no report ids."""
    return [row for row in ledger.accepted(place.ledger) if row["source"] == source.name]


def _streams(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open a file as it stands and, where it is packed, what it holds."""
    with path.open("rb") as raw:
        yield raw
    if path.suffix == ".gz":
        with gzip.open(path) as unpacked:
            yield unpacked
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                # A member under a password or an unknown packing cannot be read by anybody here, nor searched.
                with suppress(RuntimeError, NotImplementedError), archive.open(member) as unpacked:
                    yield unpacked


def _found(pattern: re.Pattern[bytes], stream: IO[bytes] | gzip.GzipFile, longest: int) -> bool:
    tail, read = b"", 0
    with suppress(EOFError, gzip.BadGzipFile, zipfile.BadZipFile):
        while (chunk := stream.read(_CHUNK)) and read < policy.MAX_DECOMPRESSED_BYTES:
            if pattern.search(tail + chunk):
                return True
            tail, read = chunk[-longest:], read + len(chunk)
    return False
