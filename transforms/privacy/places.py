"""Identifiers that say where exactly: full postcodes, coordinates, grid references, a house in a street."""

import re
from typing import Final

from transforms.privacy.wordlists import listed

_AREAS: Final = listed("postcode_areas")
_POSTCODE: Final = re.compile(
    rf"(?<![A-Z0-9])(?:(?:{'|'.join(sorted(_AREAS, key=len, reverse=True))})\d[A-Z\d]?[ -]{{0,2}}"
    r"\d[ABD-HJLNP-UW-Z]{2}|GIR ?0AA)(?![A-Z0-9])",
    re.IGNORECASE,
)
_SQUARES: Final = (
    "HO|HP|HT|HU|HW|HX|HY|HZ|NA|NB|NC|ND|NF|NG|NH|NJ|NK|NL|NM|NN|NO|NR|NS|NT|NU|NW|NX|NY|NZ|OV"
    "|SC|SD|SE|SH|SJ|SK|SM|SN|SO|SP|SR|SS|ST|SU|SV|SW|SX|SY|SZ|TA|TF|TG|TL|TM|TQ|TR|TV"
)
_GRID_REFERENCE: Final = re.compile(
    rf"(?<![A-Z0-9])(?:{_SQUARES})(?: ?\d{{3}} ?\d{{3}}| ?\d{{4}} ?\d{{4}}| ?\d{{5}} ?\d{{5}})(?![A-Z0-9])",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(r"(?<![\d.])(-?\d{1,3}\.\d{3,})\s*[,;/ ]\s*(-?\d{1,3}\.\d{3,})(?![\d.])")
_ALONE: Final = re.compile(r"(?:49|5\d|60)\.\d{4,}|-[0-8]\.\d{4,}|0\.\d{6,}|1\.[0-8]\d{5,}")
_COMPASS: Final = re.compile(r"\d{1,3}(?:\.\d{3,}\s*°?|\s*°\s*\d{1,2}\s*['′][^NSEW]{0,9})\s*[NSEW]\b", re.IGNORECASE)
_EASTING_NORTHING: Final = re.compile(r"(?<![\d.])[0-6]\d{5}(?:\.\d+)?\s*[,;/ ]\s*(?:1[0-2])?\d{6}(?:\.\d+)?(?![\d.])")
_YEAR_MONTH: Final = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])")
_THREE_WORDS: Final = re.compile(r"///\s?[a-z]+\.[a-z]+\.[a-z]+|^[a-z]{3,}\.[a-z]{3,}\.[a-z]{4,}$")
_HOUSE: Final = re.compile(
    r"(?<![\w£$&])\d{1,4}[a-z]?,? (?:[a-z'.-]+ ){1,3}(?:street|road|rd|avenue|ave|lane|ln|close|drive"
    r"|crescent|gardens|terrace|grove|mews|way|place|court|square|hill|row|walk|rise|green)\b",
    re.IGNORECASE,
)


def has_postcode(text: str) -> bool:
    """Say whether the text holds a full postcode (a unit of some 15 households) of a postcode area in use."""
    return _POSTCODE.search(text) is not None


def has_position(text: str) -> bool:
    """Say whether the text gives a position to some 100 m: degrees, 6-figure grid reference, three words."""
    if _GRID_REFERENCE.search(text) or _COMPASS.search(text) or _ALONE.fullmatch(text) or _THREE_WORDS.search(text):
        return True
    if any(abs(float(one)) <= 180 and abs(float(two)) <= 180 for one, two in _PAIR.findall(text)):
        return True
    pair = _EASTING_NORTHING.search(text)
    return pair is not None and _YEAR_MONTH.match(pair.group()) is None


def has_address(text: str) -> bool:
    """Say whether the text holds a house number and a street."""
    return _HOUSE.search(text) is not None
