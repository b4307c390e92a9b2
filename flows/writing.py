"""Holding a workspace to write in it: one writer, what a killed run left put right, temporary files kept private."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data import operations
from data.errors import StorageFailed
from data.workspace import Workspace
from flows import approving, keeping
from flows.locking import sole_writer


@contextmanager
def writing(place: Workspace, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the workspace with what a killed run left put right; trouble with the disk becomes StorageFailed."""
    try:
        place.prepare()
        with sole_writer(place), own_temporary_files(place):
            for sentence in keeping.recover(place) + approving.take_up(place, operations.load(place)):
                tell(sentence)
            yield
    except OSError as error:
        raise StorageFailed(
            f"The disk or a permission stopped the work ({error.strerror or type(error).__name__}).",
            "The last release still stands. Free space or mend the permission, then run again.",
        ) from None


@contextmanager
def own_temporary_files(place: Workspace) -> Iterator[None]:
    """Keep every temporary file of this process, a library's too, on the private side, and leave none behind."""
    before = tempfile.tempdir
    tempfile.tempdir = str(place.tmp)
    _empty(place.tmp)
    try:
        yield
    finally:
        tempfile.tempdir = before
        # What cannot be removed now is removed by the next run, and must not hide why this one failed.
        with suppress(OSError):
            _empty(place.tmp)


def _empty(folder: Path) -> None:
    for leftover in folder.iterdir():
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
