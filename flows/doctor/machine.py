"""The machine: installed versions, clock, time zone, umask, reference facts and Prefect's server."""

import importlib.metadata
import json
import os
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement

from data import reference
from data.errors import HateCrimeError
from data.workspace import Workspace
from flows import ledger
from flows.doctor.finding import Finding, Kind

DISTRIBUTION: Final = "hate-crime-statistics"
ANSWER_SECONDS: Final = 5
CLOCK_SLACK: Final = timedelta(minutes=5)
"""Two machines that share a workspace may differ by so much."""


def versions(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Packages that are missing, or of a version that does not work with the others."""
    for text in importlib.metadata.requires(DISTRIBUTION) or ():
        needed = Requirement(text)
        if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = importlib.metadata.version(needed.name)
        except importlib.metadata.PackageNotFoundError:
            installed = ""
        if not installed or not needed.specifier.contains(installed, prereleases=True):
            found = f"{needed.name} {installed} is installed" if installed else f"{needed.name} is not installed"
            yield Finding(
                "versions",
                Kind.ENVIRONMENT,
                f"{found}; {needed.name}{needed.specifier} is needed.",
                "Install what is pinned: python -m pip install --no-deps --require-hashes -r requirements.lock",
            )


def time_zone(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A TZ that names no zone: the machine then silently counts in UTC, and schedules fire at other hours."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if name and not Path(name).is_absolute() and "," not in name and not any(char.isdigit() for char in name):
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            yield Finding(
                "time zone",
                Kind.ENVIRONMENT,
                "The variable TZ names no time zone, so this machine counts in UTC.",
                "Set TZ=Europe/London, or unset it.",
            )
    try:
        ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        yield Finding(
            "time zone",
            Kind.ENVIRONMENT,
            "This machine does not know Europe/London.",
            "Install the system's time zones (tzdata).",
        )


def umask(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A umask under which anybody on the machine may change what is saved."""
    current = os.umask(0o077)
    os.umask(current)
    if not current & 0o002:
        yield Finding(
            "umask",
            Kind.ENVIRONMENT,
            f"The umask is {current:04o}: files that are saved here may be changed by anybody on this machine.",
            "Put `umask 077` into the shell's profile of the account that runs this.",
        )


def reference_facts(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Reference files that are missing or are not as they were reviewed."""
    try:
        reference.check()
    except HateCrimeError as error:
        yield Finding("reference", Kind.INTEGRITY, error.problem, error.next_step)
    except (OSError, KeyError):
        yield Finding(
            "reference", Kind.INTEGRITY, "data/reference/sources.toml cannot be read.", "Install the program again."
        )


def prefect_server(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A Prefect server that is configured and does not answer, or is of another version than ours."""
    url = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    if not url:
        return
    try:
        answers = [_answer(f"{url}/health"), _answer(f"{url}/admin/version")]
    except (OSError, ValueError):
        yield Finding(
            "prefect",
            Kind.ENVIRONMENT,
            "The Prefect server in PREFECT_API_URL does not answer.",
            "Start it (prefect server start) or unset PREFECT_API_URL; runs go on without it.",
        )
        return
    ours = importlib.metadata.version("prefect").split(".")
    theirs = str(answers[1]).split(".")
    if theirs[:2] != ours[:2]:
        yield Finding(
            "prefect",
            Kind.ENVIRONMENT,
            f"The Prefect server is of version {'.'.join(theirs[:3])[:20]}; this program has {'.'.join(ours)}.",
            "Start the server from this program's own environment, or run with --engine local.",
        )


def _answer(url: str) -> object:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
        return json.loads(answer.read(1000))


def clock(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A clock behind what the ledger has already seen: days would be recorded wrongly."""
    try:
        last = ledger.entries(place.ledger)[-1:]
    except HateCrimeError:
        return
    if last and datetime.fromisoformat(last[0].at) > now + CLOCK_SLACK:
        yield Finding(
            "clock",
            Kind.ENVIRONMENT,
            f"The clock says {now:%Y-%m-%d %H:%M}, but the ledger's last entry is of {last[0].at[:16]}.",
            "Set the clock, and let it be kept by a time server.",
        )
