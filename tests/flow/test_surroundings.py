"""No clock, language, home or network changes a byte; readers never wait and never see half a release."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading

import pytest
from histories import FIRST, SECOND, bytes_of, drop, run

from data.errors import Busy, StorageFailed
from data.workspace import Workspace
from flows import keeping, ledger, running
from flows.job import Job
from flows.steps import Step
from transforms import connection


def without_network() -> list[str]:
    """The command that cuts a process off the network, where this machine lets us."""
    cut = ["unshare", "--net", "--map-root-user"]
    able = shutil.which("unshare") and subprocess.run([*cut, "true"], check=False, capture_output=True).returncode == 0
    return cut if able else []


def test_the_bytes_are_the_same_on_the_other_side_of_the_world(place, tmp_path):
    """M9, C11, C12: another time zone, no language, no home, no colour, no network."""
    drop(place, FIRST, "2024-01-04")
    run(place)
    other = Workspace(tmp_path / "elsewhere")
    drop(other, FIRST, "2024-01-04")
    said = subprocess.run(
        [
            *without_network(),
            sys.executable,
            "-m",
            "flows.cli",
            "run",
            "--engine",
            "local",
            "--workspace",
            str(other.root),
        ],
        env={"PATH": os.environ["PATH"], "TZ": "Pacific/Auckland", "LC_ALL": "C", "NO_COLOR": "1", "COLUMNS": "20"}
        | {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert bytes_of(other.public) == bytes_of(place.public)


def test_readers_see_exactly_one_release_while_another_is_published(place):
    """K2: each of many looks resolves the pointer once and finds every file of that release as its manifest says."""
    drop(place, FIRST, "2024-01-04")
    run(place)
    drop(place, SECOND, "2024-02-04")
    seen: list[str] = []
    faults: list[str] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                release = place.current_release()
                manifest = json.loads((release / "manifest.json").read_bytes())
                for name in ("published.csv", "index.html", "about.json"):
                    if hashlib.sha256((release / name).read_bytes()).hexdigest() != manifest["files"][name]:
                        faults.append(f"{release.name}: {name} is of another release")
                seen.append(release.name)
            except (OSError, ValueError, AttributeError) as error:
                faults.append(repr(error))
            done.wait(0.02)

    readers = [threading.Thread(target=look) for _ in range(20)]
    for reader in readers:
        reader.start()
    try:
        first = place.current_release().name
        job, _ = run(place)
        done.wait(0.2)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert set(seen) == {first, job.release_id} and len(seen) > 100


def test_a_warehouse_that_somebody_has_open_stops_no_release_and_is_told_of(one_release, tmp_path):
    """K3: a run makes its own file and moves it into place; what must read the open one says who has to close it."""
    place = Workspace(shutil.copytree(one_release.root, tmp_path / "workspace"))
    opens = f"import duckdb, sys; con = duckdb.connect({str(place.warehouse)!r}); print('open', flush=True); input()"
    asked = [sys.executable, "-c", opens]
    with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as viewer:
        assert viewer.stdout.readline() == "open\n"
        with pytest.raises(Busy, match=r"warehouse\.duckdb is open in another program"):
            running.drifted(place)
        drop(place, SECOND, "2024-02-04")
        assert not run(place)[0].nothing_new
        viewer.stdin.close()
    keeping.verify(place)
    running.drifted(place)


def test_a_reader_that_goes_away_is_no_error():
    """C12: `hatecrime … | head` ends without a word."""
    read, write = os.pipe()
    os.close(read)
    asked = [sys.executable, "-m", "flows.cli", "--help"]
    done = subprocess.run(asked, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.stderr == ""


def test_a_disk_that_plainly_does_not_suffice_is_told_of_before_anything_is_read(place, monkeypatch):
    """C4: the message says how much it needs and how much there is; nothing was read."""
    file = drop(place, FIRST, "2024-01-04")
    usage = shutil.disk_usage(place.root)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=file.stat().st_size))
    with pytest.raises(StorageFailed, match=r"needs about \d+\.\d GB of disk, and \d+\.\d GB are free"):
        run(place)
    assert not place.ledger.exists() or not ledger.accepted(place.ledger)


def test_work_that_outgrows_its_memory_is_told_apart_from_a_full_disk(place):
    """C6: DuckDB gives up a list that no disk can hold for it; exit 7 with advice, and no incident of ours."""

    def outgrow(job: Job) -> Job:
        with connection.connect(None, place.tmp) as con:
            con.execute("set memory_limit = '30MB'")
            con.execute("select list(range) from range(20_000_000)")
        return job

    with pytest.raises(StorageFailed, match="needs more memory") as refused:
        Step("Build the figures", outgrow)(Job(place.root, "hertfordshire", ()))
    assert refused.value.exit_code == 7 and not (place.private / "incidents").exists()
