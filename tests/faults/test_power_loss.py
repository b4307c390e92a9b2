"""What a power cut may lose is only what nobody points to yet: everything reaches the disk before it is named."""

import os
from pathlib import Path

import pytest
from histories import FIRST, drop, run

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are told of by /proc alone")


def test_every_file_reaches_the_disk_before_anything_names_it(place, monkeypatch):
    """C3: canonical extracts before the ledger accepts them, a release's files and folders before the pointer."""
    happened: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def told_fsync(handle: int) -> None:
        fsync(handle)
        happened.append(("reached the disk", os.readlink(f"/proc/self/fd/{handle}")))

    def told_replace(source, target, **options) -> None:
        replace(source, target, **options)
        happened.append(("named", os.fspath(target)))
        # What lay in a folder that moves has its new name from now on.
        moved = os.fspath(source)
        for number, (what, path) in enumerate(happened):
            if path == moved or path.startswith(f"{moved}/"):
                happened[number] = (what, os.fspath(target) + path.removeprefix(moved))

    monkeypatch.setattr(os, "fsync", told_fsync)
    monkeypatch.setattr(os, "replace", told_replace)
    drop(place, FIRST, "2024-01-04")
    job, _ = run(place)
    pointed = happened.index(("named", str(place.current)))
    before = {path for what, path in happened[:pointed] if what == "reached the disk"}
    release = place.releases / str(job.release_id)
    needed = [release, place.releases, place.extracts, *release.rglob("*"), *place.extracts.iterdir()]
    assert [str(path) for path in needed if str(path) not in before] == []
    assert ("reached the disk", str(place.public)) in happened[pointed:]
    assert str(place.current) in before, "the pointer's own content came too late"
