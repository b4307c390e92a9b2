"""Periods in words: the months that each may mean, alone and joined to others; `reading.js` holds its twin."""

import re
from dataclasses import dataclass
from typing import Any, Final

from dashboards.asking.rules import LATEST
from dashboards.periods import first_day, last_day, name

_YEAR: Final = re.compile(r"(19|20)[0-9][0-9]")

Reading = tuple[str, int, int]
Table = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """The words for a period and each of its readings: kind of year, first month, last month.

    `bare`: the number of the month, where no year is named with it.
    """

    readings: list[Reading]
    words: str
    bare: int | None = None
    relative: bool = False
    whole_months: bool = False


def match(words: list[str], at: int, table: Table) -> tuple[int, Span | None]:
    """Return how many words from here on are a period, the most that can be, and that period; 0 where none is."""
    best: tuple[int, Span | None] = (0, None)
    for written, readings in table["patterns"]:
        if len(written) <= best[0] or at + len(written) > len(words):
            continue
        slots: dict[str, int] = {}
        if not all(_fits(part, words, at + step, slots, table) for step, part in enumerate(written)):
            continue
        values = slots | _fixed(table, slots.get("M"))
        found: list[Reading] = []
        for kind, first, last in readings:
            reading = (kind, _sum(first, values), _sum(last, values))
            if reading[1:] not in [one[1:] for one in found]:
                found.append(reading)
        bare = slots["M"] if written in (["{month}"], ["{day}", "{month}"]) else None
        relative = any(name in table["relative"] for _, first, last in readings for name in (*first, *last))
        whole = "{day}" in written or "D" in slots
        said = " ".join(words[at : at + len(written)])
        best = (len(written), Span(found, said, bare, relative, whole))
    return best


def spans(items: list[Any], table: Table) -> list[Span]:
    """Return the periods that a question names, from its periods and the words that join them, in order.

    An item is a Span, the name of a link, or None for any other word of weight.
    """
    found: list[Span] = []
    if "compare" in items and sum(isinstance(one, Span) for one in items) == 2:
        items = [one for one in items if one not in ("to", "until", "compare")]
    at = 0
    while at < len(items):
        one, then, second, third = (items[at + step] if at + step < len(items) else None for step in range(4))
        if isinstance(one, str) and isinstance(then, Span):
            joins = ("to", "until", "and") if one == "between" else ("to", "until")
            if one in ("from", "since", "between") and second in joins and isinstance(third, Span):
                found.append(_range(then, third, table))
                at += 4
            else:
                found.append(_opened("since" if second == "onwards" and one == "from" else one, then, table))
                at += 2
        elif isinstance(one, Span) and then in ("to", "until") and isinstance(second, Span):
            found.append(_range(one, second, table))
            at += 3
        else:
            if isinstance(one, Span):
                found.append(_opened("since" if then == "onwards" else "", one, table))
            at += 1
    return found


def named(start: int, end: int) -> str:
    """Return what a span of months is called, such as `the year ending March 2026`."""
    return name(first_day(start), last_day(end))


def _opened(link: str, span: Span, table: Table) -> Span:
    """A period after a word such as `since`; `from` alone can mean the period itself or all since it began."""
    readings: list[Reading] = []
    is_opened = link in ("since", "from", "after", "until", "to", "before")
    for kind, start, end in span.readings:
        after = {
            "since": [(kind, start, table["complete"])],
            "from": [(kind, start, end), (kind, start, table["complete"])],
            "after": [(kind, end + 1, table["complete"])],
            "until": [(kind, table["first"], end)],
            "to": [(kind, table["first"], end)],
            "before": [(kind, table["first"], start - 1)],
        }.get(link, [(kind, start, end)])
        readings += [one for one in after if one[1:] not in [known[1:] for known in readings]]
    words = f"{link} {span.words}" if is_opened else span.words
    return Span(readings, words, None, span.relative, span.whole_months)


def _range(left: Span, right: Span, table: Table) -> Span:
    """From the first month of one period to the last of another; a month without a year takes the other's."""
    readings: list[Reading] = []
    if left.bare is not None:
        for kind, _, end in right.readings:
            readings.append((kind, end - (end - left.bare) % 12, end))
    elif right.bare is not None:
        for kind, start, _ in left.readings:
            readings.append((kind, start, start + (right.bare - start) % 12))
    else:
        for kind, start, _ in left.readings:
            for other, _, end in right.readings:
                if (kind == other or not kind or not other) and ("", start, end) not in [
                    ("", *one[1:]) for one in readings
                ]:
                    readings.append((kind or other, start, end))
    # A month that takes its year from the other is not counted back from anything.
    relative = (left.relative and left.bare is None) or (right.relative and right.bare is None)
    relative = relative or (left.bare is not None and right.bare is not None)
    whole = left.whole_months or right.whole_months
    return Span(readings, f"{left.words} to {right.words}", None, relative, whole)


def _fits(part: str, words: list[str], at: int, slots: dict[str, int], table: Table) -> bool:
    """Whether a word fits a part of a pattern; what it stands for goes into `slots`."""
    word = words[at]
    if not part.startswith("{"):
        return word in part.split("|")
    found = _slot(part[1:-1], word, table)
    if found is None or (word == "may" and not _is_month(words, at, table)):
        return False
    slots.update(found)
    return True


def _slot(kind: str, word: str, table: Table) -> dict[str, int] | None:
    """What a word stands for in a slot of this kind, or None where it does not fit."""
    if kind in ("years", "iso", "either"):
        found, slots = _dated(word)
        return slots if found == kind else None
    if kind == "year":
        return {"Y": int(word)} if _YEAR.fullmatch(word) else None
    if kind == "yy":
        return {"Y": 2000 + int(word)} if re.fullmatch(r"[0-4][0-9]", word) else None
    if kind == "day":
        day = re.fullmatch(r"([0-9]{1,2})(st|nd|rd|th)?", word)
        return {} if day and 1 <= int(day[1]) <= 31 else None
    if kind == "month":
        size = table["months"].get(word)
    elif kind in ("q", "h"):
        size = int(word[1]) if re.fullmatch(r"q[1-4]|h[12]", word) and word[0] == kind else None
    elif kind in ("ordinal", "half"):
        size = table["ordinals"].get(word)
        size = None if kind == "half" and size not in (1, 2) else size
    else:
        size = int(word) if re.fullmatch(r"[1-9][0-9]{0,2}", word) else table["numbers"].get(word)
    return None if size is None else {"M" if kind == "month" else "n": size}


def _dated(word: str) -> tuple[str, dict[str, int]]:
    """A date in figures: a year from April (2024/25), a month (2025-03, 3/2025, 31/03/2025), or either (2011-12)."""
    year = month = day = 0
    if parts := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", word):
        year, month, day = (int(part) for part in parts.groups())
    elif parts := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", word):
        day, month, year = (int(part) for part in parts.groups())
    elif parts := re.fullmatch(r"([0-9]{1,2})[/-]([0-9]{4})", word):
        month, year = (int(part) for part in parts.groups())
    elif parts := re.fullmatch(r"([0-9]{2}|[0-9]{4})([/-])([0-9]{1,4})", word):
        year, month = int(parts[1]) + (2000 if len(parts[1]) == 2 else 0), int(parts[3])
        follows = month == year + 1 or (len(parts[3]) == 2 and month == (year + 1) % 100)
        if follows and not (parts[2] == "-" and 1 <= month <= 12):
            return "years", {"Y": year}
        if follows:
            return "either", {"Y": year, "M": month - 1}
        month = 0 if len(parts[1]) == 2 else month
    slots = {"Y": year, "M": month - 1} | ({"D": day} if day else {})
    return ("iso", slots) if 1 <= month <= 12 else ("", {})


def _is_month(words: list[str], at: int, table: Table) -> bool:
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    return before in table["mayBefore"] or "0" <= before[:1] <= "9" or _YEAR.fullmatch(after) is not None


def _fixed(table: Table, month: int | None) -> dict[str, int]:
    """What the letters of the rules stand for in this release."""
    end = table["complete"]
    latest = end if month is None else end - (end - month) % 12
    over = end + 1
    return {
        "1": 1, "E": end, "F": table["first"], "C": end - end % 12, "A": end - (end - 3) % 12,
        "J": over - over % 12 - 12, "K": over - (over - 3) % 12 - 12, "B": end - end % 3, "Q": over - over % 3 - 3,
        "L": latest, **{letter: end - (end - at) % 12 for at, letter in enumerate(LATEST)},
    }  # fmt: skip


def _sum(expression: dict[str, int], values: dict[str, int]) -> int:
    return sum(values[name] * size for name, size in expression.items())
