"""Answers to a person's question, from the current release alone: nothing here can see a row or an exact count."""

import csv
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from data.errors import UsageError
from data.schema import CHARACTERISTICS, RECORD_CLASSES
from data.workspace import Workspace

_CLASS_WORDS = {"crime": "crimes", "non_crime_incident": "non-crime incidents"}


@dataclass(frozen=True)
class Month:
    """One published month: `value` is None where `marker` hides it."""

    month: str
    value: int | None
    marker: str


@dataclass(frozen=True)
class Answer:
    """A sentence, the months behind it, and what to bear in mind; `value` is None where it is hidden."""

    sentence: str
    value: int | None
    release_id: str
    stamp: str
    months: list[Month]
    caveats: list[str]

    def as_json(self) -> str:
        """The answer as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """The answer as a person reads it."""
        table = [
            f"{month.month}  {month.marker if month.value is None else format(month.value, ',')}"
            for month in self.months
        ]
        return "\n".join([self.sentence, "", *table, "", *self.caveats, f"Release {self.release_id}; {self.stamp}."])


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
    months = [
        Month(row["period_start"][:7], int(float(row["value"])) if row["value"] else None, row["marker"])
        for row in sorted(here, key=lambda row: row["period_start"])
        if row["period_type"] == "month" and start <= date.fromisoformat(row["period_start"]) <= end
    ]
    wanted = (end.year - start.year) * 12 + end.month - start.month + 1
    if len(months) != wanted:
        raise UsageError(
            f"The release holds {len(months)} of the {wanted} months asked for.",
            f"It covers {about['first_month'][:7]} to {about['last_month'][:7]}.",
        )
    value = _total(here, months, start, end)
    named = about["characteristics"].get(characteristic, characteristic)
    whose = "" if characteristic == "all" else f" that named {named[:1].lower()}{named[1:]}"
    period = f"in {_spoken(start)}" if start == end else f"from {_spoken(start)} to {_spoken(end)}"
    counted = (
        f"of {_CLASS_WORDS[record_class]} to police{whose} in {name} {period}, by {about['headline_date_basis']} date"
    )
    if value is None:
        sentence = f"The number of reports {counted} is hidden to protect people; it is not zero and not missing."
    else:
        sentence = f"There were {value:,} reports {counted}."
    notes = dict.fromkeys(note for row in here for note in row["note_ids"].split())
    return Answer(
        sentence, value, about["release_id"], about["stamp"], months, [about["notes"][note] for note in notes]
    )


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


def _total(here: list[dict[str, str]], months: list[Month], start: date, end: date) -> int | None:
    """The year's published figure where the months are one; else the months' sum where none is hidden."""
    for row in here:
        if (
            row["period_type"] == "year_ending_march"
            and date.fromisoformat(row["period_start"]) == start
            and row["period_end"][:7] == f"{end:%Y-%m}"
        ):
            return int(float(row["value"])) if row["value"] else None
    counts = [month.value for month in months]
    return None if any(count is None for count in counts) else sum(count for count in counts if count is not None)
