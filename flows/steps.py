"""The steps of a run as plain functions: each takes the job one step further. Prefect only wraps them."""

import os
import shutil
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from data import memory, operations
from data.errors import DisclosureRefused, HateCrimeError, IntegrityFailed, StorageFailed, Unexpected
from data.policies import PUBLIC
from data.schema import ROW_OUTCOMES
from flows import approving, extending, ledger, locking, protecting, register, releasing, verifying
from flows.job import Job, accepted, source_of, sources_of
from flows.judging import decided, tested
from flows.receiving import receive, stored
from transforms import connection, increment, warehouse


def check_received(job: Job) -> Job:
    """Put every row into the warehouse as text and test it as received."""
    job.database.unlink(missing_ok=True)
    known = stored(job.place, accepted(job))
    new = [warehouse.StoredExtract(e.extract_id, e.source, e.row_count, e.extracted_on, e.parquet) for e in job.new]
    if extending.can_extend(job):
        # A copy, so that the standing warehouse is whole whenever this run is stopped.
        shutil.copyfile(job.place.warehouse, job.database)
        increment.extend_raw(job.database, new, source_of(job), job.place.tmp)
        job = replace(job, extends=True)
    else:
        warehouse.build_raw(job.database, known + new, sources_of(job), job.place.tmp, job.backend)
    return tested(job, "raw", source_of(job))


def build_figures(job: Job) -> Job:
    """Type, code and count every row exactly; the warehouse now holds core."""
    if job.extends:
        increment.extend_core(job.database, [extract.extract_id for extract in job.new], job.place.tmp)
    else:
        warehouse.build_core(job.database, job.place.tmp, job.backend)
    accounting = warehouse.row_accounting(job.database, job.place.tmp)
    outcomes = accounting[list(ROW_OUTCOMES)].sum()
    if int(outcomes.sum()) != int(accounting["received"].sum()):
        raise IntegrityFailed("The rows received do not equal the rows accounted for.", "Report this fault.")
    named = zip(ROW_OUTCOMES, outcomes, strict=True)
    sentence = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in named)
    job = job.saying(f"{int(accounting['received'].sum()):,} rows in = {sentence}.")
    lines = warehouse.count_lines(job.database, job.place.tmp)
    if not lines:
        return job
    sentence = ", ".join(f"{lines[name]:,} {name.replace('_', ' ')}" for name in ROW_OUTCOMES if name in lines)
    return job.saying(f"Beside them, {sum(lines.values()):,} lines of counts = {sentence}; they are added to nothing.")


def check_figures(job: Job) -> Job:
    """Test the typed reports and the exact counts, and decide on all that was found.

    Raises Held with the rules broken; the lines concerned are listed on the private side. Raises IntegrityFailed
    where our own sums are wrong.
    """
    return decided(tested(job, "core", source_of(job)))


def protect_figures(job: Job) -> Job:
    """Decide what may leave and have it audited. Raises DisclosureRefused before anything is accepted or changed."""
    past = register.read(job.place, job.inputs), register.read_counts(job.place, job.inputs)
    cleared = protecting.clear(job.database, job.place, PUBLIC, *past, job.run_id)
    return replace(job, cleared=cleared).saying(protecting.sentence(cleared))


def keep(job: Job) -> Job:
    """Accept the new extracts and make no release: what a backfill does until its last batch."""
    _take_in(job)
    ledger.append(job.place.ledger, job.run_id, "taken_in", {"inputs": job.inputs})
    job.database.unlink(missing_ok=True)
    return job.saying(f"{len(job.new)} extracts are taken in; nothing is published yet.")


def _take_in(job: Job) -> None:
    """Move the new extracts into the store and record them, all or none."""
    place = job.place
    begun = {"inputs": job.inputs, "extracts": [extract.extract_id for extract in job.new], "by": locking.account()}
    ledger.append(place.ledger, job.run_id, "began", begun)
    taken_in = []
    for extract in job.new:
        target = place.extracts / f"{extract.extract_id}.parquet"
        os.replace(extract.parquet, target)
        releasing.fsync(target)
        taken_in.append(
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
    ledger.accept(place.ledger, job.run_id, taken_in)


def publish(job: Job) -> Job:
    """Accept the new extracts, replace the warehouse, and make the release that readers will see."""
    place = job.place
    extracts = sorted([row["extract_id"] for row in accepted(job)] + [extract.extract_id for extract in job.new])
    _take_in(job)
    if job.cleared is None:
        raise DisclosureRefused("Nothing was cleared to be published.", "Protect the figures first.")
    settings = operations.load(place)
    waits = approving.is_needed(place, settings, job.inputs)
    if waits:
        approving.open_way(place)
    made = (place, job.database, source_of(job), job.inputs, job.run_id, job.results, job.cleared)
    release_id, manifest = releasing.build(*made, place.waiting if waits else None, packs=job.packs, words=job.words)
    kept = register.write(place, release_id, job.cleared.protected, job.cleared.counts, waits)
    built = {"sha256": verifying.sha256(job.database), "bytes": job.database.stat().st_size, "extracts": extracts}
    built["maker"] = extending.maker_of(job)
    ledger.append(place.ledger, job.run_id, "built", built)
    os.replace(job.database, place.warehouse)
    released = {"release_id": release_id, "inputs": job.inputs, "manifest_sha256": manifest} | kept
    if waits:
        approving.wait(place, job.run_id, released | {"extracts": extracts}, settings)
        return replace(job, release_id=release_id, waits=True).saying(
            f"Release {release_id} waits for a second person; readers see the one before it. Look at it in waiting/, "
            f"then: hatecrime approve {release_id}."
        )
    # One that waits was audited without this one: it may no longer be agreed to.
    approving.set_aside(place)
    ledger.released(place.ledger, job.run_id, released | {"extracts": extracts})
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
            if connection.is_memory_fault(error):
                most = memory.in_words(memory.allowed())
                raise StorageFailed(
                    f"{self.title}: the work needs more memory than the {most} it may take.",
                    "Nothing was published. Give it more with --memory, free space in the private folder for what "
                    "does not fit into memory, or bring the extracts in smaller files, then run again.",
                ) from None
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
    Step("Protect the figures", protect_figures),
    Step("Publish the release", publish),
)

KEEPING_STEPS = (*STEPS[:4], Step("Keep the extracts", keep))
"""The steps of a backfill's batches. No release is made of them: each would take its figures' place for good in the
register of what was published, and hide more of the last one."""


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
