"""Slips of the pen: a word that nobody knows is taken for the one known word that it is nearest to, and says so."""

from typing import Any, Protocol

from dashboards.asking.words import root, stem


class _Remarks(Protocol):
    def remark(self, reply: str, **slots: str) -> None:
        """Keep what is to be said."""


def corrected(words: list[str], table: dict[str, Any], found: _Remarks) -> tuple[list[str], list[str], list[str]]:
    """Return the words as they are known, those that nobody knows, and those of them that narrow the question.

    Each word that was put right gets a remark; one that could be two stays unknown.
    """
    known = set(table["known"])
    right: list[str] = []
    unknown: list[str] = []
    binding: list[str] = []
    for at, word in enumerate(words):
        if stem(word) in known or "0" <= word[0] <= "9" or _is_quarter(word):
            right.append(word)
        elif word in table["short"]:
            right += table["short"][word].split()
        elif word in table["joined"]:
            right += table["joined"][word].split()
        elif root(word) in table["roots"]:
            right.append(table["roots"][root(word)])
        elif len(near := nearest(word, table["correctable"])) == 1:
            found.remark("spelling", words=word, meant=near[0])
            right.append(near[0])
        else:
            unknown.append(word)
            if is_bound(words, at, table):
                binding.append(word)
    return right, unknown, binding


def is_bound(words: list[str], at: int, table: dict[str, Any]) -> bool:
    """Say whether the word stands where a place, a group or a condition is named."""
    before = words[at - 1] if at else ""
    after = stem(words[at + 1]) if at + 1 < len(words) else ""
    return before in table["bindsNext"] or after in table["boundBy"]


def nearest(word: str, words: list[str]) -> list[str]:
    """Return the known words that are nearest to a word, where any is near enough.

    Near enough: one letter put in, left out, changed or swapped, two in words of eight letters or more; the first
    letter is right or swapped with the second. Words of four letters may only have two letters swapped.
    """
    if len(word) < 4 or not word.isascii():
        return []
    best, found = 2 if len(word) >= 8 else 1, []
    for one in words:
        if abs(len(one) - len(word)) > best or (one[0] != word[0] and one[:2] != word[1::-1]):
            continue
        if len(word) == 4 and sorted(one) != sorted(word):
            continue
        distance = edits(word, one, best)
        if distance < best:
            best, found = distance, [one]
        elif distance == best:
            found.append(one)
    return found


def edits(one: str, other: str, most: int) -> int:
    """Return how many letters must be put in, left out, changed or swapped with the next; `most` + 1 for any more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _is_quarter(word: str) -> bool:
    return len(word) == 2 and word[0] in "qh" and word[1] in "1234"
