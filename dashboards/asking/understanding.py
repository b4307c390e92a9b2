"""What a question asks for: a pure function of its words and of the table of words; `reading.js` holds its twin.

Whatever is not understood is named, never passed over; where words can be read in two ways, both stand. A word that
nobody knows is left out, and said to be, only where place and characteristic are named and it can narrow neither.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from dashboards.asking import spelling, windows
from dashboards.asking.words import LONGEST, names, phrase, split, stem

MOST_FIGURES: Final = 8
"""More answers than this are a table, not an answer."""

ASK_INSTEAD: Final = (
    *("unreported", "ranking", "who", "outcome", "offence", "detail", "rate", "derived", "threshold", "future", "day"),
    *("smaller_place", "town", "event", "why_few", "risk", "action", "nationwide", "after_reporting"),
)
"""What is refused for one part of a question: the rest of it can be asked."""

Table = dict[str, Any]


@dataclass
class Understood:
    """What is asked for, in codes: every combination is a figure. `refused` is the id of a reply, where there is one.

    `readings`: first and last month of each period that may be meant. `slots` fill the words of the refusal, and
    `instead` is a question that can be asked in place of a refused one.
    """

    characteristics: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    record_classes: list[str] = field(default_factory=list)
    readings: list[tuple[int, int]] = field(default_factory=list)
    remarks: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    refused: str = ""
    instead: str = ""
    has_noun: bool = False
    slots: dict[str, str] = field(default_factory=dict)

    def remark(self, reply: str, **slots: str) -> None:
        """Add a remark once."""
        if (reply, slots) not in self.remarks:
            self.remarks.append((reply, slots))

    def refuse(self, reply: str, **slots: str) -> "Understood":
        """Refuse, and say nothing else."""
        self.refused, self.slots = reply, slots
        return self


def understand(question: str, table: Table) -> Understood:
    """Return what a question asks for of the release that the table is of."""
    found = Understood()
    if len(question) > LONGEST:
        return found.refuse("too_long")
    words, unknown, binding = spelling.corrected(split(question), table, found)
    called = names(question)
    binding += [word for word in unknown if word in called]
    periods: list[Any] = []
    refusals: list[tuple[str, dict[str, str]]] = []
    at = denied = 0
    while at < len(words):
        taken, period = windows.match(words, at, table)
        size, meaning = _phrase(words, at, table)
        if taken >= size and period is not None:
            periods.append(period)
            at += taken
            continue
        if size == 1 and _is_claim(words, at, table):
            found.remark("claim")
            at += 2 if words[at + 1 : at + 2] == ["percent"] else 1
            continue
        at += size
        kind, means, remark = meaning
        if kind == "link":
            periods.append(means)
        elif kind != "filler":
            periods.append(None)
        # What is denied is the next word of weight, with at most one word between.
        if kind in ("area", "characteristic") and denied:
            refusals.append(("except", {}))
        denied = 2 if size == 1 and words[at - 1] in table["negations"] else max(0, denied - 1)
        if kind == "unknown":
            unknown.append(means)
            binding.append(means)
        elif kind == "refusal":
            refusals.append((means, {}))
        elif kind in ("elsewhere", "choice"):
            refusals.append((kind, {"words": means}))
        elif kind == "town":
            refusals.append((kind, {"words": remark, "place": table["areas"][means][0]}))
        else:
            _take(found, kind, means, remark, phrase(words[at - size : at]), table)
    return _settled(found, periods, (unknown, binding), refusals, table)


def _is_claim(words: list[str], at: int, table: Table) -> bool:
    """Whether a number stands there that somebody may have heard, and that narrows nothing."""
    return words[at].isdecimal() and words[at].isascii() and not spelling.is_bound(words, at, table)


def _phrase(words: list[str], at: int, table: Table) -> tuple[int, list[str]]:
    for size in range(min(table["longest"], len(words) - at), 0, -1):
        meaning = table["phrases"].get(phrase(words[at : at + size]))
        if meaning:
            return size, meaning
    return 1, ["unknown", words[at], ""]


def _take(found: Understood, kind: str, means: str, remark: str, words: str, table: Table) -> None:
    into = {
        "characteristic": found.characteristics,
        "area": found.areas,
        "record_class": found.record_classes,
    }.get(kind)
    if into is not None:
        # A word may stand for several characteristics or classes, but names one place, whose code may hold spaces.
        codes = [means] if kind == "area" else means.split()
        into += [code for code in codes if code not in into]
        if words in table["former"]:
            code, day = table["former"][words]
            found.remark("former_code", code=words.upper(), place=table["areas"][code][0], day=day)
    if kind == "noun":
        found.has_noun = True
    if kind == "remark":
        found.remark(means)
    elif remark:
        found.remark(remark)


def _settled(
    found: Understood,
    periods: list[Any],
    strange: tuple[list[str], list[str]],
    refusals: list[tuple[str, dict[str, str]]],
    table: Table,
) -> Understood:
    """Refuse what cannot be answered, and fill in what was not said. `strange`: unknown words, and those that bind."""
    spans = windows.spans(periods, table)
    if refusals:
        # The reply that stands first in the table of replies: what most needs saying.
        reply, slots = min(refusals, key=lambda one: table["replies"].index(one[0]))
        found.instead = _instead(found, spans, slots, table) if reply in ASK_INSTEAD else ""
        return found.refuse(reply, **slots)
    unknown, binding = strange
    if unknown and (binding or not (found.areas and found.characteristics)):
        return _unknown(found, unknown, spans, table)
    for word in unknown:
        found.remark("left_out", words=f"“{word}”")
    if not (found.characteristics or found.areas or found.record_classes or spans or found.has_noun):
        return found.refuse("why" if ("why", {}) in found.remarks else "empty")
    if len(spans) > 2:
        return found.refuse("many_periods")
    if "beside" in periods and len(spans) == 1:
        spans.insert(0, _latest(found, table))
    return _covered(found, spans, table) if _held(found, spans, table) else found


def _unknown(found: Understood, unknown: list[str], spans: list[windows.Span], table: Table) -> Understood:
    maybe = _perhaps(unknown, table)
    words, rest = ", ".join(f"“{word}”" for word in unknown), _rest(found, spans, table)
    found.instead = _instead(found, spans, {}, table)
    return found.refuse("perhaps" if maybe else "unknown", words=words, rest=rest, maybe=", ".join(maybe))


def _instead(found: Understood, spans: list[windows.Span], slots: dict[str, str], table: Table) -> str:
    """The question without the words that cannot be answered, where it still names a place."""
    place = slots.get("place", "")
    if not found.areas and not place:
        return ""
    rest = _rest(found, spans, table)
    return place if not found.areas and rest == "nothing yet" else ", ".join(filter(None, (rest, place)))


def _held(found: Understood, spans: list[windows.Span], table: Table) -> bool:
    """Refuse what the release has no figures for, and fill in what was not said."""
    for code in found.characteristics:
        if code not in table["characteristics"]:
            found.refuse("not_held", words=table["names"].get(code, code))
            return False
    named = found.record_classes
    found.record_classes = [one for one in named if one in table["classes"]]
    if named and not found.record_classes:
        found.refuse("no_class")
        return False
    if named != found.record_classes:
        found.remark("class_absent", words=table["classNames"]["non_crime_incident"])
    if len(found.characteristics) > 1 or len(found.areas) > 1:
        found.remark("sum")
    _defaults(found, spans, table)
    return True


def _perhaps(unknown: list[str], table: Table) -> list[str]:
    """The places and characteristics of which an unknown word is a part, or that it is spelt nearly like."""
    near = {stem(one) for word in unknown for one in (word, *spelling.nearest(word, table["correctable"]))}
    found: list[str] = []
    for said, (kind, means, _) in table["phrases"].items():
        if kind in ("area", "characteristic") and near & set(said.split()):
            name = table["areas"][means][0] if kind == "area" else table["names"].get(means)
            if name and name not in found:
                found.append(name)
    return found[:MOST_FIGURES]


def _rest(found: Understood, spans: list[windows.Span], table: Table) -> str:
    names = [table["names"].get(code, code) for code in found.characteristics]
    names += [table["areas"][code][0] for code in found.areas]
    names += [table["classNames"][code] for code in found.record_classes]
    return ", ".join([*names, *(span.words for span in spans)]) or "nothing yet"


def _defaults(found: Understood, spans: list[windows.Span], table: Table) -> None:
    if not found.areas:
        found.areas = [table["force"]]
        found.remark("no_area", place=table["areas"][table["force"]][0])
    if not found.characteristics:
        found.characteristics = ["all"]
        found.remark("no_characteristic")
    if not found.record_classes:
        found.record_classes = [table["classes"][0]]
    if not spans:
        spans.append(_latest(found, table))


def _latest(found: Understood, table: Table) -> windows.Span:
    """The last 12 months, where no period was named."""
    found.remark("no_period")
    end = table["complete"]
    return windows.Span([("", max(table["first"], end - 11), end)], "", relative=True)


def _covered(found: Understood, spans: list[windows.Span], table: Table) -> Understood:
    """Keep the readings that the release covers; refuse where it covers none."""
    for span in spans:
        readings = list(dict.fromkeys((start, end) for _, start, end in span.readings if start <= end))
        inside = [one for one in readings if table["first"] <= one[0] and one[1] <= table["last"]]
        if not readings:
            return found.refuse("backwards")
        if not inside:
            return found.refuse("not_covered", period=windows.named(*readings[0]))
        for start, end in readings:
            if (start, end) not in inside:
                found.remark("reading_not_covered", period=windows.named(start, end))
        if len(inside) > 1:
            found.remark("readings", words=span.words)
        if span.whole_months:
            found.remark("whole_months")
        if span.relative:
            found.remark("relative", month=windows.named(table["complete"], table["complete"]))
        found.readings += [one for one in inside if one not in found.readings]
    figures = len(found.characteristics) * len(found.areas) * len(found.record_classes) * len(found.readings)
    return found.refuse("many_figures", number=str(figures)) if figures > MOST_FIGURES else found
