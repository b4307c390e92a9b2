"""Answers to a person's question, from the current release alone: nothing here can see a row or an exact count."""

import csv
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from data.errors import UsageError
from data.policies import POLICIES
from data.schema import CHARACTERISTICS, GRAINS, RECORD_CLASSES
from data.workspace import Workspace

_CLASS_WORDS = {"crime": "crimes", "non_crime_incident": "non-crime incidents"}


@dataclass(frozen=True)
class Figure:
    """One published figure: its first and last month, and `value`, None where `marker` hides it."""

    period_type: str
    first_month: str
    last_month: str
    value: int | None
    marker: str

    @property
    def spoken(self) -> str:
        """The period in words."""
        first, last = (_spoken(_month(month)) for month in (self.first_month, self.last_month))
        return f"in {first}" if first == last else f"from {first} to {last}"


@dataclass(frozen=True)
class Answer:
    """A sentence, the figures within the months asked for, and what to bear in mind; `value` is None where hidden.

    `nearest` are published figures for the nearest shorter and longer periods, where the one asked for is not shown.
    """

    sentence: str
    value: int | None
    release_id: str
    stamp: str
    figures: list[Figure]
    nearest: list[Figure]
    grain: str
    caveats: list[str]

    def as_json(self) -> str:
        """The answer as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """The answer as a person reads it."""
        table = [
            f"{_named(figure)}  {figure.marker if figure.value is None else format(figure.value, ',')}"
            for figure in self.figures
        ]
        near = [f"Nearest: {figure.value:,} {figure.spoken}." for figure in self.nearest if figure.value is not None]
        lines = [self.sentence, *near, "", *table, "", self.grain, *self.caveats]
        return "\n".join([*lines, f"Release {self.release_id}; {self.stamp}."])


def answer(
    place: Workspace, characteristic: str, area: str, first: str, last: str, record_class: str = "crime"
) -> Answer:
    """Answer for the months `first` to `last` (YYYY-MM, both included).

    Raises UsageError where the release does not hold the characteristic, area or months asked for.
    """
    release = place.current_release()
    if release is None:
        raise UsageError(f"There is no release in {place.root}.", "Make one with: hatecrime run")
    about = json.loads((release / "about.json").read_text(encoding="utf-8"))
    start, end = _month(first), _month(last)
    if start > end:
        raise UsageError("--from lies after --to.", "Give the earlier month first.")
    if characteristic not in (*CHARACTERISTICS, "all"):
        raise UsageError(
            f"There is no characteristic {characteristic!r}.",
            f"Use one of {', '.join((*CHARACTERISTICS, 'all'))}.",
        )
    if record_class not in RECORD_CLASSES:
        raise UsageError(f"There is no record class {record_class!r}.", f"Use one of {', '.join(RECORD_CLASSES)}.")
    figures = _figures(release, characteristic, record_class)
    code, name = _place(figures, area)
    here = [row for row in figures if row["area_code"] == code]
    published = [_figure(row) for row in here]
    covered = (about["first_month"][:7], about["last_month"][:7])
    if not covered[0] <= first[:7] <= last[:7] <= covered[1]:
        raise UsageError("The release does not hold all the months asked for.", f"It covers {' to '.join(covered)}.")
    exact = [figure for figure in published if (figure.first_month, figure.last_month) == (first, last)]
    value = exact[0].value if exact else None
    named = about["characteristics"].get(characteristic, characteristic)
    whose = "" if characteristic == "all" else f" that named {named[:1].lower()}{named[1:]}"
    period = f"in {_spoken(start)}" if start == end else f"from {_spoken(start)} to {_spoken(end)}"
    counted = (
        f"of {_CLASS_WORDS[record_class]} to police{whose} in {name} {period}, by {about['headline_date_basis']} date"
    )
    if value is not None:
        rounded = "about " if value and POLICIES[about["policy"]].rounding_base > 1 else ""
        sentence = f"There were {rounded}{value:,} reports {counted}."
    elif exact:
        sentence = f"The number of reports {counted} is hidden to protect people; it is not zero and not missing."
    else:
        sentence = f"No number is published for the reports {counted}; that says nothing of how many there were."
    within = [figure for figure in published if first <= figure.first_month and figure.last_month <= last]
    notes = dict.fromkeys(note for row in here for note in row["note_ids"].split())
    return Answer(
        sentence,
        value,
        about["release_id"],
        about["stamp"],
        _finest(within),
        [] if value is not None else _nearest(published, first, last),
        _grain(release, code, characteristic, record_class),
        [about["notes"][note] for note in notes],
    )


def _figure(row: dict[str, str]) -> Figure:
    value = int(float(row["value"])) if row["value"] else None
    return Figure(row["period_type"], row["period_start"][:7], row["period_end"][:7], value, row["marker"])


def _named(figure: Figure) -> str:
    if figure.first_month == figure.last_month:
        return figure.first_month
    return f"{figure.first_month} to {figure.last_month}"


def _finest(within: list[Figure]) -> list[Figure]:
    """The figures of the finest kind of period that has any, in order of time."""
    kinds = [kind for kind in GRAINS if any(figure.period_type == kind for figure in within)]
    return sorted(
        (figure for figure in within if kinds and figure.period_type == kinds[0]), key=lambda one: one.first_month
    )


def _nearest(published: list[Figure], first: str, last: str) -> list[Figure]:
    """The longest shown period inside the months asked for, and the shortest shown one around them."""
    shown = [figure for figure in published if figure.value is not None]
    inside = [one for one in shown if first <= one.first_month and one.last_month <= last]
    around = [one for one in shown if one.first_month <= first and last <= one.last_month]
    longest = sorted(inside, key=lambda one: (-_length(one), one.first_month))[:1]
    return longest + sorted(around, key=lambda one: (_length(one), one.first_month))[:1]


def _length(figure: Figure) -> int:
    first, last = _month(figure.first_month), _month(figure.last_month)
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _grain(release: Path, code: str, characteristic: str, record_class: str) -> str:
    with (release / "grain.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if (row["area_code"], row["characteristic"], row["record_class"]) == (code, characteristic, record_class):
                return row["sentence"]
    return ""


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise UsageError(f"{text!r} is not a month.", "Write it as YYYY-MM.") from None


def _spoken(month: date) -> str:
    return f"{month:%B %Y}"


def _figures(release: Path, characteristic: str, record_class: str) -> list[dict[str, str]]:
    with (release / "published.csv").open(encoding="utf-8", newline="") as handle:
        return [
            row
            for row in csv.DictReader(handle)
            if row["measure"] == "report_count"
            and row["characteristic"] == characteristic
            and row["record_class"] == record_class
        ]


def _place(figures: list[dict[str, str]], area: str) -> tuple[str, str]:
    wanted = " ".join(area.lower().split())
    areas = {row["area_code"]: row["area_name"] for row in figures}
    for code, name in areas.items():
        if wanted in (code.lower(), name.lower()):
            return code, name
    raise UsageError(f"The release has no figures for {area!r}.", f"Use one of {', '.join(sorted(areas.values()))}.")
