"""Reference facts around the figures: dated events, changes of recording, how many people live where, where to turn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from dashboards import periods
from dashboards.facts import ALL, Break, Change, Count, Subject
from data import reference

if TYPE_CHECKING:
    from dashboards.documents import About

_EXCEPT = " except "
Places = tuple[str, ...]
"""Codes of a place and of what holds it: areas that only a profile knows have no parent among ours."""


@dataclass(frozen=True)
class Event:
    """Something that happened in or around a place, and the day as far as it is known."""

    on: date
    when: str
    what: str
    is_break: bool = False


@dataclass(frozen=True)
class Population:
    """How many people live in each area, by area code, and what estimate that is."""

    persons: dict[str, int]
    edition: str
    source: str


@dataclass(frozen=True)
class Contact:
    """Where a person can turn: who, how, and what for."""

    name: str
    contact: str
    description: str


@dataclass(frozen=True)
class Elsewhere:
    """What the country's police forces recorded in one year beside the year before, over the same forces."""

    coverage: str
    change: Change
    source: str


def elsewhere(area_code: str, characteristic: str, ends: Iterable[date]) -> Elsewhere | None:
    """Return the latest published year among those that end on these days, beside the year before it.

    Both years are of one coverage; where the Home Office leaves a force out of a comparison, so does this. Of several
    editions the newest counts. None where the area lies in no country that publishes, or nothing is sourced.
    """
    countries = {row["area_name"]: row["area_code"] for row in _rows("areas") if row["area_code"] in _around(area_code)}
    newest = {
        (row["coverage"], row["period_end"]): row
        for row in sorted(_rows("published_figures"), key=lambda row: row["published_on"])
        if row["unit"] == "offences"
        and row["characteristic"] == characteristic
        and row["area_code"] != area_code
        and row["coverage"].split(_EXCEPT)[0] in countries
    }
    for end in sorted(ends, reverse=True):
        before = date(end.year - 1, end.month, end.day).isoformat()
        both = [name for name, last in newest if last == end.isoformat() and (name, before) in newest]
        if both:
            # Where a coverage leaves a force out, the whole country's figures of the two years are not alike.
            coverage = min(both, key=lambda name: (_EXCEPT not in name, name))
            latest, earlier = newest[coverage, end.isoformat()], newest[coverage, before]
            known = breaks(countries[coverage.split(_EXCEPT)[0]], characteristic, "crime")
            change = Change(_published(latest), _published(earlier), breaks=known)
            return Elsewhere(coverage, change, reference.sources()[latest["source_id"]]["publisher"])
    return None


def _published(row: dict[str, str]) -> Count:
    of = Subject(row["coverage"], row["characteristic"], "crime", "recorded")
    return Count(
        of, date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]), float(row["value"])
    )


def events(area_code: str, characteristic: str, start: date, end: date) -> list[Event]:
    """Return the dated events that touch the area and the characteristic in the period, the earliest first.

    An event counts for a characteristic it names, and for all reports together.
    """
    found: dict[str, Event] = {}
    for row in _rows("events"):
        touches = characteristic == ALL or row["characteristic"] in (characteristic, ALL)
        near = _around(area_code) | _within(area_code)
        if not row["starts_on"] or not touches or row["area_code"] not in near:
            continue
        on = date.fromisoformat(row["starts_on"])
        if start <= on <= end:
            found[row["event_id"]] = Event(on, _when(on, row["date_precision"]), row["what"])
    return sorted(found.values(), key=lambda event: (event.on, event.what))


@cache
def breaks(area_code: str, characteristic: str, record_class: str) -> tuple[Break, ...]:
    """Return the dated changes in how reports are recorded that touch the area, characteristic and class."""
    return tuple(
        Break(date.fromisoformat(row["starts_on"]), row["what"])
        for row in _rows("recording_breaks")
        if row["starts_on"]
        and row["area_code"] in _around(area_code)
        and (row["characteristic"] in (characteristic, ALL))
        and row["record_class"] in (record_class, "")
    )


def population(about: "About") -> Population:
    """Return the latest estimate of each area's people, and what the release itself says of its own places."""
    if about.residents:
        said = about.residents
        return Population(said.persons, said.edition, said.source)
    return _population()


@cache
def _population() -> Population:
    table = reference.read("populations").sort_values("year")
    latest = table.drop_duplicates("area_code", keep="last")
    edition = latest["edition"].iloc[0]
    source = reference.sources()[latest["source_id"].iloc[0]]
    return Population(
        {code: int(persons) for code, persons in zip(latest["area_code"], latest["persons"], strict=True)},
        edition,
        source["publisher"],
    )


def contacts(rows: Iterable[dict[str, str]], places: Places, characteristic: str, kind: str) -> list[Contact]:
    """Return where to report, or to find support, for people in the places whom the characteristic concerns."""
    return [
        Contact(row["name"], row["contact"], row["description"])
        for row in meant_for(rows, places, characteristic)
        if row["kind"] == kind
    ]


def meant_for(rows: Iterable[dict[str, str]], places: Places, characteristic: str) -> list[dict[str, str]]:
    """Return the rows whose area holds one of the places, and that apply to all or to the characteristic, in order."""
    near = frozenset().union(*map(_around, places))
    return [
        row
        for row in rows
        if row["area_code"] in near
        and (characteristic == ALL or row["applies_to"] == ALL or characteristic in row["applies_to"].split())
    ]


def definitions() -> dict[str, tuple[str, str]]:
    """Return the public name and the meaning of each characteristic, by code, in the order to show them."""
    table = sorted(_rows("characteristics"), key=lambda row: int(row["sort_order"]))
    return {row["characteristic"]: (row["display_name"], row["definition"]) for row in table}


@cache
def _around(area_code: str) -> frozenset[str]:
    """The area itself and every area that it lies in."""
    parents = _parents()
    found = [area_code]
    while parents.get(found[-1]):
        found.append(parents[found[-1]])
    return frozenset(found)


@cache
def _within(area_code: str) -> frozenset[str]:
    """Every area that lies directly in the area, save whole police forces of a country."""
    return frozenset(code for code, parent in _parents().items() if parent == area_code and area_code in _parents())


@cache
def _parents() -> dict[str, str]:
    return {row["area_code"]: row["parent_code"] for row in _rows("areas")}


@cache
def _rows(table: str) -> list[dict[str, str]]:
    return reference.rows(table)


def _when(on: date, precision: str) -> str:
    return periods.day_name(on) if precision == "day" else periods.month_name(on)
