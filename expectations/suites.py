"""Suites of Great Expectations: derived from the tables' definitions and the rules, and run where the data lies.

Great Expectations takes many seconds to import, so it is imported only when something is checked.
"""

import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.count_schema import COUNT_TABLES
from data.errors import HateCrimeError, IntegrityFailed, Unexpected, UsageError
from data.schema import RAW_TEXT_FIELDS, TABLES
from data.table import Table
from expectations.results import SEVERITIES, Rule, RuleResult, Stage
from expectations.rules import RULES

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite, ExpectationValidationResult
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.expectations.expectation import Expectation

# Counts alone: the other formats, and a partial count above 0, put cells into the result.
_COUNTS_ONLY: Final = {"result_format": "BASIC", "partial_unexpected_count": 0}

_SENTENCES: Final = {
    "columns": "{table} has the columns that its definition lists, and no others.",
    "types": "Every column of {table} has the type that its definition gives.",
    "not_null": "Every row of {table} is filled in each column that must be: {columns}.",
    "allowed": "Every row of {table} holds only listed codes in: {columns}.",
    "minimum": "Every row of {table} holds no number below the least possible in: {columns}.",
    "unique": "Every row of {table} differs from all others in: {columns}.",
}
"""What each check derived from a table's definition says; `core.reports.not_null` is such a check's name."""

_BY_COLUMN: Final = ("not_null", "allowed", "minimum")
"""The kinds of check that a table's suite makes of each column by itself."""


def check(
    database: Path, stage: Stage, lowered: Mapping[str, str] | None = None, with_counts: bool = True
) -> list[RuleResult]:
    """Check one stage of a built warehouse file where it lies; nothing is written and the file is closed again.

    First one result a table and kind of check derived from data.schema (severity `stop`), then one a rule, in order.
    `lowered` gives rules a milder severity by name; it cannot touch a rule of our own arithmetic. `with_counts` false
    leaves out what is asked of counts beside the records, where there are none. Raises UsageError for a rule that
    does not exist or cannot be lowered so; IntegrityFailed where the file or a column is missing; Unexpected where a
    check could not be evaluated, which is never a pass.
    """
    rules = _with_severities(RULES, lowered or {})
    tables = [table for table in TABLES if _stage(table) == stage and (with_counts or table not in COUNT_TABLES)]
    with _unheard("great_expectations", "sqlalchemy"), _opened(database) as source:
        found = {table.name: _look_at(source, table) for table in tables}
        rules = [rule for rule in rules if rule.table in found]
        counts = _count_violations(source, stage, tables, rules)
    results = [result for table in tables for result in _of_table(table, stage, found[table.name], counts)]
    return results + [_of_rule(rule, found[rule.table].row_count, counts[rule.name]) for rule in rules]


def table_suite(table: Table) -> "ExpectationSuite":
    """The suite of one table: every demand its definition makes, each marked with its kind and its column."""
    from great_expectations import ExpectationSuite
    from great_expectations import expectations as gx

    expectations: list[Expectation] = [
        gx.ExpectTableRowCountToBeBetween(min_value=0, meta={"kind": "rows"}),
        gx.ExpectTableColumnsToMatchSet(column_set=table.column_names, meta={"kind": "columns"}),
    ]
    # A rule of its own tells of a report without a key: a person must decide, so it is no fault of ours.
    as_received = {field.name for field in RAW_TEXT_FIELDS} if _stage(table) == "raw" else set()
    for column in table.columns:
        name = column.name
        if column.required and name not in as_received:
            marked = {"kind": "not_null", "column": name}
            expectations.append(gx.ExpectColumnValuesToNotBeNull(column=name, meta=marked))
        if column.allowed is not None:
            marked = {"kind": "allowed", "column": name}
            expectations.append(gx.ExpectColumnValuesToBeInSet(column=name, value_set=[*column.allowed], meta=marked))
        if column.minimum is not None:
            marked = {"kind": "minimum", "column": name}
            expectations.append(gx.ExpectColumnValuesToBeBetween(column=name, min_value=column.minimum, meta=marked))
    return ExpectationSuite(name=table.name, expectations=expectations)


def type_violations(table: Table) -> str:
    """The query of columns whose DuckDB type is not the declared one, lists and maps included.

    Great Expectations compares SQLAlchemy's names of types, which are not DuckDB's and know no maps.
    """
    schema, name = table.name.split(".")
    declared = ", ".join(f"('{column.name}', '{column.type}')" for column in table.columns)
    return f"""
        select 1 as violation
        from (values {declared}) as declared (column_name, data_type)
        left join duckdb_columns() as built
            on
                built.schema_name = '{schema}'
                and built.table_name = '{name}'
                and declared.column_name = built.column_name
        where declared.data_type is distinct from built.data_type
    """


def grain_violations(table: Table) -> str:
    """The query of keys that more than one row has.

    Great Expectations' own compound uniqueness joins the table to itself and overlooks keys with an empty part.
    Keys are counted by hash first, which is cheap, and by themselves where hashes meet.
    """
    grain = ", ".join(table.grain)
    return f"""
        select 1 as violation
        from {table.name}
        semi join (
            select hash({grain}) as key_hash
            from {table.name}
            group by key_hash
            having count(*) > 1
        ) as twice on hash({grain}) = twice.key_hash
        group by {grain}
        having count(*) > 1
    """


def _stage(table: Table) -> str:
    return table.name.partition(".")[0]


def _with_severities(rules: tuple[Rule, ...], lowered: Mapping[str, str]) -> list[Rule]:
    if unknown := sorted(set(lowered) - {rule.name for rule in rules}):
        raise UsageError(
            f"The profile lowers a rule that does not exist: {', '.join(unknown)}.",
            f"The rules are: {', '.join(rule.name for rule in rules)}.",
        )
    return [_lowered(rule, lowered[rule.name]) if rule.name in lowered else rule for rule in rules]


def _lowered(rule: Rule, wanted: str) -> Rule:
    milder = [severity for severity in SEVERITIES[SEVERITIES.index(rule.severity) :] if severity == wanted]
    if rule.severity == "stop" or not milder:
        raise UsageError(
            f"The profile lowers the rule {rule.name} from {rule.severity} to {wanted}, which is not allowed.",
            "Only a rule that holds can be lowered, to warn: one that stops guards our own arithmetic.",
        )
    return replace(rule, severity=milder[0])


@contextmanager
def _unheard(*loggers: str) -> Iterator[None]:
    """Keep what libraries log to themselves: they log failed queries with DuckDB's words, which may quote the data."""
    heard = {logger: logger.propagate for logger in map(logging.getLogger, loggers)}
    nowhere = logging.NullHandler()
    try:
        for logger in heard:
            logger.addHandler(nowhere)
            logger.propagate = False
        yield
    finally:
        for logger, propagate in heard.items():
            logger.removeHandler(nowhere)
            logger.propagate = propagate


@contextmanager
def _opened(database: Path) -> Iterator["SQLDatasource"]:
    """Open the file to Great Expectations without telemetry, files or progress bars, and close it for certain."""
    if not database.is_file():
        raise IntegrityFailed(f"There is no database {database.name}.", "Build it again; it is made from the extracts.")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings():
        # Great Expectations 1.24 still imports sre_constants, which Python deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        # It imports Spark wherever Spark is installed.
        warnings.simplefilter("ignore", FutureWarning)
        import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    from expectations import duckdb_dialect

    settings = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = great_expectations.get_context(mode="ephemeral", project_config=settings)
    try:
        source = context.data_sources.add_sql("warehouse", connection_string=duckdb_dialect.address(database))
        engines = [source.get_engine(), source.get_execution_engine().engine]
    except Exception:
        # Which error it is depends on the driver, and its message may quote the file.
        raise IntegrityFailed(
            f"{database.name} cannot be opened for reading.",
            "See that nothing else has it open; if it is damaged, delete it and build it again from the extracts.",
        ) from None
    try:
        yield source
    except HateCrimeError:
        raise
    except Exception:
        # The message of a failed query may quote the data.
        raise Unexpected(
            f"A check of {database.name} ended in an error.", "Nothing was decided. Report this fault."
        ) from None
    finally:
        for engine in engines:
            engine.dispose()


def _validate(source: "SQLDatasource", name: str, query: str, expectations: Any) -> Any:
    """The validation of a query's rows; a query, since reflecting a table stumbles over maps and lists."""
    asset = source.add_query_asset(name, query=query)
    # By request and not by a named definition, which would be written down as YAML each time.
    return asset.get_batch(asset.build_batch_request()).validate(expectations, result_format=_COUNTS_ONLY)


def _figure(outcome: "ExpectationValidationResult", key: str, name: str) -> Any:
    """One figure of a result. Where a metric failed, Great Expectations puts the error in its place and goes on."""
    if key not in outcome.result:
        raise Unexpected(f"The check {name} could not be evaluated.", "Nothing was decided. Report this fault.")
    return outcome.result[key]


@dataclass(frozen=True)
class _Look:
    """What a table's suite found: its rows, columns that its definition lacks, and failures a kind and column."""

    row_count: int
    extra: list[str]
    failures: dict[str, dict[str, int]]


def _look_at(source: "SQLDatasource", table: Table) -> _Look:
    """Validate one table by its suite. Raises IntegrityFailed where a column is missing."""
    outcomes = _validate(source, table.name, f"select * from {table.name}", table_suite(table)).results
    marked = [(outcome.expectation_config.meta, outcome) for outcome in outcomes]

    def figures(kind: str, key: str) -> dict[str, Any]:
        return {
            mark.get("column", ""): _figure(outcome, key, f"{table.name}.{kind}")
            for mark, outcome in marked
            if mark["kind"] == kind
        }

    found = set(figures("columns", "observed_value")[""])
    if missing := [name for name in table.column_names if name not in found]:
        raise IntegrityFailed(
            f"{table.name} has no column {', '.join(missing)}.", "Delete the warehouse and build it again."
        )
    row_count = int(figures("rows", "observed_value")[""])
    failures = {}
    for kind in _BY_COLUMN:
        counts = figures(kind, "unexpected_count")
        # Great Expectations adds up failures in SQL, where the sum over no rows is null.
        failures[kind] = {name: int(count) if row_count else 0 for name, count in counts.items()}
    return _Look(row_count, sorted(found - set(table.column_names)), failures)


def _count_violations(
    source: "SQLDatasource", stage: Stage, tables: Iterable[Table], rules: Iterable[Rule]
) -> dict[str, int]:
    """Count what each query of violations returns, by the check's name, all of them in one suite."""
    from great_expectations import ExpectationSuite

    from expectations.no_violations import ExpectNoViolations

    queries = {f"{table.name}.types": type_violations(table) for table in tables}
    queries |= {f"{table.name}.unique": grain_violations(table) for table in tables}
    queries |= {rule.name: rule.violations for rule in rules}
    expectations = [
        ExpectNoViolations(query=query.replace("{", "{{").replace("}", "}}"), meta={"name": name})
        for name, query in queries.items()
    ]
    suite = ExpectationSuite(name=stage, expectations=expectations)
    # The queries name the tables that they read, so it does not matter which rows are handed to them.
    outcomes = _validate(source, stage, "select 1 as one", suite).results
    named = {outcome.expectation_config.meta["name"]: outcome for outcome in outcomes}
    return {name: int(_figure(named[name], "observed_value", name)) for name in queries}


def _of_rule(rule: Rule, checked_count: int, failed_count: int) -> RuleResult:
    return RuleResult(
        rule=rule.name,
        stage=rule.stage,
        table=rule.table,
        sentence=rule.sentence,
        severity=rule.severity,
        rejectable=rule.rejectable,
        checked_count=checked_count,
        failed_count=failed_count,
        passed=failed_count == 0,
    )


def _of_table(table: Table, stage: Stage, look: _Look, counts: Mapping[str, int]) -> Iterator[RuleResult]:
    """Yield one result a kind of check on a table, its columns rolled up."""

    def result(
        kind: str, columns: Iterable[str], checked: int, failed: int, at_fault: Iterable[str] = ()
    ) -> RuleResult:
        return RuleResult(
            rule=f"{table.name}.{kind}",
            stage=stage,
            table=table.name,
            sentence=_SENTENCES[kind].format(table=table.name, columns=", ".join(columns)),
            severity="stop",
            rejectable=False,
            checked_count=checked,
            failed_count=failed,
            passed=failed == 0,
            columns_at_fault=tuple(at_fault),
        )

    yield result("columns", (), len(table.columns), len(look.extra), look.extra)
    yield result("types", (), len(table.columns), counts[f"{table.name}.types"])
    yield result("unique", table.grain, look.row_count, counts[f"{table.name}.unique"])
    for kind, failures in look.failures.items():
        if failures:
            at_fault = [name for name, count in failures.items() if count]
            yield result(kind, failures, look.row_count * len(failures), sum(failures.values()), at_fault)
