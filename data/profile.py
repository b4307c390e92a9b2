"""Source profiles: how one source's files, columns and labels map onto our schema, in TOML."""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from data.description import Described, Strict, loaded
from data.schema import CHARACTERISTICS, DATE_BASES, RAW_TEXT_FIELDS, RECORD_CLASSES, REPORTING_ROUTES

SHIPPED = Path(__file__).parent / "profiles"
DATE_FIELDS = ("occurred", "reported", "recorded")
CODED_FIELDS = ("record_class", "status", "reporting_route", "offence_group", "outcome_code", "aggravated")
"""Fields whose labels must be known; a label without a code is an error, never lumped."""

_CODES = {
    "record_class": RECORD_CLASSES,
    "status": ("recorded", "cancelled", "out_of_scope"),
    "reporting_route": REPORTING_ROUTES,
    "aggravated": ("yes", "no"),
}


class Extract(Strict):
    """When an extract was taken, and what a newer one does to an older one.

    `snapshot`: the newest extract replaces every earlier one. `report`: it replaces the reports it carries.
    `covers_to` says how far an extract must reach: to the end of the month before the `day_taken`, or only to the
    `newest_date` in it, where a source is published months behind. `without_rows` says what a file with a header and
    no row is: an export that failed, or a `nil_return`, by which the source says that nothing was recorded in the
    whole months before the day it was taken.
    """

    covers_to: Literal["day_taken", "newest_date"] = "newest_date"
    revision_rule: Literal["snapshot", "report"]
    without_rows: Literal["refused", "nil_return"] = "refused"
    file_name: str | None = None
    file_date_format: str = "%Y-%m-%d"

    @field_validator("file_name")
    @classmethod
    def _has_one_group(cls, pattern: str | None) -> str | None:
        if pattern is not None and re.compile(pattern).groups != 1:
            raise ValueError("must hold exactly one group in brackets: the date")
        return pattern


class ReportRows(Strict):
    """How rows become reports."""

    rows_per_report: Literal["one", "several"] = "one"
    key_is_published_because: str | None = None


_Column = Annotated[int, Field(ge=1, le=5, description="five at most, or a tile is too narrow for a name")]
_Row = Annotated[int, Field(ge=1, le=12)]


class Areas(Strict):
    """What the area column may hold: codes of the reference data, or labels listed here.

    `tiles` says where each place's tile stands on the pages: its column and row, from the north-west.
    """

    reference: bool = False
    area_type: str = "district"
    labels: dict[str, str] = {}
    not_geographic: dict[str, str] = {}
    codes: dict[str, str] = {}
    tiles: dict[str, tuple[_Column, _Row]] = {}

    @model_validator(mode="after")
    def _one_kind(self) -> "Areas":
        if self.reference == bool(self.labels):
            raise ValueError("needs either reference = true or a table of labels")
        if self.tiles and set(self.tiles) != set(self.labels):
            odd = sorted(set(self.tiles) ^ set(self.labels))
            raise ValueError(f"tiles: {odd} needs a tile and a label by the same code, or no place has a tile")
        if len(set(self.tiles.values())) < len(self.tiles):
            raise ValueError("tiles: two places have the same column and row")
        return self


class MotivationColumn(Strict):
    """One column that names grounds: how its cells are split, the words for none, and what each label means."""

    separator: str | None = None
    none: list[str] = []
    labels: dict[str, list[str]]

    @field_validator("labels", mode="before")
    @classmethod
    def _listed(cls, labels: object) -> object:
        if not isinstance(labels, dict):
            return labels
        return {label: codes if isinstance(codes, list) else [codes] for label, codes in labels.items()}

    @field_validator("labels")
    @classmethod
    def _known(cls, labels: dict[str, list[str]]) -> dict[str, list[str]]:
        for label, codes in labels.items():
            if unknown := set(codes) - set(CHARACTERISTICS):
                raise ValueError(f"{label!r} maps to {sorted(unknown)}, which is not one of {CHARACTERISTICS}")
        return labels


class Scope(Strict):
    """Whether a report that names only such grounds belongs to the source's own total."""

    other_local: Literal["counted", "out_of_scope"]
    not_recorded: Literal["counted", "out_of_scope"]


class Residents(Strict):
    """How many people live in each place, and in the force, by its code: what rates are worked out with.

    For a source whose places stand in no reference table. `source` names who says so, where, and under which licence.
    """

    reference_date: date
    edition: Annotated[str, Field(min_length=4)]
    source: Annotated[str, Field(min_length=10)]
    persons: Annotated[dict[str, Annotated[int, Field(ge=1)]], Field(min_length=1)]


class Defaults(Strict):
    """What holds for every row where the source has no such column."""

    record_class: Literal["crime", "non_crime_incident"] = "crime"


class LoweredRule(Strict):
    """A validation rule that this source cannot keep, the severity it gets instead, and why."""

    severity: Literal["hold", "warn"]
    because: Annotated[str, Field(min_length=10)]


class Profile(Described):
    """One source. `motivations` lists layouts: a file must have the columns of exactly one of them.

    Days are those of the calendar in `time_zone`; times of day that the source writes in another zone
    (`written_in_time_zone`) are carried over before the day is taken.
    """

    describes: ClassVar[str] = "records"
    example: ClassVar[str] = "hertfordshire.toml"
    kind: Literal["records"] = "records"
    headline_date_basis: Literal["recorded", "reported", "occurred"]
    extract: Extract
    report: ReportRows = ReportRows()
    columns: dict[str, list[str]]
    dates: dict[str, list[str]]
    time_zone: str = "Europe/London"
    written_in_time_zone: str | None = None
    area: Areas
    values: dict[str, dict[str, str]] = {}
    reference_values: dict[str, str] = {}
    motivations: Annotated[list[dict[str, MotivationColumn]], Field(min_length=1)]
    scope: Scope
    defaults: Defaults = Defaults()
    lowered_rules: dict[str, LoweredRule] = {}
    residents: Residents | None = None

    @field_validator("time_zone", "written_in_time_zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in _zones():
            raise ValueError(f"{zone!r} is not a time zone such as Europe/London or UTC")
        return zone

    @field_validator("columns", "dates", mode="before")
    @classmethod
    def _listed(cls, table: object) -> object:
        if not isinstance(table, dict):
            return table
        return {name: value if isinstance(value, list) else [value] for name, value in table.items()}

    @model_validator(mode="after")
    def _hangs_together(self) -> "Profile":
        fields = {column.name for column in RAW_TEXT_FIELDS}
        if unknown := set(self.columns) - fields:
            raise ValueError(f"columns: {sorted(unknown)} is not one of {sorted(fields)}")
        if missing := {"report_id", "area"} - set(self.columns):
            raise ValueError(f"columns: {sorted(missing)} must be mapped")
        mapped_dates = set(self.columns) & set(DATE_FIELDS)
        if mapped_dates != set(self.dates):
            raise ValueError(f"dates: formats are needed for exactly {sorted(mapped_dates)}")
        places = {self.force.code, *self.area.labels}
        if self.residents and self.area.labels and (unknown := set(self.residents.persons) - places):
            raise ValueError(
                f"residents.persons: {sorted(unknown)} is neither the force's code nor a code (left) in area.labels"
            )
        if self.headline_date_basis not in mapped_dates:
            raise ValueError(f"headline_date_basis: {self.headline_date_basis} has no column")
        declared = {column for columns in self.columns.values() for column in columns}
        declared |= {*self.ignored_columns, *(column for layout in self.motivations for column in layout)}
        if strays := set(self.allowed_columns) - declared:
            raise ValueError(f"allowed_columns: {sorted(strays)} is not a column of this profile")
        for field in CODED_FIELDS:
            has_map = field in self.values or field in self.reference_values
            if has_map != (field in self.columns):
                raise ValueError(f"values: {field} needs a column and a table of labels, or neither")
            allowed = _CODES.get(field)
            if allowed and (odd := set(self.values.get(field, {}).values()) - set(allowed)):
                raise ValueError(f"values.{field}: {sorted(odd)} is not one of {allowed}")
        return self

    @property
    def fixed_columns(self) -> list[str]:
        """The columns that every file has."""
        return [column for columns in self.columns.values() for column in columns]

    def varying_columns(self, header: list[str]) -> list[str] | None:
        """Return the columns that name grounds, or None unless exactly one layout fits."""
        layout = self.layout(header)
        return None if layout is None else list(layout)

    @property
    def varying_words(self) -> str:
        """Words for the columns of the layouts."""
        return "for what motivated a report: " + " or ".join(", ".join(columns) for columns in self.motivations)

    @property
    def key_columns(self) -> list[str]:
        """The columns that tell a record from a note or a total below the records."""
        return self.columns["report_id"]

    @property
    def date_columns(self) -> set[str]:
        """The columns that hold dates."""
        return {column for field in DATE_FIELDS for column in self.columns.get(field, [])}

    @property
    def takes_nil_returns(self) -> bool:
        """Whether a file with a header and no row is taken to say that nothing was recorded."""
        return self.extract.without_rows == "nil_return"

    @property
    def date_bases(self) -> list[str]:
        """The date bases this source can be counted by, in our order."""
        return [basis for basis in DATE_BASES if basis in self.columns]

    @property
    def record_classes(self) -> list[str]:
        """The record classes this source can hold; a class it cannot hold is never shown as zero."""
        held = set(self.values.get("record_class", {}).values()) or {self.defaults.record_class}
        return [name for name in RECORD_CLASSES if name in held]

    @property
    def characteristics(self) -> list[str]:
        """The grounds this source can name and count, in our order."""
        columns = [column for layout in self.motivations for column in layout.values()]
        named = {code for column in columns for codes in column.labels.values() for code in codes}
        out = {name for name in ("other_local", "not_recorded") if getattr(self.scope, name) == "out_of_scope"}
        if self.scope.not_recorded == "counted":
            named.add("not_recorded")
        return [name for name in CHARACTERISTICS if name in named - out]

    def taking_nil_returns(self) -> "Profile":
        """The same source, where a person says that a file without rows is a nil return."""
        return self.model_copy(update={"extract": self.extract.model_copy(update={"without_rows": "nil_return"})})

    def layout(self, header: list[str]) -> dict[str, MotivationColumn] | None:
        """Return the motivation layout whose columns all stand in the header, or None unless exactly one fits."""
        fitting = [layout for layout in self.motivations if set(layout) <= set(header)]
        return fitting[0] if len(fitting) == 1 else None

    def date_in_name(self, file_name: str) -> date | None:
        """Return the day the extract was taken as its file name says, or None where the name says nothing."""
        found = re.search(self.extract.file_name, file_name) if self.extract.file_name else None
        if found is None:
            return None
        try:
            return datetime.strptime(found.group(1), self.extract.file_date_format).date()
        except ValueError:
            return None


def shipped_names() -> list[str]:
    """The profiles that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load(name_or_path: str) -> Profile:
    """Load a shipped profile by name, or any TOML file by path.

    Raises UsageError naming the file and the entry at fault, or saying that the file describes counts.
    """
    return loaded(name_or_path, SHIPPED, Profile)


@cache
def _zones() -> frozenset[str]:
    """Every time zone that this machine knows: to list them reads hundreds of files."""
    return frozenset(available_timezones())
