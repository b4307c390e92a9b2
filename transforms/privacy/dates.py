"""Dates and births: what a declared date column may hold, and what no other column may."""

import re
from datetime import date
from typing import Final

_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH_WORD: Final = rf"(?i:{_MONTHS})[A-Za-z]{{0,6}}"
_DAY: Final = (
    r"(?:[12][0-9]{3}[-/.]?[01]?[0-9][-/.]?[0-3]?[0-9]"
    r"|[0-3]?[0-9][-/. ][0-3]?[0-9][-/. ](?:[12][0-9])?[0-9]{2}"
    rf"|[0-3]?[0-9][- ]?{_MONTH_WORD}[- ]?(?:[12][0-9])?[0-9]{{2}}"
    rf"|{_MONTH_WORD} [0-3]?[0-9],? [12][0-9]{{3}})"
)
_HOUR: Final = r"[T ]\s*[0-2]?[0-9]"
_ZONE: Final = r"\s*(?:[AaPp][Mm])?(?:Z|UTC|BST|GMT|[+-][0-9:]{2,6})?"
TIMED_TEXT: Final = rf"\s*{_DAY}{_HOUR}(?::?[0-5][0-9](?::?[0-5][0-9](?:[.,][0-9]+)?)?)?{_ZONE}\s*"
"""A day with a time, as a date column may hold it. For RE2, as are the next two."""

WHOLE_HOUR_TEXT: Final = rf"\s*{_DAY}{_HOUR}(?::?00(?::?00(?:[.,]0+)?)?)?{_ZONE}\s*"
"""A day with a time that is no finer than an hour."""

_PERIOD: Final = rf"[0-9]{{1,8}}|[12][0-9]{{3}}[-/.][01]?[0-9]|{_MONTH_WORD}[- ]?[0-9]{{2,4}}"
DATE_TEXT: Final = rf"\s*(?:{_DAY}|{_PERIOD})\s*|{TIMED_TEXT}"
"""Whatever a column of days, months or years may hold."""

_YEAR_FIRST: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/. ](\d{1,2})[-/. ](\d{1,2})(?!\d)")
_YEAR_LAST: Final = re.compile(r"(?<![\d/.-])(\d{1,2})([-/. ])(\d{1,2})\2((?:19|20)\d{2}|\d{2})(?![\d/])")
_IN_WORDS: Final = re.compile(
    rf"(?<![\w])(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[- ]?(?:{_MONTHS})[a-z]*,?[- ]?"
    rf"'?(?:(?:19|20)\d{{2}}|\d{{2}})"
    rf"|(?:{_MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_EIGHT: Final = re.compile(r"\d{8}")
_BIRTH: Final = re.compile(
    r"\bd\.?\s?o\.?\s?b\b|\bdate of birth\b|\bborn\s+(?:on\b|in\b|\d)"
    r"|\bage[ds]?:?\s+\d{1,3}\b(?!\s?(?:-|–|\+|to\b|and\b|or\b))"
    r"|(?<![\d+-])\d{1,3}[ -]?(?:y/o|yo\b|yrs? old|years? old|year-old)",
    re.IGNORECASE,
)


def is_date(year: str, month: str, day: str) -> bool:
    """Say whether the three make a day between 1900 and 2099, the month first or second."""
    number = int(year)
    full = number if number >= 100 else number + (1900 if number > 40 else 2000)
    for m, d in ((int(month), int(day)), (int(day), int(month))):
        try:
            return 1900 <= date(full, m, d).year < 2100
        except ValueError:
            continue
    return False


def has_date(text: str) -> bool:
    """Say whether the text holds a day: in a column that is no date column, it may be somebody's birth."""
    if any(is_date(year, month, day) for year, month, day in _YEAR_FIRST.findall(text)):
        return True
    for day, mark, month, year in _YEAR_LAST.findall(text):
        # "3.2.21" numbers a section and "12 10 40" a list: only a full year makes those a date.
        if (mark in "-/" or len(year) == 4) and is_date(year, month, day):
            return True
    if _IN_WORDS.search(text):
        return True
    if _EIGHT.fullmatch(text):
        return is_date(text[:4], text[4:6], text[6:]) or is_date(text[4:], text[2:4], text[:2])
    return False


def has_birth(text: str) -> bool:
    """Say whether the text speaks of a date of birth or an exact age."""
    return _BIRTH.search(text) is not None
