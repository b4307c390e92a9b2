"""What a release folder holds, read and checked once: the only door between stored figures and the pages."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.parquet as pq
from pydantic import BaseModel, ValidationError

from data.errors import IntegrityFailed
from data.schema import CHARACTERISTICS, PUBLISHED

MEASURE = "report_count"

Document = TypeVar("Document", bound=BaseModel)


class About(BaseModel):
    """`about.json`: what the release is, when its data were taken, and what became of every row."""

    release_id: str
    title: str
    force_name: str
    force_code: str
    source: str
    headline_date_basis: str
    first_month: date
    last_month: date
    last_complete_month: date
    extracted_on: date
    stamp: str
    policy: str
    version: str
    rows: dict[str, int]
    reports_counted: int
    notes: dict[str, str]
    characteristics: dict[str, str]


class ExtractAccount(BaseModel):
    """What became of the rows of one extract."""

    extract: str
    extracted_on: date
    received: int
    counted: int
    superseded: int
    cancelled: int
    rejected: int
    out_of_scope: int


class RuleResult(BaseModel):
    """One quality rule in plain words: how many it checked and how many failed."""

    rule: str
    stage: str
    table: str
    sentence: str
    severity: str
    checked_count: int
    failed_count: int
    passed: bool


class Quality(BaseModel):
    """`quality.json`: the account of rows and the result of every rule; no values."""

    accounting: list[ExtractAccount]
    rules: list[RuleResult]


@dataclass(frozen=True)
class Area:
    """One place with figures: the whole force, a district, or reports with no place."""

    code: str
    name: str
    type: str


@dataclass(frozen=True)
class Cell:
    """One period's figure. `value` is None where it is hidden, not applicable or not available."""

    start: date
    end: date
    value: float | None
    marker: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the figure is withheld to protect people."""
        return "[c]" in self.marker


@dataclass(frozen=True)
class Series:
    """The figures of one area, characteristic and record class over one kind of period, in order of time."""

    area: Area
    characteristic: str
    record_class: str
    period_type: str
    cells: tuple[Cell, ...]

    @property
    def visible(self) -> list[float]:
        """The figures that may be seen, in order of time."""
        return [cell.value for cell in self.cells if cell.value is not None]


class Release:
    """The figures of one release on its headline date basis. Raises IntegrityFailed where they contradict."""

    def __init__(self, folder: Path) -> None:
        """Read `about.json`, `quality.json` and `published.parquet` of the folder, and nothing else."""
        self.about = _document(folder / "about.json", About)
        self.quality = _document(folder / "quality.json", Quality)
        self._cells: dict[tuple[str, str, str, str], dict[date, Cell]] = {}
        areas: dict[str, Area] = {}
        cited: set[str] = set()
        columns = [
            "measure",
            "date_basis",
            *PUBLISHED.column_names[1:6],
            *PUBLISHED.column_names[7:11],
            "marker",
            "note_ids",
        ]
        for row in pq.read_table(folder / "published.parquet", columns=columns).to_pylist():
            if row["measure"] == MEASURE and row["date_basis"] == self.about.headline_date_basis:
                areas.setdefault(row["area_code"], Area(row["area_code"], row["area_name"], row["area_type"]))
                cited.update((row["note_ids"] or "").split())
                self._add(row)
        if self.about.force_code not in areas:
            raise IntegrityFailed(
                "published.parquet holds no figures for the force that about.json names, on its headline date basis.",
                "Rebuild the release.",
            )
        self.notes = {key: text for key, text in sorted(self.about.notes.items()) if key in cited}
        self.force = areas.pop(self.about.force_code)
        self.areas = sorted(areas.values(), key=lambda area: (area.name.casefold(), area.code))

    def _add(self, row: dict[str, Any]) -> None:
        cell = Cell(_day(row["period_start"]), _day(row["period_end"]), row["value"], row["marker"] or "")
        if cell.hidden and cell.value is not None:
            raise IntegrityFailed(
                "published.parquet holds a value under the marker [c], which says that it is hidden.",
                "Do not share this release; run disclosure control again and rebuild it.",
            )
        key = (row["area_code"], row["characteristic"], row["record_class"], row["period_type"])
        cells = self._cells.setdefault(key, {})
        if cell.start in cells:
            raise IntegrityFailed(
                "published.parquet holds two figures for one area, characteristic, class and period.",
                "Rebuild the release.",
            )
        cells[cell.start] = cell

    def characteristics(self, area: Area, record_class: str) -> list[str]:
        """Return the characteristics with figures for the area, in the Home Office's order, without `all`."""
        held = {key[1] for key in self._cells if key[0] == area.code and key[2] == record_class}
        return [code for code in CHARACTERISTICS if code in held]

    def has(self, area: Area, record_class: str) -> bool:
        """Say whether the area has any figure of the record class."""
        return any(key[0] == area.code and key[2] == record_class for key in self._cells)

    def months(self, area: Area, characteristic: str, record_class: str) -> Series:
        """Return every month from the first to the last of the release; a month not published is `[x]`."""
        held = self._cells.get((area.code, characteristic, record_class, "month"), {})
        cells = []
        start = self.about.first_month
        while start <= self.about.last_month:
            following = _following(start)
            end = date.fromordinal(following.toordinal() - 1)
            cells.append(held.get(start, Cell(start, end, None, "[x]")))
            start = following
        return Series(area, characteristic, record_class, "month", tuple(cells))

    def years(self, area: Area, characteristic: str, record_class: str) -> Series:
        """Return every complete year ending March that the release spans; one not published is `[x]`."""
        held = self._cells.get((area.code, characteristic, record_class, "year_ending_march"), {})
        first = self.about.first_month
        opening = first.year if first <= date(first.year, 4, 1) else first.year + 1
        closed = _following(self.about.last_complete_month)
        final = closed.year if closed >= date(closed.year, 4, 1) else closed.year - 1
        years = [(date(year, 4, 1), date(year + 1, 3, 31)) for year in range(opening, final)]
        cells = tuple(held.get(start, Cell(start, end, None, "[x]")) for start, end in years)
        return Series(area, characteristic, record_class, "year_ending_march", cells)


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _day(stored: date | datetime) -> date:
    # Parquet may hold a day as a date or as a moment at midnight.
    return stored.date() if isinstance(stored, datetime) else stored


def _document(path: Path, model: type[Document]) -> Document:
    try:
        return model.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise IntegrityFailed(
            f"{path.name} of the release does not hold what it must ({error.error_count()} faults).",
            "Rebuild the release.",
        ) from None
