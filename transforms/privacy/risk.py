"""The re-identification risk of an input: how many reports stand alone on what an outsider could know."""

from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import duckdb
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from data.policy import SMALL_COUNT
from data.profile import Profile
from transforms.reading import LINE_NUMBER

_MARK = "\x1f"


@dataclass(frozen=True)
class Risk:
    """Counts and shares only. Two reports are alike when their area, month, grounds and offence are equal.

    `unique_share`: share of reports like no other; `small_group_share`: share in groups below the policy's
    small count (unique ones included); `group_count`: how many groups; `known`: what was compared.
    """

    report_count: int
    group_count: int
    unique_share: float
    small_group_share: float
    known: tuple[str, ...]


def assess(con: duckdb.DuckDBPyConnection, parquet: Path, profile: Profile) -> Risk:
    """Return the risk of one extract, the month taken from the profile's headline date.

    A date that the profile's formats cannot read stands as received, which can only overstate the risk.
    """
    rows = con.read_parquet(str(parquet))
    layout = sorted(profile.layout([column for column in rows.columns if column != LINE_NUMBER]) or {})
    offence = profile.columns.get("offence_group") or profile.columns.get("offence_code") or []
    area, key = profile.columns["area"], profile.columns["report_id"]
    one_a_report = profile.report.rows_per_report == "one"
    alike = FunctionExpression("hash", _joined(area), _month(profile), _joined(layout), _joined(offence))
    report = ColumnExpression(LINE_NUMBER) if one_a_report else FunctionExpression("hash", _joined(key))
    seen = rows.select(alike.alias("alike"), report.alias("report"))
    if not one_a_report:
        # A report on several rows is known by all that any of them says.
        seen = seen.distinct().aggregate("report, bit_xor(alike) as alike")
    seen.create_view("reports_alike", replace=True)
    ((total, groups, alone, few),) = con.execute(
        """
        with sizes as (select alike, count(*) as size from reports_alike group by alike)
        select
            coalesce(sum(size), 0)::bigint,
            count(*),
            count_if(size = 1),
            coalesce(sum(size) filter (size < $small), 0)::bigint
        from sizes
        """,
        {"small": SMALL_COUNT},
    ).fetchall()
    known = ("area", "month", "grounds", *(("offence",) if offence else ()))
    return Risk(total, groups, alone / total if total else 0.0, few / total if total else 0.0, known)


def _month(profile: Profile) -> Expression:
    basis = profile.headline_date_basis
    text = FunctionExpression("trim", _joined(profile.columns[basis], "-"))
    read = [
        FunctionExpression(
            "strftime",
            FunctionExpression("try_strptime", text, ConstantExpression(pattern)),
            ConstantExpression("%Y-%m"),
        )
        for pattern in profile.dates[basis]
    ]
    return CoalesceOperator(*read, text)


def _joined(columns: list[str], mark: str = _MARK) -> Expression:
    if not columns:
        return ConstantExpression("")
    return reduce(
        lambda left, right: FunctionExpression("concat", left, ConstantExpression(mark), right),
        [CoalesceOperator(ColumnExpression(column), ConstantExpression("")) for column in columns],
    )
