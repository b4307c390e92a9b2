"""Prefect is a window, not a support: with it, without it or with a dead server, the same bytes are published."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from drawing import hertfordshire

CANARY = "zqxcanary"
PICTURE = "\n".join(
    ["| report_id | grounds | district_code | occurred_date | reported_date | recorded_date |"]
    + [f"| {CANARY}{n:03} | race | E07000103 |" + f" 2023-{n % 12 + 1:02}-10 |" * 3 for n in range(120)]
)


def hatecrime(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "home").mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        env=environment | {"HOME": str(folder / "home")} | variables,
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
    folder = dropped(tmp_path)
    result = hatecrime(folder, "run", "--engine", "prefect")
    assert result.returncode == 0, result.stderr
    assert bytes_of(folder) == without
    assert CANARY not in result.stdout + result.stderr
    store = folder / "workspace" / "private" / "prefect" / "prefect.db"
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
    assert states == {"COMPLETED"}
    assert not holding_a_canary(store.parent)


def test_a_held_batch_leaves_no_value_in_prefect(tmp_path):
    folder = dropped(tmp_path, PICTURE.replace("2023-03-10", f"{CANARY}-day", 3))
    result = hatecrime(folder, "run", "--engine", "prefect")
    assert result.returncode == 4, result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert CANARY not in result.stdout + result.stderr
    assert not holding_a_canary(folder / "workspace" / "private" / "prefect")
    assert not list((folder / "workspace" / "public" / "releases").iterdir())


def test_a_dead_server_costs_the_record_not_the_release(tmp_path, without):
    folder = dropped(tmp_path)
    result = hatecrime(folder, "run", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert result.returncode == 0, result.stderr
    assert "going on without it" in result.stderr
    assert bytes_of(folder) == without
    strict = hatecrime(folder, "run", "--engine", "prefect", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert strict.returncode == 8
