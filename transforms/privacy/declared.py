"""What a profile declares of one column, as far as the privacy gate must know it."""

from collections.abc import Iterable
from dataclasses import dataclass

from data import reference
from data.counts_profile import SEPARATOR, CountsProfile
from data.description import Described
from data.errors import UsageError
from data.profile import DATE_FIELDS, Profile
from transforms.privacy.findings import Kind

_DATE_WORDS = ("date", "month", "day")


@dataclass(frozen=True)
class Declared:
    """One column's standing. A value that the profile itself lists was signed for and is not searched.

    `is_closed`: every value the column may hold is listed, so that any other stops the row later.
    `reason`: why a suspicious column may stay; empty where the profile gives none.
    """

    labels: frozenset[str] = frozenset()
    separator: str | None = None
    is_closed: bool = False
    is_date: bool = False
    is_key: bool = False
    key_is_published: bool = False
    reason: str = ""
    may_hold: frozenset[Kind] = frozenset()

    def lists(self, value: str) -> bool:
        """Say whether the value, or every part of it, is one that the profile lists."""
        parts = value.split(self.separator) if self.separator else [value]
        return all(part.strip() in self.labels for part in parts)


def declared(profile: Described, header: list[str]) -> dict[str, Declared]:
    """Return what the profile declares of each column of the header, in the header's order.

    Raises UsageError where `may_hold` names a kind of identifier that the gate does not know.
    """
    if isinstance(profile, CountsProfile):
        return {column: _of_counts(profile, column) for column in header}
    assert isinstance(profile, Profile)
    return _of_records(profile, header)


def _of_counts(profile: CountsProfile, column: str) -> Declared:
    labels: set[str] = set()
    if column == profile.columns.area:
        labels = {*profile.area.codes, *profile.area.not_geographic, *_reference_areas(profile.area.reference)}
    elif column in profile.columns.category:
        position = profile.columns.category.index(column)
        parts = [label.split(SEPARATOR) for label in (*profile.categories, *profile.excluded)]
        labels = {part[position] for part in parts if position < len(part)}
    allowance = profile.allowed_columns.get(column)
    return Declared(
        labels=frozenset(labels),
        is_closed=bool(labels),
        is_date=column in profile.date_columns,
        reason=allowance.because if allowance else "",
        may_hold=_kinds(profile.name, column, allowance.may_hold if allowance else ()),
    )


def _of_records(profile: Profile, header: list[str]) -> dict[str, Declared]:
    fields = {column: field for field, columns in profile.columns.items() for column in columns}
    layout = profile.layout(header) or {}
    out = {}
    for column in header:
        field = fields.get(column)
        labels = _labels(profile, field) if field else frozenset[str]()
        separator, closed = None, bool(field in profile.values or field in profile.reference_values)
        if column in layout:
            motivation = layout[column]
            labels |= frozenset([*motivation.labels, *motivation.none])
            separator, closed = motivation.separator, True
        allowance = profile.allowed_columns.get(column)
        out[column] = Declared(
            labels=labels,
            separator=separator,
            is_closed=closed,
            is_date=field in DATE_FIELDS or (column in profile.ignored_columns and _is_named_as_date(column)),
            is_key=field == "report_id",
            key_is_published=profile.report.key_is_published_because is not None,
            reason=allowance.because if allowance else "",
            may_hold=_kinds(profile.name, column, allowance.may_hold if allowance else ()),
        )
    return out


def _kinds(profile_name: str, column: str, words: Iterable[str]) -> frozenset[Kind]:
    if unknown := sorted(set(words) - set(Kind)):
        raise UsageError(
            f"Profile {profile_name}, allowed_columns, {column}: {unknown[0]!r} is no kind of identifier.",
            f"Use one of {', '.join(kind.value for kind in Kind)}.",
        )
    return frozenset(Kind(word) for word in words)


def _is_named_as_date(column: str) -> bool:
    """A column that the profile sets aside under a name such as "Arrest Date" says itself what it holds."""
    return column.lower().endswith(_DATE_WORDS)


def _labels(profile: Profile, field: str) -> frozenset[str]:
    listed = set(profile.values.get(field, {}))
    if table := profile.reference_values.get(field):
        listed |= set(reference.read(table).iloc[:, 0])
    if field == "area":
        listed |= {*profile.area.labels, *profile.area.not_geographic, *profile.area.codes}
        listed |= _reference_areas(profile.area.reference)
    return frozenset(listed)


def _reference_areas(may_stand: bool) -> set[str]:
    if not may_stand:
        return set()
    areas = reference.read("areas")
    return {*areas["area_code"], *areas["area_name"]}
