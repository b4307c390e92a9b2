"""Reading age by the Flesch-Kincaid grade: 0.39 × words a sentence + 11.8 × syllables a word - 15.59, plus five years.

Kincaid and others 1975. A number counts as one short word, and so does a name (of a place, a month or a protected
characteristic), as word lists of readability take names as known; figures in brackets are left out.
"""

import re
from collections.abc import Iterable

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SILENT = (("e", ("le", "ee")), ("ed", ("ted", "ded")), ("es", ("ses", "zes", "ches", "shes", "ges", "ces", "xes")))


def reading_age(text: str, names: Iterable[str] = ()) -> float:
    """The age in years at which a text can be read."""
    text = re.sub(r"\(rate ratio [^)]*\)", "", text)
    for name in sorted([*names, *_MONTHS], key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", "name", text, flags=re.IGNORECASE)
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", text) if re.search(r"[a-z]", part)]
    words = re.findall(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d[\d,.]*", text)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return grade + 5


def syllables(word: str) -> int:
    """Groups of vowels, less a silent ending; at least one."""
    word = word.lower()
    count = len(re.findall(r"[aeiouy]+", word))
    for ending, spoken in _SILENT:
        if word.endswith(ending) and not word.endswith(spoken):
            count -= 1
            break
    return max(1, count)
