"""Runs that die or fail at a chosen moment: every call that changes the disk is counted, and one of them is the last.

Python's own audit events tell of files opened for writing, renamed, removed, made and chmodded; fsync and SQLite's
statements have no event, so those are wrapped. Each run is a process of its own, forked from one that is warm.

What a kill leaves is the disk as it was before the call, so one undisturbed run that copies its workspace before its
calls leaves what as many kills would. And the next run knows nothing but the disk: stores that say the same, once what
a killed run left is put right, go on alike, so that only one of them is run again.
"""

import contextlib
import errno
import hashlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import histories

from data.errors import HateCrimeError
from data.workspace import Workspace
from flows import keeping, ledger, running, verifying
from flows.writing import writing

Action = Literal["count", "kill", "full", "broken"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link", "os.symlink"}
_SECONDS = 600
TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Ending:
    """How one run ended: its signal or exit code, the calls it made, and the error's class and words."""

    exit_code: int
    calls: int
    error: str
    said: str


class Counter:
    """Counts the calls that change the disk under one folder, and acts at the n-th.

    Where `copies` names a folder, the workspace is copied there before each call that finds anything but temporary
    files changed since the copy before: what a kill at that call would leave.
    """

    def __init__(self, root: Path, action: Action, at: int, copies: Path | None, shared: Any) -> None:
        self.place, self.action, self.at, self.copies, self.shared = Workspace(root), action, at, copies, shared
        self.copied: object = None
        self.is_touched = True

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING):
            self.tick(arguments[event == "os.rename"])

    def tick(self, path: object) -> None:
        target = Path(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else self.place.private
        if not target.is_relative_to(self.place.root):
            return
        self.shared.value += 1
        if self.copies and self.is_touched and (seen := _stamps(self.place)) != self.copied:
            self.copied = seen
            shutil.copytree(self.place.root, self.copies / str(self.shared.value))
        self.is_touched = not target.is_relative_to(self.place.tmp)
        if self.shared.value != self.at:
            return
        if self.action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.action == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.action == "broken":
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def install(self) -> None:
        sys.addaudithook(self)
        fsync, connect = os.fsync, sqlite3.connect

        def counted_fsync(handle: int) -> None:
            # What reaches the disk was there before, to whoever reads it.
            self.tick(self.place.tmp)
            fsync(handle)
            self.tick(self.place.tmp)

        def counted_connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
            return connect(*arguments, **options, factory=_counted(self))

        os.fsync = counted_fsync
        sqlite3.connect = counted_connect


def _counted(counter: Counter) -> type[sqlite3.Connection]:
    """A connection of which each change, and each end of a transaction, counts once before and once after."""

    def told(call: Callable[[], Any]) -> Any:
        try:
            counter.tick(None)
            result = call()
            counter.tick(None)
        except OSError as error:
            raise sqlite3.OperationalError(f"disk: {error.strerror}") from None
        return result

    class Counted(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if statement.lower().startswith("insert"):
                return told(lambda: sqlite3.Connection.execute(self, statement, *values))
            return super().execute(statement, *values)

        def executescript(self, statements: str) -> sqlite3.Cursor:
            return told(lambda: sqlite3.Connection.executescript(self, statements))

        def __exit__(self, *failure: Any) -> Literal[False]:
            return told(lambda: sqlite3.Connection.__exit__(self, *failure))

    return Counted


def warm() -> Any:
    """A server that has loaded everything slow, from which each run is forked; it hashes the program once for all."""
    context = multiprocessing.get_context("forkserver")
    # The server is started from the environment: it does not know where pytest looks for modules.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    context.set_forkserver_preload(["crashing_preload"])
    return context


def end(
    root: Path,
    action: Action = "count",
    at: int = 0,
    after: float = 0,
    limit: int = 0,
    copies: Path | None = None,
) -> Ending:
    """Run a workspace once in a process of its own and return how it ended.

    `at` is the call at which `action` strikes; `after` seconds SIGKILL comes from outside; `limit` is the size in
    bytes that no file may pass, which strikes C code too. `copies` is as for Counter.
    """
    context = warm()
    calls = context.Value("q", 0, lock=False)
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(str(root), action, at, limit, copies, calls, theirs))
    process.start()
    theirs.close()
    if after:
        time.sleep(after)
        process.kill()
    process.join(_SECONDS)
    if process.is_alive():
        process.kill()
        raise TimeoutError("the run hangs")
    error, said = "", ""
    if mine.poll():
        with contextlib.suppress(EOFError):
            error, said = mine.recv()
    return Ending(int(process.exitcode or 0), calls.value, error, said)


def _run(root: str, action: Action, at: int, limit: int, copies: Path | None, calls: Any, pipe: Any) -> None:
    import resource

    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    Counter(Path(root), action, at, copies, calls).install()
    said: list[str] = []
    try:
        running.run(Workspace(Path(root)), [], "hertfordshire", "local", None, 0, said.append)
    except HateCrimeError as error:
        pipe.send((f"{type(error).__name__}: {error}", "\n".join(said)))
        os._exit(error.exit_code)
    pipe.send(("", "\n".join(said)))
    os._exit(0)


@dataclass(frozen=True)
class Trial:
    """One workspace about to run, its bytes before, and those of the run that nobody disturbed.

    `judged` holds what was found of each state of a store from which a run was made again, `seen` every state.
    """

    start: Path
    before: dict[str, str]
    golden: dict[str, object]
    calls: int
    judged: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def copy(self, target: Path) -> Workspace:
        """A fresh copy of the workspace about to run."""
        return Workspace(Path(shutil.copytree(self.start, target)))

    def faults_after(self, place: Workspace, goes_on: bool = True) -> list[str]:
        """What is wrong with a store whose run was stopped: nothing, if readers see the old release or the new one.

        Then the run is made again if it `goes_on`, and what it leaves must be what an undisturbed run leaves.
        """
        faults = []
        try:
            keeping.verify(place)
        except HateCrimeError as error:
            faults.append(f"not whole after the stop: {error}")
        current = place.current_release()
        seen = histories.bytes_of(place.public)
        if current is None or current.name not in self.golden["releases"]:
            faults.append("readers see neither the old release nor the new one")
        if any(seen.get(name) != digest for name, digest in self.before.items() if name != "current"):
            faults.append("the old release is not as it was")
        with writing(place, lambda sentence: None):
            state = state_of(place)
        self.seen.add(state)
        if goes_on and state not in self.judged:
            self.judged[state] = self._faults_of_the_next_run(place)
        return faults + self.judged.get(state, [])

    def _faults_of_the_next_run(self, place: Workspace) -> list[str]:
        again = end(place.root)
        if again.exit_code:
            return [f"the next run ends with {again.exit_code}: {again.error}"]
        left = left_by(place)
        return [f"{name} is not as in an undisturbed run" for name in left if left[name] != self.golden[name]]


def lasting(place: Workspace) -> list[Path]:
    """Every file and folder but temporary ones and the lock."""
    passing = (place.tmp, place.lock, place.lock.with_suffix(".holder"))
    return [path for path in sorted(place.root.rglob("*")) if path not in passing and place.tmp not in path.parents]


def _stamps(place: Workspace) -> list[tuple[Path, int]]:
    return [(path, path.lstat().st_mtime_ns) for path in lasting(place)]


def state_of(place: Workspace) -> str:
    """One hash over all that a run finds: every file and its mode, what the ledger says, what the warehouse holds.

    Left out is what no run goes by: the clock, the numbers of runs, why one stopped, who held the lock, temporary
    files, which it removes before anything else, and the bytes of a warehouse, which differ each time the same rows
    are written.
    """
    files = [
        (path.relative_to(place.root).as_posix(), path.stat().st_mode, path.is_file() and verifying.sha256(path))
        for path in lasting(place)
        if path not in (place.ledger, place.warehouse)
    ]
    told = [
        (entry.kind, entry.content["extracts"] if entry.kind == "built" else entry.content)
        for entry in ledger.entries(place.ledger)
        if entry.kind != "stopped"
    ]
    warehouse = [fault.what for fault in verifying.warehouse_faults(place, full=True)]
    if place.warehouse.is_file():
        warehouse.append(histories.rows_of(place.warehouse))
    return hashlib.sha256(repr((files, told, warehouse)).encode()).hexdigest()


def left_by(place: Workspace) -> dict[str, object]:
    """All that a run leaves and that must not depend on how it came about."""
    accepted = ledger.entries(place.ledger, "accepted")
    return {
        "public": histories.bytes_of(place.public),
        "extracts": histories.bytes_of(place.extracts),
        "warehouse": histories.rows_of(place.warehouse),
        "accepted": sorted(entry.content["extract_id"] for entry in accepted),
        "releases": sorted(ledger.releases(place.ledger)),
        "temporary": sorted(path.name for path in place.tmp.iterdir()),
        "revisions": histories.bytes_of(place.private / "revisions"),
    }


def trial(standing: Workspace, folder: Path, copies: Path | None = None) -> Trial:
    """A copy of a workspace that stands by one release, about to take in an extract that revises it.

    The undisturbed run leaves `copies` of its workspace, as Counter makes them.
    """
    place = Workspace(Path(shutil.copytree(standing.root, folder / "start")))
    histories.drop(place, histories.SECOND, "2024-02-04")
    golden = Workspace(Path(shutil.copytree(place.root, folder / "golden")))
    second = end(golden.root, copies=copies)
    if second.exit_code:
        raise RuntimeError(second.error)
    made = Trial(place.root, histories.bytes_of(place.public), left_by(golden), second.calls)
    # From where nothing has happened yet, the next run is the undisturbed one.
    made.judged[state_of(place)] = []
    return made
