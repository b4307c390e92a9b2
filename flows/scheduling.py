"""Scheduled jobs: each does what is due once, tells people what they must know, and writes down that it was done.

Whoever calls, Prefect, cron or a person, the ledger decides what is due: after a weekend's downtime a job runs once.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Final
from uuid import uuid4

from data import operations
from data import profile as profiles
from data.errors import Busy, HateCrimeError, Held, UsageError
from data.operations import JOBS, Operations
from data.workspace import Workspace
from flows import due, holding, keeping, ledger, notices, running
from flows.locking import refuse_if_busy, sole_writer

Tell = Callable[[str], None]


def perform(place: Workspace, job: str, now: datetime, engine: str, tell: Tell, even_if_done: bool = False) -> str:
    """Do one job if it is due, and return what became of it: done, not due, busy, or held.

    Raises UsageError for a job that does not exist, and what the job raises, after it was told to whom it concerns.
    """
    if job not in JOBS:
        raise UsageError(f"There is no job {job!r}.", f"The jobs are: {', '.join(JOBS)}.")
    settings = operations.load(place)
    moment = settings.schedule.of(job)
    if not even_if_done and not due.is_due(moment, now, done_for(place, job)):
        tell(f"{_plain(job)}: not due before {due.next_due(moment, now):%A %d %B %Y, %H:%M}.")
        return "not due"
    try:
        refuse_if_busy(place)
        _ACTIONS[job](place, settings, now, engine, tell)
        outcome = "done"
    except Busy as busy:
        tell(f"{_plain(job)}: {busy.problem} This one ends here; the next one looks again.")
        return "busy"
    except Held as held:
        outcome = "held"
        waiting = [batch for batch in holding.held(place) if batch.state == "waiting"]
        for batch in waiting[-1:]:
            rules = [*batch.rules, *batch.rejectable_rules]
            notices.send(place, settings.notices, notices.held(batch.run_id, rules), tell)
        tell(f"{_plain(job)}: {held.problem} {held.next_step}")
    except HateCrimeError as error:
        occasion = f"{job} {due.last_due(moment, now):%Y-%m-%d}"
        notices.send(place, settings.notices, notices.failed(job, error, occasion), tell)
        _record(place, job, due.last_due(moment, now), "failed")
        raise
    _record(place, job, due.last_due(moment, now), outcome)
    return outcome


def perform_due(place: Workspace, now: datetime, engine: str, tell: Tell) -> dict[str, str]:
    """Do every job that is due and return what became of each. The first failure is raised when all were tried."""
    outcomes: dict[str, str] = {}
    failure: HateCrimeError | None = None
    for job in JOBS:
        try:
            outcomes[job] = perform(place, job, now, engine, tell)
        except HateCrimeError as error:
            outcomes[job], failure = "failed", failure or error
    if failure is not None:
        raise failure
    return outcomes


def done_for(place: Workspace, job: str) -> datetime | None:
    """The newest due time for which a job was done, or None."""
    times = [e.content["due"] for e in ledger.entries(place.ledger, "performed") if e.content["job"] == job]
    return max(map(datetime.fromisoformat, times), default=None)


def _monthly_release(place: Workspace, settings: Operations, now: datetime, engine: str, tell: Tell) -> None:
    """Take everything in landing/ to a release. Nothing in it and nothing before it is no fault: it is late."""
    place.prepare()
    if not running.landed(place) and not ledger.accepted(place.ledger):
        tell("There is nothing to read yet.")
        return
    found = _landing(place)
    try:
        job = running.run(place, [], settings.profile, engine, None, 0, tell, settings.beside, settings.packs)
    except Busy:
        raise
    except HateCrimeError:
        _tried(place, found)
        raise
    _tried(place, found)
    if job.nothing_new or job.release_id is None:
        return
    if sentences := running.drifted(place):
        notices.send(place, settings.notices, notices.drifted(job.release_id, sentences), tell)


def _landing_check(place: Workspace, settings: Operations, now: datetime, engine: str, tell: Tell) -> None:
    """Say what is late or missing; take in what came after the month's release was due, once for each delivery."""
    place.prepare()
    running.take_up_approvals(place, tell)
    taken = _days_taken(place, settings)
    today = now.astimezone(due.LONDON).date()
    if (month := due.late_month(taken, today, settings.extract_due_day)) is not None:
        tell(f"The extract taken in {month:%B %Y} is late.")
        notices.send(place, settings.notices, notices.late(month, settings.extract_due_day), tell)
    if missing := due.missing_months(taken):
        notices.send(place, settings.notices, notices.missing(missing), tell)
    release_due = due.last_due(settings.schedule.monthly_release, now)
    attempts = ledger.entries(place.ledger, "attempted")
    is_new = not attempts or attempts[-1].content["landing"] != _landing(place)
    if is_new and running.landed(place) and release_due.date().replace(day=1) == today.replace(day=1):
        tell("Something came after the month's release was due: it is taken in now.")
        _monthly_release(place, settings, now, engine, tell)


def _weekly_verification(place: Workspace, settings: Operations, now: datetime, engine: str, tell: Tell) -> None:
    """Read every stored byte against its record, and build the warehouse anew to compare."""
    for sentence in keeping.verify(place):
        tell(sentence)
    tell(running.rebuilt(place, settings.profile, settings.beside))


def _retention(place: Workspace, settings: Operations, now: datetime, engine: str, tell: Tell) -> None:
    """Erase what the policy lets go; without a policy, nothing."""
    place.prepare()
    if found := running.retain(place, now, tell, is_agreed=True):
        occasion = f"{now:%Y-%m-%d}"
        tell(f"{len(found):,} things were let go.")
        notices.send(place, settings.notices, notices.retained(occasion, "private/retention/"), tell)


_ACTIONS: Final = {
    "monthly_release": _monthly_release,
    "landing_check": _landing_check,
    "weekly_verification": _weekly_verification,
    "retention": _retention,
}


def _days_taken(place: Workspace, settings: Operations) -> set[date]:
    """The days on which extracts of the records were taken, accepted or waiting in landing/."""
    source = profiles.load(settings.profile)
    rows = ledger.accepted(place.ledger)
    own = [row for row in rows if row["source"] == source.name]
    # What nobody gives a day was taken, as far as anybody can tell, on the day it came.
    days = {row["declared_on"] or date.fromisoformat(row["accepted_at"][:10]) for row in own}
    return days | {day for file in running.landed(place) if (day := source.date_in_name(file.name)) is not None}


def _landing(place: Workspace) -> str:
    """One hash over what lies in landing/, by name, size and time."""
    stats = [(file.name, file.lstat().st_size, file.lstat().st_mtime_ns) for file in running.landed(place)]
    return hashlib.sha256(repr(stats).encode()).hexdigest()


def _tried(place: Workspace, landing: str) -> None:
    """Write down what lay in landing/ when a run came to its end, well or not: one that was killed is tried again."""
    with suppress(HateCrimeError), sole_writer(place):
        ledger.append(place.ledger, uuid4().hex[:12], "attempted", {"landing": landing})


def _record(place: Workspace, job: str, due_at: datetime, outcome: str) -> None:
    with suppress(HateCrimeError), sole_writer(place):
        done = {"job": job, "due": due_at.isoformat(), "outcome": outcome}
        ledger.append(place.ledger, uuid4().hex[:12], "performed", done)


def _plain(job: str) -> str:
    return job.replace("_", " ").capitalize()
