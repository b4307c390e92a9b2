"""One run as it goes from step to step: ids, paths and counts, and what was said of it."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from data import counts_profile
from data import profile as profiles
from data.description import Described
from data.errors import UsageError
from data.workspace import Workspace
from expectations.results import RuleResult
from flows import ledger
from flows.protecting import Cleared
from transforms import warehouse
from transforms.reading import Extract, content_of

if TYPE_CHECKING:
    from dashboards.briefing.texts import Texts


@dataclass(frozen=True)
class Job:
    """One run: ids, paths and counts only.

    `profile` names the profile of the records, `beside` those of counts that stand beside them.
    `nil_return` says that a file with a header and no row says that nothing was recorded.
    `packs` has a meeting pack made for each place and characteristic, inside the release (None: as the current one
    does); `words` are the force's own texts as the run found them.
    `waits` says that the release is made and not published: a second person must agree to it.
    `extends` says that the warehouse under construction is the standing one with the new extracts taken in.
    `alone` tests the files by themselves: what the workspace holds plays no part, and nothing is written down.
    """

    workspace: Path
    profile: str
    files: tuple[Path, ...]
    beside: tuple[str, ...] = ()
    extracted_on: date | None = None
    allow_rejects: int = 0
    nil_return: bool = False
    packs: bool | None = None
    backend: warehouse.Backend = "duckdb"
    words: "Texts | None" = None
    alone: bool = False
    extends: bool = False
    run_id: str = field(default_factory=lambda: uuid4().hex[:12])
    new: tuple[Extract, ...] = ()
    known_files: int = 0
    inputs: str = ""
    release_id: str | None = None
    nothing_new: bool = False
    waits: bool = False
    results: tuple[RuleResult, ...] = ()
    cleared: Cleared | None = None
    said: tuple[str, ...] = ()

    @property
    def place(self) -> Workspace:
        """The workspace of this run."""
        return Workspace(self.workspace)

    @property
    def database(self) -> Path:
        """The warehouse under construction."""
        return self.place.tmp / f"warehouse-{self.run_id}.duckdb"

    def saying(self, sentence: str) -> "Job":
        """The same job with one more sentence for the person who runs it."""
        return replace(self, said=(*self.said, sentence))


def source_of(job: Job) -> profiles.Profile:
    """Load the profile that the run was given."""
    return profiles.load(job.profile)


def sources_of(job: Job) -> dict[str, Described]:
    """Load every profile that the run was given, by the name of its source; that of the records comes first.

    Raises UsageError where two profiles have one name.
    """
    given = [source_of(job), *map(counts_profile.load, job.beside)]
    names = [source.name for source in given]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"Two profiles are named {', '.join(sorted(doubled))}.", "Give each source a name of its own.")
    return dict(zip(names, given, strict=True))


def accepted(job: Job) -> list[dict[str, Any]]:
    """Return the accepted extracts that the run counts beside its own files; none for files tested alone.

    One whose day nobody said gives way to the same rows with a day, so that it does not matter which came first.
    """
    if job.alone:
        return []
    rows = ledger.accepted(job.place.ledger)
    dated = {content_of(row["extract_id"]) for row in rows if row["declared_on"]}
    dated |= {extract.content_id for extract in job.new if extract.extracted_on}
    return [row for row in rows if row["declared_on"] or content_of(row["extract_id"]) not in dated]
