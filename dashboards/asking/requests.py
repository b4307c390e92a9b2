"""A request under freedom of information: a figure for each combination asked for, and why where there is none."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dashboards import periods, sentences
from dashboards.asking import replying
from dashboards.asking.published import Published
from dashboards.asking.replying import Answer
from dashboards.asking.understanding import Table, understand
from dashboards.markup import cell_text
from data import added
from data.errors import UsageError

MOST: Final = 5000
"""Figures of one request: more is the whole published table, which anybody may have as it stands."""

COLUMNS: Final = (
    *("area_code", "area_name", "characteristic", "record_class", "period_start", "period_end"),
    *("value", "marker", "note", "release_id", "stamp"),
)
BY: Final = {"month": "month", "quarter": "quarter", "year": "year_ending_march"}

_REASONS: Final = {
    "given": "",
    "hidden": "hidden to protect people",
    "unpublished": "no figure is published for this period",
}

HIDDEN_WORDING: Final = (
    "Their numbers are hidden to protect people. A small number can tell who made a report, or whom it was about; so "
    "can one from which a small number could be worked out. Any number may stand behind this, none included: the reply "
    "is the same whatever it is."
)
UNPUBLISHED_WORDING: Final = (
    "No figure is published for these periods. Months and places are merged where too many of them would show small "
    "numbers or let a reader work them out. That says nothing of how many reports there were."
)
LAW: Final = (
    "This gives the reason in plain words. Which exemption of the law applies is for the authority to say and to weigh."
)


@dataclass(frozen=True)
class Dimensions:
    """What a request asks for: every combination of these, in codes; periods as first and last month."""

    areas: tuple[str, ...]
    characteristics: tuple[str, ...]
    record_classes: tuple[str, ...]
    periods: tuple[tuple[int, int], ...]


def dimensions(
    published: Published,
    table: Table,
    areas: Sequence[str],
    characteristics: Sequence[str],
    spans: Sequence[str],
    record_classes: Sequence[str],
    by: str = "",
) -> Dimensions:
    """Return the dimensions of a request whose parts are given in words or codes; a part not given is the widest.

    `by` cuts each period into months, quarters or years from April. Raises UsageError where a part is not known, with
    what is; where a period can be read in two ways, both are asked for.
    """
    found = Dimensions(
        _codes(published, table, areas, "areas") or (published.force.code,),
        _codes(published, table, characteristics, "characteristics") or ("all",),
        _codes(published, table, record_classes, "record_classes") or tuple(published.record_classes[:1]),
        tuple(dict.fromkeys(_months(published, table, spans, by))),
    )
    figures = len(found.areas) * len(found.characteristics) * len(found.record_classes) * len(found.periods)
    if figures > MOST:
        raise UsageError(
            f"The request asks for {figures:,} figures, more than {MOST:,}.",
            "Give the whole table as it stands: published.csv of the release.",
        )
    return found


def answers(published: Published, asked: Dimensions) -> list[Answer]:
    """Return an answer for every combination, in the order asked for."""
    return [
        replying.answer(published, (area, characteristic, record_class), start, end)
        for area in asked.areas
        for characteristic in asked.characteristics
        for record_class in asked.record_classes
        for start, end in asked.periods
    ]


def as_csv(found: Iterable[Answer], published: Published) -> str:
    """Return one row a figure asked for; `value` is empty where `note` says why."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in found:
        area, characteristic, record_class = one.key
        writer.writerow(
            [
                cell_text(area),
                cell_text(published.places[area].name),
                characteristic,
                record_class,
                periods.first_day(one.start).isoformat(),
                periods.last_day(one.end).isoformat(),
                "" if one.value is None else one.value,
                one.figure.marker if one.figure else "[x]",
                _note(one),
                published.about["release_id"],
                published.about["stamp"],
            ]
        )
    return text.getvalue()


def wording(found: Sequence[Answer], published: Published) -> str:
    """Return the words of a reply: how much is given, what is refused and why, and what can be given instead."""
    sorts = {name: [one for one in found if standing(one) == name] for name in _REASONS}
    said = [
        f"{sentences.number(len(sorts['given']))} of the {sentences.number(len(found))} figures asked for are given."
    ]
    for name, why in (("hidden", HIDDEN_WORDING), ("unpublished", UNPUBLISHED_WORDING)):
        if sorts[name]:
            said += ["", f"Not given, {_REASONS[name]} ({sentences.number(len(sorts[name]))}):"]
            said += [f"- {replying.heading(published, one.key, one.start, one.end)}" for one in sorts[name]]
            said += ["", why]
    refused = sorts["hidden"] + sorts["unpublished"]
    instead = dict.fromkeys(replying.named_count(published, near) for one in refused for near in one.nearby)
    if instead:
        said += ["", "What can be given instead:", *(f"- {line}" for line in instead)]
    if refused:
        said += ["", LAW]
    bear = dict.fromkeys(text for one in found for text in one.caveats)
    return "\n".join([*said, "", *bear, sentences.OVERLAP, replying.source_line(published)])


def standing(one: Answer) -> str:
    """Return whether a figure is `given`, `hidden` or `unpublished`."""
    return "given" if one.value is not None else "hidden" if one.figure else "unpublished"


def _note(one: Answer) -> str:
    """Why there is no figure, or how far one that was added up can be off."""
    sums = added.notes(one.figure.note_ids) if one.figure and one.value is not None else {}
    return " ".join(sums.values()) or _REASONS[standing(one)]


def _codes(published: Published, table: Table, words: Sequence[str], part: str) -> tuple[str, ...]:
    found: list[str] = []
    for one in words:
        understood = understand(one.replace("_", " "), table)
        codes: list[str] = getattr(understood, part)
        if understood.refused or not codes or any(reply == f"no_{part[:-1]}" for reply, _ in understood.remarks):
            slots = replying.help_slots(published)
            raise UsageError(
                f"This does not know {one!r} here.",
                f"Places: {slots['places']}. Characteristics: {slots['characteristics']}. "
                "Record classes: crimes, non-crime incidents.",
            )
        found += [code for code in codes if code not in found]
    return tuple(found)


def _months(published: Published, table: Table, spans: Sequence[str], by: str) -> Iterable[tuple[int, int]]:
    for words in spans or ["all time"]:
        understood = understand(words, table)
        if understood.refused or any(reply == "no_period" for reply, _ in understood.remarks):
            covered = replying.help_slots(published)["covered"]
            raise UsageError(f"This does not know the period {words!r}.", f"The release covers {covered}.")
        for start, end in understood.readings:
            cut = periods.spanned(BY[by], periods.first_day(start), periods.first_day(end)) if by else []
            yield from [(periods.month_index(first), periods.month_index(last)) for first, last in cut] or [
                (start, end)
            ]
