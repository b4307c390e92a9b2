"""A reply as a person reads it, and as plain data."""

from typing import Any

from dashboards.asking import replying
from dashboards.asking.published import Figure, Published
from dashboards.asking.replying import Answer, Reply


def as_text(found: Reply, published: Published) -> str:
    """Return the reply as a person reads it; the page copies the very same text."""
    if found.refused:
        return "\n".join([found.refused, found.instead, *([f"{replying.ASK}: {found.ask}"] if found.ask else [])])
    lines: list[str] = []
    for one in found.answers:
        lines += [f"Understood: {replying.heading(published, one.key, one.start, one.end)}."]
    lines += [*found.remarks]
    for number, one in enumerate(found.answers, 1):
        lines += ["", f"{number}. {one.sentence}" if len(found.answers) > 1 else one.sentence]
        lines += [one.comparison] if one.comparison else []
        lines += [f"{replying.IN_PUBLIC} {one.in_public}"]
        if one.nearby:
            lines += [replying.NEAREST, *(f"- {replying.named_count(published, near)}" for near in one.nearby)]
        heading_line, rows = table(one)
        lines += ["", *filter(None, [heading_line])] if rows else []
        lines += [f"{replying.row_name(figure)}  {replying.cell(figure)}" for figure in rows]
        lines += ["", one.grain] if one.grain else []
    lines += ["", *caveats(found), found.source]
    return "\n".join(lines)


def table(one: Answer) -> tuple[str, tuple[Figure, ...]]:
    """Return the figures that stand under an answer, and the line over them where they are not the parts of it."""
    if one.other_years:
        return replying.OTHER_YEARS, one.other_years
    return "" if one.figure else replying.WITHIN, one.shown


def caveats(found: Reply) -> list[str]:
    """Return what to bear in mind about all answers, each once."""
    return list(dict.fromkeys(text for one in found.answers for text in one.caveats))


def as_dict(one: Answer) -> dict[str, Any]:
    """Return an answer as plain data, months as YYYY-MM."""
    area, characteristic, record_class = one.key
    return {
        "sentence": one.sentence,
        "value": one.value,
        "area_code": area,
        "characteristic": characteristic,
        "record_class": record_class,
        "first_month": replying.month(one.start),
        "last_month": replying.month(one.end),
        "comparison": one.comparison,
        "in_public": one.in_public,
        "figures": [_figure(figure) for figure in one.shown],
        "other_years": [_figure(figure) for figure in one.other_years],
        "nearest": [_figure(near.figure) for near in one.nearby if near.key == one.key],
        "alternatives": [
            dict(zip(("area_code", "characteristic", "record_class"), near.key, strict=True)) | _figure(near.figure)
            for near in one.nearby
        ],
        "grain": one.grain,
        "caveats": list(one.caveats),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "period_type": figure.period_type,
        "first_month": replying.month(figure.start),
        "last_month": replying.month(figure.end),
        "value": figure.value,
        "marker": figure.marker,
    }
