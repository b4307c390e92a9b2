"""Every nasty file gets its exit code and its words; no message holds a value, and nothing is left behind."""

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import pandas as pd
import pytest
from nasty_files import BOMBS, CANARY, CORPUS, ROWS, TEXT, Nasty, book, with_dates

from data import profile as profiles
from data.description import FileFormat
from data.errors import HateCrimeError, InputRejected
from transforms import reading

PROFILE = profiles.load("hertfordshire")
SECONDS = 5
"""The longest a refusal may take on a busy machine; the bombs have a bound of their own."""


def read(case: Nasty, folder: Path) -> tuple[reading.Extract | HateCrimeError, Path]:
    landing, work = folder / "landing", folder / "work"
    landing.mkdir()
    work.mkdir()
    form = FileFormat(**case.form)
    path = case.write(landing)
    try:
        return reading.read(path, PROFILE.model_copy(update={"file": form}), work), work
    except HateCrimeError as error:
        return error, work


def test_the_corpus_is_large_and_covers_each_outcome():
    assert len(CORPUS) >= 70
    assert {case.exit_code for case in CORPUS.values()} == {0, 2, 3, 4, 7}


@pytest.mark.parametrize("name", [name for name in CORPUS if name not in BOMBS])
def test_each_nasty_file_gets_its_outcome(name, tmp_path, capfd):
    case = CORPUS[name]
    started = time.perf_counter()
    outcome, work = read(case, tmp_path)
    assert time.perf_counter() - started < (SECONDS if case.exit_code != 4 else 60)
    if case.exit_code == 0:
        assert isinstance(outcome, reading.Extract), outcome
        assert outcome.row_count == case.rows == len(pd.read_parquet(outcome.parquet))
        assert [left.name for left in work.iterdir()] == [outcome.parquet.name]
    else:
        assert isinstance(outcome, HateCrimeError), "it was accepted"
        assert outcome.exit_code == case.exit_code
        assert case.words in outcome.problem
        assert outcome.next_step.endswith((".", "?"))
        assert not list(work.iterdir())
        printed = capfd.readouterr()
        trace = "".join(traceback.format_exception(outcome))
        for said in (str(outcome), printed.out, printed.err, trace):
            assert CANARY not in said
        assert outcome.problem.isprintable()


WATCHED = """
import json, sys, time
from pathlib import Path
from data import profile as profiles
from data.description import FileFormat
from data.errors import HateCrimeError
from transforms import reading

def megabytes(field):
    return int(Path("/proc/self/status").read_text().split(field + ":")[1].split()[0]) / 1024

work, cases = Path(sys.argv[1]), json.loads(sys.argv[2])
for name, (file, form) in cases.items():
    profile = profiles.load("hertfordshire").model_copy(update={"file": FileFormat(**form)})
    # Writing 5 here makes the peak start anew from what is held now.
    Path("/proc/self/clear_refs").write_text("5")
    before, started = megabytes("VmRSS"), time.process_time()
    try:
        reading.read(Path(file), profile, work)
        code, problem = 0, ""
    except HateCrimeError as error:
        code, problem = error.exit_code, error.problem
    print(json.dumps([name, code, problem, time.process_time() - started, megabytes("VmHWM") - before]))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak of memory since")
def test_bombs_are_refused_within_two_seconds_and_200_megabytes(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    cases = {}
    for number, (name, case) in enumerate(BOMBS.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        cases[name] = (str(case.write(folder)), case.form)
    asked = [sys.executable, "-c", WATCHED, str(work), json.dumps(cases)]
    root = Path(__file__).parents[2]
    done = subprocess.run(asked, cwd=root, capture_output=True, text=True, timeout=120, check=True)
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [outcome[0] for outcome in outcomes] == list(BOMBS)
    for name, code, problem, seconds, megabytes in outcomes:
        assert code == BOMBS[name].exit_code, name
        assert BOMBS[name].words in problem, name
        assert seconds < 2, name
        assert megabytes < 200, name
    assert not list(work.iterdir())


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "hertfordshire_2024-02-04.csv"
    file.write_text(TEXT)
    done = threading.Event()

    def touch() -> None:
        while not done.is_set():
            os.utime(file)

    writer = threading.Thread(target=touch)
    writer.start()
    try:
        with pytest.raises(InputRejected, match="changed while it was being read"):
            reading.read(file, PROFILE, tmp_path)
    finally:
        done.set()
        writer.join()
    assert [left.name for left in tmp_path.iterdir()] == [file.name]


def test_whoever_opens_a_file_while_we_ask_about_it_does_not_end_us(tmp_path):
    """The kernel tells a holder of a lease by a signal that ends a process, unless another was chosen."""
    file = tmp_path / "hertfordshire_2024-02-04.csv"
    file.write_text(TEXT)
    writing = "import sys, time\nend = time.time() + 1\nwhile time.time() < end: open(sys.argv[1], 'a').close()"
    asking = (
        "import subprocess, sys\nfrom pathlib import Path\nfrom transforms import arrivals\n"
        "writer = subprocess.Popen([sys.executable, '-c', sys.argv[2], sys.argv[1]])\n"
        "while writer.poll() is None: arrivals.is_settled(Path(sys.argv[1]), quiet_seconds=0)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", asking, str(file), writing], cwd=root, timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("mode", ["one handle kept open", "opened anew for each line"])
def test_a_file_still_being_written_is_not_settled_until_it_is_whole(tmp_path, mode):
    file = tmp_path / "hertfordshire_2024-02-04.csv"
    verdicts: list[tuple[bool, str]] = []
    lines = TEXT.splitlines(keepends=True)
    file.write_text(lines[0])

    def write_slowly() -> None:
        handle = file.open("a")
        for line in lines[1:]:
            if mode != "one handle kept open":
                handle.close()
                handle = file.open("a")
            handle.write(line)
            handle.flush()
            time.sleep(0.2)
        handle.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    deadline = time.monotonic() + 20
    while not (settled := reading.is_settled(file, quiet_seconds=0.6)) and time.monotonic() < deadline:
        verdicts.append((settled, file.read_text()))
    at_verdict = file.read_text()
    writer.join()
    assert verdicts, "it was never seen unfinished"
    assert settled
    assert at_verdict == TEXT


@pytest.mark.parametrize("name", ["a.csv.part", "a.CRDOWNLOAD", "a.xlsx.tmp", "~$a.xlsx", ".~lock.a.ods#"])
def test_partial_and_lock_files_are_never_settled(tmp_path, name):
    (tmp_path / name).write_text(TEXT)
    os.utime(tmp_path / name, (0, 0))
    assert not reading.is_settled(tmp_path / name)


def test_a_file_at_rest_is_settled_at_once_and_a_pipe_does_not_hang(tmp_path):
    file, pipe = tmp_path / "a.csv", tmp_path / "pipe"
    file.write_text(TEXT)
    os.utime(file, (0, 0))
    os.mkfifo(pipe)
    started = time.perf_counter()
    assert reading.is_settled(file)
    assert reading.is_settled(pipe)
    assert time.perf_counter() - started < 0.5


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_without_permission_names_its_owner(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(TEXT)
    file.chmod(0)
    with pytest.raises(HateCrimeError, match=f"belongs to {file.owner()}") as refusal:
        reading.read(file, PROFILE, tmp_path)
    assert refusal.value.exit_code == 7


def test_hidden_and_other_sheets_are_reported(tmp_path):
    notes = {}
    for name in ("a hidden sheet beside", "two visible sheets, one named"):
        (tmp_path / name).mkdir()
        outcome, _ = read(CORPUS[name], tmp_path / name)
        notes[name] = " ".join(outcome.notes)
    assert "1 hidden sheet was not read: B" in notes["a hidden sheet beside"]
    assert "not read: Notes" in notes["two visible sheets, one named"]


def test_a_csv_of_the_same_rows_is_the_same_extract_as_each_workbook(tmp_path):
    ids = set()
    for name in ("CR LF", "XLSX", "ODS", "Parquet", "empty rows to the end of ODS", "UTF-16 as declared"):
        (tmp_path / name).mkdir()
        outcome, _ = read(CORPUS[name], tmp_path / name)
        ids.add(outcome.extract_id)
    assert len(ids) == 1


def test_cells_keep_what_the_sheet_shows(tmp_path):
    rows = with_dates()
    rows[1][0], rows[2][0], rows[3][0] = 7, "007", " x "
    rows[1][11], rows[2][11], rows[3][11] = 8, 2.5, "N/A"
    outcome, _ = read(Nasty(book(rows), 0, name="a.xlsx", form={"format": "xlsx", "missing": ["N/A"]}), tmp_path)
    stored = pd.read_parquet(outcome.parquet).fillna("null")
    assert list(stored["report_id"]) == ["7", "007", " x "]
    assert list(stored["offence_code"]) == ["8", "2.5", "null"]
    assert list(stored["occurred_date"]) == [ROWS[1][1]] * 3
    assert list(stored[reading.LINE_NUMBER]) == [2, 3, 4]
