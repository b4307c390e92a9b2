"""The columns that name the grounds of a report: flags, or labels that may be joined in one cell."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from data.schema import CHARACTERISTICS
from transforms.privacy.names import words
from transforms.proposing import words as known
from transforms.proposing.code_lists import Labels, labels, stripped
from transforms.proposing.survey import MOST_LABELS, Column

_SEPARATORS: Final = (";", "|", ", ", ",", " / ", "/", " & ", "+")


@dataclass(frozen=True)
class Motivation:
    """One column that names grounds."""

    separator: str | None
    none: list[str]
    labels: Labels


def motivations(columns: list[Column]) -> dict[str, Motivation]:
    """Take the flags named after a ground and the columns named after a motive; failing these, what reads as one."""
    found: dict[str, Motivation] = {}
    named = [column for column in columns if not set(words(column.name)) & known.ABOUT_OTHER_THINGS]
    separator = _separator([column for column in named if set(words(column.name)) & known.BIAS])
    for column in named:
        grounds = known.grounds_in(column.name)
        ground = grounds[0] if len(grounds) == 1 else None
        values = {known.plain(value) for value in column.filled}
        if ground and values <= known.YES | known.NO and values:
            yes, no = _yes_and_no(column)
            found[column.name] = Motivation(None, no, Labels(dict.fromkeys(yes, ground), 0))
        elif set(words(column.name)) & known.BIAS and (made := _labelled(column, separator, ground, least=0.5)):
            found[column.name] = made
    if not found:
        for column in sorted(named, key=lambda one: -_share(stripped(one))):
            if made := _labelled(column, _separator([column]), None, least=0.8):
                return {column.name: made}
    return found


def _yes_and_no(column: Column) -> tuple[list[str], list[str]]:
    """Return the words for yes and no as the column writes them; the one it lacks in the writing of the other."""
    found = sorted(stripped(column))
    yes = [value for value in found if value.casefold() in known.YES]
    no = [value for value in found if value.casefold() in known.NO]
    for one, other in (("y", "n"), ("yes", "no"), ("true", "false"), ("t", "f"), ("1", "0")):
        for style in (str.lower, str.upper, str.title):
            if style(one) in yes and not no:
                no = [style(other)]
            if style(other) in no and not yes:
                yes = [style(one)]
    return yes, no + ([""] if column.filled_rows < column.row_count else [])


def _labelled(column: Column, separator: str | None, ground: str | None, least: float) -> Motivation | None:
    parts = _parts(stripped(column), separator)
    none = [label for label in parts if known.plain(label) in known.NONE]
    named = Counter({label: rows for label, rows in parts.items() if label not in none})
    if len(named) > MOST_LABELS or (not named and not ground) or (not ground and _share(named) < least):
        return None
    own = {known.plain(code) for code in CHARACTERISTICS}
    shown = labels(named, lambda label: known.plain(label) in own, lambda label: known.ground_of(label, ground))
    if column.filled_rows < column.row_count:
        none.append("")
    return Motivation(separator, none, shown)


def _share(counts: Counter[str]) -> float:
    """Return the share of rows whose label speaks of a ground that a person could be targeted for."""
    rows = sum(n for label, n in counts.items() if known.grounds_in(label) not in ([], ["not_recorded"]))
    return rows / counts.total() if counts else 0.0


def _parts(counts: Counter[str], separator: str | None) -> Counter[str]:
    parts: Counter[str] = Counter()
    for value, rows in counts.items():
        for part in value.split(separator) if separator else [value]:
            parts[part.strip()] += rows
    return parts


def _separator(columns: list[Column]) -> str | None:
    """Return what joins several labels: the text whose parts mostly stand by themselves in other cells."""
    for separator in _SEPARATORS:
        alone: set[tuple[str, str]] = set()
        parts: set[tuple[str, str]] = set()
        for column in columns:
            for value in stripped(column):
                pieces = value.split(separator)
                (alone if len(pieces) == 1 else parts).update((column.name, piece.strip()) for piece in pieces)
        if parts and len(parts & alone) * 2 >= len(parts):
            return separator
    return None
