"""The documents of a release beside its figures: what it is, how it was checked, and what was proved of it."""

from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from data.errors import IntegrityFailed

Document = TypeVar("Document", bound=BaseModel)


class Residents(BaseModel):
    """How many people live in each place, as the force's own profile says it, and who says so."""

    persons: dict[str, int]
    edition: str
    source: str


class About(BaseModel):
    """`about.json`: what the release is, when its data were taken, and what became of every row."""

    release_id: str
    title: str
    force_name: str
    force_code: str
    source: str
    headline_date_basis: str
    first_month: date
    last_month: date
    last_complete_month: date
    extracted_on: date
    stamp: str
    policy: str
    version: str
    rows: dict[str, int]
    reports_counted: int
    notes: dict[str, str]
    characteristics: dict[str, str]
    residents: Residents | None = None
    tiles: dict[str, tuple[int, int]] = {}


class ExtractAccount(BaseModel):
    """What became of the rows of one extract."""

    extract: str
    extracted_on: date
    received: int
    counted: int
    superseded: int
    cancelled: int
    rejected: int
    out_of_scope: int


class RuleResult(BaseModel):
    """One quality rule in plain words: how many it checked and how many failed."""

    rule: str
    stage: str
    table: str
    sentence: str
    severity: str
    checked_count: int
    failed_count: int
    passed: bool


class Quality(BaseModel):
    """`quality.json`: the account of rows and the result of every rule; no values."""

    accounting: list[ExtractAccount]
    rules: list[RuleResult]


class Certificate(BaseModel):
    """`certificate.json`: what an audit by another hand found of the whole release, and what it rests on."""

    passed: bool
    figures: int
    earlier_releases: int
    assumptions: list[str]
    not_covered: list[str]


def read(path: Path, model: type[Document]) -> Document:
    """Return the document. Raises IntegrityFailed, without its values, where it does not hold what it must."""
    try:
        return model.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise IntegrityFailed(
            f"{path.name} of the release does not hold what it must ({error.error_count()} faults).",
            "Rebuild the release.",
        ) from None


def read_if_there(path: Path, model: type[Document]) -> Document | None:
    """Return the document, or None where the release has none."""
    return read(path, model) if path.is_file() else None


def rows_if_there(path: Path, columns: tuple[str, ...]) -> list[dict[str, Any]] | None:
    """Return the rows of an optional CSV as text, or None where there is none.

    Raises IntegrityFailed where it lacks one of the columns that the pages read.
    """
    if not path.is_file():
        return None
    table = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8")
    absent = [name for name in columns if name not in table.columns]
    if absent:
        raise IntegrityFailed(f"{path.name} of the release lacks the column(s) {', '.join(absent)}.", "Rebuild it.")
    return [dict(zip(columns, row, strict=True)) for row in table[list(columns)].itertuples(index=False)]
