"""Running and checking on behalf of a person: one writer at a time, which files, and what is left behind."""

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import cast, get_args

from data import operations, policy
from data.errors import HateCrimeError, StorageFailed, UsageError
from data.policies import PUBLIC, Policy
from data.workspace import Workspace
from flows import (
    approving,
    backfilling,
    briefing,
    ledger,
    looking_back,
    monthly,
    notices,
    planning,
    rebuilding,
    retaining,
    verifying,
    withdrawing,
)
from flows.job import Job
from flows.locking import sole_writer
from flows.steps import STEPS
from flows.writing import own_temporary_files, writing
from transforms import drift, publishing, reading, spark, warehouse


def run(
    place: Workspace,
    files: Sequence[Path],
    profile: str,
    engine: str,
    extracted_on: date | None,
    allow_rejects: int,
    tell: Callable[[str], None],
    beside: Sequence[str] = (),
    packs: bool | None = None,
    backend: str = "duckdb",
    nil_return: bool = False,
) -> Job:
    """Run the monthly steps over `files`, or over everything in landing/, and return the finished job.

    `packs` says whether the release holds meeting packs; None keeps to what the current one does. `nil_return` has a
    file with a header and no row say that nothing was recorded. What a killed run left is put right first. A file that
    is still being written waits for the next run. Raises Busy while another run holds the workspace, IntegrityFailed
    where what readers see now is not what was made, StorageFailed, and whatever a step raises.
    """
    if engine not in get_args(monthly.Engine):
        raise UsageError(f"There is no engine {engine!r}.", f"Use one of {', '.join(get_args(monthly.Engine))}.")
    if backend not in get_args(warehouse.Backend):
        raise UsageError(f"There is no backend {backend!r}.", f"Use one of {', '.join(get_args(warehouse.Backend))}.")
    if backend == "spark":
        spark.need()
    with writing(place, tell):
        verifying.refuse(verifying.current_faults(place), "`hatecrime rollback` goes back to the last good release.")
        given, waiting = _given(place, files, tell)
        if not given and waiting and not ledger.accepted(place.ledger):
            return Job(place.root, profile, (), nothing_new=True)
        _refuse_without_room(place, given)
        counting = cast(warehouse.Backend, backend)
        job = Job(place.root, profile, given, tuple(beside), extracted_on, allow_rejects, nil_return, packs, counting)
        try:
            job = monthly.run(job, cast(monthly.Engine, engine), tell)
        except HateCrimeError as error:
            with suppress(HateCrimeError, OSError):
                ledger.note(place.ledger, job.run_id, "stopped", error.problem)
            raise
        for sentence in looking_back.keep_revisions(place, str(job.release_id)):
            tell(sentence)
    if job.release_id and not job.nothing_new:
        notice = notices.waiting(job.release_id) if job.waits else notices.published(job.release_id)
        notices.send(place, operations.load(place).notices, notice, tell)
    return job


def backfill(
    place: Workspace,
    files: Sequence[Path],
    profile: str,
    engine: str,
    span: tuple[date | None, date | None],
    batch_size: int,
    tell: Callable[[str], None],
    beside: Sequence[str] = (),
) -> Job:
    """Take in extracts batch by batch in the order of their days, publish once at the end, and return that job.

    `span` limits the days on which the extracts were taken. Stopped at any moment, the same command goes on where it
    was: what was taken in stays. Raises what a run raises; a batch that is held stops it.
    """
    given = [one for file in files for one in (sorted(file.iterdir()) if file.is_dir() else [file])]
    given = given or landed(place)
    with writing(place, tell):
        verifying.refuse(verifying.current_faults(place), "`hatecrime rollback` goes back to the last good release.")
        chosen, _ = _given(place, backfilling.in_order(given, profile, span, tell), tell)
        _refuse_without_room(place, chosen)
        if not chosen:
            return Job(place.root, profile, (), nothing_new=True)
        backfilling.take_in(Job(place.root, profile, (), tuple(beside)), chosen, batch_size, tell)
    # Everything is in the store now: one file is named, so that nothing else in landing/ comes with it.
    return run(place, chosen[-1:], profile, engine, None, 0, tell, beside)


def withdraw(
    place: Workspace,
    extract: str,
    because: str,
    profile: str,
    tell: Callable[[str], None],
    beside: Sequence[str] = (),
) -> None:
    """Erase an accepted extract everywhere, publish without it, and prove it; `tell` gets a sentence each.

    Raises UsageError where `extract` names none or several, IntegrityFailed where a trace is left, and whatever
    stops the new release, though the extract is erased all the same.
    """
    said = ledger.reason(because)

    job = Job(place.root, profile, (), tuple(beside), packs=briefing.are_in(place))
    with writing(place, tell):
        row = withdrawing.named(place, extract)
        for sentence in withdrawing.withdraw(place, [row], said, job, lambda: monthly.run_local(job, tell)):
            tell(sentence)


def retain(
    place: Workspace,
    now: datetime,
    tell: Callable[[str], None],
    is_agreed: bool,
) -> list[retaining.Going]:
    """Say what the workspace's policy lets go and, where a person or the schedule agreed, erase it and prove it.

    Raises IntegrityFailed where a copy is left, and whatever stops a release that an erased extract makes necessary.
    """
    settings = operations.load(place)
    job = Job(place.root, settings.profile, (), settings.beside, packs=briefing.are_in(place))
    if not is_agreed:
        # Looking changes nothing, not even what a killed run left.
        return retaining.going(place, settings.retention, now)
    with writing(place, tell):
        found = retaining.going(place, settings.retention, now)
        if found:
            for sentence in retaining.erase(
                place, found, settings.retention, job, lambda: monthly.run_local(job, tell)
            ):
                tell(sentence)
    return found


def rebuilt(place: Workspace, profile: str, beside: Sequence[str] = ()) -> str:
    """Build the warehouse anew beside the one in use and return what the comparison found."""
    with writing(place, lambda sentence: None):
        return rebuilding.compare(place, profile, beside)


def drifted(place: Workspace) -> list[str]:
    """What is far from its own past in the newest month, a sentence each, without a number."""
    with writing(place, lambda sentence: None):
        return [one.sentence() for one in drift.drift(publishing.exact_counts(place.warehouse, place.tmp))]


def approve(place: Workspace, release_id: str, tell: Callable[[str], None]) -> None:
    """Agree to a waiting release as the account of this process; who may enter the private side publishes it at once.

    Raises UsageError where it does not wait or the account may not agree to it.
    """
    digest = approving.agree(place, release_id)
    tell(f"Agreed to release {release_id}, over its manifest {digest[:16]}….")
    if not os.access(place.private, os.W_OK | os.X_OK):
        tell("The next scheduled job or run publishes it.")
        return
    take_up_approvals(place, tell)


def take_up_approvals(place: Workspace, tell: Callable[[str], None]) -> None:
    """Publish a waiting release that somebody agreed to, and tell people of it."""
    before = place.current_release()
    with writing(place, tell):
        pass
    if (now := place.current_release()) is not None and now != before:
        notices.send(place, operations.load(place).notices, notices.published(now.name), tell)


def as_at(
    place: Workspace,
    day: date,
    profile: str,
    tell: Callable[[str], None],
    beside: Sequence[str] = (),
    policy: Policy = PUBLIC,
) -> Path:
    """Make the release as it stood on a day, on the private side, and return its folder."""
    with writing(place, tell):
        folder, said = looking_back.as_at(place, day, profile, beside, policy)
    for sentence in said:
        tell(sentence)
    return folder


def landed(place: Workspace) -> list[Path]:
    """The files in landing/, by name; hidden files and Excel's lock files are not extracts."""
    return sorted(
        path for path in place.landing.iterdir() if not path.name.startswith((".", "~$")) and not path.is_dir()
    )


def check(
    place: Workspace,
    file: Path,
    profile: str,
    extracted_on: date | None,
    beside: Sequence[str] = (),
    nil_return: bool = False,
) -> list[str]:
    """Read and test one extract by itself and return what was found, a sentence each; nothing is kept."""
    place.prepare()
    with sole_writer(place), own_temporary_files(place):
        given = (file.absolute(),)
        job = Job(place.root, profile, given, tuple(beside), extracted_on, nil_return=nil_return, alone=True)
        for step in STEPS[:-2]:
            job = step(job)
    return [*job.said, "This extract can be run."]


def plan(
    place: Workspace,
    files: Sequence[Path],
    profile: str,
    extracted_on: date | None,
    allow_rejects: int,
    tell: Callable[[str], None],
    beside: Sequence[str] = (),
    nil_return: bool = False,
) -> planning.Plan:
    """Work out what a run over `files`, or over everything in landing/, would change; every stored byte stays.

    Raises what the run would raise.
    """
    place.prepare()
    with sole_writer(place), own_temporary_files(place):
        given, _ = _given(place, files, tell)
        _refuse_without_room(place, given)
        packs = briefing.are_in(place)
        job = Job(place.root, profile, given, tuple(beside), extracted_on, allow_rejects, nil_return, packs)
        return planning.planned(place, job, tell)


def _given(
    place: Workspace, files: Sequence[Path], tell: Callable[[str], None]
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The files to take in, and those that are still being written; with none named, all of landing/."""
    given = tuple(Path(file).absolute() for file in files) or tuple(landed(place))
    waiting = tuple(reading.unsettled(given))
    for file in waiting:
        tell(f"Waiting: {reading.shown(file.name)} is still being written; the next run takes it in.")
    return tuple(file for file in given if file not in waiting), waiting


def _refuse_without_room(place: Workspace, files: Sequence[Path]) -> None:
    """Raise StorageFailed before anything is read where the disk plainly does not suffice."""
    sizes = sum(file.lstat().st_size for file in files if file.is_file() and not file.is_symlink())
    needed, free = policy.DISK_PER_INPUT_BYTE * sizes, shutil.disk_usage(place.root).free
    if free < needed:
        raise StorageFailed(
            f"The work needs about {needed / 1e9:.1f} GB of disk, and {free / 1e9:.1f} GB are free.",
            "The last release still stands. Free space, then run again.",
        )
