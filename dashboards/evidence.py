"""Where reports may be missing: signals and verdicts in words, from A to Z, and never as a score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboards.facts import ALL
from dashboards.release import Area, Release
from data.schema import CHARACTERISTICS

VERDICTS: Final = {
    "look_here_first": "look here first",
    "watch": "watch",
    "no_signal": "no signal",
    "cannot_tell": "cannot tell",
}
FIRST, WATCH = "look_here_first", "watch"
SHOWN: Final = 3
"""Places shown on the front page; all are on the page of the evidence."""

_VERDICT: Final = "verdict"
_CLASS: Final = "crime"


@dataclass(frozen=True)
class Finding:
    """One place and characteristic: its verdict, the reasons, the question to ask, and what else could explain it."""

    area: Area
    characteristic: str
    verdict: str
    sentence: str
    question: str
    other_explanations: str


def findings(release: Release, *verdicts: str) -> list[Finding]:
    """Return the findings with one of these verdicts (all, if none is named), from A to Z and never ranked.

    Where the verdict has no question or explanation of its own, those of the signals that flag are given, once.
    """
    signals = list(_rows(release))
    found = []
    for area, row in signals:
        if row["signal"] != _VERDICT or (verdicts and row["state"] not in verdicts):
            continue
        flags = [
            other
            for place, other in signals
            if place == area and other["characteristic"] == row["characteristic"] and other["state"] == "flag"
        ]
        questions = dict.fromkeys(one["question"] for one in (row, *flags) if one["question"])
        own = [row] if row["other_explanations"] else flags
        explanations = dict.fromkeys(one["other_explanations"] for one in own)
        found.append(
            Finding(
                area,
                release.called(row["characteristic"]),
                row["state"],
                row["sentence"],
                next(iter(questions), ""),
                " ".join(explanations),
            )
        )
    return sorted(found, key=lambda one: (one.area.name.casefold(), one.area.code, one.characteristic))


def grid(release: Release) -> tuple[list[str], list[tuple[Area, list[str]]]]:
    """Return the characteristics judged, by name, and for each place the verdict on each in words."""
    judged = findings(release)
    used = {one.characteristic for one in judged}
    names = [name for name in map(release.called, (ALL, *CHARACTERISTICS)) if name in used]
    said = {(one.area, one.characteristic): VERDICTS.get(one.verdict, one.verdict) for one in judged}
    areas = sorted({one.area for one in judged}, key=lambda area: (area.name.casefold(), area.code))
    return names, [(area, [said.get((area, name), "not judged") for name in names]) for area in areas]


def signals(release: Release) -> list[dict[str, str]]:
    """Return every signal on every place and characteristic in words, an estimate never without its limits."""
    told = [
        {
            "place": area.name,
            "characteristic": release.called(row["characteristic"]),
            "evidence": row["evidence"],
            "value": _number(row["value"], row["unit"]) if row["lower_ci"] and row["upper_ci"] else "",
            "limits": f"{_number(row['lower_ci'], row['unit'])} to {_number(row['upper_ci'], row['unit'])}"
            if row["lower_ci"] and row["upper_ci"]
            else "",
            "sentence": row["sentence"],
        }
        for area, row in _rows(release)
        if row["signal"] != _VERDICT
    ]
    return sorted(told, key=lambda row: (row["place"].casefold(), row["characteristic"], row["evidence"]))


def headline(found: Sequence[Finding], release: Release) -> str:
    """Return what the evidence says as a whole, in one clause."""
    if release.evidence is None:
        return "This release holds no evidence on missing reports"
    if not found:
        watched = len(findings(release, WATCH))
        return f"No place stands out as one to look at first{f', {watched} to watch' if watched else ''}"
    return f"{len(found)} {'place' if len(found) == 1 else 'places'} to look at first"


def _rows(release: Release) -> Iterator[tuple[Area, dict[str, Any]]]:
    """The rows on crimes with the area that each is of; a row on a place without figures is left out."""
    areas = {area.code: area for area in (release.force, *release.areas)}
    for row in release.evidence or []:
        if row["area_code"] in areas and row["record_class"] == _CLASS:
            yield areas[row["area_code"]], row


def _number(text: str, unit: str = "") -> str:
    value = float(text)
    return f"{value:,.0f}" + " days" if unit == "days" else f"{value:.2f}"
