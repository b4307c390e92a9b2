"""The sentences made from signals and verdicts, none of which says more than the signal's claim.

`overclaims` names what a sentence says too much; pages that quote signals can be held to it as well.
"""

import re
from collections.abc import Hashable, Mapping
from typing import Any, Final

from transforms.signals.claims import CLAIMS

CLAIM_CLASSES: Final = ("observed", "modelled", "cannot_say")
CANNOT_TELL: Final = "Cannot tell: "
NO_SIGNAL: Final = "No signal: "

NEVER_SAID: Final = {
    "a share or number as if the unreported were measured": r"\bunreported\b|\bunder-?report|\bdark figure",
    "that people do not report": r"\b(do|does|did)(n't| not) (report|tell)|\bstay(s|ed)? silent|\bnever (report|tell)",
    "a reporting rate": r"\breporting rate|\bpropensity",
    "that crime or incidents rose or fell": r"\b(crime|incidents?|offending|hate)s? (has |have |is |are )?"
    r"(risen|rose|fallen|fell|up|down|increas\w+|decreas\w+|doubled|halved)\b|\b(less|more) (hate )?crime\b",
    "a judgement of the area": r"\b(worse|worst|best|better|poor(ly)?|fail(s|ed|ing)?|bad|good at)\b",
    "a rank or score": r"\b(rank\w*|score\w*|league|lowest|highest|top|bottom) ",
    "a cause": r"\b(because of|due to|caused|causes|leads? to|led to|explains why)\b",
}
"""What no sentence of any class may say, by what it would claim."""
_MODELLED_ONLY: Final = r"\b(estimated?|model(led)?|predict\w*|forecast)\b"
_HEDGES: Final = r"\b(about|give|gives|would|if)\b"


def overclaims(sentence: str, claim_class: str) -> list[str]:
    """Return what the sentence says beyond its claim class, in words; empty where it keeps within it.

    An observed sentence sets counts beside counts and estimates nothing; a modelled one says what it rests on;
    one that cannot say says so at its start.
    """
    found = [what for what, pattern in NEVER_SAID.items() if re.search(pattern, sentence, re.IGNORECASE)]
    if claim_class == "observed" and re.search(_MODELLED_ONLY, sentence, re.IGNORECASE):
        found.append("an estimate, where only counts are observed")
    if claim_class == "modelled" and not re.search(_HEDGES, sentence, re.IGNORECASE):
        found.append("a modelled figure without what it rests on")
    if (claim_class == "cannot_say") != sentence.startswith(CANNOT_TELL):
        found.append("something where nothing can be said, or nothing where something can")
    return found


def claim_class(result: Mapping[Hashable, Any]) -> str:
    """Return `observed`, `modelled`, or `cannot_say` where the gate of the signal failed."""
    return "cannot_say" if result["state"] == "cannot_tell" else CLAIMS[result["signal"]].claim_class


def sentence(result: Mapping[Hashable, Any]) -> str:
    """Return one row of a result frame as a sentence: what is claimed where it flags, with the numbers behind."""
    if result["state"] == "cannot_tell":
        return CANNOT_TELL + lower_first(str(result["reason"]))
    said = CLAIMS[result["signal"]].may_say
    return (upper_first(said) + ": " if result["state"] == "flag" else NO_SIGNAL) + lower_first(str(result["reason"]))


def verdict_sentence(verdict: str, reasons: str) -> str:
    """Return a verdict in words: what was found, or why nothing can be told."""
    if verdict == "cannot_tell":
        return CANNOT_TELL + lower_first(reasons)
    said = {"look_here_first": "Look here first", "watch": "Watch", "no_signal": "No signal"}[verdict]
    if verdict == "no_signal":
        return f"{said}: fewer than two kinds of evidence point the same way. {reasons}".strip()
    return f"{said}: {reasons}"


def upper_first(text: str) -> str:
    """Return the text with a capital at its start."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return the text to follow a colon; numbers and names of one letter stay as they are."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
