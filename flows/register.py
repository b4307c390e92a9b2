"""The register of every figure ever published: what readers know for good, whatever became of the release."""

import os
from pathlib import Path

import pandas as pd

from data.workspace import Workspace
from flows import ledger, releasing, verifying
from transforms.disclosure import Protected


def folder(place: Workspace) -> Path:
    """Where the register lies: one Parquet a release, kept when the release itself is erased."""
    return place.private / "register"


def read(place: Workspace, inputs: str) -> pd.DataFrame | None:
    """Return the figures of every release but the one of these inputs, oldest first, with `policy` and `release_id`.

    None where there is none yet. A release that is made again from its own inputs is not its own past. Raises
    IntegrityFailed where an entry is gone or is not as it was written.
    """
    verifying.refuse(verifying.register_faults(place), "Restore private/register/ from a backup; nothing was changed.")
    released = ledger.entries(place.ledger, "released")
    past = [entry.content for entry in released if entry.content["inputs"] != inputs]
    names = list(dict.fromkeys(content["release_id"] for content in past))
    if not names:
        return None
    told = [pd.read_parquet(folder(place) / f"{name}.parquet").assign(release_id=name) for name in names]
    return pd.concat(told, ignore_index=True)


def write(place: Workspace, release_id: str, protected: Protected, waits: bool = False) -> str:
    """Keep the figures of a release before anybody sees it and return the file's hash.

    Those of one that waits for approval stay outside the register: they were not published.
    """
    path = staged(place, release_id) if waits else folder(place) / f"{release_id}.parquet"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    new = place.tmp / path.name
    protected.entries.to_parquet(new, index=False)
    releasing.fsync(new)
    os.replace(new, path)
    releasing.fsync(path.parent)
    return verifying.sha256(path)


def staged(place: Workspace, release_id: str) -> Path:
    """Where the figures of a release lie that waits for approval."""
    return place.private / "waiting" / f"{release_id}.parquet"


def admit(place: Workspace, release_id: str) -> None:
    """Take the figures of an approved release into the register; again, it changes nothing."""
    if staged(place, release_id).is_file():
        folder(place).mkdir(mode=0o700, exist_ok=True)
        os.replace(staged(place, release_id), folder(place) / f"{release_id}.parquet")
        releasing.fsync(folder(place))
