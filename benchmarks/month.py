"""A month of a force through a real Prefect server, by a simulated clock, with everything stopped that can stop.

`hatecrime schedule` runs beside `prefect server start`; the clock of both and of every run they start is moved from
one due time to the next (benchmarks/simulated_clock). What came of it is printed, and each fault once more at the end.

    python -m benchmarks.month                          SQLite, then PostgreSQL where it is installed
    python -m benchmarks.month --database sqlite
    python -m benchmarks.month --at-once                only: four runs at once, in one workspace and in four

An edit of the program while it lasts makes other releases: run it from a checkout that nobody works in.
"""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.prefect_world import PostgreSQL, Process, SQLite, until
from benchmarks.simulated_month import BAD, ENDED, EXTRACTS, ROOT, SECRETS, SETTINGS, Month, histories
from data.workspace import Workspace


def january(month: Month) -> None:
    """A release by hand, then the schedules, day by day to 5 February."""
    month.clock.set("2024-01-29T09:00:00")
    (month.workspace / "private").mkdir(mode=0o700, parents=True)
    (month.workspace / "private" / "operations.toml").write_text(SETTINGS)
    (month.workspace / "private" / "operations.toml").chmod(0o600)
    month.begin_server()
    month.drop("2024-01-04")
    month.expect("January's extract is released by hand", month.start("run").wait() == 0 and month.released(1))
    month.told()
    month.show("by hand")
    month.begin_schedule()
    for moment in ("01-30T07", "01-31T07", "02-01T04", "02-01T07", "02-02T07", "02-03T07", "02-04T05", "02-04T07"):
        month.come_to(f"2024-{moment}:00:00")
    month.come_to("2024-02-05T06:00:00")
    month.come_to("2024-02-05T07:00:00")
    once = Counter(monthly_release=1, landing_check=5, weekly_verification=1, retention=1)
    month.expect("each job was done once for each time it was due", month.performed("2024-02-01") == once)
    month.expect("on the day an extract is due, nobody is told", month.told() == [])


def late_bad_corrected(month: Month) -> None:
    """The extract is late, comes and is bad, and is corrected."""
    month.come_to("2024-02-06T07:00:00")
    month.expect("the day after, it is late", month.told() == ["late_extract"])
    month.come_to("2024-02-07T07:00:00")
    month.expect("that is told once", month.told() == [])
    bad = month.drop("2024-02-07", BAD)
    month.come_to("2024-02-08T07:00:00")
    month.expect("a bad one is held, and readers keep their release", month.told() == ["held"] and month.released(1))
    month.come_to("2024-02-09T07:00:00")
    month.expect("it is not tried again as it is", month.told() == [])
    bad.unlink()
    month.drop("2024-02-09")
    month.come_to("2024-02-10T07:00:00")
    month.expect("the corrected one is released", month.told() == ["published"] and month.released(2))
    month.come_to("2024-02-11T05:00:00")
    month.come_to("2024-02-11T07:00:00")


def killed(month: Month) -> None:
    """The schedules and the run they started are killed while it reads, as a power cut does."""
    month.while_it_reads("2024-02-12T07:00:00", "2024-02-11")
    month.schedule.kill()
    month.expect("a killed run publishes nothing", month.released(2))
    month.expect("Prefect believes it to be under way", bool(month.under_way()))
    month.begin_schedule()
    with contextlib.suppress(TimeoutError):
        until("an explanation", lambda: not month.under_way(), 90)
    month.expect("the next start says of each that it was killed", not month.under_way())
    month.show("killed, restarted")
    month.come_to("2024-02-13T07:00:00")
    month.expect("the next check does its work", month.told() == ["published"] and month.released(3))


def server_killed(month: Month) -> None:
    """Prefect's server is killed while a run reads."""
    month.while_it_reads("2024-02-14T07:00:00", "2024-02-13")
    month.server.kill()
    began = time.monotonic()
    with contextlib.suppress(TimeoutError):
        until("the release", lambda: month.released(4))
    month.expect(f"it publishes all the same ({time.monotonic() - began:.0f} s later)", month.released(4))
    month.begin_server()
    month.come_to("2024-02-15T07:00:00")
    month.expect("people are told", month.told() == ["published"])
    month.expect(f"a day later nothing is said to be under way {month.under_way() or ''}", not month.under_way())


def database_locked(month: Month) -> None:
    """Another program holds Prefect's database from while a run reads until it has published."""
    month.while_it_reads("2024-02-16T07:00:00", "2024-02-15")
    began = time.monotonic()
    with month.database.locked(), contextlib.suppress(TimeoutError):
        until("the release", lambda: month.released(5))
    month.expect(f"it publishes all the same ({time.monotonic() - began:.0f} s later)", month.released(5))
    month.come_to("2024-02-16T07:10:00")
    month.expect("people are told", month.told() == ["published"])


def weekend_off(month: Month) -> None:
    """Everything is off from Friday evening to Monday morning."""
    month.clock.set("2024-02-16T20:00:00")
    month.schedule.stop()
    month.server.stop()
    month.clock.set("2024-02-19T07:30:00")
    month.begin_server()
    month.begin_schedule()
    month.come_to("2024-02-19T08:00:00")
    done = month.performed("2024-02-17")
    once = Counter(landing_check=1, weekly_verification=1)
    month.expect(f"the weekend is made up for once ({dict(done)})", done == once)
    month.expect("nobody is told of it", month.told() == [])


def no_server(month: Month) -> None:
    """The server is dead when a check falls due, and comes back hours later."""
    month.drop("2024-02-19")
    month.server.kill()
    month.clock.set("2024-02-20T06:59:40")
    time.sleep(25)
    month.expect("the schedules live on without their server", month.schedule.process.poll() is None)
    month.clock.set("2024-02-20T11:00:00")
    month.begin_server()
    month.come_to("2024-02-20T12:00:00")
    month.expect("what was missed is done when it is back", month.told() == ["published"] and month.released(6))


def to_the_end(month: Month) -> None:
    """The last days, and four runs by hand at once."""
    for moment in (*(f"{day}T07" for day in range(21, 25)), "25T05", *(f"{day}T07" for day in range(25, 30))):
        month.come_to(f"2024-02-{moment}:00:00")
    month.expect("nobody is told of anything in the last days", month.told() == [])
    month.drop("2024-02-27")
    codes = sorted(one.wait() for one in [month.start("run") for _ in range(4)])
    month.expect(f"of four runs at once one works and the others end with exit code 6 {codes}", codes == [0, 6, 6, 6])


PARTS = (january, late_bad_corrected, killed, server_killed, database_locked, weekend_off, no_server, to_the_end)


def judge(month: Month) -> None:
    """What must be true of the whole month."""
    month.schedule.stop()
    month.show("at the end")
    names = (
        (run["name"].partition(" ")[0] if run["parent_task_run_id"] else run["name"], run) for run in month.runs(*ENDED)
    )
    states = Counter(f"{name} {run['state']['name']}" for name, run in names)
    month.expect(f"no run is said to be under way {month.under_way() or ''}", not month.under_way())
    unexplained = [run["name"] for run in month.runs("CRASHED") if not (run["state"]["message"] or "").strip()]
    month.expect(f"every crash says why {unexplained or ''}", not unexplained)
    month.server.stop()
    place = month.folder / "reference"
    for day, text in EXTRACTS.items():
        month.drop(day, text, place)
        month.start("run", "--engine", "local", place=place).wait()
    with_prefect, without = (histories.bytes_of(one / "public") for one in (month.workspace, place))
    month.expect(f"the same {len(without)} files as without Prefect, byte for byte", with_prefect == without)
    stored = sum(secret in text for text in month.database.everything() for secret in SECRETS)
    logged = sum(secret in one.said() for one in month.processes for secret in SECRETS)
    told = f"{len(SECRETS)} values of rows: {stored} in Prefect's database, {logged} in what any process said"
    month.expect(told, stored + logged == 0)
    month.expect("nothing is said to be leaked", not any("leaked" in one.said() for one in month.processes))
    print("    " + ", ".join(f"{count} {name}" for name, count in sorted(states.items())), flush=True)


def at_once(folder: Path) -> list[str]:
    """Four runs begin together, each with Prefect's own passing server: in one workspace, then in four."""
    faults = []
    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    env |= {"PYTHONPATH": str(ROOT), "HOME": str(folder)}
    for name, places, expected in (
        ("in one workspace", [folder / "one"] * 4, [0, 6, 6, 6]),
        ("in four", [folder / f"of-{number}" for number in range(4)], [0, 0, 0, 0]),
    ):
        for place in set(places):
            histories.drop(Workspace(place), histories.FIRST, "2024-01-04")
        arguments = ["run", "--engine", "prefect", "--workspace"]
        runs = [
            Process(f"{place.name}", [sys.executable, "-m", "flows.cli", *arguments, str(place)], env, folder)
            for place in places
        ]
        codes = sorted(one.process.wait() for one in runs)
        print(f"four runs at once {name} end with {codes}", flush=True)
        if codes != expected or any("Traceback" in one.said() for one in runs):
            faults.append(f"four at once {name}: {codes}\n" + "\n".join(one.said() for one in runs))
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--at-once", action="store_true")
    parser.add_argument("--keep", type=Path, help="a new folder to play in, which is left as it is")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    faults: list[str] = []
    with contextlib.ExitStack() as stack:
        folder = (options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))).absolute()
        if options.at_once or not options.database:
            (folder / "at-once").mkdir(parents=True)
            faults += at_once(folder / "at-once")
        for name, kind in {"sqlite": SQLite, "postgresql": PostgreSQL}.items():
            if options.at_once or options.database not in (None, name):
                continue
            if name == "postgresql" and not (shutil.which("initdb") and shutil.which("postgres")):
                print("PostgreSQL is not installed on this machine (initdb, postgres), and is left out.")
                continue
            print(f"== {name}", flush=True)
            (folder / name).mkdir(parents=True)
            database = kind(folder / name)
            stack.callback(database.close)
            month = Month(folder / name, database)
            stack.callback(month.end)
            for part in PARTS:
                part(month)
            judge(month)
            faults += [f"{name}: {fault}" for fault in month.faults]
    print("\n".join(faults) if faults else "No fault.")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
