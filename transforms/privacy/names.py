"""Column names that promise identifying values, read word by word."""

import re
from itertools import pairwise
from typing import Final

from transforms.privacy.wordlists import listed

_SPLIT: Final = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

IDENTIFYING: Final = listed("identifying")
"""Words that stop a column on their own."""

_PEOPLE: Final = listed("people")
_NUMBERING: Final = listed("numbering")
_NUMBERED: Final = _PEOPLE | listed("numbered")
"""Words that stop a column when it numbers them: `victim_ref`, `crime number`."""

_THINGS: Final = listed("things")
"""What may have a name or be in words without being a person."""

_DESCRIBED: Final = listed("described")
_BANDED: Final = listed("bands")
_PAIRS: Final = (
    {"ip", "address"},
    {"national", "insurance"},
    {"ni", "number"},
    {"ni", "no"},
    {"grid", "ref"},
    {"grid", "reference"},
    {"number", "plate"},
    {"reg", "number"},
    {"reg", "no"},
    {"vehicle", "reg"},
    {"vehicle", "registration"},
    {"free", "text"},
    {"shoulder", "number"},
    {"place", "birth"},
)
_WHOLE: Final = ({"long"}, {"x"}, {"y"}, {"name"}, {"names"}, {"crn"}, {"urn"}, {"reg"}, {"registration"})


def words(name: str) -> list[str]:
    """Return the words of a column name, lower case, whether it is in snake, camel or spaced writing."""
    return [word.lower() for word in _SPLIT.split(name) if word]


def is_identifying(name: str) -> bool:
    """Say whether the name promises values that identify someone: `victimSurname`, `dob`, `MO notes`, `lat`.

    Names of things (`STATE_NAME`), wordings of codes (`Law Code Category Description`) and bands (`age_band`)
    promise none.
    """
    found = words(name)
    held = {*found, *(word.rstrip("0123456789") for word in found), *(a + b for a, b in pairwise(found))}
    if held & {"dob", "birth", "surname", "forename"}:
        return True
    if held & {"description", "descriptions", "desc"} and held & _DESCRIBED and not held & _PEOPLE:
        held -= {"description", "descriptions", "desc"}
    if held & {"officer", "constable"} and set(found) & {"count", "type"}:
        held -= {"officer", "constable"}
    return bool(
        held & IDENTIFYING
        or any(pair <= held for pair in _PAIRS)
        or set(found) in _WHOLE
        or (held & {"name", "names"} and (held & _PEOPLE or not held & _THINGS))
        or (held & _NUMBERING and held & _NUMBERED)
        or (held & {"age", "ages"} and not held & _BANDED)
    )
