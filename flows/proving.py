"""Proof that a release tells no more than its tables: all else in it is made again from them alone, to the byte.

The figures were audited (`expectations.disclosure`). Every page, chart, script, picture, CSV, document and file name
is made of them by a program that can see nothing else; so whatever a reader could find in any of these (hover text,
a hidden trace, an axis, alternative text, a hidden sheet, a property) follows from audited figures.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dashboards.documents import About, ExtractAccount, Quality
from data.errors import DisclosureRefused
from data.policies import Policy
from data.schema import EVIDENCE, PUBLISHED, ROW_OUTCOMES
from expectations.results import RuleResult

FRAMES: Final = {
    "published": PUBLISHED.column_names,
    "grain": ["area_code", "characteristic", "record_class", "date_basis", "period_type", "wider", "sentence"],
    "evidence": EVIDENCE.column_names,
}
"""The tables that stand as CSV and as Parquet, and their columns."""

DOCUMENTS: Final = ("about.json", "quality.json", "certificate.json")
TABLES: Final = (*(f"{name}.{ending}" for name in FRAMES for ending in ("parquet", "csv")), *DOCUMENTS)
"""What a release is made of: these are copied when it is made again, so what they hold is looked at by itself."""

CERTIFICATE_KEYS: Final = {
    *("release_id", "policy", "passed", "published_sha256", "figures", "cells_judged", "other_tables_found"),
    *("earlier_releases", "earlier_releases_linked", "assumptions", "not_covered"),
}
"""What a certificate says, and nothing more."""

_ROWS: Final = ("received", *ROW_OUTCOMES)


def prove(folder: Path, tmp: Path, policy: Policy, make: Callable[[Path], object]) -> None:
    """Make the release again in `tmp` from its tables alone, by `make`, and compare.

    Raises DisclosureRefused, naming the files and never what is in them, where a file is not what the tables give, or
    a table holds what it should not.
    """
    shutil.rmtree(tmp, ignore_errors=True)
    again = remake(folder, tmp, make)
    found = sorted({*differing(folder, again), *odd_tables(folder, policy)})
    shutil.rmtree(tmp)
    if found:
        shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        raise DisclosureRefused(
            f"{len(found)} files of the release hold something that its published tables do not give: {shown}.",
            "Nothing was published. Report this fault with the release's version.",
        )


def remake(folder: Path, into: Path, make: Callable[[Path], object]) -> Path:
    """Return the folder `into` with the tables of a release and everything that `make` makes of them."""
    into.mkdir(parents=True)
    for name in TABLES:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, into / name)
    make(into)
    return into


def differing(folder: Path, again: Path) -> list[str]:
    """Return the files that only one of two releases holds, or that differ."""
    one, other = ({path.relative_to(root).as_posix() for path in root.rglob("*")} for root in (folder, again))
    both = (name for name in one & other if (folder / name).is_file())
    return sorted(
        (one ^ other) | {name for name in both if (folder / name).read_bytes() != (again / name).read_bytes()}
    )


def odd_tables(folder: Path, policy: Policy) -> Iterator[str]:
    """Yield the tables that hold anything beside what they are for: a column, a key, a hidden twin, an exact number."""
    for name, columns in FRAMES.items():
        parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
        if not parquet.is_file():
            continue
        table = pd.read_parquet(parquet)
        if list(table.columns) != list(columns) or table.attrs:
            yield parquet.name
        if text.read_bytes() != csv_of(table):
            yield text.name
    about, quality, certificate = (json.loads((folder / name).read_text(encoding="utf-8")) for name in DOCUMENTS)
    numbers: list[Any] = [about["rows"], about["reports_counted"]]
    if set(about) | {"residents", "tiles"} != set(About.model_fields) or not _are_told(numbers, policy):
        yield DOCUMENTS[0]
    numbers = [[row[name] for name in _ROWS] for row in quality["accounting"]]
    numbers += [[rule["checked_count"], rule["failed_count"]] for rule in quality["rules"]]
    if not _has_fields(quality) or not _are_told(numbers, policy):
        yield DOCUMENTS[1]
    if set(certificate) != CERTIFICATE_KEYS:
        yield DOCUMENTS[2]


def csv_of(table: pd.DataFrame) -> bytes:
    """Return a table as the CSV that stands beside its Parquet."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def _has_fields(quality: dict[str, Any]) -> bool:
    """Whether quality.json has the keys it must and no other, at every level."""
    rule = {field.name for field in fields(RuleResult)}
    return (
        set(quality) == set(Quality.model_fields)
        and all(set(row) == set(ExtractAccount.model_fields) for row in quality["accounting"])
        and all(set(one) == rule for one in quality["rules"])
    )


def _are_told(numbers: Any, policy: Policy) -> bool:
    """Whether every number of rows is one that may be told."""
    if isinstance(numbers, dict):
        numbers = list(numbers.values())
    if isinstance(numbers, list):
        return all(_are_told(one, policy) for one in numbers)
    return bool(policy.told(numbers) == numbers)
