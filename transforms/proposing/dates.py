"""Which date formats read a text strictly: as DuckDB does, only where writing the date again gives the same text."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Final

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS: Final = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%d.%m.%y", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y"),
    *("%d %b %y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
    *("%-d/%-m/%Y", "%-m/%-d/%Y", "%-d/%-m/%y", "%-m/%-d/%y", "%-d.%-m.%Y", "%-d-%b-%y", "%-d-%b-%Y"),
    *("%-d %b %Y", "%-d %B %Y", "%b %-d, %Y", "%B %-d, %Y"),
)
_TIMES: Final = (
    *(" %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M:%S %p", " %I:%M %p"),
    *("T%H:%M", "T%H:%M:%S", "T%H:%M:%S.%f", "T%H:%MZ", "T%H:%M:%SZ", "T%H:%M:%S.%fZ"),
)
_MONTHLY: Final = ("%Y-%m", "%Y-%-m", "%Y/%m", "%Y%m", "%m/%Y", "%b-%y", "%b-%Y", "%b %Y", "%B %Y")
FORMATS: Final = (*_DAYS, *_MONTHLY, *(day + time for day in _DAYS for time in _TIMES))
"""Every format that a proposal may name. Padded ones come first: where both read all, they are proposed."""

WITH_YEAR: Final = tuple(f"%Y-{form}" for form in _DAYS if "%y" in form)
"""Dates of two-digit years, read together with a column of whole years; both must agree."""

WITH_MONTH: Final = ("%Y-%m", "%Y-%-m")
"""A column of years read together with one of months."""

_TOKENS: Final = {
    "%Y": "(?P<Y>(?:19|20)[0-9]{2})",
    "%y": "(?P<y>[0-9]{2})",
    "%m": "(?P<m>0[1-9]|1[0-2])",
    "%-m": "(?P<m>[1-9]|1[0-2])",
    "%d": "(?P<d>0[1-9]|[12][0-9]|3[01])",
    "%-d": "(?P<d>[1-9]|[12][0-9]|3[01])",
    "%b": f"(?P<b>{'|'.join(month[:3] for month in _MONTHS)})",
    "%B": f"(?P<b>{'|'.join(_MONTHS)})",
    "%H": "(?:[01][0-9]|2[0-3])",
    "%I": "(?:0[1-9]|1[0-2])",
    "%M": "[0-5][0-9]",
    "%S": "[0-5][0-9]",
    "%f": "[0-9]{6}",
    "%p": "(?:AM|PM)",
}
_PIVOT: Final = 69
"""A year of two digits from here on is of the last century, as in POSIX and DuckDB."""


@cache
def _pattern(form: str) -> re.Pattern[str]:
    parts = re.split(r"(%-?[A-Za-z])", form)
    return re.compile("".join(_TOKENS.get(part, re.escape(part)) for part in parts))


def day_read(text: str, form: str) -> date | None:
    """Return the day, or the first of the month, that a format reads in a text, or None where it does not."""
    found = _pattern(form).fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    short = int(parts["y"]) if parts.get("y") else None
    if parts.get("Y"):
        year = int(parts["Y"])
        if short is not None and year % 100 != short:
            return None
    else:
        year = _whole_year(short or 0)
    month = int(parts["m"]) if parts.get("m") else 1 + [name[:3] for name in _MONTHS].index(parts["b"][:3])
    try:
        return date(year, month, int(parts.get("d") or 1))
    except ValueError:
        return None


def _whole_year(short: int) -> int:
    """Return the year that two digits mean."""
    return short + (1900 if short >= _PIVOT else 2000)


def formats_reading(texts: Iterable[str], forms: Iterable[str] = FORMATS) -> list[str]:
    """Return the formats that read every text, one for each way of reading: 02/01 and 2/1 are one way.

    More than one means that the texts do not tell which is right.
    """
    left = list(forms)
    seen = False
    for text in texts:
        seen = True
        left = [form for form in left if day_read(text.strip(), form) is not None]
        if not left:
            break
    by_way: dict[str, str] = {}
    for form in left:
        by_way.setdefault(form.replace("%-", "%"), form)
    return list(by_way.values()) if seen else []


def format_reading_most(counts: Counter[str], forms: Iterable[str] = FORMATS) -> tuple[str, int] | None:
    """Return the format that reads the most rows, with those rows; None where none reads half of them."""
    sample = counts.most_common(2_000)
    best = max(forms, key=lambda form: sum(rows for text, rows in sample if day_read(text.strip(), form)))
    read = sum(rows for text, rows in counts.items() if day_read(text.strip(), best))
    return (best, read) if read * 2 >= counts.total() else None
