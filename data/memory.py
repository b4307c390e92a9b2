"""How much memory a run may take: what the person said, or half of what the machine has."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import UsageError

PROGRAM_BYTES: Final = 500_000_000
"""What the program itself takes beside its engine: a run of a few rows peaks at 0.5 GB, most of it libraries."""

LEAST_BYTES: Final = 2 * PROGRAM_BYTES
"""Below this the engine would get less than the program, and cannot even sort a month."""

THREAD_BYTES: Final = 250_000_000
"""What each thread of the engine should have: twice what DuckDB's guide asks for, so that it spills and goes on."""

_UNITS: Final = {"MB": 10**6, "GB": 10**9}
_CGROUP: Final = Path("/sys/fs/cgroup/memory.max")


@dataclass
class _Said:
    limit: int | None = None


_SAID: Final = _Said()


def keep_to(said: str | None) -> None:
    """Set what this process may take, such as `4GB`; None goes back to half the machine.

    Raises UsageError for what is no amount, is less than the program itself needs, or more than the machine has.
    """
    if said is None:
        _SAID.limit = None
        return
    amount = re.fullmatch(r"(\d+(?:\.\d+)?) ?(MB|GB)", said.strip(), re.IGNORECASE)
    if not amount:
        raise UsageError(f"{said!r} is no amount of memory.", "Write it as 4GB or 1500MB.")
    limit = int(float(amount[1]) * _UNITS[amount[2].upper()])
    if limit < LEAST_BYTES:
        raise UsageError(
            f"{said} is too little.", f"A run needs {in_words(LEAST_BYTES)} or more, for any number of rows."
        )
    if limit > machine():
        raise UsageError(
            f"This machine has {in_words(machine())}.", "Give less to --memory; what does not fit is spilled."
        )
    _SAID.limit = limit


def allowed() -> int:
    """Bytes that a run may take in all."""
    return _SAID.limit or max(machine() // 2, LEAST_BYTES)


def of_engine() -> int:
    """Bytes that the engine may take of it: what the program leaves."""
    return allowed() - PROGRAM_BYTES


def engine_settings() -> dict[str, str]:
    """The settings that make DuckDB keep to it, with no more threads than it has memory for."""
    threads = min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        max(of_engine() // THREAD_BYTES, 1),
    )
    return {"memory_limit": f"{of_engine() // 1000}kB", "threads": str(threads)}


def machine() -> int:
    """Bytes of memory that this machine has, or that the container it is has."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(whole, int(_CGROUP.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return whole


def in_words(amount: int) -> str:
    """An amount of memory as a person would write it."""
    return f"{amount / 1e9:.3g} GB"
