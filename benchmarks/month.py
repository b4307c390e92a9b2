"""A month of a force through a real Prefect server, by a simulated clock, with everything stopped that can stop.

`hatecrime schedule` runs beside `prefect server start`; the clock of both and of every run they start is moved from
one due time to the next (benchmarks/simulated_clock). What came of it is printed, and each fault at the end.

    python -m benchmarks.month                          SQLite, then PostgreSQL where it is installed
    python -m benchmarks.month --database sqlite
    python -m benchmarks.month --at-once                four runs at once, in one workspace, in four, in one store
"""

import argparse
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import histories
from drawing import drawn, hertfordshire

LONDON = ZoneInfo("Europe/London")
PATIENCE = 400
"""Seconds for what takes one on a quiet machine."""

ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
SETTINGS = 'extract_due_day = 5\n[notices]\nfolder = "outbox"\n'


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
}
BAD = histories.SECOND.replace("2024-01-10", "2031-01-10", 3)
SECRETS = {row["report_id"] for text in EXTRACTS.values() for row in drawn(text)} | {"2031-01-10"}


class Clock:
    """The time of every process that was started with it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, text: str) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=LONDON)
        new = self.file.with_suffix(".new")
        new.write_text(f"{moment.timestamp()} {time.monotonic()}")
        os.replace(new, self.file)

    def now(self) -> datetime:
        then, since = map(float, self.file.read_text().split())
        return datetime.fromtimestamp(then + time.monotonic() - since, UTC)


class Process:
    """A program and all that it starts, with what they say in a file."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], folder: Path, **options: Any) -> None:
        self.log = folder / f"{name}-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=log, **options)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """Kill it and everything below it at once, as a power cut does."""
        for pid in [self.process.pid, *_below(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, signal_number: int = signal.SIGINT) -> None:
        self.process.send_signal(signal_number)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()


def _below(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    found = list(children.get(pid, []))
    for one in found:
        found += children.get(one, [])
    return found


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _until(what: str, is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.2)


class SQLite:
    """Prefect's own database file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "prefect.db"
        self.url = f"sqlite+aiosqlite:///{self.file}"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        with contextlib.closing(sqlite3.connect(self.file, timeout=60, isolation_level=None)) as con:
            con.execute("begin exclusive")
            yield
            con.execute("rollback")

    def everything(self) -> Iterator[str]:
        for file in self.file.parent.glob("prefect.db*"):
            yield file.read_bytes().decode("latin-1")

    def close(self) -> None:
        pass


class PostgreSQL:
    """A server of its own in a folder, which refuses to run as administrator."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "postgresql", _free_port()
        self.folder.mkdir()
        options: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            for parent in [folder, *folder.parents]:
                if parent.owner() == "root" and parent != Path("/tmp"):
                    parent.chmod(parent.stat().st_mode | 0o011)
        subprocess.run(
            ["initdb", "-D", self.folder, "-A", "trust", "-U", "prefect"], check=True, capture_output=True, **options
        )
        where = ["-D", str(self.folder), "-k", str(self.folder), "-p", str(self.port), "-h", "127.0.0.1"]
        self.server = subprocess.Popen(["postgres", *where], stderr=subprocess.DEVNULL, cwd=self.folder, **options)
        self.url = f"postgresql+asyncpg://prefect@127.0.0.1:{self.port}/postgres"
        _until("PostgreSQL", self._answers, 60)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        return False

    async def _connect(self) -> Any:
        import asyncpg

        return await asyncpg.connect(self.url.replace("+asyncpg", ""))

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        import asyncio

        async def begin() -> Any:
            con = await self._connect()
            await con.execute("begin")
            await con.execute(
                "lock table flow_run, flow_run_state, task_run, artifact, events in access exclusive mode"
            )
            return con

        with asyncio.Runner() as runner:
            con = runner.run(begin())
            yield
            runner.run(con.close())

    def everything(self) -> Iterator[str]:
        import asyncio

        async def rows() -> list[str]:
            con = await self._connect()
            tables = await con.fetch("select tablename from pg_tables where schemaname = 'public'")
            found = [
                str(row[0]) for (table,) in tables for row in await con.fetch(f'select t::text from "{table}" as t')
            ]
            await con.close()
            return found

        yield from asyncio.run(rows())

    def close(self) -> None:
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait()


class Month:
    """One month on one database: what is played, what happened, and what should not have."""

    def __init__(self, folder: Path, database: SQLite | PostgreSQL) -> None:
        self.folder, self.database = folder, database
        self.workspace = folder / "workspace"
        self.clock = Clock(folder / "clock")
        self.port = _free_port()
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
        self.logs: list[Process] = []
        self.server: Process
        self.schedule: Process

    def expect(self, what: str, is_so: bool) -> None:
        print(f"    {'as it should' if is_so else 'FAULT'}: {what}", flush=True)
        if not is_so:
            self.faults.append(f"{self.clock.now():%d %b %H:%M} {what}")

    def begin_server(self) -> None:
        command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", str(self.port)]
        self.server = Process("server", command, self.env, self.folder, start_new_session=True)
        self.logs.append(self.server)
        _until("the server", lambda: self.ask("health", None) is True)

    def begin_schedule(self) -> None:
        command = [sys.executable, "-m", "flows.cli", "schedule", "--workspace", str(self.workspace)]
        self.schedule = Process("schedule", command, self.env, self.folder, start_new_session=True)
        self.logs.append(self.schedule)
        _until(
            "the schedules", lambda: "retention: next due" in self.schedule.said() and len(self.runs("SCHEDULED")) >= 4
        )
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

    def until(self, moment: str) -> None:
        """Move the clock to shortly before a due time, and let everything that is due then be done."""
        before = datetime.fromisoformat(moment) - timedelta(seconds=12)
        self.clock.set(before.isoformat())
        _until("the due time", lambda: self.clock.now() > datetime.fromisoformat(moment).replace(tzinfo=LONDON))
        with contextlib.suppress(TimeoutError):
            _until("the runs", lambda: self.ask("health", None) is True and not self.waiting())
        if left := self.waiting():
            self.expect(f"nothing that is due is left ({[(r['name'], r['state_name']) for r in left]})", False)
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

    def drop(self, day: str, text: str | None = None) -> Path:
        file = self.workspace / "landing" / f"hertfordshire_{day}.csv"
        file.write_text(hertfordshire(text or EXTRACTS[day]), encoding="utf-8")
        at = self.clock.now().timestamp() - 60
        os.utime(file, (at, at))
        return file

    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.workspace / "public" / "releases").iterdir())

    def while_it_reads(self, moment: str, day: str) -> None:
        """Bring an extract, and return while the run that takes it in is under way."""
        self.drop(day)
        said = self.schedule.said().count("1/6")
        self.clock.set((datetime.fromisoformat(moment) - timedelta(seconds=12)).isoformat())
        _until("a run that reads", lambda: self.schedule.said().count("1/6") > said)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin a command; what it says is kept with the rest."""
        command = [sys.executable, "-m", "flows.cli", *arguments, "--workspace", str(self.workspace)]
        one = Process(arguments[0], command, self.env, self.folder)
        self.logs.append(one)
        return one.process

    def hatecrime(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flows.cli", *arguments, "--workspace", str(self.workspace)]
        return subprocess.run(command, env=self.env, cwd=self.folder, capture_output=True, text=True, check=False)

    def performed(self, since: str) -> Counter[str]:
        """How often each job was done, by the ledger, for due times since a day."""
        with contextlib.closing(sqlite3.connect(self.workspace / "private" / "ledger.sqlite")) as con:
            found = [
                json.loads(text) for (text,) in con.execute("select content from entries where kind = 'performed'")
            ]
        return Counter(one["job"] for one in found if one["due"][:10] >= since)


def play(month: Month) -> None:
    """January 29 to February 29, 2024."""
    month.clock.set("2024-01-29T09:00:00")
    (month.workspace / "landing").mkdir(parents=True)
    (month.workspace / "private").mkdir(mode=0o700)
    (month.workspace / "private" / "operations.toml").write_text(SETTINGS)
    (month.workspace / "private" / "operations.toml").chmod(0o600)
    month.begin_server()
    month.drop("2024-01-04")
    month.expect("January's extract is released by hand", month.hatecrime("run").returncode == 0)
    month.told()
    month.show("by hand          ")
    month.begin_schedule()
    first = month.releases()

    for day in ("2024-01-30", "2024-01-31"):
        month.until(f"{day}T07:00:00")
    month.until("2024-02-01T04:00:00")
    for day in ("01", "02", "03", "04", "05"):
        for at in {"04": ("05", "07"), "05": ("06", "07")}.get(day, ("07",)):
            month.until(f"2024-02-{day}T{at}:00:00")
    month.expect(
        "each job was done once for each time it was due",
        month.performed("2024-02-01")
        == Counter(monthly_release=1, landing_check=5, weekly_verification=1, retention=1),
    )
    month.expect("on the day an extract is due, nobody is told", month.told() == [])
    month.until("2024-02-06T07:00:00")
    month.expect("the day after, it is late", month.told() == ["late_extract"])
    month.until("2024-02-07T07:00:00")
    month.expect("that is told once", month.told() == [])

    bad = month.drop("2024-02-07", BAD)
    month.until("2024-02-08T07:00:00")
    month.expect(
        "a bad one is held, and readers keep their release", month.told() == ["held"] and month.releases() == first
    )
    month.until("2024-02-09T07:00:00")
    month.expect("it is not tried again as it is", month.told() == [])
    bad.unlink()
    month.drop("2024-02-09")
    month.until("2024-02-10T07:00:00")
    month.expect("the corrected one is released", month.told() == ["published"] and len(month.releases()) == 2)

    month.until("2024-02-11T05:00:00")
    month.until("2024-02-11T07:00:00")
    month.while_it_reads("2024-02-12T07:00:00", "2024-02-11")
    month.schedule.kill()
    month.expect("a killed run publishes nothing", len(month.releases()) == 2)
    month.expect("Prefect believes it to be under way", bool(month.runs("RUNNING", "PENDING")))
    month.begin_schedule()
    with contextlib.suppress(TimeoutError):
        _until("an explanation", lambda: not month.runs("RUNNING", "PENDING"), 90)
    month.expect("the next start says of each that it was killed", not month.runs("RUNNING", "PENDING"))
    month.show("killed, restarted")
    month.until("2024-02-13T07:00:00")
    month.expect("the next check does its work", month.told() == ["published"] and len(month.releases()) == 3)

    month.while_it_reads("2024-02-14T07:00:00", "2024-02-13")
    month.server.kill()
    _until("the release", lambda: len(month.releases()) == 4)
    month.expect("a run whose server is killed publishes all the same", "published" in _soon(month.told))
    month.begin_server()
    month.until("2024-02-15T07:00:00")
    left = [run["name"] for run in month.runs("RUNNING", "PENDING")]
    month.expect(f"nothing of it is said to be under way a day later {left or ''}", not left)

    month.while_it_reads("2024-02-16T07:00:00", "2024-02-15")
    began = time.monotonic()
    with month.database.locked():
        with contextlib.suppress(TimeoutError):
            _until("the release", lambda: len(month.releases()) == 5, 240)
        print(f"    with the database locked: {time.monotonic() - began:.0f} s to the release", flush=True)
        month.expect("a run whose database is locked publishes all the same", len(month.releases()) == 5)
    month.until("2024-02-16T07:01:00")
    month.told()
    left = [run["name"] for run in month.runs("RUNNING", "PENDING")]
    month.expect(f"nothing of it is said to be under way {left or ''}", not left)

    month.clock.set("2024-02-16T20:00:00")
    month.schedule.stop()
    month.server.stop()
    month.clock.set("2024-02-19T07:30:00")
    month.begin_server()
    month.begin_schedule()
    month.until("2024-02-19T08:00:00")
    done = month.performed("2024-02-17")
    month.expect(
        f"a weekend off is made up for once ({dict(done)})", done == Counter(landing_check=1, weekly_verification=1)
    )
    month.expect("nobody is told of it", month.told() == [])

    month.drop("2024-02-19")
    month.server.kill()
    month.clock.set("2024-02-20T06:59:40")
    time.sleep(25)
    month.expect("the schedules live on without their server", month.schedule.process.poll() is None)
    month.clock.set("2024-02-20T11:00:00")
    month.begin_server()
    month.until("2024-02-20T12:00:00")
    month.expect(
        "what was missed is done when it is back", month.told() == ["published"] and len(month.releases()) == 6
    )

    for day in range(21, 30):
        if day == 25:
            month.until("2024-02-25T05:00:00")
        month.until(f"2024-02-{day}T07:00:00")
    month.expect("nothing to tell in the last days", month.told() == [])
    four = [month.start("run") for _ in range(4)]
    codes = sorted(one.wait() for one in four)
    month.expect(f"of four runs at once one works, the others end with 6 {codes}", codes == [0, 6, 6, 6])


def _soon(ask: Callable[[], list[str]]) -> list[str]:
    found: list[str] = []
    with contextlib.suppress(TimeoutError):
        _until("a notice", lambda: bool(found.extend(ask()) or found), 60)
    return found


def judge(month: Month, reference: Path) -> None:
    """What must be true of the whole month."""
    month.schedule.stop()
    states = Counter(f"{run['name'].split('_')[0]} {run['state']['name']}" for run in month.runs(*ENDED))
    left = month.runs("RUNNING", "PENDING")
    month.expect("no run is left that is said to be under way", not left)
    unexplained = [run for run in month.runs("CRASHED") if not (run["state"]["message"] or "").strip()]
    month.expect("every crash says why", not unexplained)
    month.server.stop()
    month.expect(
        "the same bytes as without Prefect",
        histories.bytes_of(month.workspace / "public") == histories.bytes_of(reference / "public"),
    )
    stored = sum(secret in text for text in month.database.everything() for secret in SECRETS)
    logged = sum(secret in one.said() for one in month.logs for secret in SECRETS)
    month.expect(
        f"of {len(SECRETS)} values of rows {stored} are in Prefect's database and {logged} in a log",
        stored + logged == 0,
    )
    traces = [one.log.name for one in month.logs if "leaked" in one.said()]
    month.expect(f"nothing is said to be leaked {traces or ''}", not traces)
    print("    " + ", ".join(f"{count} {name}" for name, count in sorted(states.items())), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser.add_argument("--keep", type=Path, help="a new folder to play in, which is left as it is")
    options = parser.parse_args()
    faults: list[str] = []
    for name, kind in {"sqlite": SQLite, "postgresql": PostgreSQL}.items():
        if options.database not in (None, name):
            continue
        if name == "postgresql" and not (shutil.which("initdb") and shutil.which("postgres")):
            print("PostgreSQL is not installed on this machine, and is left out.")
            continue
        print(f"== {name}", flush=True)
        with contextlib.ExitStack() as stack:
            folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder = folder.absolute() / name
            folder.mkdir(parents=True)
            database = kind(folder)
            stack.callback(database.close)
            month = Month(folder, database)
            try:
                play(month)
                reference(month)
                judge(month, folder / "reference")
            finally:
                for one in month.logs:
                    one.kill()
            faults += [f"{name}: {fault}" for fault in month.faults]
    print("\n".join(faults) if faults else "No fault.")
    sys.exit(1 if faults else 0)


def reference(month: Month) -> None:
    """The same extracts in the same order without Prefect."""
    place = month.folder / "reference"
    (place / "landing").mkdir(parents=True)
    for day, text in EXTRACTS.items():
        file = place / "landing" / f"hertfordshire_{day}.csv"
        file.write_text(hertfordshire(text), encoding="utf-8")
        histories.at_rest(file)
        command = [sys.executable, "-m", "flows.cli", "run", "--engine", "local", "--workspace", str(place)]
        env = {name: value for name, value in month.env.items() if name != "SIMULATED_CLOCK"}
        subprocess.run(command, env=env | {"PYTHONPATH": str(ROOT)}, check=True, capture_output=True)


if __name__ == "__main__":
    main()
