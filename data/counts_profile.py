"""Profiles of counts: how a table that a source has already counted (area × month × category) maps onto our schema."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from data.description import Described, Strict, loaded
from data.schema import MONITORED_CHARACTERISTICS

SHIPPED = Path(__file__).parent / "count_profiles"
SEPARATOR = " / "
"""Stands between the texts of several columns that name a category together."""


class CountExtract(Strict):
    """Which files are of this source, when one was taken, and what a newer one does to an older one.

    `file_name` is searched in a file's name; a group in brackets in it is the day. `snapshot`: the newest extract
    replaces every earlier one. `period`: it replaces the months that it holds.
    """

    file_name: str
    file_date_format: str = "%Y-%m-%d"
    revision_rule: Literal["snapshot", "period"]

    @field_validator("file_name")
    @classmethod
    def _has_at_most_one_group(cls, pattern: str) -> str:
        if re.compile(pattern).groups > 1:
            raise ValueError("may hold one group in brackets, the date, and no other")
        return pattern


class CountColumns(Strict):
    """Where area, category, month and number stand.

    Long: `month` and `count` name columns, one number a row. Wide: neither is given, and every column whose name is
    a month holds that month's numbers.
    """

    area: str
    category: Annotated[list[str], Field(min_length=1)]
    month: str | None = None
    count: str | None = None

    @field_validator("category", mode="before")
    @classmethod
    def _listed(cls, category: object) -> object:
        return category if isinstance(category, list) else [category]

    @model_validator(mode="after")
    def _long_or_wide(self) -> "CountColumns":
        if (self.month is None) != (self.count is None):
            raise ValueError("month and count go together: both for a long table, neither for a wide one")
        return self


class Category(Strict):
    """What one category of the source counts.

    `characteristic` is given where it counts all hate crime of that ground and nothing else; a category of two
    grounds, or of a part of one, has none. `part_of` names the wider category of the same source that includes it,
    so that nobody adds the two. A `control` counts something else, to be compared with.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    measure: Literal["hate_crime", "control"]
    characteristic: str | None = None
    part_of: str | None = None


class CountAreas(Strict):
    """What the area column may hold: label → code, or with `reference` any current code or name of the force."""

    reference: bool = False
    area_type: str = "district"
    codes: dict[str, str] = {}
    not_geographic: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_kind(self) -> "CountAreas":
        if self.reference == bool(self.codes):
            raise ValueError("needs either reference = true or a table of codes")
        return self


class CountsProfile(Described):
    """One source of counts. They stand beside records, marked by source, and are never added to anything.

    Categories may overlap; labels under `excluded` are foreign to the subject and set aside for the reason given.
    """

    describes: ClassVar[str] = "counts"
    example: ClassVar[str] = "mps_borough_months.toml"
    kind: Literal["counts"]
    extract: CountExtract
    columns: CountColumns
    month_format: str
    date_basis: Literal["recorded", "reported", "occurred"]
    record_class: Literal["crime", "non_crime_incident"]
    unit: str
    area: CountAreas
    categories: Annotated[dict[str, Category], Field(min_length=1)]
    excluded: dict[str, Annotated[str, Field(min_length=10)]] = {}

    @model_validator(mode="after")
    def _hangs_together(self) -> "CountsProfile":
        codes = [category.code for category in self.categories.values()]
        if doubled := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"categories: {doubled} is the code of several")
        if both := sorted(set(self.categories) & set(self.excluded)):
            raise ValueError(f"excluded: {both} is also a category")
        whole: dict[str, str] = {}
        for category in self.categories.values():
            ground = category.characteristic
            if category.part_of is not None and category.part_of not in set(codes) - {category.code}:
                raise ValueError(f"categories: {category.code} is part of {category.part_of!r}, which is not another")
            if ground is None:
                continue
            if ground not in (*MONITORED_CHARACTERISTICS, "all") or category.measure != "hate_crime":
                raise ValueError(f"categories: {category.code} cannot count the characteristic {ground!r}")
            if ground in whole:
                raise ValueError(f"categories: {whole[ground]} and {category.code} both claim to count all of {ground}")
            whole[ground] = category.code
        strays = set(self.allowed_columns) - {*self.fixed_columns, *self.ignored_columns}
        if strays:
            raise ValueError(f"allowed_columns: {sorted(strays)} is not a column of this profile")
        return self

    @property
    def fixed_columns(self) -> list[str]:
        """The columns that every file of the source has, in our order."""
        named = [self.columns.area, *self.columns.category, self.columns.month, self.columns.count]
        return [column for column in named if column is not None]

    @property
    def key_columns(self) -> list[str]:
        """The columns that tell a row of counts from a note or a total below them."""
        return [self.columns.area]

    @property
    def date_columns(self) -> set[str]:
        """The columns that hold dates."""
        return {self.columns.month} if self.columns.month else set()

    @property
    def is_wide(self) -> bool:
        """Whether each month is a column of its own."""
        return self.columns.month is None

    def varying_columns(self, header: list[str]) -> list[str] | None:
        """Return the columns of a wide table that are months, None where it has none; no column for a long one."""
        months = [column for column in header if self.month(column) is not None]
        return (months or None) if self.is_wide else []

    @property
    def varying_words(self) -> str:
        """Words for the columns of a wide table."""
        return f"too: one a month, its name written as {self.month_format}"

    def takes(self, file_name: str) -> bool:
        """Whether a file so named is one of this source."""
        return re.search(self.extract.file_name, file_name) is not None

    def date_in_name(self, file_name: str) -> date | None:
        """Return the day the extract was taken as its file name says, or None where the name says nothing."""
        found = re.search(self.extract.file_name, file_name)
        if found is None or not found.groups() or found.group(1) is None:
            return None
        return _read(found.group(1), self.extract.file_date_format)

    def month(self, text: str) -> date | None:
        """Return the first day of the month that a text says in the declared format, or None where it says none."""
        read = _read(text, self.month_format)
        # Written again it must be the same text: '2024' is no month, and '20241' none of %Y%m.
        return read.replace(day=1) if read is not None and read.strftime(self.month_format) == text else None


def _read(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None


def load(name_or_path: str) -> CountsProfile:
    """Load a shipped profile of counts by name, or any TOML file by path.

    Raises UsageError naming the file and the entry at fault.
    """
    return loaded(name_or_path, SHIPPED, CountsProfile)
