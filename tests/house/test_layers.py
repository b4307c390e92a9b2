"""Imports point one way: data <- expectations, transforms, dashboards <- flows; each heavy library has one home."""

import ast
import importlib.metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "data": set(),
    "expectations": {"data"},
    "transforms": {"data"},
    "dashboards": {"data"},
    "flows": {"data", "expectations", "transforms", "dashboards"},
}
HOME = {
    "duckdb": "transforms",
    "great_expectations": "expectations",
    "plotly": "dashboards",
    "prefect": "flows",
    "pyspark": "transforms",
    "sqlglot": "transforms",
}
MODULES = [path for layer in MAY_IMPORT for path in sorted((ROOT / layer).rglob("*.py"))]


def imported_roots(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    layer = path.relative_to(ROOT).parts[0]
    for root in imported_roots(path):
        if root in MAY_IMPORT and root != layer:
            assert root in MAY_IMPORT[layer], f"{layer} must not import {root}"
        if root in HOME:
            assert layer == HOME[root], f"{root} belongs in {HOME[root]}/"


def test_no_other_distribution_claims_our_import_names():
    owners = importlib.metadata.packages_distributions()
    for name in MAY_IMPORT:
        assert set(owners.get(name, ["hate-crime-statistics"])) == {"hate-crime-statistics"}
