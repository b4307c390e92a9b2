"""The expectation that a query of violations returns no row: it counts them where they lie and fetches none."""

from typing import Any, ClassVar

from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation


class ExpectNoViolations(BatchExpectation):
    """No row comes out of `query`, whose braces are doubled; `observed_value` is how many do.

    Great Expectations' own `UnexpectedRowsExpectation` would run the query a second time to fetch what it finds.
    """

    query: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("query.row_count",)
    success_keys: ClassVar[tuple[str, ...]] = ("query",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine | None = None,
    ) -> dict[str, Any]:
        count = metrics["query.row_count"]
        return {"success": count == 0, "result": {"observed_value": count}}
