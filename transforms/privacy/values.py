"""What a single value may give away: every kind of identifier that it holds."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from transforms.privacy import dates, numbers, online, people, places
from transforms.privacy.findings import Kind

HARMLESS: Final = r"[A-Za-z_&()'+-]*|[A-Za-z]{0,2}[0-9]{0,5}[A-Za-z]?|[A-Za-z]?[0-9]{1,7}|[A-Za-z][0-9]{8}"
"""Values that can hold no identifier of a kind known here: single words and short codes. For RE2."""

_DETECTORS: Final[tuple[tuple[Kind, Callable[[str], bool]], ...]] = (
    (Kind.EMAIL, online.has_email),
    (Kind.ONLINE, online.has_online),
    (Kind.IP_ADDRESS, online.has_ip_address),
    (Kind.PHONE, numbers.has_phone),
    (Kind.NHS, numbers.has_nhs_number),
    (Kind.NINO, numbers.has_nino),
    (Kind.CARD, numbers.has_card_number),
    (Kind.PLATE, numbers.has_plate),
    (Kind.CRIME_REFERENCE, numbers.has_crime_reference),
    (Kind.POSTCODE, places.has_postcode),
    (Kind.POSITION, places.has_position),
    (Kind.ADDRESS, places.has_address),
    (Kind.DATE, dates.has_date),
    (Kind.BIRTH, dates.has_birth),
    (Kind.PERSON, people.has_person),
    (Kind.FREE_TEXT, people.has_sentence),
)
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_AS_FLOAT: Final = re.compile(r"(\d{8,})\.0+")


def plain(value: str) -> str:
    """Return the value in plain characters: full-width forms, odd spaces and dashes cannot hide it."""
    if not value.isascii():
        folded = unicodedata.normalize("NFKC", value.translate(_DASHES))
        value = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    value = " ".join(value.split())
    number = _AS_FLOAT.fullmatch(value)
    return number.group(1) if number else value


def kinds_in(value: str) -> set[Kind]:
    """Return the kinds of identifier that the value holds; empty for a clean one.

    Whether the column may hold them is for the caller to know.
    """
    text = plain(value)
    return {kind for kind, holds in _DETECTORS if holds(text)}
