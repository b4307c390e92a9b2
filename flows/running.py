"""Running and checking on behalf of a person: one writer at a time, which files, and what is left behind."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import cast, get_args

import filelock

from data.errors import Busy, UsageError
from data.workspace import Workspace
from flows import monthly
from flows.steps import STEPS, Job

LOCK_SECONDS = 1
"""How long a second run waits before it says that another is at work."""


def run(
    place: Workspace,
    files: Sequence[Path],
    profile: str,
    engine: str,
    extracted_on: date | None,
    allow_rejects: int,
    tell: Callable[[str], None],
) -> Job:
    """Run the monthly steps over `files`, or over everything in landing/, and return the finished job.

    Raises Busy while another run holds the workspace, and whatever a step raises.
    """
    if engine not in get_args(monthly.Engine):
        raise UsageError(f"There is no engine {engine!r}.", f"Use one of {', '.join(get_args(monthly.Engine))}.")
    place.prepare()
    with _sole_writer(place), _own_temporary_files(place):
        given = tuple(Path(file).absolute() for file in files) or tuple(landed(place))
        job = Job(place.root, profile, given, extracted_on, allow_rejects)
        return monthly.run(job, cast(monthly.Engine, engine), tell)


def landed(place: Workspace) -> list[Path]:
    """The files in landing/, by name; hidden files and Excel's lock files are not extracts."""
    return sorted(
        path for path in place.landing.iterdir() if not path.name.startswith((".", "~$")) and not path.is_dir()
    )


def shown_path(path: Path) -> str:
    """Return a path as a person would type it from where they stand."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def check(place: Workspace, file: Path, profile: str, extracted_on: date | None) -> list[str]:
    """Read and test one extract by itself and return what was found, a sentence each; nothing is kept."""
    place.prepare()
    with _sole_writer(place), _own_temporary_files(place):
        job = Job(place.root, profile, (file.absolute(),), extracted_on, alone=True)
        for step in STEPS[:-1]:
            job = step(job)
    return [*job.said, "This extract can be run."]


@contextmanager
def _own_temporary_files(place: Workspace) -> Iterator[None]:
    """Keep every temporary file of this process, a library's too, on the private side, and leave none behind."""
    before = tempfile.tempdir
    tempfile.tempdir = str(place.tmp)
    _empty(place.tmp)
    try:
        yield
    finally:
        tempfile.tempdir = before
        _empty(place.tmp)


def _empty(folder: Path) -> None:
    for leftover in folder.iterdir():
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


@contextmanager
def _sole_writer(place: Workspace) -> Iterator[None]:
    lock = filelock.FileLock(place.lock, timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise Busy(
            "Another run holds this workspace.", "Wait until it has ended; its lock goes with its process."
        ) from None
    try:
        yield
    finally:
        lock.release()
