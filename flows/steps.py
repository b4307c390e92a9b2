"""The steps of a run as plain functions: each takes the job one step further. Prefect only wraps them."""

import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from data import profile as profiles
from data import reference
from data.errors import HateCrimeError, Held, InputRejected, IntegrityFailed, StorageFailed, Unexpected, UsageError
from data.schema import ROW_OUTCOMES
from data.workspace import Workspace
from expectations import suites
from expectations.results import RuleResult, Stage
from flows import ledger, releasing, verifying
from transforms import connection, privacy, quarantine, reading, warehouse

LOST = "Run again with the file it came from, or restore it from a backup."
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


def _accepted(job: Job) -> list[dict[str, Any]]:
    return [] if job.alone else ledger.accepted(job.place.ledger)


def receive(job: Job) -> Job:
    """Read every file as its profile declares and set aside those whose content is already accepted.

    Raises InputRejected for the first file that is not what the profile declares, or was withdrawn; nothing is
    accepted then. Raises IntegrityFailed where an accepted extract is gone and none of the files brings it back.
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
    gone = {} if job.alone else ledger.withdrawn(job.place.ledger)
    new: dict[str, reading.Extract] = {}
    repeats: list[reading.Extract] = []
    risks: list[privacy.Risk] = []
    for file in job.files:
        extract = reading.read(file, source, job.place.tmp, job.extracted_on)
        if extract.extract_id in gone:
            raise _refused(extract, gone[extract.extract_id])
        if extract.extract_id in known or extract.extract_id in new:
            repeats.append(extract)
        else:
            risks.append(_kept_private(extract, source, job.place.tmp))
            new[extract.extract_id] = extract
    _settle_repeats(job, repeats, known)
    if not known and not new:
        raise UsageError("There is nothing to read.", f"Put an extract into {job.place.landing}, or name a file.")
    dated = {i: str(row["declared_on"]) for i, row in known.items()} | {i: str(e.extracted_on) for i, e in new.items()}
    inputs = releasing.inputs_digest(dated, source)
    job = replace(job, new=tuple(new.values()), known_files=len(repeats), inputs=inputs)
    if job.alone:
        return job
    standing = ledger.release_of(job.place.ledger, job.inputs)
    current = job.place.current_release()
    aside = ledger.set_aside(job.place.ledger)
    if not new and current and standing in aside:
        return replace(job, release_id=current.name, nothing_new=True).saying(
            f"Nothing new: a rollback on {aside[standing].day} set release {standing} aside, and {current.name} "
            f"stands. `hatecrime rollback {standing}` goes forward again; so does a new extract or a mended profile."
        )
    if not new and standing and current and current.name == standing and job.place.warehouse.is_file():
        return replace(job, release_id=standing, nothing_new=True).saying(
            f"Nothing new: every row was already received, and release {standing} stands."
        )
    rows = sum(extract.row_count for extract in new.values())
    job = job.saying(
        f"{len(job.files)} files received: {len(new)} new with {rows:,} rows, {len(repeats)} already known."
    )
    reports = sum(risk.report_count for risk in risks)
    if not reports:
        return job
    alone = sum(risk.unique_share * risk.report_count for risk in risks) / reports
    by = ", ".join(risks[0].known)
    return job.saying(f"Keep them private: {alone:.0%} of the reports are like no other by {by}.")


def _kept_private(extract: reading.Extract, source: profiles.Profile, tmp: Path) -> privacy.Risk:
    """Stop a file that holds anything that names or singles out a person, before any of it is stored."""
    inspection = privacy.inspect(extract.parquet, source, tmp)
    if refusal := privacy.refusal(inspection, extract.file_name):
        extract.parquet.unlink(missing_ok=True)
        raise refusal
    return inspection.risk


def stored(place: Workspace, rows: Iterable[dict[str, Any]]) -> list[warehouse.StoredExtract]:
    """The accepted extracts of these rows of the ledger, each read against its record first.

    Raises IntegrityFailed naming the files that are not as they were accepted.
    """
    rows = list(rows)
    verifying.refuse(verifying.extract_faults(place, rows, full=True), LOST)
    return [
        warehouse.StoredExtract(
            row["extract_id"],
            row["source"],
            row["row_count"],
            row["declared_on"],
            place.extracts / f"{row['extract_id']}.parquet",
        )
        for row in rows
    ]


def check_received(job: Job) -> Job:
    """Put every row into the warehouse as text and test it as received.

    Raises Held with the rules broken; the lines concerned are listed on the private side.
    """
    source = _source(job)
    job.database.unlink(missing_ok=True)
    extracts = stored(job.place, _accepted(job))
    extracts += [
        warehouse.StoredExtract(e.extract_id, e.source, e.row_count, e.extracted_on, e.parquet) for e in job.new
    ]
    warehouse.build_raw(job.database, extracts, {source.name: source}, job.place.tmp)
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
    extracts = sorted([row["extract_id"] for row in _accepted(job)] + [extract.extract_id for extract in job.new])
    begun = {"inputs": job.inputs, "extracts": [extract.extract_id for extract in job.new]}
    ledger.append(place.ledger, job.run_id, "began", begun)
    accepted = []
    for extract in job.new:
        target = place.extracts / f"{extract.extract_id}.parquet"
        os.replace(extract.parquet, target)
        releasing.fsync(target)
        accepted.append(
            {
                "extract_id": extract.extract_id,
                "source": extract.source,
                "file_name": extract.file_name,
                "file_sha256": extract.file_sha256,
                "row_count": extract.row_count,
                "declared_on": extract.extracted_on.isoformat() if extract.extracted_on else None,
                "parquet_sha256": verifying.sha256(target),
                "parquet_bytes": target.stat().st_size,
            }
        )
    releasing.fsync(place.extracts)
    ledger.accept(place.ledger, job.run_id, accepted)
    release_id, manifest = releasing.build(place, job.database, _source(job), job.inputs, job.run_id, job.results)
    built = {"sha256": verifying.sha256(job.database), "bytes": job.database.stat().st_size, "extracts": extracts}
    ledger.append(place.ledger, job.run_id, "built", built)
    os.replace(job.database, place.warehouse)
    ledger.released(place.ledger, job.run_id, release_id, job.inputs, manifest, extracts)
    releasing.point_to(place, release_id)
    ledger.append(place.ledger, job.run_id, "finished", {"release_id": release_id})
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
        except Exception as error:
            if connection.is_storage_fault(error):
                raise StorageFailed(
                    f"{self.title}: the disk is full or cannot be written.",
                    "Nothing was published. Free space, then run again.",
                ) from None
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
    let_through = frozenset() if job.alone else ledger.let_through(job.place.ledger, job.inputs)
    decisive = [
        result
        for result in failed
        if result.severity == "hold"
        and not (result.rejectable and job.allow_rejects)
        and result.rule not in let_through
    ]
    if decisive:
        raise _held(job, decisive)
    warned = sum(result.severity == "warn" for result in failed)
    return job.saying(f"{len(results)} checks on {stage}: {len(results) - len(failed)} passed, {warned} warn.")


def _held(job: Job, broken: list[RuleResult]) -> Held:
    """Return the error that tells in counts what holds the batch; a run lists the lines on the private side."""
    if not warehouse.has_core(job.database, job.place.tmp):
        warehouse.build_core(job.database, job.place.tmp)
    known = {row["extract_id"]: row["file_name"] for row in _accepted(job)}
    names = {extract.extract_id: extract.file_name for extract in job.new}
    names = {extract_id: reading.shown(name) for extract_id, name in (known | names).items()}
    found = quarantine.find(job.database, job.place.tmp, names, {result.rule for result in broken})
    detail = [f"{result.sentence} {result.failed_count:,} rows do not." for result in broken] + found.sentences
    remedy = "Mend the source, or map the labels in the profile, such as " + MAPPING_EXAMPLE
    if not job.alone:
        folder = job.place.quarantine / job.run_id
        held = {
            "inputs": job.inputs,
            "rules": sorted(result.rule for result in broken if not result.rejectable),
            "rejectable_rules": sorted(result.rule for result in broken if result.rejectable),
            "files": sorted(extract.file_name for extract in job.new),
            "extracts": sorted(extract.extract_id for extract in job.new),
            "built_on": sorted(names),
            "detail": " ".join(detail),
        }
        ledger.append(job.place.ledger, job.run_id, "held", held)
        found.write(folder)
        remedy = f"The lines, and the labels ready to be mapped, are in {folder}. {remedy}"
    if rejected := warehouse.rejected_rows(job.database, job.place.tmp):
        remedy += f" To set these rows aside and go on, add --allow-rejects {rejected}."
    if not job.alone and any(not result.rejectable for result in broken):
        remedy += f' To let it through as it is: hatecrime accept {job.run_id} --because "…".'
    return Held(f"Held, nothing was published: {' '.join(detail)}", remedy)


def _refused(extract: reading.Extract, tombstone: ledger.Entry) -> InputRejected:
    extract.parquet.unlink(missing_ok=True)
    return InputRejected(
        f"{reading.shown(extract.file_name)} holds the rows of an extract that was withdrawn on {tombstone.day} "
        f"because: {tombstone.content['because']}",
        "Remove the file; a corrected export has other rows and is taken in.",
    )


def _settle_repeats(job: Job, repeats: list[reading.Extract], known: Mapping[str, dict[str, Any]]) -> None:
    """Note under which other bytes an accepted extract came again, and let one that is gone or damaged come back."""
    for extract in repeats:
        row = known.get(extract.extract_id)
        if row is not None and not job.alone:
            if extract.file_sha256 != row["file_sha256"]:
                again = {"extract_id": extract.extract_id, "file_sha256": extract.file_sha256}
                if again not in [entry.content for entry in ledger.entries(job.place.ledger, "repeated")]:
                    ledger.append(job.place.ledger, job.run_id, "repeated", again)
            if any(verifying.extract_faults(job.place, [row], full=True)) and (
                verifying.sha256(extract.parquet) == row["parquet_sha256"]
            ):
                os.replace(extract.parquet, job.place.extracts / f"{extract.extract_id}.parquet")
        extract.parquet.unlink(missing_ok=True)
    verifying.refuse(verifying.extract_faults(job.place, known.values(), full=False), LOST)


def _incident(job: Job, title: str) -> Unexpected:
    """Keep the traceback where only the analyst can read it; it may quote data."""
    folder = job.place.private / "incidents"
    with suppress(OSError):
        folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"{job.run_id}.txt"
    with suppress(OSError):
        # What cannot be written down must not hide that something went wrong.
        path.write_text(traceback.format_exc(), encoding="utf-8")
    return Unexpected(
        f"{title}: something went wrong that should not have (incident {job.run_id}).",
        f"Nothing was published. The details, which may quote data, are in {path}; the last release still stands.",
    )
