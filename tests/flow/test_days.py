"""The day an extract was taken is part of what it is: the same rows of a later day say that they stand again."""

import pytest
from histories import FIRST, HEADER, drop, line, rows_of

from data import profile as profiles
from data.errors import InputRejected
from data.workspace import Workspace
from flows import ledger, running, withdrawing

OTHER = "\n".join([HEADER, *(line(n, area="E07000103", day="2023-06-10") for n in range(30))])


@pytest.fixture
def snapshots(tmp_path):
    """Hertfordshire, were each of its extracts the whole table."""
    toml = (profiles.SHIPPED / "hertfordshire.toml").read_text(encoding="utf-8")
    path = tmp_path / "snapshots.toml"
    path.write_text(toml.replace('revision_rule = "report"', 'revision_rule = "snapshot"'), encoding="utf-8")
    return str(path)


def test_a_snapshot_that_goes_back_to_what_it_was_stands_in_any_order(tmp_path, snapshots):
    """A, then B, then A again, within a month; and A once more without a day, which says nothing new."""
    left = []
    for name, batches in (
        ("one", [[("a", 4), ("b", 14)], [("a", 24)], [("a", None)]]),
        ("two", [[("a", None)], [("a", 24)], [("b", 14), ("a", 4)]]),
    ):
        place = Workspace(tmp_path / name)
        for batch in batches:
            for which, day in batch:
                drop(place, FIRST if which == "a" else OTHER, f"2024-01-{day:02}" if day else "undated")
            said: list[str] = []
            job = running.run(place, [], snapshots, "local", None, 0, said.append)
        assert job.nothing_new == (name == "one"), said
        current = place.current_release()
        # Same inputs, same rows. What is printed also depends on what readers were told before, which differs here.
        left.append((current.name, rows_of(place.warehouse)))
        assert "228 counted" in " ".join(said) or job.nothing_new
    assert left[0] == left[1]


def test_of_the_same_rows_on_two_days_one_day_can_be_withdrawn_and_stays_out(place):
    for day in ("2024-01-04", "2024-01-24"):
        drop(place, FIRST, day)
    running.run(place, [], "hertfordshire", "local", None, 0, lambda _: None)
    (first, third) = (row["extract_id"] for row in ledger.accepted(place.ledger))
    assert first[:64] == third[:64] and third.endswith("-2024-01-24")
    name = f"{third[:12]}-2024-01-24"
    assert withdrawing.named(place, name)["extract_id"] == third
    running.withdraw(place, name, "taken on another day", "hertfordshire", lambda _: None)
    assert [row["extract_id"] for row in ledger.accepted(place.ledger)] == [first]
    assert [file.name for file in place.landing.iterdir()] == ["hertfordshire_2024-01-04.csv"]
    drop(place, FIRST, "2024-01-29")
    with pytest.raises(InputRejected, match="was withdrawn"):
        running.run(place, [], "hertfordshire", "local", None, 0, lambda _: None)
