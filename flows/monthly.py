"""The monthly run: the same steps with Prefect's clock and window around them, or without it.

Prefect never decides whether a release is made. It is handed paths and counts only, and whatever goes wrong in
Prefect itself costs its record of the run, not the run.
"""

import os
import signal
import stat
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from data.errors import EnvironmentUnfit, HateCrimeError, Stopped
from data.workspace import Workspace
from flows.job import Job
from flows.steps import STEPS, Step

Engine = Literal["auto", "prefect", "local"]
Tell = Callable[[str], None]

SERVER_START_SECONDS: Final = 180
"""Prefect's own server takes 10 to 25 s to start on two quiet cores and fails at its default of 20 s on busy ones."""

SERVER_ANSWER_SECONDS: Final = 5
"""A server that does not say it is well within this time is treated as absent."""


def run(job: Job, engine: Engine, tell: Tell) -> Job:
    """Run every step and return the finished job; `tell` gets one sentence a step.

    Raises the steps' own HateCrimeError, and EnvironmentUnfit where Prefect was asked for and is not well.
    """
    if engine == "local":
        return run_local(job, tell)
    try:
        return _run_with_prefect(job, tell)
    except HateCrimeError as error:
        if engine == "auto" and isinstance(error, EnvironmentUnfit):
            tell(f"Prefect is not available ({error.problem.rstrip('.')}); going on without it.")
            return run_local(job, tell)
        raise


def run_local(job: Job, tell: Tell) -> Job:
    """Run every step in this process, without Prefect."""
    for number, step in enumerate(STEPS, start=1):
        job = _told(number, step, job, step(job), tell)
    return job


def _told(number: int, step: Step, before: Job, after: Job, tell: Tell) -> Job:
    for sentence in after.said[len(before.said) :]:
        tell(f"{number}/{len(STEPS)} {step.title}: {sentence}")
    return after


def _run_with_prefect(job: Job, tell: Tell) -> Job:
    """Run the steps as tasks of one Prefect flow.

    Raises EnvironmentUnfit for whatever goes wrong in Prefect itself.
    """
    settle_prefect(job.place)
    try:
        from prefect import flow, task
        from prefect.cache_policies import NO_CACHE
        from prefect.exceptions import TerminationSignal
    except Exception as error:
        raise EnvironmentUnfit(
            f"Prefect cannot be loaded ({type(error).__name__}).",
            "Install the versions of requirements.lock.",
        ) from None

    finished: list[Job] = []

    def monthly_release(workspace: str, files: int, profile: str) -> None:
        current = job
        for number, step in enumerate(STEPS, start=1):
            wrapped = task(name=step.title, persist_result=False, cache_policy=NO_CACHE)(_taking(step))
            current = _told(number, step, current, wrapped(_Sealed(current)).job, tell)
        finished.append(current)

    try:
        flow(name="monthly release", validate_parameters=False, persist_result=False)(monthly_release)(
            str(job.workspace), len(job.files), job.profile
        )
    except HateCrimeError:
        raise
    except TerminationSignal:
        raise Stopped(signal.SIGTERM) from None
    except Exception as error:
        if finished:
            tell(f"The work is done, but Prefect could not record it ({type(error).__name__}).")
            return finished[0]
        raise EnvironmentUnfit(
            f"Prefect stopped the run ({type(error).__name__}).",
            "Run with --engine local, or see that the Prefect server is well.",
        ) from None
    return finished[0]


class _Sealed:
    """A job as Prefect sees it: a name without content, so that nothing of it can be stored or logged."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __repr__(self) -> str:
        return f"<job {self.job.run_id}>"


def _taking(step: Step) -> Callable[[_Sealed], _Sealed]:
    def perform(sealed: _Sealed) -> _Sealed:
        return _Sealed(step(sealed.job))

    perform.__name__ = step.title.lower().replace(" ", "_")
    return perform


def settle_prefect(place: Workspace) -> None:
    """Silence Prefect's telemetry and its tracebacks, and keep its own store private where the user has none.

    Raises EnvironmentUnfit where a server is configured and does not answer.
    """
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", str(SERVER_START_SECONDS))
    url = os.environ.get("PREFECT_API_URL")
    if url:
        _ask_health(url)
    elif "PREFECT_HOME" not in os.environ and not (Path.home() / ".prefect" / "profiles.toml").exists():
        home = place.private / "prefect"
        home.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
        os.environ["PREFECT_HOME"] = str(home)


def _ask_health(url: str) -> None:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=SERVER_ANSWER_SECONDS):
            pass
    except (OSError, ValueError, urllib.error.URLError):
        raise EnvironmentUnfit(
            "the Prefect server in PREFECT_API_URL does not answer.",
            "Start it, unset PREFECT_API_URL, or run with --engine local.",
        ) from None
