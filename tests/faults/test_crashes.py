"""Whenever a run is killed or its disk fails, readers see one whole release, and the next run ends as if undisturbed.

Bounded here; benchmarks/crashes.py makes 200 points, 50 timed kills and 200 failures with the same checks.
"""

import random
from pathlib import Path

import crashing
import pytest
from crashing import Trial

from data.workspace import Workspace

GOES_ON_FROM = 4
"""In the suite, the run is made again from one in so many of what kills would leave; all of it is looked at."""


@pytest.fixture(scope="module")
def copies(tmp_path_factory) -> Path:
    """Where the undisturbed run leaves its workspace, as kills would."""
    return tmp_path_factory.mktemp("copies")


@pytest.fixture(scope="module")
def about_to_run(one_release, copies, tmp_path_factory) -> Trial:
    return crashing.trial(one_release, tmp_path_factory.mktemp("crashes"), copies)


@pytest.mark.slow
def test_killed_at_any_call_that_changes_what_lasts(about_to_run: Trial, copies: Path) -> None:
    """C1: 0 rows lost or doubled, 0 half releases; the run after it leaves the bytes of an undisturbed one."""
    left = sorted(copies.iterdir(), key=lambda copy: int(copy.name))
    assert about_to_run.calls > 300 and len(left) > 15
    for number, copy in enumerate(left, start=1):
        faults = about_to_run.faults_after(Workspace(copy), goes_on=number % GOES_ON_FROM == 0)
        assert faults == [], f"killed at call {copy.name}"
    assert len(about_to_run.judged) > 4, "nothing taken in, taken in, built, published, all done"


@pytest.mark.slow
def test_a_kill_leaves_what_the_copies_show(about_to_run: Trial, copies: Path, tmp_path: Path) -> None:
    """C1: killed in truth, in the middle of the run and as it publishes; nothing comes of it that no copy showed."""
    known = set(about_to_run.seen)
    publishing = max(int(copy.name) for copy in copies.iterdir()) - 20
    for at in (about_to_run.calls // 2, publishing):
        place = about_to_run.copy(tmp_path / f"at-{at}")
        assert crashing.end(place.root, "kill", at).exit_code == -9
        assert about_to_run.faults_after(place, goes_on=False) == [], f"killed at call {at}"
    assert about_to_run.seen == known


@pytest.mark.slow
@pytest.mark.parametrize("action", ["full", "broken"])
def test_the_disk_full_or_failing_at_any_call(about_to_run: Trial, tmp_path: Path, action: crashing.Action) -> None:
    """C4: exit 7 and one sentence; the old release stands. Where only tidying failed, the new one stands whole."""
    at = random.Random(action).randrange(1, about_to_run.calls + 1)
    place = about_to_run.copy(tmp_path / "workspace")
    ending = crashing.end(place.root, action, at)
    assert ending.exit_code in (0, 7), ending
    assert "Traceback" not in ending.error + ending.said
    if ending.exit_code == 0:
        assert crashing.left_by(place)["public"] == about_to_run.golden["public"], f"failed at call {at}"
    assert about_to_run.faults_after(place) == [], f"failed at call {at}"


@pytest.mark.slow
@pytest.mark.parametrize("limit", [20_000, 1_000_000])
def test_files_that_may_not_grow(about_to_run: Trial, tmp_path: Path, limit: int) -> None:
    """C5: a quota strikes DuckDB and SQLite inside their own code: exit 7, and the old release stands."""
    place = about_to_run.copy(tmp_path / "workspace")
    ending = crashing.end(place.root, limit=limit)
    assert ending.exit_code == 7, ending
    assert about_to_run.faults_after(place) == []


@pytest.mark.slow
def test_killed_from_outside_at_any_moment(about_to_run: Trial, tmp_path: Path) -> None:
    """The clock strikes C code too, where no call of ours can be counted."""
    for after in (0.4, 2.5):
        place = about_to_run.copy(tmp_path / f"after-{after}")
        crashing.end(place.root, after=after)
        assert about_to_run.faults_after(place) == [], f"killed after {after} s"
