"""The workspace: where run data lives. The private side is never served; the public side may be copied whole."""

import os
from dataclasses import dataclass
from pathlib import Path


def shown_path(path: Path) -> str:
    """Return a path as a person would type it from where they stand."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


@dataclass(frozen=True)
class Workspace:
    """The folders of one workspace. Every path is derived from `root`; nothing is created until `prepare`."""

    root: Path

    @property
    def landing(self) -> Path:
        """Where analysts drop extracts."""
        return self.root / "landing"

    @property
    def texts(self) -> Path:
        """A force's own texts, where it has any: contacts, answers, or every fixed word of a pack."""
        return self.root / "texts"

    @property
    def private(self) -> Path:
        """Everything that holds a row or an unprotected count (mode 0700)."""
        return self.root / "private"

    @property
    def extracts(self) -> Path:
        """Accepted extracts as canonical, immutable Parquet, named by the hash of their rows and their day."""
        return self.private / "extracts"

    @property
    def register(self) -> Path:
        """The figures of every release ever published, one Parquet a release."""
        return self.private / "register"

    @property
    def counts(self) -> Path:
        """The exact counts that each release was made of, one Parquet a release."""
        return self.private / "counts"

    @property
    def quarantine(self) -> Path:
        """What was held or rejected, for the analyst's eyes."""
        return self.private / "quarantine"

    @property
    def tmp(self) -> Path:
        """Work in progress; safe to delete when no run is under way."""
        return self.private / "tmp"

    @property
    def ledger(self) -> Path:
        """The append-only SQLite record of every extract, decision and release."""
        return self.private / "ledger.sqlite"

    @property
    def pulls(self) -> Path:
        """The append-only SQLite record of every figure that a person pulled through this program."""
        return self.private / "pulls.sqlite"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file: raw, core and ref. Derived; can be deleted and rebuilt at any time."""
        return self.private / "warehouse.duckdb"

    @property
    def lock(self) -> Path:
        """The file whose operating-system lock marks the one writer."""
        return self.private / "run.lock"

    @property
    def public(self) -> Path:
        """Releases, and the pointer to the current one."""
        return self.root / "public"

    @property
    def releases(self) -> Path:
        """One folder a release, each complete and never changed."""
        return self.public / "releases"

    @property
    def waiting(self) -> Path:
        """A finished release that waits for a second person; protected and audited, and not published."""
        return self.root / "waiting"

    @property
    def approvals(self) -> Path:
        """Where approvers leave their statements; anybody may write here, and only the owner may look."""
        return self.root / "approvals"

    @property
    def current(self) -> Path:
        """One small file that holds the current release's id, replaced atomically."""
        return self.public / "current"

    def current_release(self) -> Path | None:
        """Return the folder of the release that `current` names, or None before the first release."""
        try:
            return self.releases / self.current.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def prepare(self) -> None:
        """Create the folders: the private side and landing their owner's alone, the public side for anybody to read.

        What is there already keeps the rights that somebody gave it, but the private side.
        """
        os.umask(0o077)
        if not self.root.exists():
            self.root.mkdir(parents=True)
            # Anybody may pass through to the public side, and see nothing of what else is here.
            self.root.chmod(0o711)
        for folder in (self.private, self.extracts, self.quarantine, self.tmp):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        self.landing.mkdir(exist_ok=True)
        for folder in (self.public, self.releases):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o755)
