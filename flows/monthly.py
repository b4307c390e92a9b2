"""The monthly run: the same steps with Prefect's clock and window around them, or without it.

Prefect never decides whether a release is made. It is handed paths and counts only, and whatever goes wrong in
Prefect itself costs its record of the run, not the run.
"""

import atexit
import os
import signal
import stat
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from data.errors import EnvironmentUnfit, HateCrimeError, Held, Stopped, StorageFailed
from data.workspace import Workspace
from flows.job import Job
from flows.steps import STEPS, Step

Engine = Literal["auto", "prefect", "local"]
Tell = Callable[[str], None]

SERVER_START_SECONDS: Final = 180
"""Prefect's own server takes 10 to 25 s to start on two quiet cores and fails at its default of 20 s on busy ones."""

FLOW: Final = "monthly release"
RETRY_SECONDS: Final = 10

SERVER_STUCK_SECONDS: Final = 20
"""How long a run waits, and once more, for a server whose database is locked: Prefect's own 60 s and five more tries
would hold the workspace for many minutes after the release."""

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
        from prefect.runtime import flow_run
        from prefect.settings import PREFECT_API_REQUEST_TIMEOUT, PREFECT_CLIENT_MAX_RETRIES, temporary_settings
        from prefect.states import Completed

        from flows import showing
    except Exception as error:
        raise EnvironmentUnfit(
            f"Prefect cannot be loaded ({type(error).__name__}).",
            "Install the versions of requirements.lock.",
        ) from None

    finished: list[Job] = []

    def monthly_release(workspace: str, files: int, profile: str) -> None:
        # The workspace is ours alone now: whatever else Prefect believes to be under way here is dead.
        showing.explain_the_dead(job.place, [FLOW], UUID(flow_run.get_id()))
        current, progress = job, showing.Progress(len(STEPS))

        def state_of(before: Job, after: Job) -> Any:
            return Completed(message=showing.outcome(before, after))

        for number, step in enumerate(STEPS, start=1):
            taking = _Taking(step, state_of)
            # Only reading can succeed the second time: a share that was away comes back, a bad file stays bad.
            retries: dict[str, Any] = {"retries": 1, "retry_delay_seconds": RETRY_SECONDS} if step is STEPS[0] else {}
            wrapped: Any = task(
                name=step.title,
                persist_result=False,
                cache_policy=NO_CACHE,
                retry_condition_fn=taking.may_succeed,
                **retries,
            )(taking.perform)
            try:
                wrapped(_Sealed(current))
                current = _told(number, step, current, taking.done, tell)
                progress.done(number, step.title)
            except _Failed as failed:
                if isinstance(failed.error, Held):
                    showing.show_held(job.place)
                raise
        finished.append(current)
        if current.release_id and not current.nothing_new:
            releases = job.place.waiting if current.waits else job.place.releases
            showing.show_release(releases / current.release_id, current.waits)

    try:
        # Without a tag: for each tagged task Prefect asks its server for leave, and waits for minutes if that is stuck.
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 1, PREFECT_API_REQUEST_TIMEOUT: SERVER_STUCK_SECONDS}):
            flow(name=FLOW, flow_run_name=f"run {job.run_id}", validate_parameters=False, persist_result=False)(
                monthly_release
            )(str(job.workspace), len(job.files), job.profile)
    except _Failed as failed:
        raise failed.error from None
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


class _Failed(Exception):
    """A step's error as Prefect sees it: its kind alone, because the sentence itself can hold counts."""

    def __init__(self, error: HateCrimeError) -> None:
        self.error = error
        said = (type(error).__doc__ or "").splitlines()[0]
        super().__init__(f"{type(error).__name__}: {said} (exit code {error.exit_code})")


class _Taking:
    """One step as a task takes it, the state it ends in, and whether trying again can help."""

    def __init__(self, step: Step, state_of: Callable[[Job, Job], Any]) -> None:
        self.step, self.state_of = step, state_of
        self.failed: HateCrimeError | None = None
        self.done: Job

    def perform(self, sealed: _Sealed) -> Any:
        try:
            self.done = self.step(sealed.job)
            return self.state_of(sealed.job, self.done)
        except HateCrimeError as error:
            self.failed = error
            raise _Failed(error) from None

    def may_succeed(self, *_: object) -> bool:
        return isinstance(self.failed, StorageFailed)


def settle_prefect(place: Workspace) -> None:
    """Silence Prefect's telemetry and its tracebacks, and keep its own store private where the user has none.

    Raises EnvironmentUnfit where a server is configured and does not answer.
    """
    atexit.unregister(_let_go)
    atexit.register(_let_go)
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


def _let_go() -> None:
    """At the process's end, free what the interpreter would free by itself, were it not for Prefect's threads.

    They live to the last, and with them the context in which they began: the flow, its function, that function's
    globals, and so every module below. DuckDB's binding would name all it finds alive then as leaked, on stderr.
    `expectations` lets go by itself.
    """
    ours = ("data", "transforms", "dashboards", "flows")
    for module in [module for name, module in sys.modules.items() if name.split(".")[0] in ours]:
        vars(module).clear()


def _ask_health(url: str) -> None:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=SERVER_ANSWER_SECONDS):
            pass
    except (OSError, ValueError, urllib.error.URLError):
        raise EnvironmentUnfit(
            "the Prefect server in PREFECT_API_URL does not answer.",
            "Start it, unset PREFECT_API_URL, or run with --engine local.",
        ) from None
