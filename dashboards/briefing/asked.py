"""What people ask at meetings, answered from the release's facts; what nobody can answer from them is said to be so."""

from dataclasses import dataclass
from typing import Final

from dashboards import background, evidence, journey, panels, sentences
from dashboards.briefing.texts import Texts
from dashboards.facts import ALL, Share
from dashboards.panels import Panel
from dashboards.release import Area, Release
from data import reference

_CLASS: Final = "crime"
ENDED: Final = "share_not_supported"
"""The share of cases that ended without the victim's support."""

_TREND: Final = {"up": "why_up", "down": "why_down", "": "why_unclear"}
_FINDINGS: Final = {
    "share_known_to_police": "of hate crimes had become known to the police, public order offences left out",
    "share_most_serious_incident_not_reported": "said that their most serious incident was not reported",
}
"""What each measure of a survey that may be quoted says of its respondents."""


@dataclass(frozen=True)
class Question:
    """One question, everything that may be said in answer, and what of it stands on a page beside the figures."""

    id: str
    asked: str
    answer: tuple[str, ...]
    short: tuple[str, ...]


def questions(release: Release, area: Area, characteristic: str, line: Panel, texts: Texts) -> tuple[Question, ...]:
    """Return the four questions with their answers for the characteristic in the area, in the order of a meeting."""
    return (
        why(release, area, characteristic, texts),
        _why_so_few(release, area, characteristic, texts),
        _after_reporting(release, area, characteristic, texts),
        _cannot_tell(line, texts),
    )


def why(release: Release, area: Area, characteristic: str, texts: Texts) -> Question:
    """Return why it goes up, or down, or whether it does: as the limits allow."""
    fact = panels.year_change(release, area, characteristic, _CLASS)
    direction = fact.direction if fact else ""
    said = [sentences.change(fact)] if fact else []
    said = said if direction else [texts.say("cannot_tell_direction"), *said]
    more = [texts.say("cannot_tell_why")]
    whole = panels.year_change(release, release.force, ALL, _CLASS)
    if whole and (area, characteristic) != (release.force, ALL):
        more.append(f"{texts.say('everywhere', area=release.force.name)} {_lower(sentences.change(whole))}")
    if fact:
        found = background.events(area.code, characteristic, fact.latest.start, fact.latest.end)
        events = sentences.listed([f"{event.what} ({event.when})" for event in found])
        more += [texts.say("events", events=events)] if events else []
    # A page says how the years compare above its questions already.
    short = texts.say("cannot_tell_why" if direction else "cannot_tell_direction")
    return Question("why", texts.say(_TREND[direction]), (*said, *more), (short,))


def _why_so_few(release: Release, area: Area, characteristic: str, texts: Texts) -> Question:
    counts = panels.year_counts(release, area, characteristic, _CLASS)
    where = sentences.place(area.name, area.type)
    said = [f"{sentences.count(counts[-1], where)}."] if counts else []
    found = [
        one
        for one in evidence.findings(release)
        if one.area == area and one.characteristic == release.called(characteristic)
    ]
    more = [texts.say("few_evidence"), *(one.sentence for one in found)] if found else []
    more += [f"{texts.say('few_ask')} {one.question}" for one in found if one.question]
    more += [f"{texts.say('few_else')} {_lower(one.other_explanations)}" for one in found if one.other_explanations]
    more += [sentences.survey(one) for one in _surveys(characteristic)]
    short = (texts.say("few_unknown"), *texts.answers("why_so_few", (area.code, release.force.code), characteristic))
    return Question("why_so_few", texts.say("why_so_few"), (*said, *short, *more), short)


def _after_reporting(release: Release, area: Area, characteristic: str, texts: Texts) -> Question:
    told = texts.answers("after_reporting", (area.code, release.force.code), characteristic)
    counted = [texts.say("counted_once"), sentences.protected(release.policy)]
    # Where the release tells what share ended without support, its page of reporting says it with its limits.
    nothing = "" if journey.told(release, ALL, (ENDED,)) else texts.say("no_outcomes")
    answer = tuple(one for one in (*told, *counted, nothing) if one)
    return Question("after_reporting", texts.say("after_reporting"), answer, (*told[:2], counted[0]))


def _cannot_tell(line: Panel, texts: Texts) -> Question:
    hidden = [note for note in line.notes if note != panels.LIMITS]
    here = [texts.say("cannot_say_here"), *hidden] if hidden else []
    short = (texts.say("cannot_amount"), texts.say("cannot_more"))
    return Question("cannot_tell", texts.say("cannot_tell"), (*short, *here, sentences.OVERLAP), short)


def _surveys(characteristic: str) -> list[Share]:
    """The latest finding of each survey that may be quoted for the characteristic."""
    of = {ALL, "lgbt"} if characteristic in ("sexual_orientation", "transgender") else {ALL}
    table = reference.read("survey_estimates")
    rows = table[table["characteristic"].isin(of) & table["measure"].isin(_FINDINGS)]
    latest = rows.sort_values("period").drop_duplicates("survey", keep="last")
    return [
        Share(row["survey"], row["period"], row["population"], float(row["value"]), _FINDINGS[row["measure"]])
        for row in latest.to_dict("records")
    ]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
