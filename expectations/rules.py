"""All rules that data must keep, in the order they are checked, which is the order to mend what breaks them.

First what a profile mends for all rows at once, then what is missing, then what is there twice, then what is doubtful.

Each is a sentence for the reader of the quality page and a query that selects a constant for each violation, never a
value of the data, so that no result, log or error can hold one.
"""

from typing import Final

from expectations.batch_rules import BATCH_RULES
from expectations.core_rules import CORE_RULES
from expectations.count_rules import COUNT_RULES
from expectations.raw_rules import RAW_RULES
from expectations.results import Rule, RuleResult

__all__ = ["RULES", "Rule", "RuleResult"]

RULES: Final[tuple[Rule, ...]] = (*RAW_RULES, *COUNT_RULES, *CORE_RULES, *BATCH_RULES)
