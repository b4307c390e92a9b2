"""The words on every page: typed facts turned into plain sentences that never claim more than the numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from dashboards.chance import Ratio
from dashboards.facts import Change, Count, ReportShare, Run, Share, ShareChange, Subject
from dashboards.periods import PERIOD_NOUNS, day_name, length, month_index, span
from dashboards.periods import name as period_name
from data.policies import INTERNAL, Policy

HIDDEN: Final = "hidden to protect people"
CAVEAT: Final = (
    "These are reports to police, not all hate crime. More reports can mean more crime, more trust or better "
    "recording; fewer reports can mean less of any of these."
)
NOTHING_SAID: Final = "That says nothing of how many there were."
NEVER_LATE: Final = "Each report counts in the month it was recorded, so a month that is over gets no late reports."
LATE_UNKNOWN: Final = "How late reports come is not known, so recent months may still grow."
NOT_COMPLETE: Final = "Late reports may still come, so this number may grow."
GROWING_NOT_COMPARED: Final = "It is not compared with earlier months, which are complete."
OVERLAP: Final = "One report can count under several characteristics, so they are never added together."

_NOUNS: Final = {
    "crime": ("report", "reports"),
    "non_crime_incident": ("report of a non-crime incident", "reports of non-crime incidents"),
}
_HATE: Final = {"crime": "hate crime", "non_crime_incident": "non-crime hate incidents"}
_HOME_OFFICE: Final = "Home Office"
_NAMED: Final = {
    "all": "",
    "not_recorded": " that named no characteristic",
    "other_local": " that named another reason the force records",
}
_WITHOUT_VALUE: Final = {"[c]": HIDDEN, "[z]": "not applicable"}
_DATE_BASES: Final = {
    "recorded": "in the month police recorded it",
    "reported": "in the month police were told",
    "occurred": "in the month it happened",
}


def capital(words: str) -> str:
    """Return the words with a capital at their start."""
    return words[:1].upper() + words[1:]


def number(value: float) -> str:
    """Return the figure with thousands commas, and decimals only where it has them."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def cell(value: float | None, marker: str) -> str:
    """Return a table cell: the figure with its markers, or the words for why there is none."""
    if value is None:
        return next((words for code, words in _WITHOUT_VALUE.items() if code in marker), "not available")
    return f"{number(value)} {marker}".rstrip()


def place(name: str, area_type: str) -> str:
    """Return such as `in Watford`, or `with the place given as “Online”` where that is no place on a map."""
    return f"with the place given as “{name}”" if area_type == "not_geographic" else f"in {name}"


def counted(record_class: str, date_basis: str, where: str) -> str:
    """Return the line under a headline: what is counted, and which date places it."""
    what = (
        "Hate crimes reported to police" if record_class == "crime" else "Non-crime hate incidents reported to police"
    )
    return f"{what} {where}. Each is counted once, {_DATE_BASES[date_basis]}."


def rounded(policy: Policy) -> str:
    """Return how figures are rounded, once a page; empty where they are exact."""
    if policy.rounding_base == 1:
        return ""
    base = policy.rounding_base
    return f"Figures are rounded to the nearest {base}, each by itself, so parts need not add up to their total."


def added(off: int) -> str:
    """Return how far figures that were added up can be off; empty where none was."""
    if not off:
        return ""
    return (
        "The latest months are added up from printed figures, each rounded by itself: "
        f"a number can be up to {off} more or fewer."
    )


def nouns(value: float | None, record_class: str) -> str:
    """Return `report` or `reports`, with the class where it is not a crime."""
    singular, plural = _NOUNS[record_class]
    return singular if value == 1 else plural


def count(fact: Count, where: str = "") -> str:
    """Return the figure as a clause without a full stop, such as a headline needs; `where` as from `place`."""
    record_class = fact.subject.record_class
    tail = f"{nouns(fact.number, record_class)}{f' {where}' if where else ''} in {fact.period}"
    if fact.number is None:
        return f"The number of {tail} is {cell(None, fact.marker)}"
    return f"{number(fact.number) if fact.number else 'No'} {tail}"


def within(start: date, end: date) -> str:
    """Return such as `in March 2026`, `from April to June 2025` or `in the year ending March 2026`."""
    called = period_name(start, end)
    return f"{'in' if called.startswith('the ') or length(start, end) == 1 else 'from'} {called}"


def asked(subject: Subject, characteristic: str, where: str, when: str) -> str:
    """Return what is counted, where and when, after `reports of`; `characteristic` is its public name."""
    named = _NAMED.get(subject.characteristic, f" that named {characteristic[:1].lower()}{characteristic[1:]}")
    return f"{_HATE[subject.record_class]}{named} {where} {when}"


def answer(fact: Count, characteristic: str, where: str, policy: Policy) -> str:
    """Return the answer to how many there were: number, what is counted, place and period; `where` as from `place`.

    A hidden figure reads the same whatever it hides.
    """
    of = asked(fact.subject, characteristic, where, within(fact.start, fact.end))
    if fact.number is None:
        return f"The number of reports of {of} is {cell(None, fact.marker)}. {NOTHING_SAID}"
    if not fact.number:
        return f"There were no reports of {of}."
    about = "about " if policy.rounding_base > 1 else ""
    verb, noun = ("was", "report") if fact.number == 1 else ("were", "reports")
    off = f" Rounding could put this {fact.off} too high or too low." if fact.off else ""
    return f"There {verb} {about}{number(fact.number)} {noun} of {of}.{off}"


def unpublished(subject: Subject, characteristic: str, where: str, when: str) -> str:
    """Return the answer where no figure stands for the months asked for; `when` as from `within`."""
    return f"No number is published for reports of {asked(subject, characteristic, where, when)}. {NOTHING_SAID}"


def change(fact: Change) -> str:
    """Return how two periods compare; a direction is named only where the limits leave out no change."""
    latest, earlier = fact.latest.number, fact.earlier.number
    then = _then(fact)
    if latest is None or earlier is None or fact.crossed:
        return _not_compared(fact, then)
    before = f"{capital(_in(fact))} there {'was' if earlier == 1 else 'were'} {number(earlier) if earlier else 'none'}"
    if fact.ratio is None:
        return f"{before}. A ratio cannot be formed with zero."
    limits = f"({_limits(fact.ratio)})"
    if latest == earlier:
        return f"There were {number(earlier)} {_in(fact)} too {limits}."
    if not fact.direction:
        return f"{before}: chance alone could give this difference {limits}."
    turned = f"{capital(fact.direction)} from {number(earlier)} {_in(fact)}"
    return f"{turned}. That is more than chance alone would give {limits}."


def finding(fact: Change) -> str:
    """Return the change as a short headline under one that names the period: a direction only beyond chance."""
    latest, earlier = fact.latest.number, fact.earlier.number
    if latest is None:
        return capital(cell(None, fact.latest.marker))
    said = f"{number(latest)} {nouns(latest, fact.latest.subject.record_class)}"
    if earlier is None or fact.crossed or fact.ratio is None:
        return said
    if fact.direction:
        return f"{said}, {fact.direction} from {number(earlier)}: more than chance alone would give"
    return (
        f"{said}; {number(earlier)} {_then(fact)}, which may be chance" if latest != earlier else f"{said}, as before"
    )


def beside(fact: Change) -> str:
    """Return which periods stand side by side, and the rate ratio with its limits where there is one."""
    periods = f"{capital(fact.latest.period.removeprefix('the '))} beside {_then(fact)}"
    return f"{periods}: {_limits(fact.ratio)}." if fact.ratio else f"{periods}."


def compared(fact: Change | None) -> str:
    """Return in a few words how two periods compare, as a table can hold: a direction only beyond chance."""
    if fact is None:
        return "no earlier period to compare with"
    if fact.ratio is None:
        return "recording changed between them" if fact.crossed else "cannot be compared"
    return f"{fact.direction}, more than chance alone would give" if fact.direction else "chance alone could give this"


def survey(fact: Share) -> str:
    """Return what a survey found, of whom, and that it says nothing of any one place."""
    return (
        f"In the {fact.survey}, {fact.period} ({fact.population}), {number(fact.percent)}% {fact.finding}. "
        f"That is not known for any one place."
    )


def protected(policy: Policy) -> str:
    """Return what is hidden and what is rounded under the policy; empty where nothing is."""
    if not policy.protects:
        return ""
    base = policy.rounding_base
    rest = "" if base == 1 else f" Every other figure is rounded to the nearest {base}."
    return f"Counts of 1 to {policy.threshold - 1} are hidden, and so is what would give them away.{rest}"


def rate(value: float, lower: float, upper: float, whole: float, whole_name: str) -> str:
    """Return a place's reports a 100,000 people with its limits, beside the whole force's; no difference is claimed."""
    said = f"That is {number(value)} for each 100,000 people who live there"
    limits = f"95% limits {number(lower)} to {number(upper)}"
    return f"{said} ({limits}), beside {number(whole)} in {whole_name} as a whole."


def elsewhere(coverage: str, fact: Change, characteristic: str, publisher: str) -> str:
    """Return what other forces recorded in two years, to set a scale; `characteristic` is its public name."""
    named = _NAMED.get(
        fact.latest.subject.characteristic, f" that named {characteristic[:1].lower()}{characteristic[1:]}"
    )
    where = coverage.replace(" except ", " without ")
    given = "" if publisher == _HOME_OFFICE else f" figures, as given by {publisher}"
    return (
        f"For scale: the police recorded {number(fact.latest.number or 0)} hate crimes{named} in {where} in "
        f"{fact.latest.period}. {change(fact)} Forces differ in who lives there and in how they record, so this "
        f"explains nothing. Source: {_HOME_OFFICE}{given}."
    )


def share(fact: ReportShare) -> str:
    """Return a share of reports as a clause without a full stop."""
    return f"{percent(fact)} of {fact.of.base} {fact.of.events}"


def on_record(told: Sequence[ReportShare]) -> str:
    """Return how much of a month is on record when it ends, and later, for a year that is told of."""
    first, *later = told
    parts = [share(first), *(f"{_after_and(percent(one))} {one.of.events}" for one in later)]
    return f"{', and '.join(parts)} (months of {first.period})."


def percent(fact: ReportShare) -> str:
    """Return a share as it may be said: about, where it is right to within its step, and never `none` or `all`."""
    if not fact.step:
        return f"{number(fact.percent)}%"
    if fact.percent < fact.step:
        return f"Under {fact.step}%"
    return f"Over {100 - fact.step}%" if fact.percent > 100 - fact.step else f"About {number(fact.percent)}%"


def _after_and(words: str) -> str:
    return words[:1].lower() + words[1:]


def share_limits(fact: ReportShare) -> str:
    """Return the 95% limits of a share, which leave room for its step."""
    return f"95% limits {number(fact.lower)}% to {number(fact.upper)}%"


def share_change(fact: ShareChange) -> str:
    """Return how a share compares with the year before; a direction only where chance and rounding leave no other."""
    before = _after_and(percent(fact.earlier))
    if fact.crossed:
        on = day_name(fact.crossed.starts_on)
        return f"It is not compared with the year before. Recording changed on {on}. {fact.crossed.what}"
    if fact.direction:
        return f"{capital(fact.direction)} from {before} the year before. That is more than chance alone would give."
    if fact.latest.percent == fact.earlier.percent and fact.latest.step == fact.earlier.step:
        return f"It was {before} the year before too."
    return f"The year before it was {before}: chance and rounding could give this difference."


def run(fact: Run) -> str:
    """Return the lowest and highest of the periods that may be seen, without a full stop.

    Where some may not be seen it says so: the range is not that of all of them.
    """
    over = span(fact.start, fact.end)
    if not fact.visible:
        return f"No figure can be shown for {over}"
    low, high = min(fact.visible), max(fact.visible)
    size = number(low) if low == high else f"{number(low)} to {number(high)}"
    noun = PERIOD_NOUNS[fact.period_type][0]
    each = f"in each {noun} shown" if fact.hidden_count or fact.missing_count else f"a {noun}"
    return f"{size} {nouns(high, fact.record_class)} {each}, {over}"


def gaps(fact: Run) -> str:
    """Return how many of the periods are hidden and how many are not available; empty where none is."""
    hidden, missing = fact.hidden_count, fact.missing_count
    parts = []
    if hidden:
        parts.append(f"{hidden} {_periods(fact, hidden)} {HIDDEN}, which is not zero")
    if missing:
        parts.append(f"{missing} {_periods(fact, missing)} not available")
    return f"{'; '.join(parts)}." if parts else ""


def listed(names: list[str]) -> str:
    """Return the names as prose: `Dacorum`, `Dacorum and Watford`, `Dacorum, Hertsmere and Watford`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def funnel(above: list[str], below: list[str], count_of_places: int) -> str:
    """Return which places lie outside what chance alone would give, from A to Z, without ranking them."""
    if not above and not below:
        return f"Chance alone could give the differences between the {count_of_places} places"
    if not above:
        return f"Fewer reports for its people than chance would give: {listed(below)}"
    said = f"More reports for its people than chance would give: {listed(above)}"
    return f"{said}; fewer: {listed(below)}" if below else said


def season(above: int, below: int, count_of_months: int, years: int) -> str:
    """Return how many of the latest months lie outside the range of the same months in earlier years."""
    of = f"of the {count_of_months} months that can be compared"
    over = f"the same month in all {years} earlier years" if years > 1 else "the same month a year earlier"
    if not above and not below:
        return f"None {of} lies outside the range of earlier years"
    parts = ([f"{above} {of} had more reports than {over}"] if above else []) + (
        [f"{below} had fewer" if above else f"{below} {of} had fewer reports than {over}"] if below else []
    )
    return ", and ".join(parts)


def accounting(rows: dict[str, int], policy: Policy = INTERNAL) -> str:
    """Return whether the rows received equal the rows accounted for, as far as rounding lets be seen."""
    parts = [value for name, value in rows.items() if name != "received"]
    received, rest = rows.get("received", 0), sum(parts)
    if policy.rounding_base > 1 and abs(received - rest) <= policy.rounding_base * (len(parts) + 1):
        return f"The rows received, about {number(received)}, are accounted for, each count rounded by itself."
    if rest == received:
        return f"Every one of the {number(received)} rows received is accounted for."
    return (
        f"{number(received)} rows were received and {number(rest)} are accounted for: "
        f"{number(abs(received - rest))} apart. Treat every figure here with care."
    )


def revised(figures: int, withdrawn: int) -> str:
    """Return how many figures differ from those printed before, in one sentence."""
    if not figures and not withdrawn:
        return "No figure in this release is marked as changed since an earlier one printed it."
    parts = [f"{number(figures)} {'figure has' if figures == 1 else 'figures have'} changed"] if figures else []
    if withdrawn:
        parts.append(f"{number(withdrawn)} {'is' if withdrawn == 1 else 'are'} no longer shown")
    return f"Since an earlier release printed them, {' and '.join(parts)}."


def _not_compared(fact: Change, then: str) -> str:
    if fact.latest.number is not None and fact.earlier.number is not None and fact.crossed:
        on = day_name(fact.crossed.starts_on)
        return f"It is not compared with {then}. Recording changed on {on}. {fact.crossed.what}"
    if "[c]" in fact.latest.marker + fact.earlier.marker:
        return f"It is not compared with {then}. One of the figures is {HIDDEN}."
    return f"It is not compared with {then}. One of the figures is not available."


def _limits(found: Ratio) -> str:
    return f"rate ratio {found.estimate:.2f}, 95% limits {found.lower:.2f} to {found.upper:.2f}"


def certified(passed: bool, figures: int, earlier_releases: int) -> str:
    """Return what the audit of a release found, in one sentence."""
    looked = f"The audit looked at {number(figures)} figures of this release"
    if earlier_releases:
        looked += f" together with {number(earlier_releases)} earlier {'one' if earlier_releases == 1 else 'ones'}"
    found = "nothing hidden that could be worked out" if passed else "what can be worked out: do not share it"
    return f"{looked}, and found {found}."


def _then(fact: Change) -> str:
    if month_index(fact.latest.start) - month_index(fact.earlier.start) != 12:
        return fact.earlier.period
    months = length(fact.latest.start, fact.latest.end)
    return "the year before" if months == 12 else f"the same month{'s' if months > 1 else ''} a year earlier"


def _in(fact: Change) -> str:
    then = _then(fact)
    return then if then == "the year before" else f"in {then}"


def _periods(fact: Run, how_many: int) -> str:
    singular, plural = PERIOD_NOUNS[fact.period_type]
    return f"{singular} is" if how_many == 1 else f"{plural} are"
