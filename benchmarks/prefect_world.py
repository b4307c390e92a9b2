"""A machine's clock, programs and databases for a simulated month: what `benchmarks.month` plays on."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
PATIENCE = 400
"""Seconds for what takes one on a quiet machine."""


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


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(what: str, is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
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
        """Hold the database, as a backup or a stuck program does."""
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

    def __init__(self, _: Path) -> None:
        # Not in the month's own folder, which only its owner may enter.
        self.folder, self.port = Path(tempfile.mkdtemp()), free_port()
        options: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        subprocess.run(
            ["initdb", "-D", self.folder, "-A", "trust", "-U", "prefect"], check=True, capture_output=True, **options
        )
        where = ["-D", str(self.folder), "-k", str(self.folder), "-p", str(self.port), "-h", "127.0.0.1"]
        self.server = subprocess.Popen(["postgres", *where], stderr=subprocess.DEVNULL, cwd=self.folder, **options)
        self.url = f"postgresql+asyncpg://prefect@127.0.0.1:{self.port}/postgres"
        until("PostgreSQL", self._answers, 60)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        return False

    async def _connect(self) -> Any:
        import asyncpg  # comes with Prefect

        return await asyncpg.connect(self.url.replace("+asyncpg", ""))

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        async def begin() -> Any:
            con = await self._connect()
            await con.execute("begin")
            await con.execute("lock table flow_run, flow_run_state, task_run, artifact in access exclusive mode")
            return con

        with asyncio.Runner() as runner:
            con = runner.run(begin())
            yield
            runner.run(con.close())

    def everything(self) -> Iterator[str]:
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
        shutil.rmtree(self.folder)
