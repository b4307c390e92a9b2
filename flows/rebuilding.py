"""Rebuild equals increment: the warehouse made again from every accepted extract holds the rows of the one in use."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from data.errors import IntegrityFailed
from data.workspace import Workspace
from flows import ledger
from flows.job import Job, accepted, sources_of
from flows.receiving import dressed, inputs_of_job, stored
from transforms import comparing, warehouse


def compare(place: Workspace, profile: str, beside: Sequence[str]) -> str:
    """Build the warehouse anew beside the one in use, compare every table, and return what was found, in a sentence.

    Nothing is changed. Raises IntegrityFailed naming the tables that differ.
    """
    job = Job(place.root, profile, (), tuple(beside), run_id=f"rebuild-{uuid4().hex[:8]}")
    rows = accepted(job)
    if not rows or not place.warehouse.is_file():
        return "There is no warehouse to compare; the next run builds it."
    sources = sources_of(job)
    made = {entry.content["inputs"] for entry in ledger.entries(place.ledger, "released", "waiting")}
    # With meeting packs or without, a release is made of the same warehouse.
    ways = [replace(dressed(job), packs=packs) for packs in (True, False)]
    if not made & {inputs_of_job(way, sources, rows) for way in ways}:
        return "Extracts, profile, facts or program changed since the last run; the next one builds the warehouse anew."
    try:
        warehouse.build_raw(job.database, stored(place, rows), sources, place.tmp)
        warehouse.build_core(job.database, place.tmp)
        differing = comparing.differing_tables(place.warehouse, job.database, place.tmp)
    finally:
        job.database.unlink(missing_ok=True)
    if differing:
        raise IntegrityFailed(
            f"The warehouse does not hold what its extracts say: {', '.join(differing)} differ.",
            "Delete private/warehouse.duckdb and run again: it is built anew. Report this fault with the version.",
        )
    return f"The warehouse holds, table by table, what its {len(rows)} extracts give when it is built anew."
