"""Judging: the suites' verdict, what of it a person has accepted, and the message that tells what holds a batch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from data.errors import Held, IntegrityFailed
from data.profile import Profile
from expectations import suites
from expectations.results import RuleResult, Stage
from expectations.rules import RULES
from flows import ledger
from flows.job import Job, accepted
from transforms import quarantine, reading, warehouse

MAPPED: Final = {
    "area": '[area.codes] "their label" = "CODE", where CODE stands in [area.labels] or [area.not_geographic]',
    "values": '[values.status] "their label" = "recorded"',
    "motivations": '[motivations."Bias".labels] "their label" = "race"',
    "categories": '[categories] "their label" = { code = "all", measure = "offences" }',
}
"""How a profile maps a label, by the kind of column that holds it."""


def tested(job: Job, stage: Stage, source: Profile) -> Job:
    """Test one stage of the warehouse under construction, and return the job with what was found.

    Raises IntegrityFailed where our own arithmetic is wrong; what holds the batch is decided by `decided`, once.
    """
    lowered = {rule: entry.severity for rule, entry in source.lowered_rules.items()}
    results = suites.check(job.database, stage, lowered, with_counts=bool(job.beside))
    failed = [result for result in results if not result.passed]
    if broken := [result for result in failed if result.severity == "stop"]:
        raise IntegrityFailed(
            f"{len(broken)} checks of our own arithmetic failed (first: {broken[0].rule}, {broken[0].failed_count:,}).",
            "Nothing was published. Report this fault with the release's version.",
        )
    warned = sum(result.severity == "warn" for result in failed)
    holding = f", {len(failed) - warned} to decide" if len(failed) > warned else ""
    job = replace(job, results=(*job.results, *results))
    return job.saying(f"{len(results)} checks on {stage}: {len(results) - len(failed)} passed, {warned} warn{holding}.")


def decided(job: Job) -> Job:
    """Let the batch go on, or raise Held with all that holds it, in the order to mend it.

    Rows that cannot be read hold it where there are more than --allow-rejects and earlier decisions let by; doubtful
    rows, where more break a rule in an extract than a person has accepted for that rule and extract.
    """
    rejected = warehouse.rejected_rows(job.database, job.place.tmp)
    allowed = {} if job.alone else ledger.rejects_allowed(job.place.ledger)
    more = {extract: count - allowed.get(extract, 0) for extract, count in rejected.items()}
    more = {extract: count for extract, count in more.items() if count > 0}
    failed = [result for result in job.results if not result.passed and result.severity == "hold"]
    doubtful = {result.rule for result in failed if not result.rejectable}
    let_through = {} if job.alone else ledger.let_through(job.place.ledger)
    doubts = quarantine.doubts(job.database, job.place.tmp) if doubtful else {}
    if unfound := sorted(doubtful - set(doubts)):
        raise IntegrityFailed(f"What breaks {', '.join(unfound)} cannot be found among the rows.", "Report this fault.")
    open_doubts = {
        (rule, extract)
        for rule, counts in doubts.items()
        for extract, count in counts.items()
        if rule in doubtful and count > let_through.get((rule, extract), 0)
    }
    too_many = more if sum(more.values()) > job.allow_rejects else {}
    if too_many or open_doubts:
        raise _held(job, failed, too_many, open_doubts)
    if more and not job.alone:
        ledger.append(job.place.ledger, job.run_id, "rejects_allowed", {"extracts": rejected})
    return job


def _held(job: Job, failed: list[RuleResult], rejected: Mapping[str, int], doubts: Collection[tuple[str, str]]) -> Held:
    """Return the error that tells in counts what holds the batch; a run lists the lines on the private side."""
    known = {row["extract_id"]: row["file_name"] for row in accepted(job)}
    names = {extract.extract_id: extract.file_name for extract in job.new}
    names = {extract_id: reading.shown(name) for extract_id, name in (known | names).items()}
    order = [rule.name for rule in RULES]
    found = quarantine.find(job.database, job.place.tmp, names, rejected, doubts, order)
    detail = _in_order(found.sentences, failed)
    mapped = [example for kind, example in MAPPED.items() if kind in set(found.labels["kind"])]
    remedy = f"Mend the source{', or map the labels in the profile: ' * bool(mapped)}{'; '.join(mapped)}."
    if not job.alone:
        folder = job.place.quarantine / job.run_id
        held = {
            "inputs": job.inputs,
            "rules": sorted({rule for rule, _ in doubts}),
            "rejectable_rules": sorted(result.rule for result in failed if result.rejectable) if rejected else [],
            "doubts": found.doubts,
            "files": sorted(extract.file_name for extract in job.new),
            "extracts": sorted(extract.extract_id for extract in job.new),
            "built_on": sorted(names),
            "detail": detail,
        }
        ledger.append(job.place.ledger, job.run_id, "held", held)
        found.write(folder)
        listed = ", and the labels ready to be mapped," if mapped else ""
        remedy = f"The lines{listed} are in {folder}. {remedy}"
    if rejected:
        remedy += f" To set these rows aside and go on, add --allow-rejects {sum(rejected.values())}."
    if not job.alone and doubts:
        remedy += f' To let it through as it is: hatecrime accept {job.run_id} --because "…".'
    return Held(f"Held, nothing was published: {detail}", remedy)


def _in_order(sentences: Sequence[tuple[str, str]], failed: Iterable[RuleResult]) -> str:
    """Join the sentences after what their rules say, numbered where there are several: mend them in this order."""
    said = {result.rule: result.sentence for result in failed}
    told: dict[str, list[str]] = {}
    for name, text in sentences:
        told.setdefault(said.get(name, said.get(name.partition(".")[0], "")), []).append(text)
    whole = [" ".join([sentence, *texts]).strip() for sentence, texts in told.items()]
    if len(whole) < 2:
        return "".join(whole)
    return "mend in this order. " + " ".join(f"({number}) {text}" for number, text in enumerate(whole, start=1))
