"""The day an extract was taken is part of what it is: the same rows of a later day say that they stand again."""

import pytest
from histories import FIRST, HEADER, bytes_of, drop, line, rows_of

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
    """A, then B, then A again, one a month; and A once more without a day, which says nothing new."""
    left = []
    for name, batches in (
        ("one", [[("a", 1), ("b", 2)], [("a", 3)], [("a", None)]]),
        ("two", [[("a", None)], [("a", 3)], [("b", 2), ("a", 1)]]),
    ):
        place = Workspace(tmp_path / name)
        for batch in batches:
            for which, month in batch:
                day = f"2024-{month:02}-04" if month else "undated"
                drop(place, FIRST if which == "a" else OTHER, day)
            said: list[str] = []
            job = running.run(place, [], snapshots, "local", None, 0, said.append)
        assert job.nothing_new == (name == "one"), said
        current = place.current_release()
        left.append((current.name, bytes_of(current), rows_of(place.warehouse)))
        assert "228 counted" in " ".join(said) or job.nothing_new
    assert left[0] == left[1]


def test_of_the_same_rows_on_two_days_one_day_can_be_withdrawn_and_stays_out(place):
    for day in ("2024-01-04", "2024-03-04"):
        drop(place, FIRST, day)
    running.run(place, [], "hertfordshire", "local", None, 0, lambda _: None)
    (first, third) = (row["extract_id"] for row in ledger.accepted(place.ledger))
    assert first[:64] == third[:64] and third.endswith("-2024-03-04")
    name = f"{third[:12]}-2024-03-04"
    assert withdrawing.named(place, name)["extract_id"] == third
    running.withdraw(place, name, "taken a month too late", "hertfordshire", lambda _: None)
    assert [row["extract_id"] for row in ledger.accepted(place.ledger)] == [first]
    assert [file.name for file in place.landing.iterdir()] == ["hertfordshire_2024-01-04.csv"]
    drop(place, FIRST, "2024-04-04")
    with pytest.raises(InputRejected, match="was withdrawn"):
        running.run(place, [], "hertfordshire", "local", None, 0, lambda _: None)
