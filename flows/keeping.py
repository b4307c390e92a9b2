"""Keeping the store sound: putting right what a killed run left, proving it whole, and going back to a good release."""

import shutil
from uuid import uuid4

from data.errors import UsageError
from data.workspace import Workspace
from flows import approving, ledger, pulls, releasing, verifying, withdrawing
from flows.locking import sole_writer

RESTORE = (
    "Restore it from a backup. If only public/ is damaged, `hatecrime rollback` goes back to the last good release; "
    "if only the warehouse is, `hatecrime run` builds it again."
)


def recover(place: Workspace) -> list[str]:
    """Finish or clear what a killed run left behind, and return what was done, a sentence each.

    Afterwards no file stands in the store without the ledger, and decisions that were recorded are carried out.
    Raises IntegrityFailed where something stands there that no run of ours began.
    """
    said = []
    (place.public / ".current.new").unlink(missing_ok=True)
    accepted = {row["extract_id"] for row in ledger.accepted(place.ledger)}
    standing = ledger.releases(place.ledger)
    published = {entry.content["release_id"] for entry in ledger.entries(place.ledger, "released")}
    for begun in ledger.unfinished(place.ledger):
        for extract_id in set(begun.content["extracts"]) - accepted:
            (place.extracts / f"{extract_id}.parquet").unlink(missing_ok=True)
        for folder in place.releases.glob(f"*-{begun.content['inputs'][:8]}"):
            if folder.name not in standing:
                shutil.rmtree(folder)
        for folder in (place.register, place.counts):
            for entry in folder.glob(f"*-{begun.content['inputs'][:8]}.parquet"):
                if entry.stem not in published:
                    entry.unlink()
        ledger.append(place.ledger, begun.run_id, "recovered", {})
        said.append(f"A run that began on {begun.day} was stopped before its end; what it left was put right.")
    approving.clear_strays(place)
    said += approving.carry_out(place)
    said += withdrawing.finish(place)
    _carry_out_rollback(place)
    if (unplayed := place.warehouse.with_name(f"{place.warehouse.name}.wal")).exists():
        # Ours is closed before it is moved into place: somebody opened it and was cut off. What they wrote is kept.
        aside = place.private / "incidents" / f"{uuid4().hex[:12]}.wal"
        aside.parent.mkdir(mode=0o700, exist_ok=True)
        unplayed.rename(aside)
        place.warehouse.unlink(missing_ok=True)
        said.append(
            "The warehouse was changed by another program and not closed; its log is kept as "
            f"{aside.relative_to(place.root)}, and the warehouse is built again from the accepted extracts."
        )
    # Read in full only after something went wrong: it is derived, and a run that builds it anew replaces it anyway.
    if any(verifying.warehouse_faults(place, full=bool(said))):
        place.warehouse.unlink()
        said.append("The warehouse was not the one last built; it is built again from the accepted extracts.")
    verifying.refuse(verifying.stray_faults(place), "Restore private/ledger.sqlite from a backup, or remove the file.")
    return said


def verify(place: Workspace) -> list[str]:
    """Read every stored byte against its record and return what was found whole, a sentence each; changes nothing.

    Raises IntegrityFailed naming the files at fault.
    """
    if not place.ledger.exists():
        if not place.private.exists():
            raise UsageError(f"There is no workspace at {place.root}.", "Name the folder with --workspace.")
        if place.extracts.exists() and place.releases.exists():
            verifying.refuse(verifying.stray_faults(place), "Restore private/ledger.sqlite from a backup.")
        return ["Nothing was accepted here yet."]
    with sole_writer(place):
        ledger.check_file(place.ledger)
        verifying.refuse([*verifying.everything(place), *approving.faults(place)], RESTORE)
        pulled, _ = pulls.check(place)
        extracts, releases = ledger.accepted(place.ledger), ledger.releases(place.ledger)
        current = place.current_release()
        said = [
            f"{len(extracts)} extracts with {sum(row['row_count'] for row in extracts):,} rows are as accepted.",
            f"{len(releases)} releases are as made, file by file.",
            f"The ledger's {len(ledger.entries(place.ledger)):,} entries follow from one another.",
            f"Release {current.name} is what readers see." if current else "No release stands.",
        ]
        if pulled:
            said.insert(3, f"The log's {pulled:,} pulls of figures follow from one another.")
        if (waiting := approving.waiting(place)) is not None:
            said.append(f"Release {waiting['release_id']} waits for a second person.")
        if ledger.unfinished(place.ledger):
            said.append("A run was stopped before its end; the next one puts right what it left.")
        return said


def rollback(place: Workspace, release: str | None) -> list[str]:
    """Point to `release`, or to the last whole one made before the current one, and return what stands now.

    The decision is recorded, and a run with the same inputs keeps to it. A damaged release with no whole one before
    it is taken out of sight. Raises IntegrityFailed where the release named is not whole; UsageError where there is
    none to go back to.
    """
    place.prepare()
    with sole_writer(place):
        said = recover(place)
        standing = list(ledger.releases(place.ledger))
        current = place.current.read_bytes().decode("ascii", "replace").strip() if place.current.is_file() else ""
        damaged = any(verifying.current_faults(place))
        if release is not None:
            if release not in standing:
                raise UsageError(
                    f"There is no release {release}.",
                    f"The releases are: {', '.join(standing) or 'none yet'}.",
                )
            verifying.refuse(verifying.release_faults(place, release), RESTORE)
            target = release
        else:
            earlier = standing[: standing.index(current)] if current in standing else standing
            whole = (one for one in reversed(earlier) if not any(verifying.release_faults(place, one)))
            target = next(whole, "")
        if target == current and not damaged:
            return [*said, f"Release {current} already stands."] if current else [*said, "No release stands."]
        if not target and not damaged:
            raise UsageError(f"No release was made before {current}.", "To take an extract back, withdraw it.")
        decision = {"left": current, "release_id": target, "damaged": damaged}
        ledger.append(place.ledger, uuid4().hex[:12], "rolled_back", decision)
        _carry_out_rollback(place)
        if not target:
            return [*said, "No whole release was left, so none stands now; `hatecrime run` makes it again."]
        forward = (
            "`hatecrime run` makes the damaged one again."
            if damaged
            else f"Runs with the same inputs keep to it; `hatecrime rollback {current}` goes forward again, and so "
            "does a run with a new extract or a mended profile."
        )
        return [*said, f"Release {target} stands now, in place of {current}. {forward}"]


def _carry_out_rollback(place: Workspace) -> None:
    """Make the pointer what the last decision says, where that decision was a rollback."""
    decisions = ledger.entries(place.ledger, "finished", "rolled_back", "release_erased")
    if not decisions or decisions[-1].kind != "rolled_back":
        return
    target = decisions[-1].content["release_id"]
    if not target:
        place.current.unlink(missing_ok=True)
    elif not place.current.is_file() or place.current.read_bytes() != f"{target}\n".encode():
        releasing.point_to(place, target)
