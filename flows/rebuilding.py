"""Rebuild equals increment: the warehouse made again from every accepted extract holds the rows of the one in use."""

from collections.abc import Sequence
from uuid import uuid4

from data.errors import IntegrityFailed
from data.workspace import Workspace
from flows import ledger
from flows.job import Job, accepted, source_of, sources_of
from flows.receiving import inputs_of, stored
from transforms import comparing, warehouse


def compare(place: Workspace, profile: str, beside: Sequence[str]) -> str:
    """Build the warehouse anew beside the one in use, compare every table, and return what was found, in a sentence.

    Nothing is changed. Raises IntegrityFailed naming the tables that differ.
    """
    job = Job(place.root, profile, (), tuple(beside), run_id=f"rebuild-{uuid4().hex[:8]}")
    rows = accepted(job)
    released = ledger.releases(place.ledger)
    if not rows or not place.warehouse.is_file():
        return "There is no warehouse to compare; the next run builds it."
    sources = sources_of(job)
    dated = {str(row["extract_id"]): str(row["declared_on"]) for row in rows}
    inputs = inputs_of(dated, source_of(job), sources, {str(row["source"]) for row in rows})
    if inputs not in {made["inputs"] for made in released.values()}:
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
