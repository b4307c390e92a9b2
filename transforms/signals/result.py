"""The frame that every signal returns, so that verdicts can join them, and when a signal flags."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from data.errors import UsageError

FLAG_LEVEL: Final = 0.05
"""A signal flags where chance alone would go as far, in the direction that worries, less than once in 20."""

KEYS: Final = ("area_code", "characteristic")
STATES: Final = ("flag", "clear", "cannot_tell")
RESULT_COLUMNS: Final = (
    *KEYS,
    "signal",
    "state",
    "estimate",
    "lower",
    "upper",
    "expected",
    "observed",
    "p_value",
    "reason",
)
"""One row an area × characteristic × signal.

`state`: flag, clear, or cannot_tell where a gate failed. `estimate` with `lower` and `upper` (95% limits) is
the signal's own measure: a ratio, a share or days. `expected` and `observed` are counts, or events where the
signal is a share. `p_value` is one-sided, towards the side that worries. `reason` is a sentence. Numbers that
the signal does not have are NaN; after a failed gate `p_value` always is.
"""
_NUMBERS: Final = ("estimate", "lower", "upper", "expected", "observed", "p_value")


def result_frame(signal: str, rows: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return the rows as a result frame of one signal, ordered by area and characteristic.

    A row with a `gate` (why it cannot be told) becomes `cannot_tell`; otherwise its `p_value` decides. A row
    may bring its own `state`, as signals under false-discovery control do.
    """
    finished = [_finished(signal, row) for row in rows]
    frame = pd.DataFrame(finished, columns=list(RESULT_COLUMNS))
    frame = frame.astype(dict.fromkeys(_NUMBERS, "float64"))
    return frame.sort_values(list(KEYS), kind="stable", ignore_index=True)


def _finished(signal: str, row: Mapping[Any, Any]) -> dict[str, Any]:
    whole = {**dict.fromkeys(_NUMBERS, np.nan), "reason": "", **row, "signal": signal}
    if row.get("gate"):
        return {**whole, "state": "cannot_tell", "p_value": np.nan, "reason": row["gate"]}
    return {**whole, "state": row.get("state") or ("flag" if whole["p_value"] < FLAG_LEVEL else "clear")}


def require_columns(frame: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    """Raise UsageError where the frame lacks a column or repeats a key that must be unique."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise UsageError(
            f"The {what} table lacks {len(missing)} column(s): {', '.join(missing)}.",
            f"Give a table with the columns {', '.join(columns)}.",
        )


def require_unique(frame: pd.DataFrame, keys: Sequence[str], what: str) -> None:
    """Raise UsageError where two rows share a key."""
    repeated = int(frame.duplicated(list(keys)).sum())
    if repeated:
        raise UsageError(
            f"The {what} table repeats {repeated} key(s) of {' × '.join(keys)}.",
            "Add the rows up first, so that each key stands once.",
        )
