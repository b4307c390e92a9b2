"""Prefect is a window, not a support: with it, without it or with a dead server, the same bytes are published."""

import hashlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import histories
import pytest
from drawing import hertfordshire

from data.errors import EnvironmentUnfit
from data.workspace import Workspace
from flows import running

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
    file = landing / "hertfordshire_2024-01-04.csv"
    file.write_text(hertfordshire(picture), encoding="utf-8")
    histories.at_rest(file)
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
    """What is published without Prefect."""
    folder = dropped(tmp_path_factory.mktemp("local"))
    histories.run(Workspace(folder / "workspace"))
    return bytes_of(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """A Prefect server that keeps running: its store and its address."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", str(port)]
    own = {"PREFECT_HOME": str(folder), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    with subprocess.Popen(
        command, env=surroundings(folder) | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}/api"
        end = time.monotonic() + 180
        while not answers(f"{address}/health") and time.monotonic() < end:
            time.sleep(0.2)
        yield folder, address
        process.send_signal(signal.SIGINT)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def started(folder: Path, address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", "--engine", "prefect"],
        env=surroundings(folder) | {"PREFECT_API_URL": address},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_four_runs_at_once_one_publishes_the_same_bytes_and_stores_no_value(tmp_path, without, server):
    """The one before them was killed while it checked the rows: nothing says that it is still under way."""
    folder, (home, address) = dropped(tmp_path), server
    with started(folder, address) as process:
        assert next(process.stderr).startswith("1/6")
        process.kill()
    store = home / "prefect.db"
    assert states_in(store) == ["RUNNING"]
    four = [started(folder, address) for _ in range(4)]
    said = ["".join(one.communicate()) for one in four]
    assert sorted(one.returncode for one in four) == [0, 6, 6, 6], said
    assert bytes_of(folder) == without
    assert not any(word in text for word in (CANARY, "Traceback") for text in said)
    assert not any("leaked" in text for text in said), "DuckDB's binding finds nothing of ours alive at the end"
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
    assert not holding_a_canary(home)
    assert states_in(store) == ["CRASHED", "COMPLETED"]
    # What is shown is made from the release's own files: a number in it is one of theirs, rounded to 5.
    shown = artifacts(store)
    assert set(shown) == {"release-summary", "row-accounting", "quality", "release-pages", "progress"}
    assert shown["progress"] == 100.0
    told = "is in place. Rows, each to the nearest 5: 120 received = 120 counted + 0 superseded"
    end = time.monotonic() + 60
    while not any(told in one for one in messages_in(store)):
        assert time.monotonic() < end, "Prefect writes a task's last state down a while after it"
        time.sleep(0.2)
    expected = {"New extracts: 1; files that were known already: 0.", "Every row is accounted for."}
    assert expected <= set(messages_in(store))
    rows = {row["rows"]: row["about"] for row in json.loads(shown["row-accounting"])}
    counts = [rule[name] for rule in json.loads(shown["quality"]) for name in ("checked_count", "failed_count")]
    assert (rows["received"], rows["counted"]) == (120, 120) and len(counts) > 100
    assert not [one for one in [*rows.values(), *counts] if one % 5]
    assert "index.html" in shown["release-pages"] and "is what readers see now" in shown["release-summary"]


def surroundings(folder: Path) -> dict[str, str]:
    (folder / "home").mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return environment | {"HOME": str(folder / "home")}


def states_in(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as con:
        return [state for (state,) in con.execute("select state_type from flow_run order by created")]


def messages_in(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as con:
        found = con.execute("select message from flow_run_state union select message from task_run_state")
        return [str(message) for (message,) in found]


def artifacts(store: Path) -> dict[str, str]:
    with closing(sqlite3.connect(store)) as con:
        return {key: json.loads(str(data)) for key, data in con.execute("select key, data from artifact")}


def test_a_held_batch_leaves_no_value_in_prefect(tmp_path):
    """Through the server that Prefect starts for itself: its store is on the private side."""
    folder = dropped(tmp_path, PICTURE.replace("2023-03-10", f"{CANARY}-day", 3))
    result = hatecrime(folder, "run", "--engine", "prefect")
    assert result.returncode == 4, result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert CANARY not in result.stdout + result.stderr
    home = folder / "workspace" / "private" / "prefect"
    assert not holding_a_canary(home)
    # Three rows hold it; Prefect is told which rule, and not how many.
    messages = messages_in(home / "prefect.db")
    assert any(
        "Held: A quality rule holds the batch until a person decides. (exit code 4)" in str(one) for one in messages
    )
    told = artifacts(home / "prefect.db")["held"]
    assert "hatecrime quarantine" in told and "`date_readable.recorded`" in told
    assert not re.search(r"\b3\b|rows", told + " ".join(messages))
    assert not list((folder / "workspace" / "public" / "releases").iterdir())


def test_a_dead_server_costs_the_record_not_the_release(tmp_path, without, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    place, said = Workspace(dropped(tmp_path) / "workspace"), []
    running.run(place, [], "hertfordshire", "auto", None, 0, said.append)
    assert "going on without it" in said[0]
    assert bytes_of(tmp_path) == without
    with pytest.raises(EnvironmentUnfit, match="does not answer"):
        running.run(place, [], "hertfordshire", "prefect", None, 0, said.append)


def test_a_schedule_without_a_server_says_what_to_start(tmp_path):
    """Prefect's own passing server fires no schedule: nothing would ever be done."""
    result = hatecrime(tmp_path, "schedule")
    assert result.returncode == 8 and "hatecrime schedule --print cron" in result.stderr
