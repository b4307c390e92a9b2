"""The words by which a column's name or a label is recognised: as a field, a ground, or one of our codes."""

import re
from functools import cache
from typing import Final

from data import reference
from data.schema import (
    CHARACTERISTICS,
    MONITORED_CHARACTERISTICS,
    RECORD_CLASSES,
    REPORT_STATUSES,
    REPORTING_ROUTES,
)
from transforms.privacy.wordlists import listed


def listed_words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


PEOPLE: Final = listed("people")
"""Words that say a column is about somebody, so that a race in it is theirs and no motive."""

ABOUT_OTHER_THINGS: Final = PEOPLE | {"aggravated", "aggravation"}
"""Words of columns that may name a ground and yet are no motive: an aggravated offence is a legal class."""

YES: Final = frozenset({"y", "yes", "true", "t", "1"})
NO: Final = frozenset({"n", "no", "false", "f", "0"})
_PAIRS: Final = (("Y", "N"), ("Yes", "No"), ("YES", "NO"), ("y", "n"), ("yes", "no"), ("1", "0"), ("True", "False"),
                 ("true", "false"))  # fmt: skip
OTHER: Final = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
"""The other word of a flag, in the same writing."""

NONE: Final = NO | {"", "none", "nil", "n/a", "not applicable", "-"}
"""Words of a ground column that name no ground."""

CANCELLED: Final = frozenset({"cancelled", "canceled", "cancellation"})
"""Words of a flag that a report was cancelled: passed over, what was cancelled would be counted."""

BIAS: Final = listed_words(
    "bias biases characteristic characteristics ground grounds hate hostility motivation motivations motive motives "
    "prejudice strand strands"
)
"""Words that say a column is about what motivated a report, not about who somebody is."""

AREA: Final = {
    "district": "district",
    "borough": "borough",
    "lad": "district",
    "lpa": "local_policing_area",
    "bcu": "police_command",
    "precinct": "police_precinct",
    "division": "police_division",
    "state": "state",
    "csp": "community_safety_partnership",
    "county": "county",
    "area": "area",
    "ward": "ward",
    "beat": "beat",
    "region": "region",
}
"""Words of an area column, with the kind of area each means."""

PLACELESS: Final = {
    "outside": r"outside|elsewhere|other force|out of (?:force|area|county)|federal",
    "online": r"online|internet|cyber|social media",
    "unknown": r"unknown|not known|not specified|not recorded|not stated|nsa|nk",
}
"""What an area column holds that is no area."""

DATES: Final = {
    "recorded": "recorded record created create entered crimed logged input",
    "reported": "reported report complaint notified received called",
    "occurred": "occurred occurrence occurence incident event offence offense committed start from happened",
}
_NO_DATES: Final = listed_words("arrest birth dob charge court outcome update updated modified disposal release")

_GROUNDS: Final = {
    "race": r"rac(?:e|es|ial|ially|ist|ism)\b|racial|ethnic|xenophob|nationality|national origin|ancestry|colou?r\b"
    r"|black|white|asian|arab\b|hispanic|latin[oax]\b|african|caribbean|chinese|indian\b|pakistan|bangladesh|polish"
    r"|irish|israeli|somali|gyps|roma\b|traveller|indigenous|hawaiian|middle eastern",
    "religion": r"relig|faith\b|islam|muslim|jew|semit|christian|catholic|protestant|hindu|sikh|buddh|atheis|agnostic"
    r"|orthodox|mormon|jehovah|sectarian|anglican",
    "sexual_orientation": r"sexual orientation|homophob|biphob|lesbo?phob|homosexual|heterosexual|bisexual|gay\b"
    r"|lesbian|lgb|queer",
    "disability": r"disab|learning difficult|mental|physical|autis|deaf|wheelchair",
    "transgender": r"transgender|transphob|transsex|trans\b|gender identity|non.?conforming|non.?binary",
    "other_local": r"ages?\b|yrs|years|elder|older|youn|gender|sex\b|misogyn|female|male|wom[ae]n|man\b|men\b|language"
    r"|sub.?culture|homeless|goth",
    "not_recorded": r"unknown|not known|not recorded|not stated|unspecified|unclassified",
}

_CODES: Final = {
    "record_class": {
        "non_crime_incident": r"non.?crime|nchi|hate incident|incident",
        "crime": r"crime|notifiable|offen[cs]e",
    },
    "status": {
        "cancelled": r"cancel|no.?crime|duplicate|error|withdrawn|deleted|void",
        "recorded": r"record|open|live|active|closed|confirm|finali[sz]ed|filed|complete|current",
    },
    "reporting_route": {
        "emergency_999": r"999|emergency",
        "non_emergency_101": r"101|non.?emergency",
        "third_party": r"third.?party|reporting cent|charity|agency|partner",
        "online": r"online|web|internet|e.?mail|true vision|social media",
        "in_person": r"in.?person|counter|station|front office|face.to.face",
        "officer": r"officer|police|patrol",
        "unknown": r"unknown|not known|not recorded",
        "other": r"other",
    },
    "aggravated": {"yes": r"y|yes|true|t|1", "no": r"n|no|false|f|0"},
}
_VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "record_class": RECORD_CLASSES,
    "status": REPORT_STATUSES[:2],
    "reporting_route": REPORTING_ROUTES,
}
REFERENCE_TABLES: Final = {"outcome_code": "outcomes", "offence_group": "offence_groups"}


def plain(text: str) -> str:
    """Return a name or label in lower case, its words divided by single spaces."""
    return re.sub(r"[\s_]+", " ", text.strip().casefold())


def grounds_in(text: str) -> list[str]:
    """Return every ground that the words of a label or name speak of, in our order.

    A centrally monitored ground outweighs the others: "anti-female homosexual" speaks of sexual orientation.
    """
    written = plain(text)
    if written.replace(" ", "_") in CHARACTERISTICS:
        return [written.replace(" ", "_")]
    found = [ground for ground in CHARACTERISTICS if re.search(rf"(?:\b|anti|2s)(?:{_GROUNDS[ground]})", written)]
    return [ground for ground in found if ground in MONITORED_CHARACTERISTICS] or found[:1]


def ground_of(label: str, column_ground: str | None = None) -> str:
    """Return the one ground a label means, or an empty text where its words do not decide it.

    In a column named after a monitored ground every label means that ground.
    """
    if column_ground in MONITORED_CHARACTERISTICS:
        return str(column_ground)
    found = grounds_in(label)
    if len(found) == 1 and not (column_ground and found == ["not_recorded"]):
        return found[0]
    return column_ground or "" if not found else ""


def date_basis(words: list[str]) -> str | None:
    """Return which date a column of dates is by its name, or None; arrests and births are none of ours."""
    if _NO_DATES & set(words):
        return None
    return next((basis for basis, listed in DATES.items() if set(listed.split()) & set(words)), None)


@cache
def vocabulary(field: str) -> tuple[str, ...]:
    """Return our own codes of a field, or those of its reference table; empty where it has none."""
    table = REFERENCE_TABLES.get(field)
    return tuple(reference.read(table).iloc[:, 0]) if table else _VOCABULARIES.get(field, ())


@cache
def _reference_names(field: str) -> dict[str, str]:
    table = reference.read(REFERENCE_TABLES[field])
    return {plain(name): code for code, name in zip(table.iloc[:, 0], table.iloc[:, 1], strict=True)}


def is_known_code(field: str, label: str) -> bool:
    """Say whether a label is a word of a public code list or yes or no, and so can tell nothing of a person."""
    known = {plain(code) for code in vocabulary(field)} | (YES | NO if field == "aggravated" else set())
    return plain(label) in known or (field in REFERENCE_TABLES and plain(label) in _reference_names(field))


def code_of(field: str, label: str) -> str:
    """Return our code for a label of a coded column, or an empty text where its words do not decide it."""
    written = plain(label)
    exact = {plain(code): code for code in vocabulary(field)}
    if written in exact:
        return exact[written]
    if field in REFERENCE_TABLES:
        numbered = re.match(r"(?:outcome )?(\d+[a-c]?)\b", written) if field == "outcome_code" else None
        return _reference_names(field).get(written) or exact.get(numbered.group(1) if numbered else "", "")
    for code, pattern in _CODES[field].items():
        if re.fullmatch(pattern, written) or (field != "aggravated" and re.search(rf"\b(?:{pattern})", written)):
            return code
    return ""


def coded_field(words: list[str]) -> str | None:
    """Return which coded field a column may be by its name, the most telling first, or None."""
    held = set(words)
    offence = held & {"offence", "offense", "crime"}
    rules = (
        ("aggravated", held & {"aggravated", "aggravation"}),
        ("outcome_code", held & {"outcome", "outcomes", "disposal", "disposition"}),
        (
            "record_class",
            held & {"class", "nchi"} or ("record" in held and held & {"type", "category", "kind"}),
        ),
        ("reporting_route", held & {"route", "method", "channel", "source", "contact", "how"}),
        ("offence_group", offence and held & {"group", "category", "type", "name", "primary", "description"}),
        ("record_class", held & {"type", "kind"} and held & {"crime", "incident"}),
        ("status", held & ({"status"} | CANCELLED)),
    )
    return next((field for field, applies in rules if applies), None)
