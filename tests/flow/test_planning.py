"""A plan says what a run would change, in sizes safe to read, and leaves every byte as it was."""

import re
import shutil
from pathlib import Path

import pytest
from histories import HEADER, SECOND, bytes_of, drop, month, run

from data.errors import Held, UsageError
from data.workspace import Workspace
from flows import running

SAFE = r"1 to 4 \(hidden\)|5 to 9|about [\d,]*[05]"


@pytest.fixture
def place(one_release, tmp_path) -> Workspace:
    return Workspace(shutil.copytree(one_release.root, tmp_path / "workspace"))


def plan(place: Workspace):
    said: list[str] = []
    return running.plan(place, [], "hertfordshire", None, 0, said.append), said


def test_a_plan_tells_the_revisions_that_the_run_then_makes(place):
    old = place.current_release()
    drop(place, SECOND, "2024-02-04")
    before = bytes_of(place.root)
    found, said = plan(place)
    assert bytes_of(place.root) == before and not list(place.tmp.iterdir())
    text = found.as_text()
    assert "New: hertfordshire_2024-02-04.csv." in text and text.endswith("`hatecrime run` does it.")
    assert "2024-01  all: added about 20" in text
    assert "2023-03  all: cancelled 1 to 4 (hidden); reclassified 1 to 4 (hidden); moved area 1 to 4 (hidden)" in text
    assert any("rows in =" in sentence for sentence in said)
    job, _ = run(place)
    made = (place.private / "revisions" / f"{job.release_id}.txt").read_text(encoding="utf-8")
    assert set(made.splitlines()[3:]) <= set(text.splitlines())
    assert {size for size in found.revised["size"] if not re.fullmatch(SAFE, size)} == set()
    counts = found.figures.set_index(["characteristic", "change"])["figure_count"]
    assert counts.xs("added", level="change").sum() == len(keys_of(place.current_release()) - keys_of(old))


def keys_of(release: Path) -> set[tuple[str, ...]]:
    """Which figures a release publishes, whatever they say."""
    return {tuple(line.split(",")[:10]) for line in (release / "published.csv").read_text().splitlines()[1:]}


def test_a_plan_of_nothing_new_says_so(place):
    before = bytes_of(place.root)
    found, said = plan(place)
    assert found.nothing_new and "Nothing new" in said[0]
    assert bytes_of(place.root) == before


def test_a_plan_holds_where_the_run_would_and_writes_nothing_down(place):
    drop(place, SECOND.replace("2024-01-10", "2031-01-10", 3), "2024-02-04")
    before = bytes_of(place.root)
    with pytest.raises(Held) as held:
        plan(place)
    assert "this was a plan" in held.value.next_step and "plan-" not in str(held.value)
    assert bytes_of(place.root) == before


def test_a_plan_of_a_new_workspace_covers_everything(tmp_path):
    place = Workspace(tmp_path / "new")
    with pytest.raises(UsageError, match="nothing to read"):
        plan(place)
    drop(place, "\n".join([HEADER, *month(2023, 1), *month(2023, 2)]), "2023-03-04")
    found, _ = plan(place)
    assert "the first would cover 2023-01 to 2023-02" in found.as_text()
    assert not place.ledger.exists() and not list(place.extracts.iterdir()) and found.revised.empty
