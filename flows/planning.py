"""The plan: what a run would do, worked out in a shadow of the workspace that is thrown away."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from data.errors import DisclosureRefused, HateCrimeError, Held, Unexpected
from data.workspace import Workspace
from flows import ledger
from flows.job import Job
from flows.looking_back import told_by_month
from flows.steps import STEPS
from transforms import revisions

MOST_NAMED: Final = 5
"""New extracts that are named one by one; `--json` names all."""

UNCHANGED: Final = "Nothing was changed: this was a plan. `hatecrime run` does it."


@dataclass(frozen=True)
class Plan:
    """What a run would change. `revised` has one row a month, characteristic and kind of change, in bands;
    `figures` one a characteristic and what becomes of its published figures; `now` is what readers see."""

    said: tuple[str, ...]
    nothing_new: bool
    new_extracts: tuple[str, ...]
    now: str | None
    first_month: str | None
    last_month: str | None
    revised: pd.DataFrame
    figures: pd.DataFrame

    def as_dict(self) -> dict[str, object]:
        """The plan as plain values, ready for JSON."""
        return {
            "nothing_new": self.nothing_new,
            "new_extracts": list(self.new_extracts),
            "release_now": self.now,
            "first_month": self.first_month,
            "last_month": self.last_month,
            "revisions": self.revised.to_dict("records"),
            "figures": self.figures.to_dict("records"),
        }

    def as_text(self) -> str:
        """What it would change, by month and characteristic, and what becomes of the figures."""
        if self.nothing_new:
            return UNCHANGED
        named = ", ".join(self.new_extracts[:MOST_NAMED])
        more = f", and {len(self.new_extracts) - MOST_NAMED:,} more" if len(self.new_extracts) > MOST_NAMED else ""
        lines = [f"New: {named or 'no extract; the profile, the facts or the program changed'}{more}."]
        if self.now is None:
            lines.append(f"There is no release yet: the first would cover {self.first_month} to {self.last_month}.")
        else:
            lines.append(f"A new release would take the place of {self.now} and cover months to {self.last_month}.")
        if not self.revised.empty:
            lines += ["By month and characteristic; sizes are bands or rounded to 5:", *told_by_month(self.revised)]
        for characteristic, group in self.figures.groupby("characteristic", sort=True):
            told = zip(group["change"], group["figure_count"], strict=True)
            changes = ", ".join(f"{count:,} {change}" for change, count in told)
            lines.append(f"Published figures of {characteristic}: {changes}")
        return "\n".join([*lines, UNCHANGED])


def planned(place: Workspace, job: Job, tell: Callable[[str], None]) -> Plan:
    """Take a job as far as a release, in a shadow of the workspace under private/tmp/, and say what would change.

    Raises what the run would raise, with a next step that says that this was a plan.
    """
    shadow = _shadow(place, job.run_id)
    real, job = place.current_release(), replace(job, workspace=shadow.root)
    try:
        for step in STEPS[:-1]:
            before, job = job, step(job)
            for sentence in job.said[len(before.said) :]:
                tell(f"{step.title}: {sentence}")
    except (Held, DisclosureRefused, Unexpected) as error:
        raise type(error)(error.problem, f"{UNCHANGED} It keeps the details on the private side.") from None
    except HateCrimeError as error:
        raise type(error)(error.problem.replace(str(shadow.root), str(place.root)), error.next_step) from None
    new = tuple(extract.extract_id for extract in job.new)
    names = tuple(extract.file_name for extract in job.new)
    if job.nothing_new or job.cleared is None:
        return Plan(job.said, True, (), real.name if real else None, None, None, pd.DataFrame(), pd.DataFrame())
    figures = job.cleared.protected.figures
    return Plan(
        job.said,
        False,
        names,
        real.name if real else None,
        f"{job.cleared.first_month:%Y-%m}",
        f"{job.cleared.last_month:%Y-%m}",
        revisions.revisions(job.database, shadow.tmp, new) if new else pd.DataFrame(),
        revisions.figure_changes(_published(real, figures), figures),
    )


def _shadow(place: Workspace, run_id: str) -> Workspace:
    """A workspace that looks like this one and shares its unchanging files, so that steps can write where they will."""
    shadow = Workspace(place.tmp / f"plan-{run_id}")
    shadow.prepare()
    if place.ledger.is_file():
        shutil.copyfile(place.ledger, shadow.ledger)
    if place.current.is_file():
        shutil.copyfile(place.current, shadow.current)
    registers = [place.register, place.counts]
    for folder in registers:
        (shadow.root / folder.relative_to(place.root)).mkdir(mode=0o700)
    stored = {row["extract_id"] for row in ledger.accepted(place.ledger)}
    shared = [place.extracts / f"{extract_id}.parquet" for extract_id in sorted(stored)]
    for file in [*shared, *sorted(file for folder in registers for file in folder.glob("*.parquet")), place.warehouse]:
        if file.is_file():
            _share(file, shadow.root / file.relative_to(place.root))
    return shadow


def _share(file: Path, copy: Path) -> None:
    """Give a file a second name; a disk that knows no second names gets a second file."""
    try:
        os.link(file, copy)
    except OSError:
        shutil.copyfile(file, copy)


def _published(release: Path | None, like: pd.DataFrame) -> pd.DataFrame:
    """The table that readers see now, or an empty one of the same form."""
    file = release / "published.parquet" if release else None
    return pd.read_parquet(file) if file is not None and file.is_file() else like.iloc[:0]
