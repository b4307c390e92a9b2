"""A force's month in one workspace beside a real Prefect server: its extracts, its clock, and what is seen of it."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.prefect_world import LONDON, Clock, PostgreSQL, Process, SQLite, free_port, until

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import histories  # noqa: E402
from drawing import drawn, hertfordshire  # noqa: E402

ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
SETTINGS = 'extract_due_day = 5\npacks = false\n[notices]\nfolder = "outbox"\n'


def revision(of: int) -> str:
    """January 2024 again, with another report of it cancelled each time."""
    lines = histories.month(2024, 1)
    lines[of] = lines[of].replace("recorded", "cancelled")
    return "\n".join([histories.HEADER, *lines])


EXTRACTS = {
    "2024-01-04": histories.FIRST,
    "2024-02-09": histories.SECOND,
    "2024-02-11": revision(1),
    "2024-02-13": revision(2),
    "2024-02-15": revision(3),
    "2024-02-19": revision(4),
    "2024-02-27": revision(5),
}
BAD = histories.SECOND.replace("2024-01-10", "2031-01-10", 3)
SECRETS = {row["report_id"] for text in EXTRACTS.values() for row in drawn(text)} | {"2031-01-10"}


class Month:
    """One month on one database: what is played, what happened, and what should not have."""

    def __init__(self, folder: Path, database: SQLite | PostgreSQL) -> None:
        self.folder, self.database = folder, database
        self.workspace = folder / "workspace"
        self.clock = Clock(folder / "clock")
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.env = clean | {
            "HOME": str(folder),
            "PREFECT_HOME": str(folder),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": database.url,
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "SIMULATED_CLOCK": str(self.clock.file),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "benchmarks" / "simulated_clock"), str(ROOT)]),
            "PYTHONUNBUFFERED": "1",
        }
        self.faults: list[str] = []
        self.shown: set[str] = set()
        self.processes: list[Process] = []
        self.server: Process
        self.schedule: Process

    def expect(self, what: str, is_so: bool) -> None:
        print(f"    {'as it should' if is_so else 'FAULT'}: {what}", flush=True)
        if not is_so:
            self.faults.append(f"{self.clock.now():%d %b %H:%M} {what}")

    def begin_server(self) -> None:
        command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", str(self.port)]
        self.server = Process("server", command, self.env, self.folder, start_new_session=True)
        self.processes.append(self.server)
        until("the server", lambda: self.ask("health", None) is True)

    def begin_schedule(self) -> None:
        command = [sys.executable, "-m", "flows.cli", "schedule", "--workspace", str(self.workspace)]
        self.schedule = Process("schedule", command, self.env, self.folder, start_new_session=True)
        self.processes.append(self.schedule)
        until("the schedules", lambda: "retention: next due" in self.schedule.said() and bool(self.runs("SCHEDULED")))
        self.expect("the schedules follow the clock", f"{self.clock.now():%Y}" in self.schedule.said())

    def ask(self, what: str, body: dict[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}/{what}", data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except (OSError, urllib.error.URLError):
            return None

    def runs(self, *types: str) -> list[dict[str, Any]]:
        """The flow runs in any of some states, oldest first."""
        found: list[dict[str, Any]] = []
        while True:
            body = {"sort": "EXPECTED_START_TIME_ASC", "limit": 200, "offset": len(found)}
            if types:
                body["flow_runs"] = {"state": {"type": {"any_": list(types)}}}
            page = self.ask("flow_runs/filter", body) or []
            found += page
            if len(page) < 200:
                return found

    def waiting(self) -> list[dict[str, Any]]:
        now = self.clock.now()
        open_ones = self.runs("SCHEDULED", "PENDING", "RUNNING")
        return [run for run in open_ones if datetime.fromisoformat(run["expected_start_time"]) <= now]

    def come_to(self, moment: str) -> None:
        """Move the clock to shortly before a due time, and let everything that is due then be done."""
        before = datetime.fromisoformat(moment) - timedelta(seconds=12)
        self.clock.set(before.isoformat())
        until("the due time", lambda: self.clock.now() > datetime.fromisoformat(moment).replace(tzinfo=LONDON))
        with contextlib.suppress(TimeoutError):
            until("the runs", lambda: self.ask("health", None) is True and not self.waiting())
        left = sorted(f"{run['name']} {run['state_name']}" for run in self.waiting())
        if left:
            self.expect(f"nothing that is due is left: {', '.join(left)}", False)
        self.show(moment)

    def show(self, moment: str) -> None:
        now = [run for run in self.runs(*ENDED) if run["id"] not in self.shown]
        self.shown |= {run["id"] for run in now}
        said = ", ".join(f"{run['name']}: {run['state']['name']}" for run in now)
        print(f"{moment}  {said or 'nothing'}", flush=True)

    def told(self) -> list[str]:
        folder = self.workspace / "outbox"
        found = sorted(folder.glob("*.txt")) if folder.is_dir() else []
        texts = [file.read_text() for file in found]
        self.expect("no notice holds a row", not any(secret in text for text in texts for secret in SECRETS))
        for file in found:
            file.unlink()
        return [file.stem.split("-")[-1] for file in found]

    def drop(self, day: str, text: str | None = None, place: Path | None = None) -> Path:
        file = (place or self.workspace) / "landing" / f"hertfordshire_{day}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(hertfordshire(text or EXTRACTS[day]), encoding="utf-8")
        at = self.clock.now().timestamp() - 60
        os.utime(file, (at, at))
        return file

    def released(self, count: int) -> bool:
        """Whether so many releases stand."""
        return len(list((self.workspace / "public" / "releases").glob("*"))) == count

    def while_it_reads(self, moment: str, day: str) -> None:
        """Bring an extract, and return while the run that takes it in is under way."""
        self.drop(day)
        said = self.schedule.said().count("1/6")
        self.clock.set((datetime.fromisoformat(moment) - timedelta(seconds=12)).isoformat())
        until("a run that reads", lambda: self.schedule.said().count("1/6") > said)

    def start(self, *arguments: str, place: Path | None = None) -> subprocess.Popen[bytes]:
        """Begin a command; what it says is kept with the rest."""
        command = [sys.executable, "-m", "flows.cli", *arguments, "--workspace", str(place or self.workspace)]
        self.processes.append(Process(arguments[0], command, self.env, self.folder))
        return self.processes[-1].process

    def performed(self, since: str) -> Counter[str]:
        """How often each job was done, by the ledger, for due times since a day."""
        with contextlib.closing(sqlite3.connect(self.workspace / "private" / "ledger.sqlite")) as con:
            texts = con.execute("select content from entries where kind = 'performed'").fetchall()
        found = [json.loads(text) for (text,) in texts]
        return Counter(one["job"] for one in found if one["due"][:10] >= since)

    def under_way(self) -> list[str]:
        """The runs that Prefect believes to be under way."""
        return [run["name"] for run in self.runs("RUNNING", "PENDING")]

    def end(self) -> None:
        """Leave nothing running."""
        for one in self.processes:
            one.kill()
