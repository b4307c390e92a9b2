"""Approval: where the policy says so, a finished release waits, unpublished, until a second person agrees to it.

Who agrees is told by whose file it is: an approver, who need not see the private side, leaves a statement over the
manifest's hash in approvals/, and the operating system says which account wrote it. Until then readers see the old
release, and no figure of the new one is in the register of what was published.
"""

import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from data.errors import EnvironmentUnfit, UsageError
from data.operations import Operations
from data.workspace import Workspace
from flows import ledger, register, releasing, verifying
from flows.locking import account, account_of

LONGEST_STATEMENT: Final = 10_000


def is_needed(place: Workspace, settings: Operations, inputs: str) -> bool:
    """Whether a release of these inputs must wait; what was published once is not asked about again.

    Raises EnvironmentUnfit where accounts cannot be told apart.
    """
    if settings.approval is not None and not hasattr(os, "geteuid"):
        raise EnvironmentUnfit(
            "This system does not say which account a file belongs to, so nobody's approval could be told.",
            "Take [approval] out of private/operations.toml, or run on Linux.",
        )
    known = {entry.content["inputs"] for entry in ledger.entries(place.ledger, "released")}
    return settings.approval is not None and inputs not in known


def open_way(place: Workspace) -> None:
    """Make the folders where a release waits, readable by all, and where others may leave a statement."""
    place.root.chmod(stat.S_IMODE(place.root.stat().st_mode) | 0o011)
    for folder, mode in ((place.waiting, 0o755), (place.approvals, 0o1733)):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)


def wait(place: Workspace, run_id: str, made: Mapping[str, Any], settings: Operations) -> None:
    """Record that a release waits in waiting/. One that waited before is gone: it was audited without this one."""
    set_aside(place, keep=str(made["release_id"]))
    approvers = settings.approval.approvers if settings.approval else []
    told = {"release_id": made["release_id"], "by": account(), "approvers": approvers}
    path = place.waiting / f"{made['release_id']}.json"
    path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    path.chmod(0o644)
    ledger.append(place.ledger, run_id, "waiting", dict(made) | {"by": account()})


def waiting(place: Workspace) -> dict[str, Any] | None:
    """The release that waits now, as it was recorded, or None."""
    standing: dict[str, Any] | None = None
    for entry in ledger.entries(place.ledger, "waiting", "approved", "superseded"):
        if entry.kind == "waiting":
            standing = entry.content
        elif standing and entry.content["release_id"] == standing["release_id"]:
            standing = None
    return standing


def set_aside(place: Workspace, keep: str = "") -> list[str]:
    """Take back a release that waits, and return the names of what was removed; nothing of it was ever published."""
    standing = waiting(place)
    if standing is None:
        return []
    name = standing["release_id"]
    ledger.append(place.ledger, uuid4().hex[:12], "superseded", {"release_id": name})
    return [] if name == keep else _remove(place, name)


def clear_strays(place: Workspace) -> None:
    """Remove what a killed run left in waiting/ before it was recorded."""
    standing = (waiting(place) or {}).get("release_id")
    open_ends = {entry.content["release_id"] for entry in _approved_not_out(place)}
    for path in sorted(place.waiting.iterdir()) if place.waiting.is_dir() else []:
        name = path.name.removesuffix(".json")
        if name != standing and name not in open_ends:
            _remove(place, name)


def agree(place: Workspace, release_id: str) -> str:
    """Leave a statement that the account of this process agrees to a waiting release, and return its manifest's hash.

    Raises UsageError where it does not wait, is not whole, or the account may not agree to it.
    """
    folder, notes = place.waiting / release_id, place.waiting / f"{release_id}.json"
    if not notes.is_file() or not folder.is_dir():
        there = [path.stem for path in place.waiting.glob("*.json")] if place.waiting.is_dir() else []
        raise UsageError(f"No release {release_id} waits.", f"Waiting: {', '.join(sorted(there)) or 'none'}.")
    told = json.loads(notes.read_text(encoding="utf-8"))
    if (refusal := _refusal(account(), told["by"], told["approvers"])) is not None:
        raise UsageError(refusal, "Ask one of the approvers to look at it and to approve it from their own account.")
    digest = verifying.sha256(folder / "manifest.json")
    verifying.refuse(verifying.folder_faults(place, folder, digest), "Run again: the release is made anew.")
    statement = json.dumps({"release_id": release_id, "manifest_sha256": digest})
    # A name that nobody can take first, in a folder that everybody can write.
    path = place.approvals / f"{release_id}-{uuid4().hex}.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(statement)
        # The umask of the approver must not hide the statement from who takes it up.
        os.fchmod(file.fileno(), 0o644)
    return digest


def take_up(place: Workspace, settings: Operations) -> list[str]:
    """Publish a waiting release that somebody agreed to, and return what was done, a sentence each.

    A statement that does not count is recorded with the reason, and removed.
    """
    said, refused = carry_out(place), set()
    for path in sorted(place.approvals.iterdir()) if place.approvals.is_dir() else []:
        if not stat.S_ISREG(path.lstat().st_mode):
            # Anybody can leave a link, a pipe or a folder here; none is a statement.
            continue
        who, statement = _read(path)
        standing = waiting(place)
        name = str(statement.get("release_id", ""))[:40]
        approvers = settings.approval.approvers if settings.approval else []
        if standing is None or name != standing["release_id"]:
            refusal: str | None = "No such release waits."
        elif statement.get("manifest_sha256") != standing["manifest_sha256"]:
            refusal = "It is over another manifest than the one that waits."
        else:
            refusal = _refusal(who, standing["by"], approvers)
        if (who, refusal) in refused:
            pass
        elif refusal is not None or standing is None:
            refused.add((who, refusal))
            ledger.append(place.ledger, uuid4().hex[:12], "approval_refused", {"account": who, "because": refusal})
            said.append(f"A statement of {who} in approvals/ does not count: {refusal}")
        else:
            verifying.refuse(faults(place), "Remove the folder in waiting/ and run again: the release is made anew.")
            agreed = {"release_id": name, "manifest_sha256": standing["manifest_sha256"], "by": who}
            ledger.append(place.ledger, uuid4().hex[:12], "approved", agreed | {"made": standing})
            said += carry_out(place)
        path.unlink(missing_ok=True)
    return said


def faults(place: Workspace) -> Iterator[verifying.Fault]:
    """What is wrong with the release that waits, and with the figures kept for the register."""
    standing = waiting(place)
    if standing is not None:
        name = standing["release_id"]
        yield from verifying.folder_faults(place, place.waiting / name, standing["manifest_sha256"])
        hashes = standing["register_sha256"], standing.get("counts_sha256")
        for kept, digest in zip(register.staged(place, name), hashes, strict=True):
            if digest is not None and (not kept.is_file() or verifying.sha256(kept) != digest):
                yield verifying.Fault(kept.relative_to(place.root).as_posix(), "is missing or has other bytes")


def carry_out(place: Workspace) -> list[str]:
    """Bring every approved release that is not out into view; what a killed process began is finished."""
    said = []
    for entry in _approved_not_out(place):
        name, made = entry.content["release_id"], entry.content["made"]
        register.admit(place, name)
        if (place.waiting / name).is_dir():
            verifying.refuse(
                verifying.folder_faults(place, place.waiting / name, made["manifest_sha256"]), "Run again."
            )
            shutil.rmtree(place.releases / name, ignore_errors=True)
            os.replace(place.waiting / name, place.releases / name)
            releasing.fsync(place.releases)
        ledger.released(place.ledger, entry.run_id, {key: made[key] for key in _RELEASED if key in made})
        releasing.point_to(place, name)
        ledger.append(place.ledger, entry.run_id, "finished", {"release_id": name})
        (place.waiting / f"{name}.json").unlink(missing_ok=True)
        said.append(f"Release {name}, made by {made['by']}, was approved by {entry.content['by']} and is in place.")
    return said


_RELEASED: Final = ("release_id", "inputs", "manifest_sha256", "register_sha256", "counts_sha256", "extracts")


def _approved_not_out(place: Workspace) -> list[ledger.Entry]:
    out = {(e.content["release_id"], e.run_id) for e in ledger.entries(place.ledger, "finished")}
    return [e for e in ledger.entries(place.ledger, "approved") if (e.content["release_id"], e.run_id) not in out]


def _refusal(who: str, by: str, approvers: Sequence[str]) -> str | None:
    """Why an account may not agree to a release; None where it may."""
    if who == by:
        return f"{who} made this release, and nobody agrees to what they made themselves."
    if who not in approvers:
        return f"{who} is not one of the approvers ({', '.join(approvers)})."
    return None


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    """Return whose statement a file is, by its owner, and what it says; nothing of what is no plain small file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return account_of(path.lstat().st_uid), {}
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        who = account_of(status.st_uid)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or status.st_size > LONGEST_STATEMENT:
            return who, {}
        try:
            statement = json.loads(file.read())
        except ValueError:
            return who, {}
    return who, statement if isinstance(statement, dict) else {}


def _remove(place: Workspace, name: str) -> list[str]:
    removed = []
    for path in (place.waiting / name, place.waiting / f"{name}.json", *register.staged(place, name)):
        if path.exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            removed.append(path.relative_to(place.root).as_posix())
    return removed
