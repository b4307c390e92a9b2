"""The words of a question: how they are split and spelt, and the one table of what each of them may mean.

The table is plain data: the page of a release holds it as JSON and reads questions by it in the same way.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from dashboards.asking import rules
from dashboards.asking.published import Published
from data import reference
from data.schema import RECORD_CLASSES

LONGEST: Final = 300
"""Characters of a question: longer ones are letters, and hold more than one."""

Meaning = list[Any]
"""A kind, what it stands for, and the id of a remark that goes with it."""

_LETTERS: Final = r"[^\W_]+"
_TOKEN: Final = re.compile(
    rf"\d{{4}}-\d\d-\d\d|\d\d?/\d\d?/\d{{4}}|\d{{4}}[/-]\d{{1,4}}|\d\d?[/-]\d{{2,4}}|{_LETTERS}|-"
)
_SHORTEST_ROOT: Final = 4
_CONTENT: Final = ("area", "town", "elsewhere", "characteristic", "record_class")


def split(text: str) -> list[str]:
    """Return the words of a question in small letters without accents; a dash is kept between two dates."""
    return list(_split(text))


# The table of a release asks of the same few thousand phrases, and each release is made twice.
@lru_cache(maxsize=10_000)
def _split(text: str) -> tuple[str, ...]:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if unicodedata.category(one)[0] != "M").lower()
    plain = re.sub(r"['’‘`]s\b", "", plain)
    plain = re.sub(r"['’‘`]", "", plain)
    plain = (
        re.sub(r"\bfy(?=[0-9])", "fy ", plain).replace("%", " percent ").replace("&", " and ").replace("+", " plus ")
    )
    plain = re.sub(r"[‐-―−]", "-", plain)
    plain = re.sub(r"([0-9]),(?=[0-9]{3}\b)", r"\1", plain)
    found: list[str] = []
    for word in _TOKEN.findall(plain):
        years = re.fullmatch(r"([0-9]{4})-([0-9]{4})", word)
        if years and int(years[2]) != int(years[1]) + 1:
            found += [years[1], "to", years[2]]
        elif word not in rules.OMITTED:
            found.append(word)
    dated = ["0" <= word[0] <= "9" or word in rules.MONTHS for word in found]
    kept = []
    for at, word in enumerate(found):
        if word != "-":
            kept.append(word)
        elif 0 < at < len(found) - 1 and dated[at - 1] and dated[at + 1]:
            kept.append("to")
    return tuple(kept)


def names(text: str) -> set[str]:
    """Return the words that open with a capital, in small letters; none where the whole text is in capitals."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if unicodedata.category(one)[0] != "M")
    if not any(unicodedata.category(one) == "Ll" for one in plain):
        return set()
    return {word.lower() for word in re.findall(_LETTERS, plain) if unicodedata.category(word[0]) == "Lu"}


def root(word: str) -> str:
    """Return what is left of a word without its ending; nothing where that is too short to tell."""
    ending = next(one for one in rules.ENDINGS if word.endswith(one))
    left = word[: len(word) - len(ending)]
    return left if len(left) >= _SHORTEST_ROOT else ""


def stem(word: str) -> str:
    """Return the word without the s of a plural; the same for both sides of a comparison, whatever it is."""
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word


def phrase(words: Iterable[str]) -> str:
    """Return words as the table has them."""
    return " ".join(stem(word) for word in words)


def table(published: Published) -> dict[str, Any]:
    """Return all that a reader of questions needs to know of this release, as plain data.

    `phrases` gives the meaning of each phrase; `known` and `correctable` are the words that are spelt right, and
    those that a slip is taken back to.
    """
    phrases: dict[str, Meaning] = {}
    for row in reference.rows("question_words"):
        for words in row["words"].split("; "):
            _put(phrases, words, [row["kind"], row["means"], row["remark"]])
    for words, link in rules.LINKS.items():
        phrases[phrase(split(words))] = ["link", link, ""]
    for code, name in published.characteristics.items():
        _put(phrases, name, ["characteristic", code, ""])
        _put(phrases, code.replace("_", " "), ["characteristic", code, ""])
    former = _places(phrases, published)
    # Words as people write them: what a slip is taken back to.
    written = [row["words"] for row in reference.rows("question_words") if row["kind"] in (*_CONTENT, "noun")]
    written += [row["town"] for row in reference.rows("towns")]
    written += [place.name for place in published.places.values()] + list(published.characteristics.values())
    literals = {word for rule, _ in rules.PATTERNS for part in rule for word in part.split("|") if word[0] != "{"}
    content = {word for one in written for word in split(one)} | {name for name in rules.MONTHS if len(name) > 4}
    joined = {
        "".join(split(one)): " ".join(split(one))
        for several in written
        for one in several.split("; ")
        if len(split(one)) > 1
    }
    every = {word for one in phrases for word in one.split()} | {stem(word) for word in literals}
    numbers = {*rules.MONTHS, *rules.NUMBERS, *rules.ORDINALS}
    return {
        "phrases": dict(sorted(phrases.items())),
        "longest": max(one.count(" ") for one in phrases) + 1,
        "known": sorted(every | {stem(word) for word in numbers}),
        "correctable": sorted(word for word in content | literals if len(word) >= 4 and word.isalpha()),
        "joined": {run: said for run, said in sorted(joined.items()) if stem(run) not in every},
        "short": rules.SHORT,
        "endings": rules.ENDINGS,
        "roots": _roots(phrases),
        "bindsNext": rules.BINDS_NEXT,
        "boundBy": rules.BOUND_BY,
        "negations": rules.NEGATIONS,
        "former": former,
        "replies": [row["reply_id"] for row in reference.rows("question_replies")],
        "patterns": [[written, [list(one) for one in readings]] for written, readings in rules.PATTERNS],
        "months": rules.MONTHS,
        "numbers": rules.NUMBERS,
        "ordinals": rules.ORDINALS,
        "mayBefore": list(rules.MAY_BEFORE),
        "latest": rules.LATEST,
        "relative": rules.RELATIVE,
        "first": published.first,
        "last": published.last,
        "complete": published.last_complete,
        "force": published.force.code,
        "areas": {place.code: [place.name, place.type] for place in published.places.values()},
        "characteristics": published.characteristics,
        "names": reference.display_names() | published.characteristics,
        "classNames": {row["record_class"]: row["display_name"] for row in reference.rows("record_classes")},
        "classes": [name for name in RECORD_CLASSES if name in published.record_classes],
    }


def _roots(phrases: dict[str, Meaning]) -> dict[str, str]:
    """The word of talk that each root stands for, where no word of weight has the same root."""
    single = {said: meaning[0] in ("filler", "noun") for said, meaning in phrases.items() if " " not in said}
    weighty = {root(said) for said, is_talk in single.items() if not is_talk}
    talk = {root(said): said for said, is_talk in sorted(single.items()) if is_talk}
    return {one: said for one, said in talk.items() if one and one not in weighty}


def _places(phrases: dict[str, Meaning], published: Published) -> dict[str, list[str]]:
    """Put every name and code of a place into `phrases`; return the former codes: the place and its last day."""
    former = {row["former_code"]: [row["area_code"], row["valid_to"]] for row in reference.rows("area_former_codes")}
    known = {row["area_code"]: row["area_name"] for row in reference.rows("areas")}
    names = [(name, code) for code, name in known.items()]
    names += [(row["alias"], row["area_code"]) for row in reference.rows("area_aliases")]
    names += [(code, code) for code in known]
    names += [(old, code) for old, (code, _) in former.items()]
    for place in published.places.values():
        names += [(place.name, place.code), (place.code, place.code), (f"{place.name} area", place.code)]
    for name, code in names:
        here = code in published.places
        meaning = ["area", code, ""] if here else ["elsewhere", known.get(code, name), ""]
        if here or code in known:
            _put(phrases, name, meaning)
    for row in reference.rows("towns"):
        if row["area_code"] in published.places:
            _put(phrases, row["town"], ["town", row["area_code"], row["town"]])
    _shortened_towns(phrases, [row for row in reference.rows("towns") if row["area_code"] in published.places])
    return {phrase(split(old)): [code, day] for old, (code, day) in former.items() if code in published.places}


def _shortened_towns(phrases: dict[str, Meaning], towns: list[dict[str, str]]) -> None:
    """Put the initials of a town of three words, and the first word of one of two, where they mean nothing else."""
    for row in towns:
        parts = split(row["town"])
        short = "".join(word[0] for word in parts) if len(parts) > 2 else parts[0]
        if len(parts) > 1 and phrase([short]) not in phrases:
            _put(phrases, short, ["town", row["area_code"], row["town"]])


def _put(phrases: dict[str, Meaning], words: str, meaning: Meaning) -> None:
    """Give a phrase a meaning; of two that a person may mean, neither is chosen."""
    said = phrase(split(words))
    known = phrases.get(said)
    if not said or known == meaning or (known and meaning[0] == "elsewhere"):
        return
    if known is None or known[0] in ("filler", "noun", "refusal", "link", "elsewhere"):
        phrases[said] = meaning
    elif known[0] in _CONTENT and meaning[0] in _CONTENT and known[1] != meaning[1]:
        phrases[said] = ["choice", said, ""]
