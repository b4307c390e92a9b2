"""The verdict is a fixed rule: kinds of evidence agree, gates fail openly, words stay within the claim."""

import re

import pandas as pd
import pytest
from drawing import drawn

from data.errors import UsageError
from transforms.signals import claims, verdict
from transforms.signals.result import RESULT_COLUMNS


def results(picture: str) -> pd.DataFrame:
    """Signals drawn as signal, state and p-value of one cell; counts expect 20 unless `expected` says
    otherwise.
    """
    rows = []
    for row in drawn(picture):
        p_value = float(row["p_value"]) if row["p_value"] else float("nan")
        numbers = {"expected": float(row.get("expected") or 20), "observed": 5.0, "p_value": p_value}
        blank = dict.fromkeys(("estimate", "lower", "upper"), float("nan"))
        key = {"area_code": row.get("area_code", "A"), "characteristic": "race", "signal": row["signal"]}
        rows.append({**key, **blank, **numbers, "state": row["state"], "reason": f"reason of {row['signal']}."})
    return pd.DataFrame(rows, columns=list(RESULT_COLUMNS))


def verdict_of(picture: str) -> pd.Series:
    return verdict.verdicts(results(picture)).iloc[0]


def test_three_kinds_of_evidence_two_of_them_strong_are_where_to_look_first() -> None:
    found = verdict_of("""
    | signal              | state | p_value |
    | lower_than_expected | flag  | 0.001   |
    | lower_than_before   | flag  | 0.004   |
    | drop_out            | flag  | 0.04    |
    | delay               | clear | 0.4     |
    """)
    assert found["verdict"] == "look_here_first"
    assert found["agreeing"] == "drop_out lower_than_before lower_than_expected"
    assert found["kinds_told"] == 4
    assert "Fewer recorded than in areas like it: reason of lower_than_expected." in found["reasons"]
    assert found["question"].endswith("?")
    assert found["other_explanations"]


def test_three_kinds_of_which_only_one_is_strong_are_to_watch() -> None:
    found = verdict_of("""
    | signal              | state | p_value |
    | lower_than_expected | flag  | 0.001   |
    | lower_than_before   | flag  | 0.01    |
    | drop_out            | flag  | 0.04    |
    """)
    assert found["verdict"] == "watch"


def test_signals_of_one_kind_of_evidence_count_once() -> None:
    found = verdict_of("""
    | signal              | state | p_value |
    | lower_than_expected | flag  | 0.001   |
    | silence             | flag  | 0.001   |
    | delay               | clear | 0.5     |
    """)
    assert found["verdict"] == "no_signal"
    assert found["kinds_told"] == 2


def test_below_three_expected_even_flags_cannot_be_told() -> None:
    found = verdict_of("""
    | signal              | state       | p_value | expected |
    | lower_than_expected | cannot_tell |         | 2.9      |
    | lower_before        | flag        | 0.001   | 12       |
    | drop_out            | flag        | 0.001   |          |
    | delay               | flag        | 0.001   |          |
    """)
    assert found["verdict"] == "cannot_tell"
    assert found["agreeing"] == ""
    assert "Fewer than 3" in found["reasons"]


@pytest.mark.parametrize(
    "picture",
    [
        """
        | signal              | state       | p_value |
        | lower_than_expected | cannot_tell |         |
        | drop_out            | flag        | 0.001   |
        | delay               | flag        | 0.001   |
        """,
        """
        | signal              | state       | p_value |
        | lower_than_expected | flag        | 0.001   |
        | drop_out            | cannot_tell |         |
        """,
    ],
)
def test_without_a_judged_count_or_a_second_kind_nothing_can_be_told(picture: str) -> None:
    assert verdict_of(picture)["verdict"] == "cannot_tell"


def test_verdicts_are_ordered_by_name_and_carry_no_score() -> None:
    found = verdict.verdicts(
        results("""
        | area_code | signal              | state | p_value |
        | B         | lower_than_expected | flag  | 0.0001  |
        | B         | delay               | flag  | 0.0001  |
        | A         | lower_than_expected | clear | 0.5     |
        | A         | delay               | clear | 0.5     |
        """)
    )
    assert found["area_code"].tolist() == ["A", "B"]
    assert found["verdict"].tolist() == ["no_signal", "watch"]
    assert tuple(found.columns) == verdict.VERDICT_COLUMNS
    assert not [name for name in found.columns if re.search("score|rank|index", name)]


def test_a_signal_without_a_claim_is_refused() -> None:
    with pytest.raises(UsageError, match="tea_leaves"):
        verdict_of("""
        | signal     | state | p_value |
        | tea_leaves | flag  | 0.001   |
        """)


def test_no_claim_says_that_crime_or_reporting_fell() -> None:
    forbidden = re.compile(r"unreported|under-report|less crime|crime (fell|rose)|fewer victims|worse|best", re.I)
    for claim in claims.CLAIMS.values():
        assert not forbidden.search(claim.may_say)
        assert claim.may_not_say
        assert claim.question.endswith("?")
        assert claim.claim_class in ("observed", "modelled")
