"""Personal names and the prose that holds them: titles, ranks, common forenames, sentences."""

import re
from typing import Final

from transforms.privacy.wordlists import listed

_SURNAME: Final = r"(?:(?:van|von|der|den|de|la|le|al|el|bin|ibn|da|dos|di)[ -]){0,2}(?:[A-Z]['’])?[A-Z][A-Za-z'’-]+"
_TITLED: Final = re.compile(
    r"(?<![A-Za-z])(?:(?i:mr|mrs|miss|ms|mx|dr|prof|professor|rev|revd|reverend|sir|dame"
    r"|cllr|councillor)\b\.?,?\s+"
    rf"(?:and\s+)?(?:[A-Z]\.?\s*){{0,3}}\s?{_SURNAME}"
    r"|(?i:mr|mrs|miss|mx)\b\.?\s+(?:[a-z]\.?\s+){0,3}[a-z'’-]{2,}"
    rf"|(?:PC|PS|DC|DS|DI|DCI|WPC|TDC|PCSO|Sgt|SGT|Sergeant|Insp|Inspector|Constable|CI|Supt)\.?\s+"
    rf"(?:\d{{1,6}}\s+)?"
    r"(?:[A-Z]\.?\s+)?(?:[A-Z]['’])?[A-Z][a-z'’-]+[A-Za-z'’-]*"
    r"|(?:PC|PS|DC|DS|PCSO)\s?\d{2,6}\b)"
)
_FORENAMES: Final = listed("forenames")
_PLACES: Final = listed("places")
_WHOLE_NAME: Final = re.compile(r"([A-Za-z'’-]{2,})(?: [A-Za-z]\.?)?(?: [A-Za-z][A-Za-z'’-]+)? ([A-Za-z][A-Za-z'’-]+)")
_TURNED_NAME: Final = re.compile(r"([A-Za-z][A-Za-z'’ -]+), ?([A-Za-z'’-]{2,})(?: [A-Za-z]\.?)?")

_PARTS: Final = re.compile(r"[;|]")
_WORD: Final = re.compile(r"[A-Za-z'’]+")
_TELLING: Final = listed("telling")


def has_person(text: str) -> bool:
    """Say whether the text holds a title or rank with a name, or is a whole name with a common forename.

    A name without a title that stands among other words, or whose forename is rare, is not found here.
    """
    if any(found.group().split()[-1].lower() not in _PLACES for found in _TITLED.finditer(text)):
        return True
    if whole := _WHOLE_NAME.fullmatch(text):
        return whole.group(1).lower() in _FORENAMES and whole.group(2).lower() not in _PLACES
    turned = _TURNED_NAME.fullmatch(text)
    return turned is not None and turned.group(2).lower() in _FORENAMES


def has_sentence(text: str) -> bool:
    """Say whether a cell tells a story rather than names a thing.

    True of a part of six words with one that tells (who did what), four with two, a closed sentence of six
    words, or 25 words of anything; parts are what stands between semicolons and bars.
    """
    for part in _PARTS.split(text):
        words = [word.lower() for word in _WORD.findall(part)]
        telling = len(_TELLING.intersection(words))
        if len(words) >= 25 or (len(words) >= 6 and telling >= 1) or (len(words) >= 4 and telling >= 2):
            return True
        if len(words) >= 6 and part.rstrip().endswith((".", "!", "?")) and words[-1] not in {"etc", "s"}:
            return True
    return False
