"""The words that the privacy gate knows, kept in words.toml so that people can read and mend them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("words.toml")


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def listed(name: str) -> frozenset[str]:
    """Return the words of one list."""
    return frozenset(_lists()[name].split())
