"""Backfill: years of extracts taken in batch by batch, in the order of their days, so that nothing is done twice."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

from data import profile as profiles
from data.errors import Held, UsageError
from flows.job import Job
from flows.steps import KEEPING_STEPS
from transforms import reading


def in_order(
    files: Iterable[Path], profile: str, span: tuple[date | None, date | None], tell: Callable[[str], None]
) -> list[Path]:
    """The files whose name says a day within the span, by that day; without a span, the undated ones come last.

    Raises UsageError where there is none.
    """
    source = profiles.load(profile)
    first, last = span
    days = {file: source.date_in_name(file.name) for file in files if not file.name.startswith((".", "~$"))}
    undated = sorted(file for file, day in days.items() if day is None)
    if undated and (first or last):
        tell(f"{len(undated)} files do not say in their name when they were taken, and are left out.")
        undated = []
    dated = [
        (day, file)
        for file, day in days.items()
        if day is not None and (first is None or day >= first) and (last is None or day <= last)
    ]
    if not dated and not undated:
        raise UsageError("No extract was taken in that time.", "Name other files or another span.")
    return [file for _, file in sorted(dated)] + undated


def take_in(job: Job, files: Sequence[Path], batch_size: int, tell: Callable[[str], None]) -> None:
    """Check and keep every file, `batch_size` at a time; what was kept before is told apart by its bytes.

    Raises what the steps raise. Batches before the one at fault stay.
    """
    batches = [tuple(files[start : start + batch_size]) for start in range(0, len(files), batch_size)]
    sizes = [sum(file.stat().st_size for file in batch) for batch in batches]
    worked_bytes, worked_seconds = 0, 0.0
    for number, batch in enumerate(batches, start=1):
        began = time.monotonic()
        name = f"Batch {number} of {len(batches)}, {_span(batch)}"
        rows = _keep(replace(job, files=batch, run_id=uuid4().hex[:12]), name, number)
        if rows is None:
            tell(f"{name}: already taken in.")
            continue
        seconds = time.monotonic() - began
        worked_bytes, worked_seconds = worked_bytes + sizes[number - 1], worked_seconds + seconds
        left = time_left(worked_bytes, worked_seconds, sum(sizes[number:]))
        tell(f"{name}: {rows:,} rows in {seconds:.1f} s, {rows / max(seconds, 1e-9):,.0f} rows a second; {left}.")


def time_left(done_bytes: int, seconds: float, bytes_left: int) -> str:
    """Say how long the rest takes, if every byte of it takes as long as those before."""
    if not bytes_left:
        return "the release comes next"
    rest = round(seconds * bytes_left / max(done_bytes, 1))
    hours, minutes = divmod(rest // 60, 60)
    if hours:
        return f"about {hours} h {minutes} min left"
    return f"about {minutes} min left" if minutes >= 2 else f"about {rest} s left"


def _keep(job: Job, name: str, number: int) -> int | None:
    """Take one batch as far as the store and return its new rows, or None where every row was there already."""
    receive, *others = KEEPING_STEPS
    job = receive(job)
    if job.nothing_new or not job.new:
        return None
    for step in others:
        try:
            job = step(job)
        except Held as held:
            before = f"The {number - 1} batches before it are taken in. " if number > 1 else ""
            raise Held(
                f"{name}: {held.problem}", f"{held.next_step} {before}Then the same backfill goes on here."
            ) from None
    return sum(extract.row_count for extract in job.new)


def _span(batch: Sequence[Path]) -> str:
    names = [reading.shown(file.name) for file in batch]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
