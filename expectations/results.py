"""What a rule is, and what a check of it found: names, sentences and counts, never a value of the data."""

from dataclasses import asdict, dataclass
from typing import Final, Literal

Stage = Literal["raw", "core"]
Severity = Literal["stop", "hold", "warn"]

SEVERITIES: Final[tuple[Severity, ...]] = ("stop", "hold", "warn")
"""From gravest to mildest. `stop`: our own arithmetic is broken. `hold`: a person must decide.
`warn`: published, and listed on the quality page."""


@dataclass(frozen=True)
class Rule:
    """One rule: `violations` returns one row of a constant for each row (or group of rows) of `table` that breaks it.

    A `rejectable` rule is one for which core sets the row aside: core.rejected_reports names the rule and, after the
    dot where there is one, the column.
    """

    name: str
    stage: Stage
    table: str
    sentence: str
    severity: Severity
    violations: str
    rejectable: bool = False


@dataclass(frozen=True)
class RuleResult:
    """What one rule found. Counts and names only.

    `checked_count` is the rows (cells, for a rule over several columns) looked at; `failed_count` those that break
    it. `columns_at_fault` names our columns where the rule spans several.
    """

    rule: str
    stage: Stage
    table: str
    sentence: str
    severity: Severity
    rejectable: bool
    checked_count: int
    failed_count: int
    passed: bool
    columns_at_fault: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The result as plain values, ready for JSON."""
        return asdict(self) | {"columns_at_fault": list(self.columns_at_fault)}
