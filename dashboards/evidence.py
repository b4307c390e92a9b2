"""Where reports may be missing: the verdicts of the evidence in words, from A to Z, and never as a score."""

from collections.abc import Sequence
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
STATES: Final = {"flag": "points to missing reports", "clear": "does not", "cannot_tell": "cannot tell"}
FIRST: Final = "look_here_first"
SHOWN: Final = 3
"""Places shown on the front page; all are on the page of the evidence."""


@dataclass(frozen=True)
class Finding:
    """One place and characteristic: its verdict, the reasons, the question to ask, and what else could explain it."""

    area: Area
    characteristic: str
    verdict: str
    reasons: str
    question: str
    other_explanations: str


def findings(release: Release, *verdicts: str) -> list[Finding]:
    """Return the findings with one of these verdicts (all, if none is named), from A to Z and never ranked."""
    areas = {area.code: area for area in (release.force, *release.areas)}
    found = [
        Finding(
            areas[row["area_code"]],
            release.called(row["characteristic"]),
            row["verdict"],
            row["reasons"],
            row["question"],
            row["other_explanations"],
        )
        for row in release.verdicts or []
        if row["area_code"] in areas and (not verdicts or row["verdict"] in verdicts)
    ]
    return sorted(found, key=lambda one: (one.area.name.casefold(), one.area.code, one.characteristic))


def grid(release: Release) -> tuple[list[str], list[tuple[Area, list[str]]]]:
    """Return the characteristics judged, by name, and for each place the verdict on each in words."""
    judged = findings(release)
    used = {one.characteristic for one in judged}
    names = [name for name in map(release.called, (ALL, *CHARACTERISTICS)) if name in used]
    said = {(one.area, one.characteristic): VERDICTS.get(one.verdict, one.verdict) for one in judged}
    areas = sorted({one.area for one in judged}, key=lambda area: (area.name.casefold(), area.code))
    return names, [(area, [said.get((area, name), "not judged") for name in names]) for area in areas]


def signals(release: Release) -> list[dict[str, Any]]:
    """Return every signal on every place and characteristic, in words, from A to Z."""
    areas = {area.code: area for area in (release.force, *release.areas)}
    rows = [row for row in release.evidence or [] if row["area_code"] in areas]
    told = [
        {
            "place": areas[row["area_code"]].name,
            "characteristic": release.called(row["characteristic"]),
            "signal": row["signal"].replace("_", " "),
            "state": STATES.get(row["state"], row["state"]),
            "reason": row["reason"],
        }
        for row in rows
    ]
    return sorted(told, key=lambda row: (row["place"].casefold(), row["characteristic"], row["signal"]))


def headline(found: Sequence[Finding], release: Release) -> str:
    """Return what the evidence says as a whole, in one clause."""
    if release.verdicts is None:
        return "This release holds no evidence on missing reports"
    if not found:
        return "No place stands out as one to look at first"
    return f"{len(found)} {'place' if len(found) == 1 else 'places'} to look at first"
