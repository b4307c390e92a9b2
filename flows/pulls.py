"""The log of pulls: who took figures out of the workspace, what of, and whether they were given; never a figure.

It is a chain of its own beside the ledger, so that a thousand questions slow no run. The number and hash of its last
entry stand in a second file too, so that entries cut off its end are missed.
"""

import getpass
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from data.errors import IntegrityFailed, StorageFailed, UsageError
from data.workspace import Workspace
from flows import ledger

GIVEN: Final = "given"
MERGED: Final = "merged"
REFUSED: Final = "refused"
OUTCOMES: Final = (GIVEN, MERGED, REFUSED)
"""Given: the figure asked for. Merged: only figures of other periods. Refused: no figure."""

_LOST: Final = "Restore private/pulls.sqlite and pulls.head from a backup; who took figures meanwhile is not known."


@dataclass(frozen=True)
class Asked:
    """One figure a person asked for, as it was understood, in the codes of the release; months as YYYY-MM."""

    characteristic: str
    area_code: str
    record_class: str
    first_month: str
    last_month: str
    outcome: str


@dataclass(frozen=True)
class Pull:
    """One line of the log: its number, when (UTC), who, with which command, from which release, and for what."""

    number: int
    at: str
    who: str
    command: str
    release_id: str
    purpose: str
    asked: tuple[Asked, ...]

    @property
    def outcome(self) -> str:
        """The most that was given of what was asked."""
        return next((one for one in OUTCOMES if any(asked.outcome == one for asked in self.asked)), REFUSED)


def log(place: Workspace, command: str, release_id: str, asked: Sequence[Asked], purpose: str = "") -> None:
    """Record a pull; on return it has reached the disk. To be called before any figure is shown.

    `asked` is empty where a question was not understood: its words may name a person and are not kept. Raises
    StorageFailed where the log cannot be written, so that no figure is given without it; IntegrityFailed where its
    last entry is not as it was written.
    """
    content = {"who": who(), "command": command, "release_id": release_id, "purpose": purpose}
    try:
        if not place.private.is_dir():
            raise StorageFailed("", "")
        if not place.pulls.exists():
            # Made for its owner alone; a run narrows the umask, but a question does not.
            os.close(os.open(place.pulls, os.O_CREAT | os.O_WRONLY, 0o600))
        pulled = content | {"asked": [asdict(one) for one in asked]}
        number, digest = ledger.add(place.pulls, "", "pulled", pulled, _head(place))
        _write_head(place, number, digest)
    except (OSError, StorageFailed):
        raise StorageFailed(
            "This pull cannot be logged in the private folder, so no figures are given.",
            "Check that private/ is there, that you may write to it and that the disk is not full, or open ask.html "
            "in the release folder: that page holds published figures alone, and keeps no log.",
        ) from None


def entries(place: Workspace) -> list[Pull]:
    """Every pull in order; none before the first. Raises IntegrityFailed as `check` does."""
    return [_pull(entry) for entry, _ in _checked(place)]


def check(place: Workspace, noted: str = "") -> tuple[int, str]:
    """Return how many pulls there are and the last one's `number:hash`, read along the whole chain.

    `noted` is such a mark that somebody wrote down earlier: it must still be in the chain. Raises IntegrityFailed
    where an entry was changed, taken out, put in, moved or cut off the end.
    """
    found = _checked(place)
    marks = [_mark(entry.number, digest) for entry, digest in found]
    if noted:
        number, _, digest = noted.partition(":")
        if not re.fullmatch(r"\d+", number) or not re.fullmatch(r"[0-9a-f]{8,64}", digest):
            raise UsageError("That is no mark of this log.", "Give one as `hatecrime audit verify` printed it.")
        if not any(mark.startswith(f"{number}:{digest}") for mark in marks):
            raise IntegrityFailed("private/pulls.sqlite no longer holds the entry that was noted.", _LOST)
    return len(found), marks[-1] if marks else ""


def who() -> str:
    """Return the operating system's name of the person at work: by user id where there is one, not by a variable."""
    if sys.platform != "win32":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return str(os.getuid())
    return getpass.getuser()


def _checked(place: Workspace) -> list[tuple[ledger.Entry, str]]:
    head = _head(place)
    if not place.pulls.exists() and head is None:
        return []
    if not place.pulls.exists():
        raise IntegrityFailed("private/pulls.sqlite is gone.", _LOST)
    found = ledger.links(place.pulls)
    # A stop between the two writes leaves the second file one entry behind, never ahead.
    if head not in [(entry.number, digest) for entry, digest in found] and (head or len(found) > 1):
        raise IntegrityFailed("private/pulls.sqlite does not hold the last entry that private/pulls.head names.", _LOST)
    return found


def _head(place: Workspace) -> tuple[int, str] | None:
    """The number and hash of the last entry, as the second file has them; None before the first pull."""
    try:
        number, _, digest = (place.private / "pulls.head").read_text(encoding="ascii").strip().partition(":")
        return int(number), digest
    except FileNotFoundError:
        return None
    except ValueError:
        raise IntegrityFailed("private/pulls.head does not read as it was written.", _LOST) from None


def _write_head(place: Workspace, number: int, digest: str) -> None:
    new = place.private / f".pulls.head.{os.getpid()}"
    with open(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as handle:
        handle.write(f"{_mark(number, digest)}\n")
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(new, place.private / "pulls.head")


def _mark(number: int, digest: str) -> str:
    return f"{number}:{digest}"


def _pull(entry: ledger.Entry) -> Pull:
    said = entry.content
    asked = tuple(Asked(**one) for one in said["asked"])
    return Pull(entry.number, entry.at, said["who"], said["command"], said["release_id"], said["purpose"], asked)
