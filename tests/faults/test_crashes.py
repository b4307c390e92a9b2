"""Whenever a run is killed or its disk fails, readers see one whole release, and the next run ends as if undisturbed.

Bounded here; benchmarks/crashes.py makes 200 points and 50 timed kills with the same checks.
"""

import random
from pathlib import Path

import crashing
import pytest
from crashing import Trial

POINTS = 3
FAILURES = 2


@pytest.fixture(scope="module")
def about_to_run(tmp_path_factory) -> Trial:
    return crashing.trial(tmp_path_factory.mktemp("crashes"))


def points(trial: Trial, many: int, seed: int) -> list[int]:
    """One call out of each of `many` equal stretches of the run, the last stretch's end among them."""
    draw = random.Random(seed)
    width = trial.calls // many
    return [draw.randrange(n * width + 1, (n + 1) * width + 1) for n in range(many)]


@pytest.mark.slow
def test_killed_at_any_call_that_changes_the_disk(about_to_run: Trial, tmp_path: Path) -> None:
    """0 rows lost or doubled, 0 half releases; the run after it leaves the bytes of an undisturbed one."""
    assert about_to_run.calls > 300
    for at in points(about_to_run, POINTS, seed=3):
        place = about_to_run.copy(tmp_path / f"at-{at}")
        assert crashing.end(place.root, "kill", at).exit_code == -9
        assert about_to_run.faults_after(place) == [], f"killed at call {at}"


@pytest.mark.slow
def test_killed_around_the_moment_of_publishing(about_to_run: Trial, tmp_path: Path) -> None:
    """The last calls: the warehouse is swapped, the ledger told, the pointer moved."""
    for at in range(about_to_run.calls - 40, about_to_run.calls - 4, 18):
        place = about_to_run.copy(tmp_path / f"at-{at}")
        assert crashing.end(place.root, "kill", at).exit_code == -9
        assert about_to_run.faults_after(place) == [], f"killed at call {at}"


@pytest.mark.slow
@pytest.mark.parametrize("action", ["full", "broken"])
def test_the_disk_full_or_failing_at_any_call(about_to_run: Trial, tmp_path: Path, action: crashing.Action) -> None:
    """Exit 7 and one sentence; the old release stands. Where only tidying failed, the new one stands and is whole."""
    for at in points(about_to_run, FAILURES, seed=5):
        place = about_to_run.copy(tmp_path / f"at-{at}")
        ending = crashing.end(place.root, action, at)
        assert ending.exit_code in (0, 7), ending
        assert "Traceback" not in ending.error + ending.said
        if ending.exit_code == 0:
            assert crashing.left_by(place)["public"] == about_to_run.golden["public"], f"failed at call {at}"
        assert about_to_run.faults_after(place) == [], f"failed at call {at}"


@pytest.mark.slow
@pytest.mark.parametrize("limit", [20_000, 1_000_000])
def test_files_that_may_not_grow(about_to_run: Trial, tmp_path: Path, limit: int) -> None:
    """A quota strikes DuckDB and SQLite inside their own code: exit 7, and the old release stands."""
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
