"""The shape that a column's own values share: pseudonyms, or the serial numbers that a source publishes."""

from dataclasses import dataclass
from typing import Final

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from transforms.privacy.declared import Declared

VALUE: Final = "value"
PSEUDONYM: Final = r"[A-Za-z]{0,4}[-_]?(?:[0-9A-Fa-f]{16,128}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
"""A keyed hash or UUID, perhaps after a short prefix. For RE2."""

SHORTEST_PSEUDONYM: Final = 16
SERIAL: Final = r"[A-Za-z]{0,8}[-_/ .]?(?:[0-9]{1,4}[-_/ .])?[0-9]{1,14}[A-Za-z]?|[A-Za-z]{0,4}(?:19|20)[0-9]{6,}"
"""A number that somebody counted up, perhaps with a year before it. For RE2."""

_MAJORITY: Final = 0.9
_COMMON: Final = 0.05
_SEVERAL: Final = 3


@dataclass(frozen=True)
class OwnShape:
    """Values of these lengths that match `pattern` are the column's ordinary ones."""

    pattern: str
    lengths: tuple[int, ...]

    def fits(self) -> Expression:
        """Return the condition, over the column `value`, that a value has the shape."""
        length = FunctionExpression("length", ColumnExpression(VALUE))
        return length.isin(*map(ConstantExpression, self.lengths)) & matches_whole(self.pattern)


def matches_whole(pattern: str) -> Expression:
    """Return the condition, over the column `value`, that a pattern matches the whole of it."""
    return FunctionExpression("regexp_full_match", ColumnExpression(VALUE), ConstantExpression(pattern))


def own_shape(sample: duckdb.DuckDBPyRelation, column: Declared) -> OwnShape | None:
    """Return the shape that makes a column's values its own rather than somebody's number, or None.

    A column of pseudonyms: nine in ten are hexadecimal, of one length, and hold a letter. A key that the
    source itself publishes: its numbers in the lengths that at least 5% of them, and three, have.
    """
    text = ColumnExpression(VALUE)
    is_pseudonym = matches_whole(PSEUDONYM) & FunctionExpression(
        "regexp_matches", text, ConstantExpression("[0-9][A-Fa-f]|[A-Fa-f][0-9]")
    )
    rows = sample.select(
        FunctionExpression("length", text).alias("length"),
        is_pseudonym.alias("is_pseudonym"),
        matches_whole(SERIAL).alias("is_serial"),
    )
    counts = rows.aggregate("length, is_pseudonym, is_serial, count(*)").fetchall()
    total = sum(count for *_, count in counts)
    for length, is_pseudonym_, _, count in counts:
        if is_pseudonym_ and count >= _MAJORITY * total:
            return OwnShape(PSEUDONYM, (length,))
    if column.is_key and column.key_is_published:
        lengths = sorted(
            {length for length, _, serial, count in counts if serial and count >= max(_COMMON * total, _SEVERAL)}
        )
        if lengths:
            return OwnShape(SERIAL, tuple(lengths))
    return None
