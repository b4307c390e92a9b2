"""What each signal may and may not say, in words: the class of its claim, a question to ask, and other
explanations.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Claim:
    """One signal's words.

    `evidence`: the kind of evidence; signals of one kind count once, as they share the same counts compared
    with the same thing. `claim_class`: `observed` (a count beside a count) or `modelled` (depends on named
    assumptions).
    """

    evidence: str
    claim_class: str
    may_say: str
    may_not_say: str
    question: str
    other_explanations: str


CLAIMS: Final = {
    "lower_than_expected": Claim(
        "level",
        "observed",
        "fewer recorded than in areas like it",
        "that fewer people report, or that less happens",
        "Who lives and spends time here, and whom would they tell?",
        "fewer people of this group here, fewer incidents, or recording that misses the flag",
    ),
    "silence": Claim(
        "level",
        "observed",
        "almost no reports where several were expected",
        "that people stay silent",
        "Is there anyone here whom this community would tell?",
        "fewer people of this group here, fewer incidents, or recording that misses the flag",
    ),
    "lower_before": Claim(
        "level before",
        "observed",
        "fewer recorded than in areas like it in earlier years too",
        "that fewer people reported then",
        "Has this community ever had a trusted way to report here?",
        "the area has long differed in who lives there",
    ),
    "lower_in_mix": Claim(
        "level",
        "observed",
        "fewer recorded than the area's other reports would give",
        "that fewer people report, or that less happens",
        "Whom would people of this group tell here, if not the police?",
        "more reports of other kinds here, fewer people of this group, or recording that misses the flag",
    ),
    "lower_in_mix_before": Claim(
        "level before",
        "observed",
        "fewer recorded than the area's other reports would give in earlier years too",
        "that fewer people reported then",
        "Has this community ever had a trusted way to report here?",
        "the area has long differed in who lives there",
    ),
    "lower_than_before": Claim(
        "own past",
        "observed",
        "fell behind its own past more than elsewhere",
        "why it fell",
        "What changed here: staff, an office, an organisation that used to pass reports on?",
        "fewer incidents, a group that moved away, or a change of recording that nobody listed",
    ),
    "change": Claim(
        "own past",
        "modelled",
        "fewer reports than its own earlier months would give",
        "that incidents or reporting fell",
        "What changed here: staff, an office, an organisation that used to pass reports on?",
        "fewer incidents, a trend that ended, or a change of recording that nobody listed",
    ),
    "delay": Claim(
        "delay",
        "observed",
        "people wait longer than elsewhere before they tell the police",
        "that others never tell",
        "What makes people wait here?",
        "outreach that brought old incidents to light, which is good news",
    ),
    "route_mix": Claim(
        "route mix",
        "observed",
        "more reports than elsewhere come through an organisation or an officer",
        "that people avoid the police",
        "Which organisations carry reports here, and would people come without them?",
        "an active organisation or patrol, which is good news",
    ),
    "drop_out": Claim(
        "drop-out",
        "observed",
        "more cases than elsewhere end without the victim's support",
        "why, or anything of those who never report",
        "What do victims hear from us between the report and the outcome?",
        "other kinds of offence, or outcomes recorded differently",
    ),
    "severity": Claim(
        "severity",
        "observed",
        "a graver mix of offences than elsewhere",
        "that lesser ones go unreported",
        "Do people here think that the lesser things are worth telling?",
        "more violence here, or a recording rule that drops lesser offences",
    ),
    "repeats": Claim(
        "repeats",
        "observed",
        "more victims than elsewhere report again",
        "that others are silent",
        "Are repeat victims safe, and who around them has not come forward?",
        "trust after a good first response, or one neighbour dispute",
    ),
    "unknown": Claim(
        "recording",
        "observed",
        "more reports than elsewhere leave a detail unknown",
        "anything of the people behind the gap",
        "Is this question asked, and is there time to record the answer?",
        "a form or a system that does not ask",
    ),
}
"""By signal. `verdict` takes its kinds of evidence, questions and explanations from here, and from nowhere
else.
"""
