"""A force's month by a simulated clock: what is late is told, what is bad is held, what is mended is released, once."""

import json
import shutil
import signal
import subprocess
import sys
from datetime import datetime

import duckdb
import pytest
from histories import SECOND, at_rest, drop

from data.errors import IntegrityFailed, Stopped, UsageError
from data.workspace import Workspace
from flows import due, ledger, locking, printing, rebuilding, scheduling

SETTINGS = 'extract_due_day = 5\npacks = false\n[notices]\nfolder = "outbox"\n'


@pytest.fixture
def force(place) -> Workspace:
    (place.private / "operations.toml").write_text(SETTINGS, encoding="utf-8")
    return place


def at(place: Workspace, moment: str, tell=lambda sentence: None) -> dict[str, str]:
    """Ask what is due at a moment of London's clock, as cron would."""
    now = datetime.fromisoformat(moment).replace(tzinfo=due.LONDON)
    return scheduling.perform_due(place, now, "local", tell)


def stopped_while_it_reads(sentence: str) -> None:
    if sentence.startswith("1/6"):
        raise Stopped(signal.SIGTERM)


def told(place: Workspace) -> list[str]:
    """The notices since the last look, by event."""
    found = sorted((place.root / "outbox").glob("*.txt")) if (place.root / "outbox").is_dir() else []
    for file in found:
        file.unlink()
    return [file.stem.split("-")[-1] for file in found]


def test_a_month_of_a_force(one_release, tmp_path):
    """It begins with the release of January's extract."""
    nothing = dict.fromkeys(scheduling.JOBS, "not due")
    force = Workspace(shutil.copytree(one_release.root, tmp_path / "force"))
    (force.private / "operations.toml").write_text(SETTINGS, encoding="utf-8")
    first = force.current_release()
    assert at(force, "2024-01-05T06:00") == dict.fromkeys(scheduling.JOBS, "done") and told(force) == []
    assert at(force, "2024-01-05T06:15") == nothing
    # The machine was off for four weeks: each job is done once, and on the due day itself nothing is late.
    back = at(force, "2024-02-05T08:00")
    assert back == dict.fromkeys(scheduling.JOBS, "done") and told(force) == []
    assert at(force, "2024-02-05T08:15") == nothing
    # The day after, it is late: told once, not every morning.
    assert at(force, "2024-02-06T07:00") == nothing | {"landing_check": "done"} and told(force) == ["late_extract"]
    at(force, "2024-02-07T07:00")
    assert told(force) == []
    # It comes and is bad: held, told once, and not tried again until something else lies in landing/.
    bad = drop(force, SECOND.replace("2024-01-10", "2031-01-10", 3), "2024-02-07")
    assert at(force, "2024-02-08T07:00")["landing_check"] == "held"
    assert told(force) == ["held"] and force.current_release() == first
    assert at(force, "2024-02-09T07:00")["landing_check"] == "done" and told(force) == []
    # The corrected one is released by the next check, though the first that took it in was stopped.
    bad.unlink()
    drop(force, SECOND, "2024-02-09")
    with pytest.raises(Stopped):
        at(force, "2024-02-10T07:00", stopped_while_it_reads)
    assert force.current_release() == first
    assert at(force, "2024-02-11T07:00")["landing_check"] == "done"
    assert told(force) == ["published"] and force.current_release() != first
    one_row_more_is_found(force)


def one_row_more_is_found(force: Workspace) -> None:
    """What the weekly verification compares: the warehouse in use, and one built anew from the extracts."""
    assert "table by table" in rebuilding.compare(force, "hertfordshire", ())
    with duckdb.connect(str(force.warehouse)) as con:
        con.execute("update core.monthly_counts set report_count = report_count + 1 where month = '2023-03-01'")
    with pytest.raises(IntegrityFailed, match=r"say: core\.monthly_counts differ"):
        rebuilding.compare(force, "hertfordshire", ())


def test_another_run_at_work_ends_a_job_cleanly_and_it_is_done_later(force):
    with locking.sole_writer(force):
        assert set(at(force, "2024-01-05T06:00").values()) == {"busy"}
        code = "import sys; from flows.cli import main; sys.argv[0] = 'hatecrime'; main()"
        said = subprocess.run(
            [sys.executable, "-c", code, "perform", "landing_check", "--json", "--workspace", str(force.root)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0 and json.loads(said.stdout) == {"landing_check": "busy"}, said.stderr
    assert not ledger.entries(force.ledger, "performed")
    assert at(force, "2024-01-05T06:15")["landing_check"] == "done"


def test_a_failure_is_told_and_not_tried_every_quarter_of_an_hour(force):
    file = force.landing / "hertfordshire_2024-01-04.csv"
    file.write_text("not,an,extract\n1,2,3\n", encoding="utf-8")
    at_rest(file)
    with pytest.raises(Exception, match=r"hertfordshire_2024-01-04\.csv"):
        at(force, "2024-01-05T06:00")
    assert "failed" in told(force)
    assert at(force, "2024-01-05T06:15") == dict.fromkeys(scheduling.JOBS, "not due") and told(force) == []
    with pytest.raises(UsageError, match="There is no job"):
        scheduling.perform(force, "yearly", datetime.now(due.LONDON), "local", print)


def test_what_is_printed_for_a_machine_without_prefect_does_what_is_due(force):
    """The command is taken out of what is printed for cron and run as it stands."""
    assert "Persistent=true" in printing.systemd(force) and "schtasks /Create" in printing.windows(force)
    command = [sys.executable, "-m", "flows.cli", "schedule", "--workspace", str(force.root), "--print", "cron"]
    line = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert line.startswith("*/15 * * * * ") and line.count("\n") == 1
    subprocess.run(["sh", "-c", line[len("*/15 * * * * ") :]], check=True, capture_output=True, cwd=force.root.parent)
    assert {e.content["job"] for e in ledger.entries(force.ledger, "performed")} == set(scheduling.JOBS)


def test_a_job_that_prefect_begins_some_seconds_early_is_done(force, monkeypatch):
    """Its runner looks ten seconds ahead and waits for nothing: a month's release that is not due yet would be lost."""
    from prefect.runtime import flow_run

    from flows import deployments

    at(force, f"{datetime.now(due.LONDON):%Y-%m-%dT%H:%M:%S}")
    done = deployments.scheduled_job.fn(str(force.root), "landing_check", "local")
    assert done.name == "NotDue"
    following = due.next_due(deployments.operations.load(force).schedule.landing_check, datetime.now(due.LONDON))
    monkeypatch.setitem(flow_run.FIELDS, "scheduled_start_time", lambda: following)
    done = deployments.scheduled_job.fn(str(force.root), "landing_check", "local")
    assert done.name == "Completed", done.message


def test_two_workspaces_of_one_server_have_deployments_of_their_own(tmp_path):
    """One name would be one deployment, and the workspace that was registered first would never be done again."""
    from flows import deployments

    made = [deployments.deployments_of(Workspace(tmp_path / name)) for name in ("one", "two")]
    names = [one.name for several in made for one in several]
    assert len(set(names)) == 2 * len(scheduling.JOBS)
    assert names[0].startswith("monthly-release-") and str(tmp_path / "one") in made[0][0].description
    crons = [one.schedules[0].schedule.cron for one in made[0]]
    assert crons == ["0 6 5 * *", "0 7 * * *", "0 5 * * 0", "0 4 1 * *"]


def test_what_is_due_is_done_without_prefect_while_its_server_fails(force, monkeypatch):
    """Its runner gave up, or the server is gone: the schedules go on, and nothing that is due waits for it."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows import deployments

    class Asleep(Exception):
        """The schedules would look again in half a minute."""

    def sleep(seconds: float) -> None:
        raise Asleep

    monkeypatch.setattr(deployments.time, "sleep", sleep)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}), pytest.raises(Asleep):
        deployments.serve_jobs(force)
    assert {e.content["job"] for e in ledger.entries(force.ledger, "performed")} == set(scheduling.JOBS)
