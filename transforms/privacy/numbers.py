"""Identifiers that are numbers or codes: telephone, NHS, National Insurance, card, plate, crime reference."""

import re
from typing import Final

import phonenumbers
from stdnum import luhn
from stdnum.gb import nhs

_PHONE: Final = re.compile(r"(?<![\d/.+-])(?:\+|00|\()?\(?\d(?:[\s().-]{0,3}\d){8,14}(?![\d/])")
_DIALLED: Final = re.compile(r"\+|00[1-9]|\(?0[1-9]|44[1-9]|\(\+")
_LOST_ZERO: Final = re.compile(r"7\d{9}")
_NHS: Final = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_CARD: Final = re.compile(r"(?<![A-Za-z\d])(?:\d[ -]?){12,18}\d(?!\d)")
_ISSUER: Final = re.compile(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|[45])")
_NINO: Final = re.compile(
    r"(?<![A-Z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)(?:QQ|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])"
    r"[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}"
    r"(?:[ -]?[A-D])?(?![A-Z0-9])",
    re.IGNORECASE,
)
_PLATES: Final = tuple(
    re.compile(rf"(?<![A-Z0-9])(?:{shape})(?![A-Z0-9])", re.IGNORECASE)
    for shape in (
        r"[A-HJ-PR-Y][A-Z]\d{2}[ -]?[A-HJ-PR-Z]{3}",
        r"[A-HJ-NPR-TV-Y]\d{1,3}[A-HJ-PR-Y][A-Z]{2}",
        r"[A-HJ-PR-Y][A-Z]{2}\d{1,3}[A-HJ-NPR-TV-Y]",
        r"[A-Z](?:[A-Z]Z|I[A-Z])[ -]?\d{4}",
    )
)
_OLD_PLATES: Final = re.compile(
    r"(?<![A-Z0-9])(?:[A-HJ-NPR-TV-Y]\d{2,3} (?!THE|AND|FOR|CAR|BUS|VAN|MAN)[A-HJ-PR-Y][A-Z]{2}"
    r"|[A-HJ-PR-Y][A-Z]{2} \d{2,3}[A-HJ-NPR-TV-Y])(?![A-Z0-9])"
)
_CRIME_REFERENCES: Final = tuple(
    re.compile(rf"(?<![\d/])(?:{shape})(?![\d/])", re.IGNORECASE)
    for shape in (
        r"\d{2}[A-Z]{0,2}/\d{3,7}/\d{2,4}",
        r"\d{5,7}/\d{2}",
        r"[A-Z]{1,5}[-/]\d{3,7}[-/]\d{2,4}",
        r"[A-Z]{2,5}[-/](?:19|20)?\d{2}[-/]\d{4,8}",
        r"(?:19|20)?\d{2}/\d{4,7}[A-HJ-NP-RT-Z]",
        r"\b(?:CRN?|CRIME|OCC|URN|INC|INCIDENT|REF|CAD|STORM|LOG|NICHE|ATHENA)\b"
        r"[\s:#./-]*(?:NO|NUM|NUMBER|REF)?"
        r"[\s:#./-]*[A-Z]{0,3}\d[\d/-]{4,}",
    )
)


def has_phone(text: str) -> bool:
    """Say whether the text holds a number that may be dialled from the United Kingdom.

    Numbers that the phonenumbers library knows, and any of eleven digits that begin 01, 02, 03, 07 or 08, for its
    tables leave out ranges that exist on paper. A mobile that a spreadsheet robbed of its zero counts.
    """
    for found in _PHONE.finditer(text):
        written = found.group()
        digits = re.sub(r"\D", "", written.replace("(0)", ""))
        if _LOST_ZERO.fullmatch(digits) or re.fullmatch(r"0[12378]\d{9}|(?:00)?447\d{9}", digits):
            return True
        if _DIALLED.match(written):
            try:
                number = phonenumbers.parse(f"+{digits}" if written.startswith(("44", "(+")) else written, "GB")
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return True
    return False


def has_nhs_number(text: str) -> bool:
    """Say whether the text holds ten digits that pass the NHS number's check (modulus 11)."""
    return any(nhs.is_valid(found.group()) and int(nhs.compact(found.group())) for found in _NHS.finditer(text))


def has_card_number(text: str) -> bool:
    """Say whether the text holds 13 to 19 digits of a known card issuer that pass Luhn's check."""
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if _ISSUER.match(digits) and luhn.is_valid(digits):
            return True
    return False


def has_nino(text: str) -> bool:
    """Say whether the text holds a National Insurance number (a prefix in use), with or without suffix."""
    return _NINO.search(text) is not None


def has_plate(text: str) -> bool:
    """Say whether the text holds a British or Northern Irish plate of the forms issued since 1963."""
    return any(plate.search(text) for plate in _PLATES) or _OLD_PLATES.search(text) is not None


def has_crime_reference(text: str) -> bool:
    """Say whether the text holds a crime, incident or PNC reference: 41/12345/21, 1234567/21, 10/123456X."""
    return any(reference.search(text) for reference in _CRIME_REFERENCES)
