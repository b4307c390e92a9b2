"""The register of every figure ever published: what readers know for good, whatever became of the release.

Beside it lie the exact counts that each release was made of. They tell which counts have changed since, and with that
what several releases say together. They are as private as the warehouse, and go when an extract behind them goes.
"""

import os
from pathlib import Path
from typing import Final

import pandas as pd

from data.workspace import Workspace
from flows import ledger, releasing, verifying
from transforms.disclosure import Protected

COUNTED: Final = ["area_code", "area_type", "characteristic", "record_class", "date_basis", "month", "report_count"]
"""What is kept of the counts behind a release; a force's are the sum of its places'."""


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
    told = [pd.read_parquet(place.register / f"{name}.parquet").assign(release_id=name) for name in names]
    return pd.concat(told, ignore_index=True)


def read_counts(place: Workspace, inputs: str) -> pd.DataFrame | None:
    """Return the exact counts of every release but the one of these inputs, by `release_id`, as far as they are kept.

    None where there are none. They were proved whole with the register itself.
    """
    released = ledger.entries(place.ledger, "released")
    names = dict.fromkeys(entry.content["release_id"] for entry in released if entry.content["inputs"] != inputs)
    paths = {name: place.counts / f"{name}.parquet" for name in names}
    kept = [pd.read_parquet(path).assign(release_id=name) for name, path in paths.items() if path.is_file()]
    return pd.concat(kept, ignore_index=True) if kept else None


def write(
    place: Workspace, release_id: str, protected: Protected, counts: pd.DataFrame, waits: bool = False
) -> dict[str, str]:
    """Keep the figures of a release and the counts behind them before anybody sees it; return the files' hashes.

    Those of one that waits for approval stay outside the register: they were not published.
    """
    figures, exact = staged(place, release_id) if waits else _settled(place, release_id)
    return {
        "register_sha256": _kept(place, protected.entries, figures),
        "counts_sha256": _kept(place, counts.loc[counts["area_type"] != "police_force", COUNTED], exact),
    }


def _kept(place: Workspace, table: pd.DataFrame, path: Path) -> str:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    new = place.tmp / path.name
    table.to_parquet(new, index=False)
    releasing.fsync(new)
    os.replace(new, path)
    releasing.fsync(path.parent)
    return verifying.sha256(path)


def staged(place: Workspace, release_id: str) -> tuple[Path, Path]:
    """Where the figures of a release lie that waits for approval, and the counts behind them."""
    waiting = place.private / "waiting"
    return waiting / f"{release_id}.parquet", waiting / f"{release_id}.counts.parquet"


def _settled(place: Workspace, release_id: str) -> tuple[Path, Path]:
    return place.register / f"{release_id}.parquet", place.counts / f"{release_id}.parquet"


def admit(place: Workspace, release_id: str) -> None:
    """Take the figures of an approved release into the register; again, it changes nothing."""
    for waiting, settled in zip(staged(place, release_id), _settled(place, release_id), strict=True):
        if waiting.is_file():
            settled.parent.mkdir(mode=0o700, exist_ok=True)
            os.replace(waiting, settled)
            releasing.fsync(settled.parent)
