"""Whether a run may take its new extracts into the standing warehouse, instead of building it from every extract."""

import hashlib

from data import reference
from flows import ledger, releasing, verifying
from flows.job import Job, accepted, source_of, sources_of


def maker_of(job: Job) -> str:
    """One hash over all that decides a warehouse beside its extracts: the program, reference data and profiles."""
    profiles = sorted((name, source.digest) for name, source in sources_of(job).items())
    decisive = (releasing.code_digest(), sorted(reference.hashes().items()), profiles)
    return hashlib.sha256(repr(decisive).encode()).hexdigest()


def can_extend(job: Job) -> bool:
    """Whether the standing warehouse is, byte for byte, what this program makes of all extracts but the new ones.

    A snapshot replaces all before it, so nothing is won there; nor on a cluster. Delete the warehouse, and the next
    run builds it from every extract.
    """
    place, records = job.place, source_of(job)
    if job.alone or not job.new or job.backend != "duckdb" or records.extract.revision_rule != "report":
        return False
    if any(extract.source != records.name for extract in job.new):
        return False
    if not place.warehouse.is_file() or ledger.unfinished(place.ledger):
        return False
    built = ledger.entries(place.ledger, "built")[-1].content
    return (
        built.get("maker") == maker_of(job)
        and set(built["extracts"]) == {row["extract_id"] for row in accepted(job)}
        and not any(verifying.warehouse_faults(place, full=True))
    )
