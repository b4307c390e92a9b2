"""Whether what is stored is what was recorded: every extract, release, pointer and the ledger itself, byte for byte."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import IntegrityFailed
from data.workspace import Workspace
from flows import ledger


@dataclass(frozen=True)
class Fault:
    """One file that is not as recorded: its path within the workspace, and what is wrong with it."""

    file: str
    what: str


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def refuse(faults: Iterable[Fault], next_step: str) -> None:
    """Raise IntegrityFailed naming every file at fault (at most five by name), or do nothing."""
    found = list(faults)
    if found:
        named = "; ".join(f"{fault.file} {fault.what}" for fault in found[:5])
        more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
        raise IntegrityFailed(f"Not as recorded: {named}{more}.", next_step)


def everything(place: Workspace) -> Iterator[Fault]:
    """Every fault of the store, read in full. What an unfinished run touched is the next run's to put right."""
    yield from extract_faults(place, ledger.accepted(place.ledger), full=True)
    yield from stray_faults(place)
    for release_id in ledger.releases(place.ledger):
        yield from release_faults(place, release_id)
    yield from register_faults(place)
    yield from pointer_faults(place)
    yield from warehouse_faults(place, full=True)


def extract_faults(place: Workspace, rows: Iterable[dict[str, Any]], full: bool) -> Iterator[Fault]:
    """Accepted extracts whose Parquet is gone or of another size, or, in full, of another content."""
    for row in rows:
        path = place.extracts / f"{row['extract_id']}.parquet"
        if not path.is_file():
            yield Fault(_named(place, path), "is missing")
        elif path.stat().st_size != row["parquet_bytes"]:
            yield Fault(_named(place, path), "has another size")
        elif full and sha256(path) != row["parquet_sha256"]:
            yield Fault(_named(place, path), "has other bytes")


def stray_faults(place: Workspace) -> Iterator[Fault]:
    """Extracts and releases that no entry of the ledger accounts for, not even an unfinished run."""
    known = {f"{row['extract_id']}.parquet" for row in ledger.accepted(place.ledger)}
    known |= {f"{extract_id}.parquet" for extract_id in ledger.withdrawn(place.ledger)}
    known |= {f"{one}.parquet" for run in ledger.unfinished(place.ledger) for one in run.content["extracts"]}
    for path in sorted(place.extracts.iterdir()):
        if path.name not in known:
            yield Fault(_named(place, path), "is not in the ledger")
    standing = ledger.releases(place.ledger)
    for path in sorted(place.releases.iterdir()):
        if path.name not in standing and not _in_progress(place, path.name):
            yield Fault(_named(place, path), "is not in the ledger")


def register_faults(place: Workspace) -> Iterator[Fault]:
    """Entries of the register of published figures that are gone, changed or of no release in the ledger.

    The counts behind a release may be gone: an extract of it was withdrawn, or it was made before they were kept.
    """
    released = {entry.content["release_id"]: entry.content for entry in ledger.entries(place.ledger, "released")}
    folder = place.register
    recorded = {f"{name}.parquet": content["register_sha256"] for name, content in released.items()}
    for name, digest in recorded.items():
        if not (folder / name).is_file():
            yield Fault(_named(place, folder / name), "is missing")
        elif sha256(folder / name) != digest:
            yield Fault(_named(place, folder / name), "has other bytes")
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name not in recorded and not _in_progress(place, path.stem):
            yield Fault(_named(place, path), "is not in the ledger")
    counts = place.counts
    for path in sorted(counts.iterdir()) if counts.is_dir() else []:
        if path.name not in recorded and not _in_progress(place, path.stem):
            yield Fault(_named(place, path), "is not in the ledger")
        elif released.get(path.stem, {}).get("counts_sha256") not in (None, sha256(path)):
            yield Fault(_named(place, path), "has other bytes")
    gone = set(ledger.withdrawn(place.ledger))
    for name, content in released.items():
        kept = (counts / f"{name}.parquet").is_file() or "counts_sha256" not in content
        if not kept and not gone & set(content["extracts"]):
            yield Fault(_named(place, counts / f"{name}.parquet"), "is missing")


def release_faults(place: Workspace, release_id: str) -> Iterator[Fault]:
    """Files of one release that are gone, added or changed, by its manifest, and the manifest by the ledger."""
    folder = place.releases / release_id
    if not folder.is_dir():
        if not _in_progress(place, release_id):
            yield Fault(_named(place, folder), "is missing")
        return
    yield from folder_faults(place, folder, ledger.releases(place.ledger)[release_id]["manifest_sha256"])


def folder_faults(place: Workspace, folder: Path, expected: str) -> Iterator[Fault]:
    """Files of a release's folder that are gone, added or changed, by its manifest, whose hash is expected."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        yield Fault(_named(place, manifest), "is missing")
        return
    if sha256(manifest) != expected:
        yield Fault(_named(place, manifest), "has other bytes")
        return
    files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(set(files) - present):
        yield Fault(_named(place, folder / name), "is missing")
    for name in sorted(present - set(files) - {"manifest.json"}):
        yield Fault(_named(place, folder / name), "is not in the manifest")
    for name in sorted(present & set(files)):
        if (folder / name).is_symlink() or sha256(folder / name) != files[name]:
            yield Fault(_named(place, folder / name), "has other bytes")


def pointer_faults(place: Workspace) -> Iterator[Fault]:
    """The pointer where it names no release that stands, or is gone although nobody took it away."""
    standing = ledger.releases(place.ledger)
    name = _named(place, place.current)
    if place.current.is_file():
        if place.current.read_bytes() not in {f"{release_id}\n".encode() for release_id in standing}:
            yield Fault(name, "names no release in the ledger")
        return
    decisions = ledger.entries(place.ledger, "finished", "rolled_back", "release_erased")
    last = decisions[-1] if decisions else None
    if last and (last.kind == "finished" or (last.kind == "rolled_back" and last.content["release_id"])):
        yield Fault(name, "is missing")


def current_faults(place: Workspace) -> Iterator[Fault]:
    """Faults of what readers see now: the pointer and the release it names, read in full."""
    faults = list(pointer_faults(place))
    yield from faults
    if not faults and place.current.is_file():
        yield from release_faults(place, place.current.read_text(encoding="ascii").strip())


def warehouse_faults(place: Workspace, full: bool) -> Iterator[Fault]:
    """The warehouse where it is not the file last built; a missing one is no fault, because it is derived."""
    built = ledger.entries(place.ledger, "built")
    if not place.warehouse.is_file() or ledger.unfinished(place.ledger):
        return
    recorded = built[-1].content if built else {"bytes": None, "sha256": None}
    if place.warehouse.stat().st_size != recorded["bytes"]:
        yield Fault(_named(place, place.warehouse), "has another size")
    elif full and sha256(place.warehouse) != recorded["sha256"]:
        yield Fault(_named(place, place.warehouse), "has other bytes")


def _in_progress(place: Workspace, release_id: str) -> bool:
    """Whether a run that was stopped before its end was making this release."""
    return any(release_id.endswith(f"-{run.content['inputs'][:8]}") for run in ledger.unfinished(place.ledger))


def _named(place: Workspace, path: Path) -> str:
    return path.relative_to(place.root).as_posix()
