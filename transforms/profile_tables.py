"""What profiles say, as tables of `ref`: sources, their areas, their labels and the words they use for none."""

from collections.abc import Iterable, Iterator
from typing import Final

import pandas as pd

from data import reference
from data.profile import CODED_FIELDS, Profile

_COLUMNS: Final = {
    "source_dimensions": ["source", "dimension", "code"],
    "profile_areas": ["source", "area_code", "area_name", "area_type"],
    "profile_area_codes": ["source", "label", "area_code"],
    "profile_values": ["source", "field", "label", "code"],
    "profile_motivation_columns": ["source", "column_name", "separator"],
    "profile_motivation_nones": ["source", "column_name", "label"],
    "profile_motivations": ["source", "column_name", "label", "characteristic"],
}


def frames(profiles: Iterable[Profile]) -> dict[str, pd.DataFrame]:
    """Return one frame a table of `ref`, all text but for the flags and lists of `sources`."""
    profiles = list(profiles)
    rows: dict[str, list[tuple[str | None, ...]]] = {table: [] for table in _COLUMNS}
    for profile in profiles:
        for table, *values in (*_dimensions(profile), *_areas(profile), *_values(profile), *_motivations(profile)):
            rows[str(table)].append((profile.name, *values))
    tables = {
        table: pd.DataFrame(rows[table], columns=columns, dtype="str").drop_duplicates()
        for table, columns in _COLUMNS.items()
    }
    tables["populations"] = pd.concat([reference.read("populations").replace("", None), *map(_residents, profiles)])
    return tables | {"sources": pd.DataFrame([_source(profile) for profile in profiles])}


def _residents(profile: Profile) -> pd.DataFrame:
    """People by area as the profile says it, in the columns of the reference table."""
    said = profile.residents
    of = {} if said is None else said.persons
    rows = [
        (area, str(said.reference_date.year), said.reference_date.isoformat(), str(persons), said.edition, profile.name)
        for area, persons in of.items()
        if said is not None
    ]
    return pd.DataFrame(rows, columns=reference.read("populations").columns, dtype="str")


def _source(profile: Profile) -> dict[str, object]:
    scope = profile.scope.model_dump()
    return {
        "source": profile.name,
        "title": profile.title,
        "force_code": profile.force.code,
        "force_name": profile.force.name,
        "uses_reference_areas": profile.area.reference,
        "revision_rule": profile.extract.revision_rule,
        "covers_to": profile.extract.covers_to,
        "rows_per_report": profile.report.rows_per_report,
        "default_record_class": profile.defaults.record_class,
        "headline_date_basis": profile.headline_date_basis,
        "out_of_scope": [characteristic for characteristic, rule in scope.items() if rule == "out_of_scope"],
    }


def _dimensions(profile: Profile) -> Iterator[tuple[str | None, ...]]:
    for code in profile.record_classes:
        yield "source_dimensions", "record_class", code
    for code in profile.date_bases:
        yield "source_dimensions", "date_basis", code
    for code in profile.characteristics:
        yield "source_dimensions", "characteristic", code


def _areas(profile: Profile) -> Iterator[tuple[str | None, ...]]:
    for code, name in profile.area.labels.items():
        yield "profile_areas", code, name, profile.area.area_type
    for code, name in profile.area.not_geographic.items():
        yield "profile_areas", code, name, "not_geographic"
    for label, code in profile.area.codes.items():
        yield "profile_area_codes", label, code


def _values(profile: Profile) -> Iterator[tuple[str | None, ...]]:
    for field in CODED_FIELDS:
        for label, code in profile.values.get(field, {}).items():
            yield "profile_values", field, label, code
        if table := profile.reference_values.get(field):
            for code in reference.read(table).iloc[:, 0]:
                yield "profile_values", field, code, code


def _motivations(profile: Profile) -> Iterator[tuple[str | None, ...]]:
    for layout in profile.motivations:
        for column_name, column in layout.items():
            yield "profile_motivation_columns", column_name, column.separator
            for label in column.none:
                yield "profile_motivation_nones", column_name, label
            for label, characteristics in column.labels.items():
                for characteristic in characteristics:
                    yield "profile_motivations", column_name, label, characteristic
