"""Clearing a release: what may leave is decided, another hand audits it, and what was proved is certified."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import DisclosureRefused
from data.policies import Policy
from data.workspace import Workspace
from expectations.disclosure import Finding, Verdict, audit
from transforms import publishing
from transforms.disclosure import Protected


@dataclass(frozen=True)
class Cleared:
    """Figures that may leave, the evidence made of them, and the audit that says so.

    `counts` are the exact ones behind the figures, for the private side alone; of `last_complete_month` nearly all
    reports have come; `earlier_count` is how many earlier releases the audit took into account.
    """

    counts: pd.DataFrame
    last_complete_month: date
    protected: Protected
    evidence: pd.DataFrame
    verdict: Verdict
    earlier_count: int

    @property
    def first_month(self) -> date:
        """The first month that the figures cover, whether or not any is shown by month."""
        return self.counts["month"].min()

    @property
    def last_month(self) -> date:
        """The last month that the figures cover."""
        return self.counts["month"].max()


def clear(
    database: Path,
    place: Workspace,
    policy: Policy,
    register: pd.DataFrame | None,
    past: pd.DataFrame | None,
    run_id: str,
) -> Cleared:
    """Protect the counts of a warehouse and audit the result, beside the figures and counts of earlier releases.

    Raises DisclosureRefused where the audit finds anything; where each finding lies is listed on the private side.
    """
    counts = publishing.exact_counts(database, place.tmp)
    shares = publishing.exact_shares(database, place.tmp)
    protected = publishing.release_figures(
        counts, shares, policy, register, publishing.populations(database, place.tmp), past
    )
    characteristics = protected.grain["characteristic"].unique()
    verdict = audit(protected.figures, protected.structure, policy, register, counts, characteristics, shares, past)
    if not verdict.passed:
        path = _listed(place, run_id, verdict.findings)
        kinds = Counter(finding.kind for finding in verdict.findings)
        named = ", ".join(f"{kind.replace('_', ' ')} {number:,}" for kind, number in sorted(kinds.items()))
        raise DisclosureRefused(
            f"The audit of what was to be published has {len(verdict.findings):,} findings ({named}).",
            f"Nothing was published. Where they lie is in {path}; report this fault with the release's version.",
        )
    complete = publishing.last_complete_month(protected.figures, counts["month"].max())
    evidence = publishing.evidence(protected, complete, database, place.tmp)
    earlier_count = 0 if register is None else int(register["release_id"].nunique())
    return Cleared(counts, complete, protected, evidence, verdict, earlier_count)


def sentence(cleared: Cleared) -> str:
    """Say in one sentence what was cleared."""
    figures = cleared.protected.figures
    hidden = int((figures["marker"] == "[c]").sum())
    return (
        f"{len(figures):,} figures under the {cleared.protected.policy.name} profile, {hidden:,} of them hidden; the "
        f"audit of them and {cleared.earlier_count} earlier releases found nothing that could be worked out."
    )


def certificate(cleared: Cleared, release_id: str, published: Path) -> dict[str, Any]:
    """Return what was proved of a release, by whom and under which assumptions; it holds no count of reports."""
    verdict = cleared.verdict
    return {
        "release_id": release_id,
        "policy": cleared.protected.policy.as_dict(),
        "passed": verdict.passed,
        "published_sha256": hashlib.sha256(published.read_bytes()).hexdigest(),
        "figures": verdict.figure_count,
        "cells_judged": verdict.judged_count,
        "other_tables_found": verdict.table_count,
        "earlier_releases": cleared.earlier_count,
        "earlier_releases_linked": verdict.linked_count,
        "assumptions": list(verdict.assumptions),
        "not_covered": list(verdict.not_covered),
    }


def _listed(place: Workspace, run_id: str, findings: Iterable[Finding]) -> Path:
    folder = place.private / "findings"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{run_id}.csv"
    listed = pd.DataFrame([asdict(finding) for finding in findings])
    listed.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path
