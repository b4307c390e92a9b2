"""Prefect is a window, not a support: with it, without it or with a dead server, the same bytes are published."""

import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from drawing import hertfordshire

CANARY = "zqxcanary"
PICTURE = "\n".join(
    ["| report_id | grounds | district_code | occurred_date | reported_date | recorded_date |"]
    + [f"| {CANARY}{n:03} | race | E07000103 |" + f" 2023-{n % 12 + 1:02}-10 |" * 3 for n in range(120)]
)


def hatecrime(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        env=surroundings(folder) | variables,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def dropped(folder: Path, picture: str = PICTURE) -> Path:
    landing = folder / "workspace" / "landing"
    landing.mkdir(parents=True)
    (landing / "hertfordshire_2024-01-04.csv").write_text(hertfordshire(picture), encoding="utf-8")
    return folder


def bytes_of(folder: Path) -> dict[str, str]:
    public = folder / "workspace" / "public"
    return {
        path.relative_to(public).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in public.rglob("*")
        if path.is_file()
    }


def holding_a_canary(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes().lower()]


@pytest.fixture(scope="module")
def without(tmp_path_factory) -> dict[str, str]:
    folder = dropped(tmp_path_factory.mktemp("local"))
    assert hatecrime(folder, "run", "--engine", "local").returncode == 0
    return bytes_of(folder)


def test_a_run_through_prefect_publishes_the_same_bytes_and_stores_no_value(tmp_path, without):
    """The one before it was killed while it checked the rows: no state is left that says it is still under way."""
    folder = dropped(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", "--engine", "prefect"],
        env=surroundings(folder),
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert next(process.stderr).startswith("1/6")
        # The run and Prefect's own server with it: a server left behind would run for ever.
        os.killpg(process.pid, signal.SIGKILL)
    store = folder / "workspace" / "private" / "prefect" / "prefect.db"
    assert states_in(store) == ["RUNNING"]
    result = hatecrime(folder, "run", "--engine", "prefect")
    assert result.returncode == 0, result.stderr
    assert bytes_of(folder) == without
    assert CANARY not in result.stdout + result.stderr
    assert "leaked" not in result.stderr, "DuckDB's binding finds nothing of ours alive at the process's end"
    con = sqlite3.connect(store)
    names = {name for (name,) in con.execute("select name from task_run")}
    states = {state for (state,) in con.execute("select state_type from task_run")}
    con.close()
    assert {name.rsplit("-", 1)[0] for name in names} == {
        "Receive extracts",
        "Check the rows as received",
        "Build the figures",
        "Check the figures",
        "Protect the figures",
        "Publish the release",
    }
    assert states <= {"COMPLETED", "CRASHED"}
    assert not holding_a_canary(store.parent)
    assert states_in(store) == ["CRASHED", "COMPLETED"]
    # What is shown is made from the release's own files: a number in it is one of theirs, rounded to 5.
    shown = artifacts(store)
    assert set(shown) == {"release-summary", "row-accounting", "quality", "release-pages"}
    rows = {row["rows"]: row["about"] for row in json.loads(shown["row-accounting"])}
    counts = [rule[name] for rule in json.loads(shown["quality"]) for name in ("checked_count", "failed_count")]
    assert (rows["received"], rows["counted"]) == (120, 120) and len(counts) > 100
    assert not [one for one in [*rows.values(), *counts] if one % 5]
    assert "index.html" in shown["release-pages"] and "is what readers see now" in shown["release-summary"]


def test_a_schedule_without_a_server_says_what_to_start(tmp_path):
    """Prefect's own passing server fires no schedule: nothing would ever be done."""
    result = hatecrime(tmp_path, "schedule")
    assert result.returncode == 8 and "hatecrime schedule --print cron" in result.stderr


def surroundings(folder: Path) -> dict[str, str]:
    (folder / "home").mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return environment | {"HOME": str(folder / "home")}


def states_in(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as con:
        return [state for (state,) in con.execute("select state_type from flow_run order by created")]


def artifacts(store: Path) -> dict[str, str]:
    with closing(sqlite3.connect(store)) as con:
        return {key: json.loads(data) for key, data in con.execute("select key, data from artifact")}


def test_a_held_batch_leaves_no_value_in_prefect(tmp_path):
    folder = dropped(tmp_path, PICTURE.replace("2023-03-10", f"{CANARY}-day", 3))
    result = hatecrime(folder, "run", "--engine", "prefect")
    assert result.returncode == 4, result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert CANARY not in result.stdout + result.stderr
    home = folder / "workspace" / "private" / "prefect"
    assert not holding_a_canary(home)
    # Three rows hold it; Prefect is told which rule, and not how many.
    with closing(sqlite3.connect(home / "prefect.db")) as con:
        messages = [
            message
            for (message,) in con.execute("select message from flow_run_state union select message from task_run_state")
        ]
    assert any(
        "Held: A quality rule holds the batch until a person decides. (exit code 4)" in str(one) for one in messages
    )
    told = artifacts(home / "prefect.db")["held"]
    assert "hatecrime quarantine" in told and "`date_readable.recorded`" in told
    assert not re.search(r"\b3\b|rows", told + " ".join(map(str, messages)))
    assert not list((folder / "workspace" / "public" / "releases").iterdir())


def test_a_dead_server_costs_the_record_not_the_release(tmp_path, without):
    folder = dropped(tmp_path)
    result = hatecrime(folder, "run", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert result.returncode == 0, result.stderr
    assert "going on without it" in result.stderr
    assert bytes_of(folder) == without
    strict = hatecrime(folder, "run", "--engine", "prefect", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert strict.returncode == 8
