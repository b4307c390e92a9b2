"""A run takes counts in beside records: recognised by name, held, accepted, repeated, looked back at and withdrawn."""

from datetime import date

import pytest
from histories import FIRST, at_rest, drop, rows_of

from data.errors import Held, UsageError
from data.workspace import Workspace
from flows import holding, keeping, ledger, running

HEADER = "Borough,MajorText,MinorText,202311,202312"
NAME = "Monthly Crime Other Crime Borough Level Off Type.csv"
BESIDE = ["mps_borough_months"]


def drop_counts(place: Workspace, *lines: str, name: str = NAME):
    file = place.landing / name
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return at_rest(file)


def run(place: Workspace, beside=BESIDE, allow_rejects: int = 0):
    said: list[str] = []
    return running.run(place, [], "hertfordshire", "local", None, allow_rejects, said.append, beside), said


def test_counts_are_taken_in_beside_records_and_leave_every_figure_as_it_was(place):
    drop(place, FIRST, "2024-01-04")
    alone, _ = run(place, beside=[])
    published = (place.releases / str(alone.release_id) / "published.csv").read_bytes()
    drop_counts(place, "Barnet,Hate,Faith Hate Crime,4,5", "Barnet,Hate,Domestic Abuse,90,91")
    job, said = run(place)
    assert any("2 lines of counts = 1 counted, 0 superseded, 0 rejected, 1 out of scope" in line for line in said), said
    assert (place.releases / str(job.release_id) / "published.csv").read_bytes() == published
    assert job.release_id != alone.release_id
    again, said = run(place)
    assert again.nothing_new and again.release_id == job.release_id
    keeping.verify(place)
    before = rows_of(place.warehouse)
    place.warehouse.unlink()
    run(place)
    assert rows_of(place.warehouse) == before
    with pytest.raises(UsageError, match="mps_borough_months") as refused:
        run(place, beside=[])
    assert "--beside" in refused.value.next_step
    running.as_at(place, date(2024, 1, 4), "hertfordshire", said.append, BESIDE)
    assert said[-2].startswith("2 of 2 extracts")
    told: list[str] = []
    running.withdraw(place, NAME, "the publisher took it back", "hertfordshire", told.append, BESIDE)
    assert place.current_release().name != job.release_id
    assert [row["source"] for row in ledger.accepted(place.ledger)] == ["hertfordshire"]
    assert not (place.landing / NAME).exists()
    run(place, beside=[])


def test_counts_alone_are_not_published(place):
    place.prepare()
    drop_counts(place, "Barnet,Hate,Faith Hate Crime,4,5")
    with pytest.raises(UsageError, match="no records"):
        run(place)
    assert not ledger.accepted(place.ledger)


def test_an_unknown_category_holds_the_batch_and_is_listed_to_be_mapped(place):
    drop(place, FIRST, "2024-01-04")
    file = drop_counts(place, "Barnet,Hate,Misogyny,4,5", "Barnet,Hate,Faith Hate Crime,4,many")
    with pytest.raises(Held) as checked:
        running.check(place, file, "hertfordshire", None, BESIDE)
    with pytest.raises(Held) as held:
        run(place)
    for refusal in (checked.value, held.value):
        assert "1 rows break count_label_known in column category by 1 unknown label " in refusal.problem
        assert "count_readable in column count" in refusal.problem
        assert "Misogyny" not in str(refusal) and "many" not in str(refusal)
    (batch,) = holding.held(place)
    _, lines = holding.shown(place, batch.run_id)
    assert lines[1:] == [f"{NAME},2,count_label_known,category", f"{NAME},3,count_readable,count"]
    labels = (place.quarantine / batch.run_id / "unknown_labels.toml").read_text()
    assert '[categories]\n"Hate / Misogyny" = { code = "", measure = "" }  # 1 rows' in labels
    _, said = run(place, allow_rejects=2)
    assert any("2 rejected" in line and "lines of counts" in line for line in said), said
