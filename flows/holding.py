"""Batches that a rule holds: which they are, what holds them, and a person's decision to let one through."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.errors import UsageError
from data.workspace import Workspace
from flows import ledger
from flows.ledger import reason


@dataclass(frozen=True)
class HeldBatch:
    """One batch that was held: when, which files, by which rules, and what became of it.

    `state` is waiting, let through, taken in (all its extracts were accepted since) or withdrawn. `folder` lists the
    lines concerned and may quote labels of the data.
    """

    run_id: str
    at: str
    files: tuple[str, ...]
    rules: tuple[str, ...]
    rejectable_rules: tuple[str, ...]
    detail: str
    state: str
    folder: str

    def as_dict(self) -> dict[str, object]:
        """The batch as plain values, ready for JSON."""
        return asdict(self)

    def as_text(self) -> str:
        """One line: run, day, state, files and rules."""
        names = ", ".join(self.files) or "(no new file)"
        return f"{self.run_id}  {self.at[:10]}  {self.state}  {names}: {', '.join(self.rules + self.rejectable_rules)}"


def held(place: Workspace) -> Iterator[HeldBatch]:
    """Every batch that was held, oldest first."""
    accepted = {row["extract_id"] for row in ledger.accepted(place.ledger)}
    gone = set(ledger.withdrawn(place.ledger))
    through = ledger.let_through(place.ledger)
    for entry in ledger.entries(place.ledger, "held"):
        batch = entry.content
        if set(batch["extracts"]) & gone:
            state = "withdrawn"
        elif ledger.release_of(place.ledger, batch["inputs"]) or (
            batch["extracts"] and set(batch["extracts"]) <= accepted
        ):
            state = "taken in"
        elif batch["rules"] and _is_let_through(batch, through):
            state = "let through"
        else:
            state = "waiting"
        yield HeldBatch(
            entry.run_id,
            entry.at,
            tuple(batch["files"]),
            tuple(batch["rules"]),
            tuple(batch["rejectable_rules"]),
            batch["detail"],
            state,
            str(place.quarantine / entry.run_id),
        )


def shown(place: Workspace, run: str) -> tuple[HeldBatch, list[str]]:
    """Return one held batch and the lines that hold it (file, line, rule, column; no cell), header first.

    The look is recorded. Raises UsageError where `run` names no held batch, or several.
    """
    batch = _named(place, run)
    lines = Path(batch.folder) / "rows.csv"
    ledger.note(place.ledger, batch.run_id, "quarantine_shown", "the lines that hold the batch")
    return batch, lines.read_text(encoding="utf-8").splitlines() if lines.is_file() else []


def let_through(place: Workspace, run: str, because: str) -> str:
    """Let one held batch pass the rules that held it, and say what that means.

    It holds for these rules and extracts, this month and later, as long as no more of their rows break them. Rows
    that cannot be read are not let through by it. Raises UsageError for a batch held by nothing else, or a reason
    that tells nothing.
    """
    batch = _named(place, run)
    if not batch.rules:
        raise UsageError(
            f"Run {batch.run_id} is held by rows that cannot be read ({', '.join(batch.rejectable_rules)}).",
            "Mend the source or the profile, or set the rows aside with --allow-rejects.",
        )
    held = next(e.content for e in ledger.entries(place.ledger, "held") if e.run_id == batch.run_id)
    decision = {"rules": list(batch.rules), "doubts": held.get("doubts", {}), "because": reason(because)}
    ledger.append(place.ledger, batch.run_id, "let_through", decision)
    more = f" Its unreadable rows ({', '.join(batch.rejectable_rules)}) are not." if batch.rejectable_rules else ""
    return f"{', '.join(batch.rules)} let through for these extracts.{more} Now run them again."


def _is_let_through(batch: dict[str, Any], through: Mapping[tuple[str, str], int]) -> bool:
    doubts = batch.get("doubts", {})
    return bool(doubts) and all(
        count <= through.get((rule, extract), 0) for rule, counts in doubts.items() for extract, count in counts.items()
    )


def _named(place: Workspace, run: str) -> HeldBatch:
    batches = list(held(place))
    found = {batch.run_id: batch for batch in batches if batch.run_id.startswith(run)}
    if len(found) != 1:
        raise UsageError(
            f"{len(found) or 'No'} held runs are named so.",
            f"The held runs are: {', '.join(dict.fromkeys(batch.run_id for batch in batches)) or 'none'}.",
        )
    return next(iter(found.values()))
