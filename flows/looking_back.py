"""Looking back: the figures as they stood on a date, and what the newest extract revised. Both stay private."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from dashboards.briefing import texts
from data.errors import IntegrityFailed, UsageError
from data.policies import PUBLIC, Policy
from data.workspace import Workspace
from expectations import suites
from flows import ledger, protecting, releasing
from flows.job import Job, source_of, sources_of
from flows.receiving import inputs_of, stored
from transforms import revisions, warehouse

NOT_PUBLISHED = "It is not published: beside the releases it would show what each revision changed, report by report."
EXACT = "Its figures are exact: it is for those who may see the reports, and must not leave the private side."


def as_at(
    place: Workspace, day: date, profile: str, beside: Sequence[str] = (), policy: Policy = PUBLIC
) -> tuple[Path, list[str]]:
    """Make the release as it stood at the end of `day` and return its folder, and what to know about it.

    Only extracts taken on or before that day count; withdrawn ones never do. It lies in private/as_at/ and never
    becomes current, because two releases a reader can subtract would undo what disclosure control hides in each; under
    the internal policy its figures are exact. Raises UsageError where no extract is so old.
    """
    job = Job(place.root, profile, (), tuple(beside))
    sources, source = sources_of(job), source_of(job)
    rows = ledger.accepted(place.ledger)
    if others := {str(row["source"]) for row in rows} - set(sources):
        raise UsageError(
            f"This workspace's extracts are also of {', '.join(sorted(others))}.", "Name it with --profile or --beside."
        )
    if not place.warehouse.is_file():
        raise UsageError("There is no warehouse yet.", "Build it with `hatecrime run`, then look back.")
    taken = warehouse.extracts_taken(place.warehouse, place.tmp)
    then = [row for row in rows if row["extract_id"] in taken and taken[row["extract_id"]] <= day]
    if not then:
        first = min(taken.values(), default=None)
        raise UsageError(
            f"No extract was taken on or before {day}.",
            f"The first is of {first}." if first else "Run one first.",
        )
    if not any(row["source"] == source.name for row in then):
        raise UsageError(f"No extract of records was taken on or before {day}.", "Name a later day.")
    dated = {row["extract_id"]: str(row["declared_on"]) for row in then}
    job = replace(job, inputs=inputs_of(dated, source, sources, {row["source"] for row in then}))
    warehouse.build_raw(job.database, stored(place, then), sources, place.tmp)
    warehouse.build_core(job.database, place.tmp)
    lowered = {rule: entry.severity for rule, entry in source.lowered_rules.items()}
    results = [
        result
        for stage in ("raw", "core")
        for result in suites.check(job.database, stage, lowered, with_counts=bool(beside))
    ]
    if any(result.severity == "stop" and not result.passed for result in results):
        raise IntegrityFailed("A check of our own arithmetic failed.", "Report this fault.")
    folder = place.private / "as_at" / (day.isoformat() if policy is PUBLIC else f"{day.isoformat()}-{policy.name}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    cleared = protecting.clear(job.database, place, policy, None, None, job.run_id)
    words = texts.load_if_there(place.texts)
    release_id, _ = releasing.build(
        place, job.database, source, job.inputs, job.run_id, results, cleared, folder, words=words
    )
    release = folder / release_id
    for path in [release, *release.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    said = [f"{len(then)} of {len(rows)} extracts were taken on or before {day}."]
    said.append(NOT_PUBLISHED if policy.protects else EXACT)
    return release, said


def keep_revisions(place: Workspace, release_id: str) -> list[str]:
    """Write what the newest extract revised to private/revisions/, once a release, and return where it lies."""
    built = ledger.entries(place.ledger, "built")
    made = ledger.releases(place.ledger).get(release_id)
    target = place.private / "revisions" / f"{release_id}.json"
    if target.exists() or not place.warehouse.is_file() or not built or made is None:
        return []
    if sorted(built[-1].content["extracts"]) != made["extracts"]:
        return []
    found = revisions.revisions(place.warehouse, place.tmp)
    if found.empty:
        return []
    target.parent.mkdir(mode=0o700, exist_ok=True)
    target.with_suffix(".txt").write_text(_as_text(release_id, found), encoding="utf-8")
    written = place.tmp / target.name
    about = {"release_id": release_id, "revisions": found.to_dict("records")}
    written.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    releasing.fsync(written)
    os.replace(written, target)
    return [f"What the newest extract revised is in {target.with_suffix('.txt').relative_to(place.root)}."]


def _as_text(release_id: str, found: pd.DataFrame) -> str:
    lines = [
        f"What the newest extract of release {release_id} changed of the one before it.",
        "Sizes are bands or rounded to 5. A report can change in several ways, and stands in every ground it has.",
        "",
        *told_by_month(found),
    ]
    return "\n".join(lines) + "\n"


def told_by_month(found: pd.DataFrame) -> list[str]:
    """One line a month and characteristic of what `transforms.revisions` found."""
    lines = []
    for (month, characteristic), group in found.groupby(["month", "characteristic"], sort=False):
        told = zip(group["change"], group["size"], strict=True)
        changes = "; ".join(f"{change.replace('_', ' ')} {size}" for change, size in told)
        lines.append(f"{month}  {characteristic}: {changes}")
    return lines
