"""The verdict: a fixed and published rule over the signals of an area × characteristic, in words, no score.

look_here_first: three or more kinds of evidence flag, two of them by less than one chance in 200. watch: two
or more flag. no_signal: fewer flag. cannot_tell: the count itself could not be judged (fewer than 3 expected,
or no peers and no past), or fewer than two kinds of evidence could. May claim: where to ask first. May not
claim: that people here do not report, or that one area does worse than another.
"""

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from data.errors import UsageError
from transforms.signals.claims import CLAIMS
from transforms.signals.result import KEYS, RESULT_COLUMNS, require_columns

VERDICTS: Final = ("look_here_first", "watch", "no_signal", "cannot_tell")
VERDICT_COLUMNS: Final = (
    *KEYS,
    *("verdict", "agreeing", "kinds_told", "reasons", "question", "other_explanations"),
)
STRONG: Final = 0.005
"""Three flags alone arise by chance in one force in eight; with two this strong, in about one in a hundred
(benchmarks/signals.py), and halved reporting is found more often than by asking a middling strength of all
three.
"""
MIN_STRONG: Final = 2
MIN_AGREEING: Final = 3
MIN_WATCHED: Final = 2
MIN_EXPECTED: Final = 3.0
COUNT_EVIDENCE: Final = ("level", "own past")
"""Evidence from the count itself; without either, shares and delays describe too few to carry a verdict."""


def verdicts(signals: pd.DataFrame) -> pd.DataFrame:
    """Return one verdict an area × characteristic from the result frames of all signals, one below the other.

    `agreeing` names the signals that flag, `kinds_told` counts the kinds of evidence that could be told;
    `reasons`, `question` and `other_explanations` are sentences, empty where nothing flags. Order is by area
    and characteristic: there is no ranking. Raises UsageError for a signal that has no claim.
    """
    require_columns(signals, RESULT_COLUMNS, "signals")
    nameless = set(signals["signal"]) - set(CLAIMS)
    if nameless:
        raise UsageError(
            f"{len(nameless)} signal(s) have no claim: {', '.join(sorted(nameless))}.",
            "Say in claims.py what the signal may and may not claim.",
        )
    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in signals.sort_values([*KEYS, "signal"]).to_dict("records"):
        row["kind"] = CLAIMS[row["signal"]].evidence
        cells.setdefault((row["area_code"], row["characteristic"]), []).append({str(k): v for k, v in row.items()})
    rows = [_verdict(area, characteristic, results) for (area, characteristic), results in cells.items()]
    return pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))


def _verdict(area: str, characteristic: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    told = [result for result in results if result["state"] != "cannot_tell"]
    flags = [result for result in told if result["state"] == "flag"]
    row = {"area_code": area, "characteristic": characteristic, "kinds_told": len(_kinds(told))}
    gate = _gate(results, told)
    if gate:
        words = {"agreeing": "", "reasons": gate, "question": "", "other_explanations": ""}
        return {**row, "verdict": "cannot_tell", **words}
    claims = [CLAIMS[flag["signal"]] for flag in flags]
    return {
        **row,
        "verdict": _rule(flags),
        "agreeing": " ".join(flag["signal"] for flag in flags),
        "reasons": _sentences(f"{claim.may_say}: {flag['reason']}" for claim, flag in zip(claims, flags, strict=True)),
        "question": claims[0].question if claims else "",
        "other_explanations": _sentences(dict.fromkeys(claim.other_explanations for claim in claims)),
    }


def _rule(flags: list[dict[str, Any]]) -> str:
    strong = [flag for flag in flags if flag["p_value"] < STRONG]
    if len(_kinds(flags)) >= MIN_AGREEING and len(_kinds(strong)) >= MIN_STRONG:
        return "look_here_first"
    return "watch" if len(_kinds(flags)) >= MIN_WATCHED else "no_signal"


def _gate(results: list[dict[str, Any]], told: list[dict[str, Any]]) -> str:
    counts = [result for result in results if result["kind"] in COUNT_EVIDENCE]
    if any(count["expected"] < MIN_EXPECTED for count in counts):
        return f"Fewer than {MIN_EXPECTED:g} reports were expected, so that even none would say nothing."
    if not any(count["state"] != "cannot_tell" for count in counts):
        reasons = _sentences(dict.fromkeys(count["reason"] for count in counts))
        return reasons or "Nothing says how many reports to expect."
    if len(_kinds(told)) < MIN_WATCHED:
        return "Fewer than two kinds of evidence could be judged, and one alone is not enough."
    return ""


def _kinds(results: list[dict[str, Any]]) -> set[str]:
    return {result["kind"] for result in results}


def _sentences(parts: Iterable[str]) -> str:
    """Return the parts as sentences, each with a capital and one full stop."""
    return " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in parts if part)
