"""Looking back: the figures as they stood on a date, and what the newest extract revised. Both stay private."""

import json
import os
from datetime import date
from pathlib import Path

import pandas as pd

from data import profile as profiles
from data.errors import IntegrityFailed, UsageError
from data.workspace import Workspace
from expectations import suites
from flows import ledger, releasing
from flows.job import Job
from flows.receiving import stored
from transforms import revisions, warehouse

NOT_PUBLISHED = "It is not published: beside the releases it would show what each revision changed, report by report."


def as_at(place: Workspace, day: date, profile: str) -> tuple[Path, list[str]]:
    """Make the release as it stood at the end of `day` and return its folder, and what to know about it.

    Only extracts taken on or before that day count; withdrawn ones never do. It lies in private/as_at/ and never
    becomes current, because two releases a reader can subtract would undo what disclosure control hides in each.
    Raises UsageError where no extract is so old.
    """
    source = profiles.load(profile)
    rows = ledger.accepted(place.ledger)
    if {row["source"] for row in rows} - {source.name}:
        raise UsageError(f"This workspace's extracts are of {rows[0]['source']}.", "Name it with --profile.")
    if not place.warehouse.is_file():
        raise UsageError("There is no warehouse yet.", "Build it with `hatecrime run`, then look back.")
    accounting = warehouse.row_accounting(place.warehouse, place.tmp)
    taken = dict(zip(accounting["extract_id"], pd.to_datetime(accounting["extracted_on"]).dt.date, strict=True))
    then = [row for row in rows if row["extract_id"] in taken and taken[row["extract_id"]] <= day]
    if not then:
        first = min(taken.values(), default=None)
        raise UsageError(
            f"No extract was taken on or before {day}.",
            f"The first is of {first}." if first else "Run one first.",
        )
    dated = {row["extract_id"]: str(row["declared_on"]) for row in then}
    job = Job(place.root, profile, (), inputs=releasing.inputs_digest(dated, source))
    warehouse.build_raw(job.database, stored(place, then), {source.name: source}, place.tmp)
    warehouse.build_core(job.database, place.tmp)
    lowered = {rule: entry.severity for rule, entry in source.lowered_rules.items()}
    results = [result for stage in ("raw", "core") for result in suites.check(job.database, stage, lowered)]
    if any(result.severity == "stop" and not result.passed for result in results):
        raise IntegrityFailed("A check of our own arithmetic failed.", "Report this fault.")
    folder = place.private / "as_at" / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    release_id, _ = releasing.build(place, job.database, source, job.inputs, job.run_id, results, folder)
    release = folder / release_id
    for path in [release, *release.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    said = [f"{len(then)} of {len(rows)} extracts were taken on or before {day}.", NOT_PUBLISHED]
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
    ]
    for (month, characteristic), group in found.groupby(["month", "characteristic"], sort=False):
        told = zip(group["change"], group["size"], strict=True)
        changes = "; ".join(f"{change.replace('_', ' ')} {size}" for change, size in told)
        lines.append(f"{month}  {characteristic}: {changes}")
    return "\n".join(lines) + "\n"
