"""The store keeps its word: no flipped byte is served, a good release comes back, what is withdrawn is gone."""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from drawing import hertfordshire, pseudonym
from histories import FIRST, HEADER, SECOND, bytes_of, drop, line, month, rows_of, run

from data.errors import Busy, HateCrimeError, Held, InputRejected, IntegrityFailed, UsageError
from data.policies import INTERNAL
from data.workspace import Workspace
from flows import holding, keeping, ledger, locking, running

BECAUSE = "the force asked for it back"


@pytest.fixture
def two(two_releases, tmp_path) -> Workspace:
    return Workspace(shutil.copytree(two_releases.root, tmp_path / "workspace"))


def made(place: Workspace) -> list[str]:
    return list(ledger.releases(place.ledger))


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def withdraw(place: Workspace, extract: str, because: str = BECAUSE) -> list[str]:
    said: list[str] = []
    running.withdraw(place, extract, because, "hertfordshire", said.append)
    return said


def test_a_whole_store_is_found_whole_and_left_as_it_was(two):
    before = bytes_of(two.root)
    assert len(keeping.verify(two)) == 4
    assert bytes_of(two.root) == before


def test_any_flipped_byte_is_found_and_its_file_named(two):
    """Every file of releases/, extracts/, the pointer and the warehouse, at its first, last and a random byte."""
    draw = random.Random(1)
    files = [two.current, two.warehouse, *two.extracts.iterdir()]
    files += [path for path in two.releases.rglob("*") if path.is_file()]
    assert len(files) > 40
    for path in draw.sample(files[4:], 25) + files[:4]:
        for position in {0, path.stat().st_size - 1, draw.randrange(path.stat().st_size)}:
            flip(path, position)
            with pytest.raises(IntegrityFailed) as found:
                keeping.verify(two)
            assert path.relative_to(two.root).as_posix() in found.value.problem
            flip(path, position)
    keeping.verify(two)


def test_the_counts_behind_each_release_are_kept_linked_and_watched(two):
    first, second = made(two)
    assert {path.stem for path in two.counts.iterdir()} == {first, second}
    certificate = json.loads((two.releases / second / "certificate.json").read_text())
    assert (certificate["earlier_releases"], certificate["earlier_releases_linked"]) == (1, 1)
    path = two.counts / f"{first}.parquet"
    flip(path, 100)
    with pytest.raises(IntegrityFailed, match=rf"private/counts/{first}\.parquet has other bytes"):
        keeping.verify(two)
    path.unlink()
    with pytest.raises(IntegrityFailed, match=rf"private/counts/{first}\.parquet is missing"):
        keeping.verify(two)


def test_a_flipped_byte_in_the_ledger_is_found_or_says_the_same(two):
    """SQLite keeps unused bytes; one of those may change, but no entry may read otherwise than it was written."""
    draw = random.Random(2)
    told = ledger.entries(two.ledger)
    found = 0
    for _ in range(150):
        position = draw.randrange(two.ledger.stat().st_size)
        flip(two.ledger, position)
        try:
            assert ledger.entries(two.ledger) == told
        except HateCrimeError as error:
            assert error.exit_code in (7, 9)
            found += 1
        shutil.rmtree(two.ledger.with_name("ledger.sqlite-journal"), ignore_errors=True)
        flip(two.ledger, position)
    assert found > 50


def test_an_entry_taken_out_of_the_ledger_is_missed(two):
    con = sqlite3.connect(two.ledger)
    con.execute("drop trigger entries_last")
    con.execute("delete from entries where number = 3")
    con.commit()
    con.close()
    with pytest.raises(IntegrityFailed, match="entry 3"):
        keeping.verify(two)


def test_what_the_ledger_does_not_know_is_no_part_of_the_store(two):
    (two.releases / "2024-01-00000000").mkdir()
    with pytest.raises(IntegrityFailed, match="2024-01-00000000 is not in the ledger"):
        run(two)
    (two.releases / "2024-01-00000000").rmdir()
    two.ledger.unlink()
    with pytest.raises(IntegrityFailed, match="not in the ledger"):
        keeping.verify(two)
    with pytest.raises(IntegrityFailed, match="not in the ledger"):
        run(two)
    assert len(list(two.extracts.iterdir())) == 2


def test_a_damaged_release_stops_the_run_and_rollback_goes_to_the_last_good_one(two):
    first, second = made(two)
    flip(two.releases / second / "index.html", 100)
    with pytest.raises(IntegrityFailed, match=f"{second}/index.html has other bytes"):
        run(two)
    said = keeping.rollback(two, None)
    assert two.current_release() == two.releases / first
    assert any(first in sentence and second in sentence for sentence in said)
    job, _ = run(two)
    assert job.release_id == second and two.current_release() == two.releases / second
    keeping.verify(two)


def test_a_run_does_not_undo_a_rollback_and_the_way_forward_is_named(two):
    first, second = made(two)
    keeping.rollback(two, None)
    job, said = run(two)
    assert job.nothing_new and two.current_release() == two.releases / first
    assert any(f"hatecrime rollback {second}" in sentence for sentence in said)
    keeping.rollback(two, second)
    assert two.current_release() == two.releases / second
    job, said = run(two)
    assert job.nothing_new and job.release_id == second
    with pytest.raises(UsageError, match="no release"):
        keeping.rollback(two, "2020-01-12345678")
    kinds = [entry.content["release_id"] for entry in ledger.entries(two.ledger, "rolled_back")]
    assert kinds == [first, second]


def test_the_only_release_damaged_is_taken_out_of_sight_and_made_again(place):
    drop(place, FIRST, "2024-01-04")
    run(place)
    before = bytes_of(place.public)
    (release,) = made(place)
    with pytest.raises(UsageError, match="No release was made before"):
        keeping.rollback(place, None)
    (place.releases / release / "published.csv").unlink()
    assert "none stands now" in keeping.rollback(place, None)[-1]
    assert place.current_release() is None
    run(place)
    assert bytes_of(place.public) == before


def test_a_lost_or_damaged_warehouse_is_built_again_with_the_same_rows(two):
    rows, before = rows_of(two.warehouse), bytes_of(two.public)
    two.warehouse.unlink()
    run(two)
    assert rows_of(two.warehouse) == rows and bytes_of(two.public) == before
    with two.warehouse.open("ab") as file:
        file.write(b"more")
    run(two)
    assert rows_of(two.warehouse) == rows and bytes_of(two.public) == before
    keeping.verify(two)
    # C8: another program changed it and was cut off. Its log is moved aside, never replayed and never deleted.
    log = two.warehouse.with_name("warehouse.duckdb.wal")
    log.write_bytes(b"not a log that can be replayed")
    _, said = run(two)
    assert any("was changed by another program" in sentence for sentence in said), said
    assert rows_of(two.warehouse) == rows and not log.exists()
    assert [path.read_bytes() for path in (two.private / "incidents").glob("*.wal")] == [
        b"not a log that can be replayed"
    ]
    keeping.verify(two)


def test_a_lost_extract_stops_the_run_until_its_file_comes_again(two, tmp_path):
    lost = next(two.extracts.iterdir())
    content = lost.read_bytes()
    lost.unlink()
    for file in two.landing.iterdir():
        shutil.move(file, tmp_path)
    with pytest.raises(IntegrityFailed, match=lost.name):
        run(two)
    run(two, *tmp_path.glob("*.csv"))
    assert lost.read_bytes() == content
    keeping.verify(two)


def test_a_withdrawn_extract_is_gone_everywhere_and_refused_when_it_comes_again(two):
    """What is left is what would be there had it never come, and nothing in the workspace holds its report ids."""
    first, second = made(two)
    gone = [pseudonym(area, 2024, 1, 0) for area in ("E07000103", "E07000098", "E07000240")]
    stays = pseudonym("E07000103", 2023, 3, 0)
    copy = two.landing / "hertfordshire_2024-02-05.csv"
    copy.write_text(hertfordshire(SECOND), encoding="utf-8")
    file = two.landing / "hertfordshire_2024-02-04.csv"
    content = file.read_bytes()
    said = withdraw(two, file.name)
    assert two.current_release() == two.releases / first
    assert [path.name for path in two.releases.iterdir()] == [first]
    assert len(list(two.extracts.iterdir())) == 1 and not file.exists() and not copy.exists()
    assert [path.stem for path in two.counts.iterdir()] == [first], "the counts made of it go too"
    assert {path.stem for path in two.register.iterdir()} == {first, second}, "what was published stays known"
    for path in two.root.rglob("*"):
        if path.is_file():
            assert not any(one.encode() in path.read_bytes() for one in gone), path
    (proof,) = (two.private / "withdrawals").iterdir()
    told = json.loads(proof.read_text())
    assert told["files_that_hold_one"] == [] and told["report_ids_searched_for"] == 19
    assert f"public/releases/{second}" in told["removed"] and told["because"] == BECAUSE
    assert stays not in proof.read_text() and any("none holds one" in sentence for sentence in said)
    keeping.verify(two)
    file.write_bytes(content)
    with pytest.raises(InputRejected, match=f"withdrawn on .* because: {BECAUSE}"):
        run(two)
    assert file.read_bytes() == content
    file.unlink()
    job, _ = run(two)
    assert job.nothing_new and job.release_id == first


def test_when_nothing_is_left_no_release_stands(place):
    drop(place, FIRST, "2024-01-04")
    run(place)
    (extract,) = place.extracts.iterdir()
    with pytest.raises(UsageError, match="reason"):
        withdraw(place, extract.stem[:8], "no")
    with pytest.raises(UsageError, match="No accepted extracts"):
        withdraw(place, extract.stem[:7])
    said = withdraw(place, extract.stem[:8])
    assert place.current_release() is None and not list(place.releases.iterdir())
    assert not place.warehouse.exists() and not extract.exists()
    assert "No release stands: nothing else was left." in said
    keeping.verify(place)


def test_a_withdrawal_cut_short_is_finished_by_the_next_run(two):
    first, _ = made(two)
    row = next(row for row in ledger.accepted(two.ledger) if row["file_name"].endswith("02-04.csv"))
    ledger.append(two.ledger, "a run", "withdrawn", row | {"because": BECAUSE, "declared_on": None})
    _, said = run(two)
    assert two.current_release() == two.releases / first
    assert [path.name for path in two.releases.iterdir()] == [first]
    assert any("withdrawn extract" in sentence for sentence in said)
    assert not (two.extracts / f"{row['extract_id']}.parquet").exists()
    keeping.verify(two)


DOUBTFUL = SECOND.replace("| 2024-01-10 | 2024-01-10 | 2024-01-10 |", "| 2024-01-11 | 2024-01-10 | 2024-01-10 |", 2)


def test_a_held_batch_is_listed_shown_and_let_through_for_its_extracts_and_rules(place):
    """Two reports are said to have happened after they were reported: a person may know that it is so."""
    drop(place, FIRST, "2024-01-04")
    run(place)
    drop(place, DOUBTFUL, "2024-02-04")
    with pytest.raises(Held, match="dates_in_order") as held:
        run(place)
    (batch,) = holding.held(place)
    assert f"hatecrime accept {batch.run_id}" in held.value.next_step
    assert (batch.state, batch.rules) == ("waiting", ("dates_in_order",))
    assert batch.files == ("hertfordshire_2024-02-04.csv",)
    _, lines = holding.shown(place, batch.run_id[:6])
    assert lines[0] == "file,line_number,rule,column_name" and len(lines) == 1 + 2
    with pytest.raises(UsageError, match="reason"):
        holding.let_through(place, batch.run_id, "ok")
    holding.let_through(place, batch.run_id, "the force confirmed both dates")
    assert next(holding.held(place)).state == "let through"
    job, _ = run(place)
    assert job.release_id and not job.nothing_new
    assert next(holding.held(place)).state == "taken in"
    # Next month the same lines of the same extract do not hold again; a doubtful line of the new one does, alone.
    doubtful = line("x", area="E07000103", day="2024-02-10").replace("2024-02-10", "2024-02-11", 1)
    drop(place, "\n".join([HEADER, *month(2024, 2), doubtful]), "2024-03-04")
    with pytest.raises(Held, match="1 rows break dates_in_order"):
        run(place)
    drop(place, "\n".join([HEADER, *month(2024, 2)]), "2024-03-04")
    assert not run(place)[0].nothing_new


def test_rows_set_aside_once_do_not_hold_the_next_month_and_the_message_is_in_the_order_to_mend(place):
    """Dates come before labels, and labels before doubts; the rows of January are not asked for in February."""
    faulty = FIRST.replace("2023-03-10", "10/03/2023", 3).replace("| recorded |", "| kept |", 2)
    drop(place, faulty + "\n" + line("x", area="nowhere", day="2023-05-10"), "2024-01-04")
    with pytest.raises(Held) as held:
        run(place)
    named = re.findall(r"rows break (\w+) in column (\w+)", held.value.problem)
    dates = [("date_readable", basis) for basis in ("recorded", "reported", "occurred")]
    assert named == [*dates, ("area_known", "area"), ("label_known", "status")]
    assert "mend in this order. (1) Every text that says when police recorded it" in held.value.problem
    assert "--allow-rejects 4" in held.value.next_step
    run(place, allow_rejects=4)
    drop(place, SECOND, "2024-02-04")
    _, said = run(place)
    assert any("4 rejected" in sentence for sentence in said), said
    drop(place, "\n".join([HEADER, *month(2024, 2), line("y", area="nowhere", day="2024-02-10")]), "2024-03-04")
    with pytest.raises(Held) as held:
        run(place)
    assert "1 rows break area_known" in held.value.problem and "--allow-rejects 1" in held.value.next_step


def test_a_month_delivered_in_part_or_twice_holds_until_a_person_says_it_is_so(place):
    """M7 and a missing month: 19 reports a month are usual; 2, 40 or none in a whole month are not."""
    drop(place, FIRST, "2024-01-04")
    run(place)
    for number, (reports, day, words) in enumerate(
        [(2, "2024-02-04", "2024-01"), (40, "2024-02-04", "2024-01"), (19, "2024-03-04", "2024-01")]
    ):
        year, which = (2024, 1) if day == "2024-02-04" else (2024, 2)
        lines = [line(number, n, area="E07000103", day=f"{year}-{which:02}-10") for n in range(reports)]
        file = drop(place, "\n".join([HEADER, *lines]), day)
        with pytest.raises(Held, match=f"1 rows break volume_plausible in column {words}"):
            run(place)
        file.unlink()
    drop(place, SECOND, "2024-02-04")
    run(place)
    *_, (batch) = [batch for batch in holding.held(place) if batch.rules == ("volume_plausible",)]
    assert batch.state == "waiting"


def test_a_batch_held_by_unreadable_rows_is_mended_not_let_through(place):
    file = drop(place, FIRST.replace("2023-03-10", "10/03/2023", 3), "2024-01-04")
    with pytest.raises(Held):
        run(place)
    (batch,) = holding.held(place)
    with pytest.raises(UsageError, match="cannot be read"):
        holding.let_through(place, batch.run_id, "the force confirmed the dates")
    assert file.exists()
    drop(place, FIRST, "2024-01-04")
    job, _ = run(place)
    assert not job.nothing_new


def test_two_extracts_of_one_day_that_disagree_hold_the_batch(two):
    first = line("E07000103", 2023, 3, 4, area="E07000103", day="2023-03-10")
    other = line("E07000103", 2023, 3, 4, area="E07000098", day="2023-03-10")
    drop(two, "\n".join([HEADER, first]), "2024-03-04")
    drop(two, "\n".join([HEADER, other]), "2024-03-04", "hertfordshire_again")
    with pytest.raises(Held, match="same_day_extracts_agree") as held:
        run(two)
    assert "1 rows do not" in held.value.problem or "2 rows break" in held.value.problem
    *_, batch = holding.held(two)
    lines = holding.shown(two, batch.run_id)[1]
    assert {text.split(",")[0] for text in lines[1:]} == {
        "hertfordshire_2024-03-04.csv",
        "hertfordshire_again_2024-03-04.csv",
    }


def test_the_figures_of_a_day_are_those_released_then_and_stay_private(two):
    first, second = made(two)
    said: list[str] = []
    folder = running.as_at(two, date(2024, 2, 3), "hertfordshire", said.append)
    assert bytes_of(folder) == bytes_of(two.releases / first)
    assert folder.is_relative_to(two.private) and two.current_release() == two.releases / second
    assert any("1 of 2 extracts" in sentence for sentence in said)
    with pytest.raises(UsageError, match="2024-01-04"):
        running.as_at(two, date(2024, 1, 3), "hertfordshire", said.append)
    keeping.verify(two)


def test_exact_figures_are_made_for_the_private_side_alone(two):
    before = bytes_of(two.public)
    said: list[str] = []
    folder = running.as_at(two, date(2024, 2, 4), "hertfordshire", said.append, policy=INTERNAL)
    assert folder.is_relative_to(two.private / "as_at" / "2024-02-04-internal")
    assert bytes_of(two.public) == before
    assert not [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]
    assert "must not leave" in said[-1] and INTERNAL.stamp in (folder / "index.html").read_text(encoding="utf-8")
    exact = pd.read_parquet(folder / "published.parquet").query("measure == 'report_count'")["value"]
    assert exact.notna().all() and exact.between(1, 4).any() and (exact % 5 != 0).any()


def test_what_the_newest_extract_revised_is_told_in_bands(two):
    _, second = made(two)
    told = json.loads((two.private / "revisions" / f"{second}.json").read_text())["revisions"]
    found = {(row["month"], row["characteristic"], row["change"]): row["size"] for row in told}
    hidden = "1 to 4 (hidden)"
    assert found == {
        ("2023-03", "all", "cancelled"): hidden,
        ("2023-03", "all", "reclassified"): hidden,
        ("2023-03", "all", "moved_area"): hidden,
        ("2023-03", "all", "gained_characteristic"): hidden,
        ("2023-03", "race", "cancelled"): hidden,
        ("2023-03", "race", "reclassified"): hidden,
        ("2023-03", "race", "moved_area"): hidden,
        ("2023-03", "religion", "gained_characteristic"): hidden,
        ("2024-01", "all", "added"): "about 20",
        ("2024-01", "race", "added"): "about 20",
        ("2024-01", "religion", "added"): hidden,
    }
    text = (two.private / "revisions" / f"{second}.txt").read_text()
    assert "2023-03  religion: gained characteristic 1 to 4 (hidden)" in text
    assert not any("revisions" in path.name and path.suffix == ".json" for path in two.public.rglob("*"))


def test_revisions_are_told_of_extracts_that_came_together(place):
    """Only what the newest of them changed, in whatever order they were read."""
    drop(place, FIRST, "2024-01-04")
    drop(place, SECOND, "2024-02-04")
    moved = line("E07000103", 2024, 1, 0, area="E07000098", day="2024-01-10")
    drop(place, "\n".join([HEADER, moved]), "2024-02-14", "a_hertfordshire")
    job, _ = run(place)
    arrived = [entry.content["extract_id"] for entry in ledger.entries(place.ledger, "accepted")]
    assert arrived != sorted(arrived)
    told = json.loads((place.private / "revisions" / f"{job.release_id}.json").read_text())["revisions"]
    assert {(row["month"], row["change"]) for row in told} == {("2024-01", "moved_area")}


def test_a_second_run_is_told_within_two_seconds_who_holds_the_workspace(place):
    with locking.sole_writer(place):
        with pytest.raises(Busy) as busy:
            run(place)
        assert f"process {os.getpid()} of " in busy.value.problem and "since 20" in busy.value.problem
        before = os.times()
        result = subprocess.run(
            [sys.executable, "-m", "flows.cli", "run", "--workspace", str(place.root)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        after = os.times()
        assert result.returncode == 6 and f"process {os.getpid()} of " in result.stderr
        # It waits for nothing, so what it takes is the processor's time, whatever else this machine does meanwhile.
        assert after.children_user + after.children_system - before.children_user - before.children_system < 2
    assert not list(place.private.glob("*.holder"))


def test_a_lock_file_left_by_a_killed_run_stops_nobody(place):
    place.lock.touch()
    place.lock.with_suffix(".holder").write_text('{"pid": 1}')
    drop(place, FIRST, "2024-01-04")
    job, _ = run(place)
    assert job.release_id


def test_a_ledger_of_another_format_is_left_alone(place):
    con = sqlite3.connect(place.ledger)
    con.execute("create table extracts (extract_id text)")
    con.commit()
    con.close()
    before = place.ledger.read_bytes()
    with pytest.raises(IntegrityFailed, match="format 0"):
        run(place)
    assert place.ledger.read_bytes() == before
