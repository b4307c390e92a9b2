"""Figures added up from printed ones: what they are called, and how far rounding can put them off."""

from collections.abc import Iterable
from typing import Final

ADDED: Final = "added_report_count"
"""The measure of a sum of printed counts that lie end to end. It tells nothing that they do not, so it needs no
protection of its own; each part is rounded by itself, so the sum can be off by what all of them can."""

_NOTE: Final = "within_"


def note_id(off: int) -> str:
    """Return the note of a sum that rounding can put `off` reports off."""
    return f"{_NOTE}{off}"


def notes(note_ids: Iterable[str]) -> dict[str, str]:
    """Return the words of every such note among these."""
    return {
        one: f"Added up from printed figures, each rounded by itself: it can be up to {off_by([one])} more or fewer."
        for one in note_ids
        if off_by([one])
    }


def off_by(note_ids: Iterable[str]) -> int:
    """Return how many reports rounding can put a sum off, by its notes; 0 where it is no sum."""
    return max((int(one.removeprefix(_NOTE)) for one in note_ids if one.startswith(_NOTE)), default=0)
