"""The rules that a batch must keep as a whole: what no single row can show to be wrong."""

from typing import Final

from data import policy
from expectations.results import Rule

BATCH_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="volume_plausible",
        stage="core",
        table="core.monthly_counts",
        sentence=(
            f"Every whole month that is new has between {policy.VOLUME_LOW:g} and {policy.VOLUME_HIGH:g} times the "
            "usual number of reports, or differs by no more than chance, and no month is without any."
        ),
        severity="hold",
        violations="select 1 as violation from core.recent_months where is_implausible",
    ),
)
