"""Receiving: every file read and inspected, told apart from what is already accepted, or refused."""

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from dashboards.briefing import texts
from data import reference
from data.counts_profile import CountsProfile
from data.description import Described
from data.errors import InputRejected, UsageError
from data.profile import Profile
from data.workspace import Workspace
from flows import approving, briefing, ledger, releasing, verifying
from flows.job import Job, accepted, source_of, sources_of
from transforms import privacy, reading, warehouse

LOST: Final = "Run again with the file it came from, or restore it from a backup."


def receive(job: Job) -> Job:
    """Read every file as its profile declares and set aside those that are already accepted.

    Raises InputRejected for the first file that is not what the profile declares, or was withdrawn; nothing is
    accepted then. Raises IntegrityFailed where an accepted extract is gone and none of the files brings it back.
    """
    sources = sources_of(job)
    reference.check()
    known = [] if job.alone else ledger.accepted(job.place.ledger)
    if others := {str(row["source"]) for row in known} - set(sources):
        raise UsageError(
            f"This workspace also holds extracts of {', '.join(sorted(others))}.",
            "Name a profile of counts with --beside; give each source of records a workspace of its own.",
        )
    by_bytes = _by_their_bytes(job, known)
    read = []
    for file in job.files:
        source = _source_of_file(file, sources)
        if job.nil_return and isinstance(source, Profile):
            source = source.taking_nil_returns()
        if _stands_already(job, file, source, by_bytes):
            continue
        read.append(reading.read(file, source, job.place.tmp, job.extracted_on))
        for note in read[-1].notes:
            job = job.saying(f"{reading.shown(file.name)}: {note}")
        if not read[-1].row_count and (day := read[-1].extracted_on):
            last = day.replace(day=1) - timedelta(days=1)
            job = job.saying(
                f"{reading.shown(file.name)}: a nil return, nothing recorded up to the end of {last:%B %Y}."
            )
    new, repeats = _told_apart(job, read, known)
    risks = [risk for extract in new for risk in _kept_private(extract, sources[extract.source], job.place.tmp)]
    _settle_repeats(job, repeats, known)
    job = job if job.alone else dressed(job)
    job = replace(job, new=tuple(new), known_files=len(job.files) - len(new))
    job = replace(job, inputs=inputs_of_job(job, sources, known))
    if job.alone:
        return job
    if (unchanged := _nothing_new(job)) is not None:
        return unchanged
    rows = sum(extract.row_count for extract in new)
    job = job.saying(
        f"{len(job.files)} files received: {len(new)} new with {rows:,} rows, {job.known_files} already known."
    )
    reports = sum(risk.report_count for risk in risks)
    if not reports:
        return job
    alone = sum(risk.unique_share * risk.report_count for risk in risks) / reports
    by = ", ".join(risks[0].known)
    return job.saying(f"Keep them private: {alone:.0%} of the reports are like no other by {by}.")


def _by_their_bytes(job: Job, known: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the accepted extracts by the hash of each file that was read as one."""
    rows = {str(row["extract_id"]): row for row in known}
    by_bytes: dict[str, list[dict[str, Any]]] = {}
    for entry in ledger.entries(job.place.ledger, "accepted", "repeated") if rows else ():
        if row := rows.get(entry.content["extract_id"]):
            by_bytes.setdefault(entry.content["file_sha256"], []).append(row)
    return by_bytes


def _stands_already(job: Job, file: Path, source: Described, by_bytes: Mapping[str, Sequence[dict[str, Any]]]) -> bool:
    """Whether these very bytes are an accepted extract of the same day that stands whole: they need not be read."""
    if not by_bytes:
        return False
    day = job.extracted_on or source.date_in_name(file.name)
    # What nobody gives a day repeats the rows of whatever day.
    same = [row for row in by_bytes.get(reading.sha256_of(file), ()) if day in (None, row["declared_on"])]
    return bool(same) and not any(verifying.extract_faults(job.place, same, full=True))


def _told_apart(
    job: Job, read: Iterable[reading.Extract], known: Iterable[dict[str, Any]]
) -> tuple[list[reading.Extract], list[tuple[reading.Extract, str]]]:
    """Return the extracts that are new, and the others, each with the id of what it repeats.

    The same rows of the same day are the same extract; rows whose day nobody says repeat the newest of those rows.
    Raises InputRejected for rows that were withdrawn.
    """
    withdrawn = {} if job.alone else ledger.withdrawn(job.place.ledger)
    # No day makes withdrawn rows new ones; but nil returns have no rows, and are told apart by their day alone.
    withdrawn |= {reading.content_of(extract_id): tombstone for extract_id, tombstone in withdrawn.items()}
    days: dict[str, dict[date | None, str]] = {}
    for row in known:
        days.setdefault(reading.content_of(row["extract_id"]), {})[row["declared_on"]] = row["extract_id"]
    new, repeats = [], []
    for extract in sorted(read, key=lambda extract: extract.extracted_on is None):
        same_rows = days.setdefault(extract.content_id, {})
        day = extract.extracted_on
        if day is None and same_rows:
            day = max(same_rows, key=lambda one: one or date.min)
        if day in same_rows:
            repeats.append((extract, same_rows[day]))
        elif gone := withdrawn.get(extract.extract_id if not extract.row_count else extract.content_id):
            raise _refused(extract, gone)
        else:
            new.append(extract)
            same_rows[day] = extract.extract_id
    return new, repeats


def inputs_of_job(job: Job, sources: Mapping[str, Described], known: Sequence[dict[str, Any]]) -> str:
    """One hash over all that the run counts. Raises UsageError where that is nothing, or counts alone."""
    records = source_of(job)
    held = {str(row["source"]) for row in known} | {extract.source for extract in job.new}
    if not held:
        raise UsageError("There is nothing to read.", f"Put an extract into {job.place.landing}, or name a file.")
    if records.name not in held and not job.alone:
        raise UsageError("There are counts, but no records for them to stand beside.", "Run an extract of records too.")
    dated = {str(row["extract_id"]): str(row["declared_on"]) for row in accepted(job)}
    dated |= {extract.extract_id: str(extract.extracted_on) for extract in job.new}
    return dressed_inputs(job, inputs_of(dated, records, sources, held))


def _nothing_new(job: Job) -> Job | None:
    """Return the finished job where every row was already received and a release stands for it, else None."""
    if job.new:
        return None
    standing = ledger.release_of(job.place.ledger, job.inputs)
    current = job.place.current_release()
    aside = ledger.set_aside(job.place.ledger)
    if current and standing in aside:
        return replace(job, release_id=current.name, nothing_new=True).saying(
            f"Nothing new: a rollback on {aside[standing].day} set release {standing} aside, and {current.name} "
            f"stands. `hatecrime rollback {standing}` goes forward again; so does a new extract or a mended profile."
        )
    waiting = approving.waiting(job.place)
    if waiting and waiting["inputs"] == job.inputs and job.place.warehouse.is_file():
        return replace(job, release_id=current.name if current else None, nothing_new=True).saying(
            f"Nothing new: release {waiting['release_id']} waits for a second person's `hatecrime approve`."
        )
    if standing and current and current.name == standing and job.place.warehouse.is_file():
        return replace(job, release_id=standing, nothing_new=True).saying(
            f"Nothing new: every row was already received, and release {standing} stands."
        )
    return None


def _source_of_file(file: Path, sources: Mapping[str, Described]) -> Described:
    """Return the source of counts that the file's name is one of, else that of the records."""
    counted = (source for source in sources.values() if isinstance(source, CountsProfile) and source.takes(file.name))
    return next(counted, next(iter(sources.values())))


def dressed(job: Job) -> Job:
    """Return the job with what its release is to hold beside figures: packs as the current one does, the force's texts.

    Raises UsageError where a file of texts does not fit.
    """
    packs = briefing.are_in(job.place) if job.packs is None else job.packs
    return replace(job, packs=packs, words=texts.load_if_there(job.place.texts))


def dressed_inputs(job: Job, inputs: str) -> str:
    """One hash over the inputs of the figures and what the release holds beside them."""
    more = (job.packs, job.words.own if job.words else ())
    return hashlib.sha256(repr((inputs, more)).encode()).hexdigest() if any(more) else inputs


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


def _settle_repeats(job: Job, repeats: Iterable[tuple[reading.Extract, str]], known: Sequence[dict[str, Any]]) -> None:
    """Note under which other bytes an accepted extract came again, and let one that is gone or damaged come back."""
    rows = {str(row["extract_id"]): row for row in known}
    for extract, extract_id in repeats:
        row = rows.get(extract_id)
        if row is not None:
            if extract.file_sha256 != row["file_sha256"]:
                again = {"extract_id": extract_id, "file_sha256": extract.file_sha256}
                if again not in [entry.content for entry in ledger.entries(job.place.ledger, "repeated")]:
                    ledger.append(job.place.ledger, job.run_id, "repeated", again)
            if any(verifying.extract_faults(job.place, [row], full=True)) and (
                verifying.sha256(extract.parquet) == row["parquet_sha256"]
            ):
                os.replace(extract.parquet, job.place.extracts / f"{extract_id}.parquet")
        extract.parquet.unlink(missing_ok=True)
    verifying.refuse(verifying.extract_faults(job.place, known, full=False), LOST)
