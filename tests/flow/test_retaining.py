"""Retention shows first and erases then: only what the policy names, never what readers see, with a proof."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from drawing import pseudonym
from histories import FIRST, SECOND, bytes_of, drop, run

from data.errors import Held, IntegrityFailed
from data.workspace import Workspace
from flows import keeping, ledger, running

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=100)


@pytest.fixture(scope="module")
def kept(two_releases, tmp_path_factory) -> Workspace:
    """Two releases, a batch that was held after them, and notes of each run."""
    place = Workspace(shutil.copytree(two_releases.root, tmp_path_factory.mktemp("kept") / "workspace"))
    bad = drop(place, SECOND.replace("2024-01-10", "2031-01-10", 3), "2024-03-04")
    with pytest.raises(Held):
        run(place)
    bad.unlink()
    return place


@pytest.fixture
def place(kept, tmp_path) -> Workspace:
    return Workspace(shutil.copytree(kept.root, tmp_path / "workspace"))


def policy(place: Workspace, text: str) -> None:
    file = place.private / "operations.toml"
    file.write_text(f"[retention]\n{text}\n", encoding="utf-8")
    file.chmod(0o600)


def retain(place: Workspace, now: datetime = LATER, agreed: bool = False) -> tuple[dict[str, str], list[str]]:
    said: list[str] = []
    return {one.path: one.rule for one in running.retain(place, now, said.append, agreed)}, said


def test_without_a_policy_nothing_goes(place):
    before = bytes_of(place.root)
    assert retain(place, agreed=True)[0] == {} and bytes_of(place.root) == before


def test_what_would_go_is_listed_and_nothing_changes_until_a_person_agrees(place):
    policy(place, "landing_days = 30\nquarantine_days = 30\nnotes_days = 30\nreleases_kept = 1")
    new = drop(place, FIRST.replace("race", "religion", 3), "2024-03-04", name="not_read_yet")
    for note in (place.private / "revisions").iterdir():
        os.utime(note, (0, 0))
    first, second = ledger.releases(place.ledger)
    before = bytes_of(place.root)
    found, _ = retain(place)
    assert bytes_of(place.root) == before
    (run_id,) = (path.name for path in place.quarantine.iterdir())
    assert found == {
        "landing/hertfordshire_2024-01-04.csv": "landing_days",
        "landing/hertfordshire_2024-02-04.csv": "landing_days",
        f"private/quarantine/{run_id}": "quarantine_days",
        f"private/revisions/{second}.json": "notes_days",
        f"private/revisions/{second}.txt": "notes_days",
        f"public/releases/{first}": "releases_kept",
    }
    assert retain(place, NOW + timedelta(days=1))[0].keys() == {
        f"private/revisions/{second}.json",
        f"private/revisions/{second}.txt",
        f"public/releases/{first}",
    }
    done, said = retain(place, agreed=True)
    assert done == found and "no copy is left" in said[-1]
    assert not any((place.root / path).exists() for path in found) and new.exists()
    # What was published stays known, what readers see stands, and the store is whole.
    assert place.current_release().name == second
    assert {path.stem for path in place.register.iterdir()} == {first, second}
    keeping.verify(place)
    (proof,) = (place.private / "retention").iterdir()
    told = json.loads(proof.read_text())
    assert {one["path"] for one in told["erased"]} == set(found) and told["copies_left"] == []
    assert retain(place, agreed=True)[0] == {}
    new.unlink()
    assert run(place)[0].nothing_new


def test_a_copy_that_is_left_is_named(place):
    policy(place, "landing_days = 30")
    shutil.copy(place.landing / "hertfordshire_2024-01-04.csv", place.root / "a copy.csv")
    with pytest.raises(IntegrityFailed, match=r"copies of what was erased: a copy\.csv"):
        retain(place, agreed=True)


def test_old_extracts_go_everywhere_with_one_new_release_and_a_proof(place):
    """FIRST is of January and SECOND of February 2024: two years later by policy only the second may stay."""
    policy(place, "extracts_months = 24")
    on = datetime(2026, 2, 20, tzinfo=UTC)
    found, _ = retain(place, on)
    (path,) = found
    assert found[path] == "extracts_months" and path.endswith("2024-01-04.parquet")
    made = set(ledger.releases(place.ledger))
    _, said = retain(place, on, agreed=True)
    assert any("none holds one" in sentence for sentence in said)
    assert len(list(place.extracts.iterdir())) == 1 and not made & set(ledger.releases(place.ledger))
    gone = pseudonym("E07000103", 2023, 5, 0).encode()
    assert not [file for file in place.root.rglob("*") if file.is_file() and gone in file.read_bytes()]
    keeping.verify(place)
