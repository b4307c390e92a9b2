"""The reply to a question: what was understood, and for each figure asked for a sentence, or why there is none."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from dashboards import background, periods, sentences
from dashboards.asking.published import Figure, Key, Published
from dashboards.asking.understanding import Understood
from dashboards.asking.windows import named
from dashboards.facts import ALL, Change, Count, Subject
from data import reference

IN_PUBLIC: Final = "May I say this in public?"
YES: Final = "Yes: it is a published figure. Say: “{sentence} These are reports to police, not all hate crime.”"
NO_NUMBER: Final = "There is no number to say. You may say: “This number is hidden, to protect people.”"
NO_FIGURE: Final = "There is no number to say. You may say: “No number is published for this period.”"
NOT_THIS_RELEASE: Final = "No. This release is not for the public: {stamp}."
ASK: Final = "You can ask"
NEAREST: Final = "What may be said instead:"
OTHER_YEARS: Final = "The same months, year by year:"
LEAST_DRAWN: Final = 2
"""Fewer figures than this are said, and neither drawn nor set side by side."""

MOST_YEARS: Final = 6
WITHIN: Final = "What is published of these months:"


@dataclass(frozen=True)
class Nearby:
    """A published figure that is near the one asked for: its key, and the figure."""

    key: Key
    figure: Figure


@dataclass(frozen=True)
class Answer:
    """One figure asked for: its months, the figure where one is printed or hidden, and what is said of it.

    `shown`: the figures within those months at the finest length published, the latest one last. `other_years`: where
    the figure itself is all there is of them, the same months of the latest years. `nearby`: printed figures near one
    that is not, at most four.
    """

    key: Key
    start: int
    end: int
    figure: Figure | None
    sentence: str
    comparison: str
    in_public: str
    shown: tuple[Figure, ...]
    other_years: tuple[Figure, ...]
    nearby: tuple[Nearby, ...]
    grain: str
    caveats: tuple[str, ...]

    @property
    def value(self) -> int | None:
        """The number, where it may be seen."""
        return self.figure.value if self.figure else None


@dataclass(frozen=True)
class Reply:
    """The whole reply: remarks on how the question was read, then the answers, or why it is refused and what to ask.

    `ask`: a question near a refused one that can be answered, where there is one.
    """

    remarks: tuple[str, ...]
    answers: tuple[Answer, ...]
    refused: str
    instead: str
    source: str
    ask: str = ""


def reply(understood: Understood, published: Published) -> Reply:
    """Return the reply to what was understood, from published figures alone."""
    texts = replies()
    source = source_line(published)
    if understood.refused:
        slots = understood.slots | help_slots(published)
        text, instead = texts[understood.refused]
        return Reply((), (), fill(text, slots), fill(instead, slots), source, understood.instead)
    remarks = tuple(fill(texts[name][0], slots) for name, slots in understood.remarks)
    answers = tuple(
        answer(published, (area, characteristic, record_class), start, end)
        for area in understood.areas
        for characteristic in understood.characteristics
        for record_class in understood.record_classes
        for start, end in understood.readings
    )
    return Reply(remarks, answers, "", "", source)


def replies() -> dict[str, tuple[str, str]]:
    """Return the words of every remark and refusal by id, and what to ask instead."""
    return {row["reply_id"]: (row["text"], row["instead"]) for row in reference.rows("question_replies")}


def answer(published: Published, key: Key, start: int, end: int) -> Answer:
    """Return the answer for one place, characteristic and class, and for exactly these months."""
    figures = published.series.get(key, [])
    figure = published.figure(key, start, end)
    printed = figure is not None and figure.value is not None
    sentence, comparison = said(published, key, figure) if figure else (_unpublished(published, key, start, end), "")
    within = [one for one in figures if start <= one.start and one.end <= end]
    least, why = published.grains.get(key, (1, ""))
    shown = finest([one for one in within if one.months >= least] or within)
    cited = dict.fromkeys(note for one in ([figure] if figure else figures) for note in one.note_ids)
    in_public = fill(YES, {"sentence": sentence}) if printed else NO_NUMBER if figure else NO_FIGURE
    if published.policy.name != "public":
        in_public = fill(NOT_THIS_RELEASE, {"stamp": published.about["stamp"]})
    return Answer(
        key,
        start,
        end,
        figure,
        sentence,
        comparison,
        in_public,
        tuple(shown),
        tuple(_other_years(figures, figure)) if figure and len(shown) < LEAST_DRAWN else (),
        () if printed else tuple(_nearby(published, key, start, end)),
        why,
        tuple(published.notes[note] for note in cited),
    )


def said(published: Published, key: Key, figure: Figure) -> tuple[str, str]:
    """Return the sentence of a figure, and how it compares with the same months before; empty where it is hidden.

    A period that is not complete says so, and is compared with none.
    """
    subject, name, where = _about(published, key)
    fact = _count(subject, figure)
    sentence = sentences.answer(fact, name, where, published.policy)
    if figure.value is None:
        return sentence, ""
    if figure.end > published.last_complete:
        return f"{sentence} {sentences.NOT_COMPLETE}", sentences.GROWING_NOT_COMPARED
    back = 12 * -(-figure.months // 12)
    before = published.figure(key, figure.start - back, figure.end - back)
    missing = Figure(figure.start - back, figure.end - back, None, "[x]")
    known = background.breaks(key[0], key[1], key[2])
    return sentence, sentences.change(Change(fact, _count(subject, before or missing), published.policy, known))


def unpublished_template(published: Published, key: Key) -> str:
    """Return the answer where no figure is published, with the period left open as `{when}`."""
    return sentences.unpublished(*_about(published, key), "{when}")


def finest(within: list[Figure]) -> list[Figure]:
    """Return the shortest figures that do not overlap, from the latest back, in order of time."""
    least = min((one.months for one in within), default=0)
    kept: list[Figure] = []
    for one in sorted((one for one in within if one.months == least), key=lambda one: -one.end):
        if not kept or one.end < kept[-1].start:
            kept.append(one)
    return kept[::-1]


def _other_years(figures: list[Figure], figure: Figure) -> list[Figure]:
    """The figures for the same months of every year, the latest ones, where there are enough to set side by side."""
    same = [one for one in figures if one.months == figure.months and (one.end - figure.end) % 12 == 0]
    return same[-MOST_YEARS:] if len(same) >= LEAST_DRAWN else []


def _nearby(published: Published, key: Key, start: int, end: int) -> list[Nearby]:
    """The longest printed period inside the months and latest, the shortest around, a wider place, and all reports."""
    printed = [one for one in published.series.get(key, []) if one.value is not None]
    inside = [one for one in printed if start <= one.start and one.end <= end]
    around = [one for one in printed if one.start <= start and end <= one.end]
    found = [Nearby(key, one) for one in sorted(inside, key=lambda one: (-one.months, -one.start))[:1]]
    found += [Nearby(key, one) for one in sorted(around, key=lambda one: (one.months, one.start))[:1]]
    for wider in ((published.force.code, key[1], key[2]), (key[0], ALL, key[2])):
        figure = published.figure(wider, start, end)
        if wider != key and figure and figure.value is not None:
            found.append(Nearby(wider, figure))
    return found


def named_count(published: Published, near: Nearby) -> str:
    """Return such as `Race, Watford, April to June 2025: about 20 reports`."""
    value = near.figure.value or 0
    about = "about " if value and published.policy.rounding_base > 1 else ""
    what = heading(published, near.key, near.figure.start, near.figure.end)
    return f"{what}: {about}{sentences.number(value)} {'report' if value == 1 else 'reports'}"


def heading(published: Published, key: Key, start: int, end: int) -> str:
    """Return what is asked for, in a line: `Race, Watford, year ending March 2026, hate crimes`."""
    area, characteristic, record_class = key
    what = class_names()[record_class]
    parts = (
        published.characteristics.get(characteristic, characteristic),
        published.places[area].name,
        named(start, end).removeprefix("the "),
        f"{what[:1].lower()}{what[1:]}",
    )
    return ", ".join(parts)


@cache
def class_names() -> dict[str, str]:
    """Return the public name of each record class."""
    return {row["record_class"]: row["display_name"] for row in reference.rows("record_classes")}


def cell(figure: Figure) -> str:
    """Return a table cell: the figure with its marker, or the words for why there is none."""
    return sentences.cell(figure.value, figure.marker)


def row_name(figure: Figure) -> str:
    """Return what a figure's period is called at the head of a table row."""
    return periods.label(periods.first_day(figure.start), periods.last_day(figure.end))


def help_slots(published: Published) -> dict[str, str]:
    """Return what can be asked of this release, for the words of a refusal."""
    districts = [place.name for place in published.places.values() if place.type == "district"]
    return {
        "places": ", ".join(place.name for place in published.places.values()),
        "characteristics": ", ".join(published.characteristics.values()),
        "covered": periods.span(periods.first_day(published.first), periods.first_day(published.last)),
        "example": f"race, {districts[0] if districts else published.force.name}, last 12 months",
    }


def source_line(published: Published) -> str:
    """Return where the figures stand."""
    about = published.about
    return f"Source: {about['source']}. Release {about['release_id']}; {about['stamp']}."


def fill(template: str, slots: dict[str, str]) -> str:
    """Return the template with its slots filled; other braces stay."""
    for name, text in slots.items():
        template = template.replace(f"{{{name}}}", text)
    return template


def month(index: int) -> str:
    """Return a month as YYYY-MM."""
    return f"{periods.first_day(index):%Y-%m}"


def _about(published: Published, key: Key) -> tuple[Subject, str, str]:
    area, characteristic, record_class = key
    place = published.places[area]
    subject = Subject(area, characteristic, record_class, published.about["headline_date_basis"])
    name = published.characteristics.get(characteristic, characteristic)
    return subject, name, sentences.place(place.name, place.type)


def _count(subject: Subject, figure: Figure) -> Count:
    start, end = periods.first_day(figure.start), periods.last_day(figure.end)
    return Count(subject, start, end, figure.value, figure.marker, figure.off)


def _unpublished(published: Published, key: Key, start: int, end: int) -> str:
    when = sentences.within(periods.first_day(start), periods.last_day(end))
    return fill(unpublished_template(published, key), {"when": when})
