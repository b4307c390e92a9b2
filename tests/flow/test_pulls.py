"""The log of pulls: every pull is in it before a figure is shown, and no change to it goes unseen."""

import json
import sqlite3
import stat
import subprocess
import sys

import pytest

from data.errors import IntegrityFailed, StorageFailed, UsageError
from flows import pulls
from flows.pulls import Asked

GIVEN = Asked("race", "E07000103", "crime", "2024-04", "2025-03", pulls.GIVEN)
REFUSED = Asked("race", "E07000098", "crime", "2024-04", "2025-03", pulls.REFUSED)


@pytest.fixture
def logged(place):
    for number in range(5):
        pulls.log(place, "figures", "2025-03-0123abcd", [GIVEN] if number % 2 else [REFUSED], "the meeting in May")
    return place


def change(place, *statements: str) -> None:
    """Change the file as somebody would who knows SQLite: the triggers that forbid it go first."""
    with sqlite3.connect(place.pulls) as con:
        for name in ("entries_stay", "entries_last", "entries_follow"):
            con.execute(f"drop trigger {name}")
        for statement in statements:
            con.execute(statement)


def test_a_pull_is_kept_with_who_what_and_why_and_without_a_figure(logged):
    first, second = pulls.entries(logged)[:2]
    assert (first.number, first.command, first.release_id) == (1, "figures", "2025-03-0123abcd")
    assert first.who == pulls.who()
    assert first.purpose == "the meeting in May"
    assert (first.asked, first.outcome) == ((REFUSED,), "refused")
    assert (second.asked, second.outcome) == ((GIVEN,), "given")
    assert stat.S_IMODE(logged.pulls.stat().st_mode) == 0o600
    assert not {"value", "figure", "count"} & set(pulls.Asked.__annotations__)


@pytest.mark.parametrize(
    "statements",
    [
        ("update entries set content = replace(content, 'E07000098', 'E07000096') where number = 3",),
        ("update entries set at = '2020-01-01T00:00:00+00:00' where number = 1",),
        ("delete from entries where number = 2",),
        ("delete from entries where number = 5",),
        ("delete from entries where number > 2",),
        ("delete from entries",),
        (
            "update entries set number = 9 where number = 3",
            "update entries set number = 3 where number = 4",
            "update entries set number = 4 where number = 9",
        ),
        ("insert into entries select 6, at, run_id, kind, content, sha256 from entries where number = 1",),
    ],
)
def test_an_entry_changed_taken_out_cut_off_moved_or_put_in_is_found(logged, statements):
    change(logged, *statements)
    with pytest.raises(IntegrityFailed):
        pulls.check(logged)
    with pytest.raises(IntegrityFailed):
        pulls.entries(logged)


def test_a_log_cut_off_at_its_end_takes_no_further_pull_that_would_hide_it(logged):
    change(logged, "delete from entries where number = 5")
    with pytest.raises(IntegrityFailed):
        pulls.log(logged, "figures", "2025-03-0123abcd", [GIVEN])


def test_a_log_that_is_gone_or_whose_last_mark_is_gone_is_found(logged):
    head = logged.private / "pulls.head"
    kept = head.read_bytes()
    head.unlink()
    with pytest.raises(IntegrityFailed):
        pulls.check(logged)
    head.write_bytes(kept)
    logged.pulls.unlink()
    with pytest.raises(IntegrityFailed):
        pulls.check(logged)


def test_a_mark_noted_elsewhere_finds_a_log_that_was_written_anew(logged):
    _, mark = pulls.check(logged)
    assert pulls.check(logged, mark) == (5, mark)
    assert pulls.check(logged, mark[:12]) == (5, mark)
    for path in (logged.pulls, logged.private / "pulls.head"):
        path.unlink()
    for _ in range(6):
        pulls.log(logged, "figures", "2025-03-0123abcd", [GIVEN])
    with pytest.raises(IntegrityFailed, match="noted"):
        pulls.check(logged, mark)
    with pytest.raises(UsageError):
        pulls.check(logged, "five")


def test_a_broken_log_takes_no_more_and_a_stop_between_its_two_writes_is_no_fault(logged):
    head = logged.private / "pulls.head"
    before = head.read_bytes()
    pulls.log(logged, "figures", "2025-03-0123abcd", [GIVEN])
    head.write_bytes(before)
    assert pulls.check(logged)[0] == 6
    change(logged, "update entries set content = '{}' where number = 6")
    with pytest.raises(IntegrityFailed):
        pulls.log(logged, "figures", "2025-03-0123abcd", [GIVEN])


@pytest.mark.parametrize("fault", ["no private side", "not a file", "full"])
def test_where_the_log_cannot_be_written_the_pull_fails(place, fault, monkeypatch):
    if fault == "no private side":
        place.tmp.rmdir(), place.extracts.rmdir(), place.quarantine.rmdir(), place.private.rmdir()
    elif fault == "not a file":
        place.pulls.mkdir()
    else:
        (place.private / "pulls.head").mkdir()
    with pytest.raises(StorageFailed, match="no figures are given"):
        pulls.log(place, "figures", "2025-03-0123abcd", [GIVEN])


def test_pulls_by_several_programs_at_once_are_all_kept(place):
    script = (
        "import sys; from pathlib import Path; from data.workspace import Workspace; from flows import pulls\n"
        f"for _ in range(20): pulls.log(Workspace(Path(sys.argv[1])), 'figures', 'r', [pulls.{GIVEN!r}])"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(place.root)]) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    assert pulls.check(place)[0] == 60


def test_the_command_lists_pulls_and_verifies_them(logged):
    def ask(*arguments: str):
        command = [sys.executable, "-m", "flows.cli", "audit", *arguments, "--workspace", str(logged.root)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    listed = ask("--json")
    assert len(json.loads(listed.stdout)) == 5
    whole = ask("verify")
    assert (whole.returncode, "5 pulls follow" in whole.stdout) == (0, True)
    change(logged, "delete from entries where number = 5")
    cut = ask("verify")
    assert cut.returncode == 9
    assert "Traceback" not in cut.stderr
