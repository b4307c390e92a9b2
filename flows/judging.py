"""Judging: the suites' verdict on a stage, and the message that tells in counts what holds a batch."""

from dataclasses import replace
from typing import Final

from data import profile as profiles
from data.errors import Held, IntegrityFailed
from expectations import suites
from expectations.results import RuleResult, Stage
from flows import ledger
from flows.job import Job, accepted
from transforms import quarantine, reading, warehouse

MAPPING_EXAMPLE: Final = (
    '[motivations."Bias".labels] "their label" = "race", or [values.status] "their label" = "recorded".'
)


def judged(job: Job, stage: Stage, source: profiles.Profile) -> Job:
    """Test one stage of the warehouse under construction, and return the job with what was found.

    Raises Held with the rules that hold the batch and that nobody let through, or IntegrityFailed where our own
    arithmetic is wrong.
    """
    lowered = {rule: entry.severity for rule, entry in source.lowered_rules.items()}
    results = suites.check(job.database, stage, lowered, with_counts=bool(job.beside))
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
        raise held_by(job, decisive)
    warned = sum(result.severity == "warn" for result in failed)
    return job.saying(f"{len(results)} checks on {stage}: {len(results) - len(failed)} passed, {warned} warn.")


def held_by(job: Job, broken: list[RuleResult]) -> Held:
    """Return the error that tells in counts what holds the batch; a run lists the lines on the private side."""
    if not warehouse.has_core(job.database, job.place.tmp):
        warehouse.build_core(job.database, job.place.tmp)
    known = {row["extract_id"]: row["file_name"] for row in accepted(job)}
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
