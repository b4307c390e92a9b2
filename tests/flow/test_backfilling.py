"""A backfill takes years of extracts in in order, goes on where it was stopped, and publishes once, as a run would."""

import os
import signal
import subprocess
import sys
from datetime import date

import pytest
from histories import HEADER, bytes_of, drop, line, month, run

from data.errors import Held, UsageError
from data.workspace import Workspace
from flows import backfilling, keeping, ledger, running


def months_of(place: Workspace, last: int) -> None:
    for number in range(1, last + 1):
        drop(place, "\n".join([HEADER, *month(2023, number)]), f"2023-{number + 1:02}-04")


def backfill(place: Workspace, span=(None, None), batch: int = 2) -> list[str]:
    said: list[str] = []
    running.backfill(place, [], "hertfordshire", "local", span, batch, said.append)
    return said


def test_a_backfill_killed_halfway_goes_on_there_and_publishes_what_one_run_publishes(place, tmp_path):
    months_of(place, 3)
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "flows.cli", "backfill", "--engine", "local"),
            *("--batch", "2", "--workspace", str(place.root)),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        said = next(process.stderr)
        process.send_signal(signal.SIGKILL)
        process.stderr.read()
    assert said.startswith("Batch 1 of 2, hertfordshire_2023-02-04.csv to hertfordshire_2023-03-04.csv: 38 rows in ")
    assert "rows a second; about" in said and "left" in said
    assert len(ledger.accepted(place.ledger)) == 2 and place.current_release() is None
    again = backfill(place)
    assert any(sentence.startswith("Batch 1 of 2") and "already taken in" in sentence for sentence in again)
    assert any(sentence.startswith("Batch 2 of 2") and "the release comes next" in sentence for sentence in again)
    assert len(ledger.releases(place.ledger)) == 1
    keeping.verify(place)
    other = Workspace(tmp_path / "at once")
    months_of(other, 3)
    run(other)
    assert bytes_of(other.public) == bytes_of(place.public)


def test_a_batch_that_is_held_stops_the_backfill_and_what_came_before_stays(place):
    months_of(place, 3)
    drop(place, "\n".join([HEADER, line("odd", area="E07000103", day="2031-01-10")]), "2023-03-04")
    with pytest.raises(Held) as held:
        backfill(place, batch=1)
    assert "Batch 2 of 3, hertfordshire_2023-03-04.csv" in held.value.problem
    assert "goes on here" in held.value.next_step
    assert len(ledger.accepted(place.ledger)) == 1 and place.current_release() is None
    keeping.verify(place)


def test_files_are_taken_in_the_order_of_their_days_and_only_those_of_the_span(tmp_path):
    files = [tmp_path / f"{name}.csv" for name in ("b_2023-02-04", "a_2023-11-04", "c_2022-12-31", "undated")]
    said: list[str] = []
    chosen = backfilling.in_order(files, "hertfordshire", (None, None), said.append)
    assert [file.stem for file in chosen] == ["c_2022-12-31", "b_2023-02-04", "a_2023-11-04", "undated"]
    chosen = backfilling.in_order(files, "hertfordshire", (date(2023, 1, 1), date(2023, 11, 4)), said.append)
    assert [file.stem for file in chosen] == ["b_2023-02-04", "a_2023-11-04"] and "1 files do not say" in said[0]
    with pytest.raises(UsageError):
        backfilling.in_order(files, "hertfordshire", (date(2030, 1, 1), None), said.append)


@pytest.mark.parametrize(
    ("done", "seconds", "left", "said"),
    [
        (100, 10.0, 50, "about 5 s left"),
        (100, 10.0, 3_000, "about 5 min left"),
        (100, 10.0, 90_000, "about 2 h 30 min left"),
        (100, 10.0, 0, "the release comes next"),
    ],
)
def test_time_left_is_by_the_bytes_that_are_left(done, seconds, left, said):
    assert backfilling.time_left(done, seconds, left) == said
