"""The counts of a release as questions need them: by place, characteristic and class, each for a span of months.

Reads `published.csv` alone, so that nothing slow is loaded for an answer on the command line.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from dashboards.periods import MONTHS, month_index
from data import added, reference
from data.errors import IntegrityFailed
from data.policies import POLICIES, Policy

COUNTS: Final = ("report_count", added.ADDED)
"""The measures that say how many reports there were."""

Key = tuple[str, str, str]
"""Area code, characteristic, record class."""


@dataclass(frozen=True)
class Figure:
    """One published count: its first and last month as month indices; `value` is None where `marker` hides it.

    One that was added up from printed ones can be `off` reports more or fewer, through rounding.
    """

    start: int
    end: int
    value: int | None
    marker: str
    note_ids: tuple[str, ...] = ()
    period_type: str = ""
    off: int = 0

    @property
    def months(self) -> int:
        """How many months it spans."""
        return self.end - self.start + 1


@dataclass(frozen=True)
class Place:
    """One area of the release."""

    code: str
    name: str
    type: str


class Published:
    """The counts of one release on its headline date basis, whatever kinds of period they stand for.

    Raises IntegrityFailed where two rows give one span of months two figures.
    """

    def __init__(self, folder: Path, rows: Iterable[Mapping[str, str]] | None = None) -> None:
        """Read `about.json`, `grain.csv` where there is one, and `published.csv` unless its rows are given as text."""
        about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.about = about
        self.policy: Policy = POLICIES[about["policy"]]
        self.first, self.last = (month_index(date.fromisoformat(about[key])) for key in ("first_month", "last_month"))
        self.last_complete = month_index(date.fromisoformat(about["last_complete_month"]))
        self.series: dict[Key, list[Figure]] = {}
        found: dict[tuple[Key, int, int], Figure] = {}
        places: dict[str, Place] = {}
        for row in _rows(folder / "published.csv") if rows is None else rows:
            if row["measure"] not in COUNTS or row["date_basis"] != about["headline_date_basis"]:
                continue
            places.setdefault(row["area_code"], Place(row["area_code"], row["area_name"], row["area_type"]))
            key = (row["area_code"], row["characteristic"], row["record_class"])
            figure = _figure(row)
            before = found.setdefault((key, figure.start, figure.end), figure)
            if before.value != figure.value:
                raise IntegrityFailed("published.csv gives one period two figures.", "Rebuild the release.")
            if before is figure:
                self.series.setdefault(key, []).append(figure)
        for figures in self.series.values():
            figures.sort(key=lambda one: (one.start, one.end))
        force = places.pop(about["force_code"])
        rest = sorted(places.values(), key=lambda one: (one.name.casefold(), one.code))
        self.places = {place.code: place for place in (force, *rest)}
        self.force = force
        self.notes: dict[str, str] = about["notes"]
        # How many months figures of a series must span to stand, and why.
        self.grains = {
            (row["area_code"], row["characteristic"], row["record_class"]): (
                MONTHS.get(row["period_type"], max(MONTHS.values())),
                row["sentence"],
            )
            for row in (_rows(folder / "grain.csv") if (folder / "grain.csv").is_file() else [])
            if row["date_basis"] == about["headline_date_basis"]
        }

    @cached_property
    def characteristics(self) -> dict[str, str]:
        """The public name of each characteristic with figures, and of `all`, in the order to show them."""
        held = {key[1] for key in self.series}
        names = reference.display_names()
        return {code: self.about["characteristics"].get(code, name) for code, name in names.items() if code in held}

    @cached_property
    def record_classes(self) -> list[str]:
        """The record classes with figures, crimes first."""
        return sorted({key[2] for key in self.series})

    def figure(self, key: Key, start: int, end: int) -> Figure | None:
        """Return the figure for exactly these months, hidden or not, or None where none is published."""
        return next((one for one in self.series.get(key, []) if (one.start, one.end) == (start, end)), None)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _figure(row: Mapping[str, str]) -> Figure:
    # Read by place in the text: thousands of dates, and an answer waits for them.
    start, end = (int(row[name][:4]) * 12 + int(row[name][5:7]) - 1 for name in ("period_start", "period_end"))
    value = int(float(row["value"])) if row["value"] else None
    notes = tuple(row["note_ids"].split())
    return Figure(start, end, value, row["marker"], notes, row["period_type"], added.off_by(notes))
