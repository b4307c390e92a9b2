"""The steps of a run as plain functions: each takes the job one step further. Prefect only wraps them."""

import hashlib
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from uuid import uuid4

from data import profile as profiles
from data import reference
from data.errors import HateCrimeError, Held, IntegrityFailed, StorageFailed, Unexpected, UsageError
from data.schema import ROW_OUTCOMES
from data.workspace import Workspace
from expectations import suites
from expectations.results import RuleResult, Stage
from flows import ledger, releasing
from transforms import quarantine, reading, warehouse

MAPPING_EXAMPLE = '[motivations."Bias".labels] "their label" = "race", or [values.status] "their label" = "recorded".'


@dataclass(frozen=True)
class Job:
    """One run: ids, paths and counts only.

    `alone` tests the files by themselves: what the workspace holds plays no part, and nothing is written down.
    """

    workspace: Path
    profile: str
    files: tuple[Path, ...]
    extracted_on: date | None = None
    allow_rejects: int = 0
    alone: bool = False
    run_id: str = field(default_factory=lambda: uuid4().hex[:12])
    new: tuple[reading.Extract, ...] = ()
    known_files: int = 0
    inputs: str = ""
    release_id: str | None = None
    nothing_new: bool = False
    results: tuple[RuleResult, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def place(self) -> Workspace:
        """The workspace of this run."""
        return Workspace(self.workspace)

    @property
    def database(self) -> Path:
        """The warehouse under construction."""
        return self.place.tmp / f"warehouse-{self.run_id}.duckdb"

    def saying(self, sentence: str) -> "Job":
        """The same job with one more sentence for the person who runs it."""
        return replace(self, said=(*self.said, sentence))


def _source(job: Job) -> profiles.Profile:
    return profiles.load(job.profile)


def _accepted(job: Job) -> list[dict[str, object]]:
    return [] if job.alone else ledger.accepted(job.place.ledger)


def receive(job: Job) -> Job:
    """Read every file as its profile declares and set aside those whose content is already accepted.

    Raises InputRejected for the first file that is not what the profile declares; nothing is accepted then.
    """
    source = _source(job)
    reference.check()
    known = {str(row["extract_id"]): row for row in _accepted(job)}
    others = {str(row["source"]) for row in known.values()} - {source.name}
    if others:
        raise UsageError(
            f"This workspace holds extracts of {', '.join(sorted(others))}.",
            "Give each source a workspace of its own.",
        )
    new: dict[str, reading.Extract] = {}
    repeats = 0
    for file in job.files:
        extract = reading.read(file, source, job.place.tmp, job.extracted_on)
        if extract.extract_id in known or extract.extract_id in new:
            repeats += 1
            extract.parquet.unlink(missing_ok=True)
        else:
            new[extract.extract_id] = extract
    if not known and not new:
        raise UsageError("There is nothing to read.", f"Put an extract into {job.place.landing}, or name a file.")
    dated = {i: str(row["declared_on"]) for i, row in known.items()} | {i: str(e.extracted_on) for i, e in new.items()}
    inputs = hashlib.sha256(
        repr(
            (
                sorted(dated.items()),
                source.digest,
                sorted(reference.hashes().items()),
                releasing.code_digest(),
            )
        ).encode()
    ).hexdigest()
    job = replace(job, new=tuple(new.values()), known_files=repeats, inputs=inputs)
    if job.alone:
        return job
    standing = ledger.release_of(job.place.ledger, inputs)
    current = job.place.current_release()
    if not new and standing and current and current.name == standing and current.is_dir():
        return replace(job, release_id=standing, nothing_new=True).saying(
            f"Nothing new: every row was already received, and release {standing} stands."
        )
    rows = sum(extract.row_count for extract in new.values())
    return job.saying(f"{len(job.files)} files received: {len(new)} new with {rows:,} rows, {repeats} already known.")


def check_received(job: Job) -> Job:
    """Put every row into the warehouse as text and test it as received.

    Raises Held with the rules broken; the lines concerned are listed on the private side.
    """
    source = _source(job)
    job.database.unlink(missing_ok=True)
    stored = [
        warehouse.StoredExtract(
            str(row["extract_id"]),
            str(row["source"]),
            int(str(row["row_count"])),
            row["declared_on"] if isinstance(row["declared_on"], date) else None,
            job.place.extracts / f"{row['extract_id']}.parquet",
        )
        for row in _accepted(job)
    ] + [warehouse.StoredExtract(e.extract_id, e.source, e.row_count, e.extracted_on, e.parquet) for e in job.new]
    warehouse.build_raw(job.database, stored, {source.name: source}, job.place.tmp)
    return _judged(job, "raw", source)


def build_figures(job: Job) -> Job:
    """Type, code and count every row exactly; the warehouse now holds core."""
    warehouse.build_core(job.database, job.place.tmp)
    rejected = warehouse.rejected_rows(job.database, job.place.tmp)
    if rejected > job.allow_rejects:
        raise _held(job, [result for result in job.results if not result.passed and result.severity == "hold"])
    accounting = warehouse.row_accounting(job.database, job.place.tmp)
    outcomes = accounting[list(ROW_OUTCOMES)].sum()
    if int(outcomes.sum()) != int(accounting["received"].sum()):
        raise IntegrityFailed("The rows received do not equal the rows accounted for.", "Report this fault.")
    named = zip(ROW_OUTCOMES, outcomes, strict=True)
    sentence = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in named)
    return job.saying(f"{int(accounting['received'].sum()):,} rows in = {sentence}.")


def check_figures(job: Job) -> Job:
    """Test the typed reports and the exact counts. Raises Held, or IntegrityFailed where our own sums are wrong."""
    return _judged(job, "core", _source(job))


def publish(job: Job) -> Job:
    """Accept the new extracts, replace the warehouse, and make the release that readers will see."""
    place = job.place
    for extract in job.new:
        target = place.extracts / f"{extract.extract_id}.parquet"
        os.replace(extract.parquet, target)
        releasing.fsync(target)
    releasing.fsync(place.extracts)
    if job.new:
        ledger.accept(
            place.ledger,
            job.run_id,
            [
                {
                    "extract_id": e.extract_id,
                    "source": e.source,
                    "file_name": e.file_name,
                    "file_sha256": e.file_sha256,
                    "row_count": e.row_count,
                    "declared_on": e.extracted_on.isoformat() if e.extracted_on else None,
                }
                for e in job.new
            ],
        )
    release_id, manifest = releasing.build(place, job.database, _source(job), job.inputs, job.run_id, job.results)
    os.replace(job.database, place.warehouse)
    ledger.released(place.ledger, job.run_id, release_id, job.inputs, manifest)
    releasing.point_to(place, release_id)
    ledger.note(place.ledger, job.run_id, "released", release_id)
    return replace(job, release_id=release_id).saying(f"Release {release_id} is in place.")


@dataclass(frozen=True)
class Step:
    """One step: the title a person would give it, and the function that does it."""

    title: str
    action: Callable[[Job], Job]

    def __call__(self, job: Job) -> Job:
        """Do the step; a fault of ours becomes an incident whose details stay on the private side."""
        if job.nothing_new:
            return job
        try:
            return self.action(job)
        except HateCrimeError:
            raise
        except OSError as error:
            raise StorageFailed(
                f"{self.title}: the disk or a permission stopped the work ({error.strerror}).",
                "Nothing was published. Free space or mend the permission, then run again.",
            ) from None
        except Exception:
            raise _incident(job, self.title) from None


STEPS = (
    Step("Receive extracts", receive),
    Step("Check the rows as received", check_received),
    Step("Build the figures", build_figures),
    Step("Check the figures", check_figures),
    Step("Publish the release", publish),
)


def _judged(job: Job, stage: Stage, source: profiles.Profile) -> Job:
    lowered = {rule: entry.severity for rule, entry in source.lowered_rules.items()}
    results = suites.check(job.database, stage, lowered)
    job = replace(job, results=(*job.results, *results))
    failed = [result for result in results if not result.passed]
    if broken := [result for result in failed if result.severity == "stop"]:
        raise IntegrityFailed(
            f"{len(broken)} checks of our own arithmetic failed (first: {broken[0].rule}, {broken[0].failed_count:,}).",
            "Nothing was published. Report this fault with the release's version.",
        )
    decisive = [
        result for result in failed if result.severity == "hold" and not (result.rejectable and job.allow_rejects)
    ]
    if decisive:
        raise _held(job, decisive)
    warned = sum(result.severity == "warn" for result in failed)
    return job.saying(f"{len(results)} checks on {stage}: {len(results) - len(failed)} passed, {warned} warn.")


def _held(job: Job, broken: list[RuleResult]) -> Held:
    """Return the error that tells in counts what holds the batch; a run lists the lines on the private side."""
    if not warehouse.has_core(job.database, job.place.tmp):
        warehouse.build_core(job.database, job.place.tmp)
    names = {extract.extract_id: reading.shown(extract.file_name) for extract in job.new}
    found = quarantine.find(job.database, job.place.tmp, names, {result.rule for result in broken})
    detail = [f"{result.sentence} {result.failed_count:,} rows do not." for result in broken] + found.sentences
    remedy = "Mend the source, or map the labels in the profile, such as " + MAPPING_EXAMPLE
    if not job.alone:
        folder = job.place.quarantine / job.run_id
        found.write(folder)
        remedy = f"The lines, and the labels ready to be mapped, are in {folder}. {remedy}"
    if rejected := warehouse.rejected_rows(job.database, job.place.tmp):
        remedy += f" To set these rows aside and go on, add --allow-rejects {rejected}."
    error = Held(f"Held, nothing was published: {' '.join(detail)}", remedy)
    if not job.alone:
        ledger.note(job.place.ledger, job.run_id, "held", error.problem)
    return error


def _incident(job: Job, title: str) -> Unexpected:
    """Keep the traceback where only the analyst can read it; it may quote data."""
    folder = job.place.private / "incidents"
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"{job.run_id}.txt"
    path.write_text(traceback.format_exc(), encoding="utf-8")
    return Unexpected(
        f"{title}: something went wrong that should not have (incident {job.run_id}).",
        f"Nothing was published. The details, which may quote data, are in {path}; the last release still stands.",
    )
