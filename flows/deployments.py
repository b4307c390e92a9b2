"""The scheduled jobs as Prefect sees them. What is stored there are names of jobs, folders and kinds of failure."""

import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from prefect import flow, serve
from prefect.client.schemas.objects import State
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.runtime import flow_run
from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL
from prefect.states import Completed, Failed

from data import operations
from data.errors import Busy, EnvironmentUnfit, HateCrimeError
from data.operations import JOBS
from data.workspace import Workspace
from flows import monthly, scheduling, showing
from flows.due import LONDON
from flows.locking import refuse_if_busy
from flows.notices import KINDS

JOB: Final = "scheduled job"
OURS: Final = (JOB, monthly.FLOW)
AGAIN_SECONDS: Final = 30
DONE: Final = {
    "monthly_release": "Takes everything in landing/ to a release, and tells of an extract that did not come.",
    "landing_check": "Looks into landing/ and takes in what came late or was corrected.",
    "weekly_verification": "Reads every stored byte against its record, and builds the warehouse anew to compare it.",
    "retention": "Erases what the policy in private/operations.toml lets go, and proves it.",
}
SPARED: Final = timedelta(minutes=2)
"""A job that does not hold the workspace is at its beginning or its end, and neither lasts so long."""


def _name() -> str:
    return str(flow_run.parameters["job"]).replace("_", " ")


@flow(name=JOB, flow_run_name=_name, validate_parameters=False, persist_result=False)
def scheduled_job(workspace: str, job: str, engine: str = "auto") -> State[None]:
    """Do one job of a workspace if it is due; the state says what became of it, and never what was in the data."""
    place = Workspace(Path(workspace))
    # Prefect begins a run some seconds before its time, when the ledger would say that it is not due.
    now = max(datetime.now(LONDON), flow_run.scheduled_start_time.astimezone(LONDON))
    _explain_the_dead(place)
    try:
        outcome = scheduling.perform(place, job, now, engine, _say)
    except HateCrimeError as error:
        what, next_step = KINDS.get(type(error), ("something went wrong that should not have", "Run it by hand."))
        return Failed(message=f"{what}. {next_step}", name=type(error).__name__)
    finally:
        # Those that were spared as too young when this one began need not wait for tomorrow's.
        _explain_the_dead(place)
    if outcome == "held":
        return Failed(message="A rule holds the newest extract; `hatecrime quarantine` lists it.", name="Held")
    return Completed(message=f"{job}: {outcome}.", name={"busy": "Busy", "not due": "NotDue"}.get(outcome))


def _explain_the_dead(place: Workspace) -> None:
    with suppress(Exception):  # what Prefect cannot put right in its own record is worth no job
        refuse_if_busy(place)
        showing.explain_the_dead(place, OURS, UUID(flow_run.id), SPARED)


def serve_jobs(place: Workspace) -> None:
    """Register every job's schedule with the Prefect server and do them as they fall due, until stopped.

    Raises EnvironmentUnfit where no server is configured: the one that Prefect starts for itself fires no schedule.
    """
    if not PREFECT_API_URL.value():
        raise EnvironmentUnfit(
            "Schedules need a Prefect server that keeps running, and none is configured.",
            "Start one (prefect server start) and set PREFECT_API_URL, or print what does the same without Prefect: "
            "hatecrime schedule --print cron.",
        )
    deployments = deployments_of(place)
    while True:
        try:
            with suppress(Busy):
                refuse_if_busy(place)
                # Nobody is at work here, so what Prefect believes to be under way was killed.
                showing.explain_the_dead(place, OURS)
            # Stopped for a weekend, the schedules stay; what was missed is done once: the ledger says what is due.
            serve(*deployments, pause_on_shutdown=False, limit=1, print_starting_message=False)
            return
        except Exception as error:
            # Prefect's runner gives up, and the job it was doing with it, when a locked database fails it for long.
            _say(f"Prefect's server fails ({type(error).__name__}); what is due is done without it.")
            with suppress(HateCrimeError):  # it was told to whom it concerns
                scheduling.perform_due(place, datetime.now(LONDON), "local", _say)
            time.sleep(AGAIN_SECONDS)


def deployments_of(place: Workspace) -> list[RunnerDeployment]:
    """Every job of a workspace with its schedule, under names that no other workspace of the server has."""
    settings, tag = operations.load(place), showing.tag_of(place)
    return [
        RunnerDeployment.from_flow(
            scheduled_job,
            # One name for two workspaces would be one deployment: the first would never be done again.
            name=f"{job.replace('_', '-')}-{tag.rpartition('-')[2]}",
            description=f"{DONE[job]} The workspace is {place.root}.",
            schedules=[Cron(settings.schedule.of(job).cron, timezone="Europe/London")],
            parameters={"workspace": str(place.root), "job": job},
            # No limit of Prefect's: a run that was killed would hold its place. The workspace's lock decides.
            tags=[tag],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for job in JOBS
    ]


def _say(sentence: str) -> None:
    """Say it where the service's own log is, not in Prefect's."""
    sys.stderr.write(f"{sentence}\n")
