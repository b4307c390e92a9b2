"""Code lists: which labels of a column may be shown at all, and the code proposed for each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from transforms.proposing.survey import LONGEST_LABEL, MOST_LABELS, Column

ROWS_TO_BE_SHOWN: Final = 5
"""A label on fewer rows may be a single person's, and is not shown."""


@dataclass(frozen=True)
class Labels:
    """The labels of one column that may be shown, each with the code proposed, and how many may not."""

    codes: dict[str, str]
    hidden: int


def labels(counts: Counter[str], is_known: Callable[[str], bool], code: Callable[[str], str]) -> Labels:
    """Return what may be shown of a code list: no more than 60 labels, short ones, each on 5 rows or well known."""
    short = len(counts) <= MOST_LABELS
    may_be_shown = [
        label
        for label, rows in counts.items()
        if is_known(label) or (short and rows >= ROWS_TO_BE_SHOWN and len(label) <= LONGEST_LABEL)
    ]
    return Labels({label: code(label) for label in sorted(may_be_shown)}, len(counts) - len(may_be_shown))


def stripped(column: Column) -> Counter[str]:
    """Return the filled values without the spaces around them, with their rows."""
    counts: Counter[str] = Counter()
    for value, rows in column.filled.items():
        counts[value.strip()] += rows
    return counts
