"""What a release folder holds, read and checked once: the only door between stored figures and the pages."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from dashboards import documents, periods
from dashboards.facts import ALL, Subject
from data.added import ADDED, off_by
from data.errors import IntegrityFailed
from data.policies import POLICIES
from data.schema import CHARACTERISTICS, PUBLISHED
from data.shares import MEASURES

COUNT: Final = "report_count"
RATE: Final = "rate_per_100_000"
FINEST_FIRST: Final = ("month", "quarter", "year_ending_march")
"""The kinds of period that a chart over time may show, the finest first."""

YEAR, ROLLING, TO_DATE = FINEST_FIRST[-1], "rolling_12_months", "year_to_date"
_FEWEST: Final = 4
_MARCH: Final = 2
"""March where months are numbered year × 12 + month - 1."""
_STANDING_SHARE: Final = 0.5
_GRAIN: Final = ("area_code", "characteristic", "record_class", "date_basis", "period_type", "sentence")
_EVIDENCE: Final = (
    *("area_code", "characteristic", "record_class", "signal", "evidence", "state"),
    *("value", "lower_ci", "upper_ci", "unit", "sentence", "question", "other_explanations"),
)


@dataclass(frozen=True)
class Area:
    """One place with figures: the whole force, a district, several of them, or reports with no place."""

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
    lower: float | None = None
    upper: float | None = None
    note_ids: tuple[str, ...] = ()

    @property
    def off(self) -> int:
        """How many reports rounding can put a figure off that was added up from others; 0 for any other."""
        return off_by(self.note_ids)

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
    measure: str = COUNT

    @property
    def visible(self) -> list[float]:
        """The figures that may be seen, in order of time."""
        return [cell.value for cell in self.cells if cell.value is not None]

    def last(self, count: int) -> "Series":
        """Return the series of its last periods alone."""
        return replace(self, cells=self.cells[-count:])

    @property
    def stands(self) -> bool:
        """Whether at least half the periods, and at least four, may be seen, and not all are zero.

        Fewer are better said than drawn; zeros between hidden periods would read as an answer.
        """
        shown = self.visible
        return any(shown) and len(shown) >= max(_FEWEST, len(self.cells) * _STANDING_SHARE)


Key = tuple[str, str, str, str, str]


class Release:
    """The figures of one release on its headline date basis. Raises IntegrityFailed where they contradict.

    `certificate` and `evidence` are None where the release has none.
    """

    def __init__(self, folder: Path) -> None:
        """Read the release's documents and published figures, and nothing else."""
        self.about = documents.read(folder / "about.json", documents.About)
        self.quality = documents.read(folder / "quality.json", documents.Quality)
        self.certificate = documents.read_if_there(folder / "certificate.json", documents.Certificate)
        self.evidence = documents.rows_if_there(folder / "evidence.csv", _EVIDENCE)
        if self.about.policy not in POLICIES:
            raise IntegrityFailed(
                "about.json of the release names a disclosure policy that does not exist.",
                f"Rebuild the release under one of: {', '.join(POLICIES)}.",
            )
        self.policy = POLICIES[self.about.policy]
        self._grain = {
            (row["area_code"], row["characteristic"], row["record_class"]): (row["period_type"], row["sentence"])
            for row in documents.rows_if_there(folder / "grain.csv", _GRAIN) or []
            if row["date_basis"] == self.about.headline_date_basis
        }
        self._cells: dict[Key, dict[date, Cell]] = {}
        areas: dict[str, Area] = {}
        cited: set[str] = set()
        for row in pq.read_table(folder / "published.parquet", columns=PUBLISHED.column_names).to_pylist():
            if (
                row["measure"] in (COUNT, ADDED, RATE, *MEASURES)
                and row["date_basis"] == self.about.headline_date_basis
            ):
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
        cell = Cell(
            _day(row["period_start"]),
            _day(row["period_end"]),
            row["value"],
            row["marker"] or "",
            row["lower_ci"],
            row["upper_ci"],
            tuple((row["note_ids"] or "").split()),
        )
        if cell.hidden and cell.value is not None:
            raise IntegrityFailed(
                "published.parquet holds a value under the marker [c], which says that it is hidden.",
                "Do not share this release; run disclosure control again and rebuild it.",
            )
        # Counts added up have kinds of period of their own, so they stand among the counts.
        measure = COUNT if row["measure"] == ADDED else row["measure"]
        key = (measure, row["area_code"], row["characteristic"], row["record_class"], row["period_type"])
        cells = self._cells.setdefault(key, {})
        known = cells.get(cell.start)
        if known is not None and known.end > cell.end:
            return  # A block of years that has since grown; the longer one says it all.
        if known is not None and known.end == cell.end:
            raise IntegrityFailed(
                "published.parquet holds two figures for one area, characteristic, class and period.",
                "Rebuild the release.",
            )
        cells[cell.start] = cell

    @property
    def districts(self) -> list[Area]:
        """The places that share out the force's area, from A to Z."""
        return [area for area in self.areas if area.type not in ("not_geographic", "roll_up")]

    def called(self, characteristic: str) -> str:
        """Return the public name of a characteristic, or of all reports together."""
        return self.about.characteristics.get(characteristic) or {ALL: "All reports"}.get(
            characteristic, characteristic
        )

    def characteristics(self, area: Area, record_class: str) -> list[str]:
        """Return the characteristics with figures for the area, in the Home Office's order, without `all`."""
        held = {key[2] for key in self._cells if key[1] == area.code and key[3] == record_class}
        return [code for code in CHARACTERISTICS if code in held]

    def has(self, area: Area, record_class: str, measure: str = COUNT) -> bool:
        """Say whether the area has any figure of the record class and measure."""
        return any((key[0], key[1], key[3]) == (measure, area.code, record_class) for key in self._cells)

    def series(
        self, area: Area, characteristic: str, record_class: str, period_type: str, measure: str = COUNT
    ) -> Series:
        """Return every period of this kind that the release spans; one not published is `[x]`.

        Months run to the last of the release, complete or not; every longer period is of complete months.
        Kinds of period that do not tile the calendar are returned as published.
        """
        held = self._cells.get((measure, area.code, characteristic, record_class, period_type), {})
        if period_type not in periods.MONTHS:
            cells = tuple(held[start] for start in sorted(held))
        else:
            final = self.about.last_month if period_type == "month" else self.about.last_complete_month
            spanned = periods.spanned(period_type, self.about.first_month, final)
            cells = tuple(held.get(start, Cell(start, end, None, "[x]")) for start, end in spanned)
        return Series(area, characteristic, record_class, period_type, cells, measure)

    def subject(self, area: Area, characteristic: str, record_class: str) -> Subject:
        """Return what a figure of these keys counts."""
        return Subject(area.code, characteristic, record_class, self.about.headline_date_basis)

    def finest(self, area: Area, characteristic: str, record_class: str) -> Series:
        """Return the counts at the finest kind of period at which they stand; years where none does.

        Never finer than the release's own table of grains says.
        """
        allowed = self._grain.get((area.code, characteristic, record_class), (FINEST_FIRST[0], ""))[0]
        floor = FINEST_FIRST.index(allowed) if allowed in FINEST_FIRST else len(FINEST_FIRST) - 1
        for period_type in FINEST_FIRST[floor:-1]:
            found = self.series(area, characteristic, record_class, period_type)
            if found.stands:
                return found
        return self.series(area, characteristic, record_class, YEAR)

    def grain(self, area: Area, characteristic: str, record_class: str) -> tuple[str, str]:
        """Return the finest kind of period at which figures stand, and why; empty where the release does not say."""
        return self._grain.get((area.code, characteristic, record_class), ("", ""))

    def latest_end(self, *keys: tuple[Area, str, str, str]) -> int:
        """Return the month with which the latest 12 months end that all these series show beside the 12 before.

        A key is an area, characteristic, record class and measure. That is the latest March where any of them has no
        later 12 months: one month for all, so that they can stand together.
        """
        last = periods.month_index(self.about.last_complete_month)
        march = last - (last - _MARCH) % 12
        ends = [{periods.month_index(cell.end) for cell in self._rolling(*key).cells} for key in keys]
        shared = set.intersection(*ends) if ends else set()
        return max((end for end in shared if march < end <= last and end - 12 in shared), default=march)

    def latest_year(
        self, area: Area, characteristic: str, record_class: str, measure: str = COUNT, end: int | None = None
    ) -> Series:
        """Return the 12 months that end with this month, or the latest shown, and the 12 before them.

        Empty where the release spans no whole year, one period where it spans only one.
        """
        key = (area, characteristic, record_class, measure)
        end = self.latest_end(key) if end is None else end
        if end % 12 == _MARCH:
            return self.series(area, characteristic, record_class, YEAR, measure).last(2)
        rolling = self._rolling(*key)
        kept = [cell for cell in rolling.cells if periods.month_index(cell.end) in (end - 12, end)]
        return replace(rolling, cells=tuple(kept))

    def _rolling(self, area: Area, characteristic: str, record_class: str, measure: str) -> Series:
        return self.series(area, characteristic, record_class, ROLLING, measure)


def _day(stored: date | datetime) -> date:
    # Parquet may hold a day as a date or as a moment at midnight.
    return stored.date() if isinstance(stored, datetime) else stored
