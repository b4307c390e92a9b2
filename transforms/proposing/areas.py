"""The column that says where: codes or names of the reference areas, or labels of the source's own."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from data import reference
from transforms.privacy.names import words
from transforms.proposing import words as known
from transforms.proposing.code_lists import labels, stripped
from transforms.proposing.survey import LONGEST_LABEL, Column, Survey

_MOST_AREAS: Final = 100
"""A column of more places is too fine: its monthly counts would nearly all be small."""

_GSS: Final = re.compile("[EWSNK][0-9]{8}")


@dataclass(frozen=True)
class Area:
    """The area column. With a `force`, its labels are reference areas of that force, but for those in `codes`.

    Without one, `labels` holds the name proposed for each label; `hidden` counts the labels not shown. An empty
    cell is the label "" among `codes`.
    """

    column: Column
    area_type: str
    force: tuple[str, str] | None = None
    labels: dict[str, str] = field(default_factory=dict)
    not_geographic: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    hidden: int = 0


def choose(survey: Survey, columns: list[Column]) -> Area | None:
    """Return the area column: best one of reference areas, else the finest that is named after a kind of area."""
    columns = [column for column in columns if column.filled and not set(words(column.name)) & known.PEOPLE]
    for column in columns:
        if force := _force(column):
            return _of_reference(column, force)
    named = [column for column in columns if _kind(column) and len(column.filled) <= _MOST_AREAS]
    if not named:
        return None
    chosen = max(named, key=lambda one: (len(one.filled), -sum(map(len, one.filled))))
    names = _names(survey, chosen, columns)
    shown = labels(stripped(chosen), lambda _: False, lambda label: names.get(label, label))
    placeless = {label: name for label, name in shown.codes.items() if _placeless(label) or _placeless(name)}
    empty = _is_sometimes_empty(chosen)
    unknown = next((label for label, name in placeless.items() if "unknown" in map(_placeless, (label, name))), None)
    if empty and unknown is None:
        unknown = "unknown"
        placeless[unknown] = "Place not recorded"
    return Area(
        chosen,
        str(_kind(chosen)),
        labels={label: name for label, name in shown.codes.items() if label not in placeless},
        not_geographic=placeless,
        codes={"": unknown} if empty and unknown else {},
        hidden=shown.hidden,
    )


def _kind(column: Column) -> str | None:
    held = set(words(column.name))
    kind = next((kind for word, kind in known.AREA.items() if word in held), None)
    return kind or ("area" if all(_GSS.fullmatch(value) for value in stripped(column)) else None)


@cache
def _spellings() -> dict[str, tuple[str, str]]:
    """Every text that names a present area of a force: its area and its force."""
    areas = reference.read("areas")
    areas = areas[areas["area_type"].isin(["district", "not_geographic"]) & (areas["valid_to"] == "")]
    force = dict(zip(areas["area_code"], areas["parent_code"], strict=True))
    found = [*zip(areas["area_code"], areas["area_code"], strict=True)]
    found += zip(areas["area_name"], areas["area_code"], strict=True)
    for table, text in (("area_former_codes", "former_code"), ("area_aliases", "alias")):
        frame = reference.read(table)
        found += zip(frame[text], frame["area_code"], strict=True)
    return {text.lower(): (code, force[code]) for text, code in found if force.get(code)}


def _force(column: Column) -> str | None:
    """Return the force whose areas most rows name, or None."""
    counts = stripped(column)
    forces: Counter[str] = Counter()
    for value, rows in counts.items():
        if (place := _spellings().get(value.lower())) and not _placeless(value):
            forces[place[1]] += rows
    code, rows = forces.most_common(1)[0] if forces else ("", 0)
    return code if rows * 2 > counts.total() else None


def _of_reference(column: Column, force: str) -> Area:
    areas = reference.read("areas")
    codes = [str(code) for code in areas.loc[areas["parent_code"] == force, "area_code"]]
    others = Counter({label: n for label, n in stripped(column).items() if label.lower() not in _spellings()})

    def code(label: str) -> str:
        kind = _placeless(label)
        return next((code for code in codes if kind and code.endswith(f"_{kind}")), "")

    shown = labels(others, lambda label: known.plain(label) in known.PLACELESS, code)
    name = str(areas.loc[areas["area_code"] == force, "area_name"].iloc[0])
    if shown.codes:
        # The same source will leave out other places another time.
        shown.codes.update({kind: code(kind) for kind in known.PLACELESS if code(kind)})
    if _is_sometimes_empty(column):
        shown.codes[""] = code("unknown")
    return Area(column, "district", (force, name), codes=shown.codes, hidden=shown.hidden)


def _is_sometimes_empty(column: Column) -> bool:
    return column.filled_rows < column.row_count


def _placeless(text: str) -> str | None:
    written = known.plain(text)
    return next((kind for kind, pattern in known.PLACELESS.items() if re.search(rf"\b(?:{pattern})\b", written)), None)


def _names(survey: Survey, codes: Column, columns: list[Column]) -> dict[str, str]:
    """Return the name that another column of the same kind gives each code, where they go one to one."""
    for column in columns:
        if column is not codes and _kind(column) == _kind(codes) and len(column.filled) == len(codes.filled):
            pairs = {(one.strip(), two.strip()) for one, two in survey.pairs(codes, column)}
            if len(pairs) == len(codes.filled) == len(dict(pairs)) and all(
                len(two) <= LONGEST_LABEL for _, two in pairs
            ):
                return dict(pairs)
    return {}
