"""Receiving: every file read and inspected, told apart from what is already accepted, or refused."""

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from data import reference
from data.counts_profile import CountsProfile
from data.description import Described
from data.errors import InputRejected, UsageError
from data.profile import Profile
from data.workspace import Workspace
from flows import ledger, releasing, verifying
from flows.job import Job, accepted, source_of, sources_of
from transforms import privacy, reading, warehouse

LOST: Final = "Run again with the file it came from, or restore it from a backup."


def receive(job: Job) -> Job:
    """Read every file as its profile declares and set aside those whose content is already accepted.

    Raises InputRejected for the first file that is not what the profile declares, or was withdrawn; nothing is
    accepted then. Raises IntegrityFailed where an accepted extract is gone and none of the files brings it back.
    """
    sources = sources_of(job)
    records = source_of(job)
    reference.check()
    known = {str(row["extract_id"]): row for row in accepted(job)}
    if others := {str(row["source"]) for row in known.values()} - set(sources):
        raise UsageError(
            f"This workspace also holds extracts of {', '.join(sorted(others))}.",
            "Name a profile of counts with --beside; give each source of records a workspace of its own.",
        )
    gone = {} if job.alone else ledger.withdrawn(job.place.ledger)
    new: dict[str, reading.Extract] = {}
    repeats: list[reading.Extract] = []
    risks: list[privacy.Risk] = []
    for file in job.files:
        source = _source_of_file(file, sources)
        extract = reading.read(file, source, job.place.tmp, job.extracted_on)
        if extract.extract_id in gone:
            raise _refused(extract, gone[extract.extract_id])
        if extract.extract_id in known or extract.extract_id in new:
            repeats.append(extract)
        else:
            risks += _kept_private(extract, source, job.place.tmp)
            for note in extract.notes:
                job = job.saying(f"{reading.shown(extract.file_name)}: {note}")
            new[extract.extract_id] = extract
    _settle_repeats(job, repeats, known)
    if not known and not new:
        raise UsageError("There is nothing to read.", f"Put an extract into {job.place.landing}, or name a file.")
    held = {str(row["source"]) for row in known.values()} | {extract.source for extract in new.values()}
    if records.name not in held and not job.alone:
        raise UsageError("There are counts, but no records for them to stand beside.", "Run an extract of records too.")
    dated = {i: str(row["declared_on"]) for i, row in known.items()} | {i: str(e.extracted_on) for i, e in new.items()}
    inputs = inputs_of(dated, records, sources, held)
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


def _source_of_file(file: Path, sources: Mapping[str, Described]) -> Described:
    """Return the source of counts that the file's name is one of, else that of the records."""
    counted = (source for source in sources.values() if isinstance(source, CountsProfile) and source.takes(file.name))
    return next(counted, next(iter(sources.values())))


def inputs_of(
    dated: Mapping[str, str], records: Profile, sources: Mapping[str, Described], held: Collection[str]
) -> str:
    """One hash over all that decides a release's bytes and what stands beside it; `held` names the sources in use."""
    inputs = releasing.inputs_digest(dated, records)
    beside = sorted((name, sources[name].digest) for name in set(held) - {records.name})
    return hashlib.sha256(repr((inputs, beside)).encode()).hexdigest() if beside else inputs


def _kept_private(extract: reading.Extract, source: Described, tmp: Path) -> list[privacy.Risk]:
    """Stop a file that holds anything that names or singles out a person, before any of it is stored.

    Returns the risk of its reports, where it holds reports.
    """
    inspection = privacy.inspect(extract.parquet, source, tmp)
    if refusal := privacy.refusal(inspection, extract.file_name):
        extract.parquet.unlink(missing_ok=True)
        raise refusal
    return [inspection.risk] if inspection.risk else []


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
