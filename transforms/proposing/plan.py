"""Which column of a surveyed file could be what: the proposal itself, before it is written as TOML."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from data.schema import RECORD_CLASSES
from transforms.privacy.names import words
from transforms.proposing import words as known
from transforms.proposing.areas import Area, choose
from transforms.proposing.code_lists import Labels, labels, stripped
from transforms.proposing.dates import WITH_MONTH, WITH_YEAR, format_reading_most, formats_reading
from transforms.proposing.motives import Motivation, motivations
from transforms.proposing.survey import Column, Survey

_THINGS: Final = known.listed_words("report incident event complaint crime case occurrence offence offense record")
_NUMBERING: Final = known.listed_words("id key number no num ref reference uid urn guid uuid")
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_MONTH: Final = re.compile("0?[1-9]|1[0-2]")
_OFFENCE_CODE: Final = re.compile("[0-9A-Za-z/.]{1,10}")


@dataclass(frozen=True)
class DateChoice:
    """The columns of one date, joined by "-", and the formats that read them all, or `read` of all `rows`."""

    columns: list[str]
    formats: list[str]
    read: int
    rows: int


@dataclass
class Plan:
    """What each column of a survey is proposed to be; every column not named elsewhere is in `ignored`."""

    survey: Survey
    key: Column | None = None
    dates: dict[str, DateChoice] = field(default_factory=dict)
    area: Area | None = None
    values: dict[str, tuple[Column, Labels]] = field(default_factory=dict)
    offence_code: Column | None = None
    motivations: dict[str, Motivation] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)

    @property
    def key_repeats(self) -> bool:
        """Whether several rows share a report id."""
        return self.key is not None and len(self.key.filled) < self.key.filled_rows

    @property
    def taken(self) -> set[str]:
        """The columns that have a part in the proposal."""
        columns = {name for choice in self.dates.values() for name in choice.columns} | set(self.motivations)
        columns |= {column.name for column, _ in self.values.values()}
        columns |= {self.area.column.name} if self.area else set()
        return columns | {column.name for column in (self.key, self.offence_code) if column}

    @property
    def free(self) -> list[Column]:
        """The columns that have no part yet."""
        return [column for column in self.survey.columns if column.name not in self.taken]


def plan(survey: Survey) -> Plan:
    """Return the proposal for a survey: dates first, then the key, the grounds, the coded columns and the area."""
    made = Plan(survey)
    _dates(made)
    made.key = _key(made.free)
    made.motivations = motivations(made.free)
    for column in made.free:
        _coded(made, column)
    for column in made.free if "record_class" not in made.values else []:
        _classes(made, column)
    made.area = choose(survey, made.free)
    made.ignored = {column.name: _hint(column) for column in made.free}
    return made


def _dates(made: Plan) -> None:
    """Give each date its column by name; a two-digit year, or a month alone, takes a column of years with it."""
    columns = [column for column in made.survey.columns if column.filled]
    years = [column for column in columns if all(_YEAR.fullmatch(value.strip()) for value in column.filled)]
    months = [
        column
        for column in columns
        if "month" in words(column.name) and all(_MONTH.fullmatch(value.strip()) for value in column.filled)
    ]
    for year in years:
        for month in months:
            basis = known.date_basis(words(year.name) + words(month.name))
            forms = formats_reading(_joined(made.survey, year, month), WITH_MONTH) if basis else []
            if basis and forms and basis not in made.dates:
                rows = year.row_count
                made.dates[basis] = DateChoice([year.name, month.name], forms, rows, rows)
    for column in columns:
        basis = known.date_basis(words(column.name))
        if basis is None or basis in made.dates or column in years:
            continue
        forms, rows = formats_reading(column.filled), column.filled_rows
        names, read = [column.name], rows
        if any("%y" in form for form in forms):
            for year in years:
                if with_year := formats_reading(_joined(made.survey, year, column), WITH_YEAR):
                    names, forms = [year.name, column.name], with_year
                    break
        if not forms and "date" in words(column.name):
            best = format_reading_most(column.filled)
            forms, read = ([best[0]], best[1]) if best else ([], 0)
        if forms:
            made.dates[basis] = DateChoice(names, forms, read, rows)


def _joined(survey: Survey, first: Column, second: Column) -> list[str]:
    return ["-".join(part.strip() for part in pair) for pair in survey.pairs(first, second)]


def _key(columns: list[Column]) -> Column | None:
    """Return the column that names a report best: filled throughout, mostly distinct, and called an id."""

    def merit(column: Column) -> tuple[int, float]:
        held = set(words(column.name))
        named = bool(held & _NUMBERING) * (1 + bool(held & _THINGS)) * (not held & known.PEOPLE)
        return named, len(column.filled) / column.row_count

    fit = [
        column
        for column in columns
        if column.filled_rows == column.row_count
        and merit(column)[1] >= (0.5 if merit(column)[0] else 0.95)
        and not formats_reading(column.filled)
    ]
    return max(fit, key=merit, default=None)


def _coded(made: Plan, column: Column) -> None:
    name = words(column.name)
    counts = stripped(column)
    if not counts:
        return
    if {"offence", "offense"} & set(name) and "code" in name and made.offence_code is None:
        if all(_OFFENCE_CODE.fullmatch(value) for value in counts):
            made.offence_code = column
        return
    coded = known.coded_field(name)
    if coded is None or coded in made.values:
        return
    if set(name) & known.CANCELLED and {known.plain(label) for label in counts} <= known.YES | known.NO:
        flags = {*counts, *(known.OTHER[label] for label in counts if len(counts) == 1 and label in known.OTHER)}
        codes = {flag: "cancelled" if known.plain(flag) in known.YES else "recorded" for flag in sorted(flags)}
        made.values[coded] = (column, Labels(codes, 0))
        return
    shown = _labels(coded, counts)
    decided = sum(counts[label] for label, code in shown.codes.items() if code)
    if decided * 2 >= counts.total():
        made.values[coded] = (column, shown)


def _classes(made: Plan, column: Column) -> None:
    """Tell crimes from incidents by the labels where no name does: a column passed over would have them added up."""
    counts = stripped(column)
    if {known.code_of("record_class", label) for label in counts} == set(RECORD_CLASSES):
        made.values["record_class"] = (column, _labels("record_class", counts))


def _labels(coded: str, counts: Counter[str]) -> Labels:
    return labels(counts, lambda label: known.is_known_code(coded, label), lambda label: known.code_of(coded, label))


def _hint(column: Column) -> str:
    """Say what an ignored column might be after all, by its name and never by a value."""
    if (basis := known.date_basis(words(column.name))) and formats_reading(column.filled):
        return f"dates; could be {basis}"
    if field_name := known.coded_field(words(column.name)):
        return f"could be {field_name}"
    if set(words(column.name)) & set(known.AREA):
        return "could be the area"
    return "dates" if formats_reading(column.filled) else ""
