"""How a label of the data is written down for a person, and what of it a person would not see."""

import json
import unicodedata
from typing import Final

_NAMED: Final = 3
"""So many odd characters are named; more tell nothing more."""


def quoted(label: str) -> str:
    """Return a label as a TOML string; what is invisible or acts on a terminal is escaped."""
    written = json.dumps(label, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in written)


def unseen(label: str) -> str:
    """Name the letters of a label that only look like ours, or return nothing where every letter is Latin."""
    others = dict.fromkeys(c for c in label if c.isalpha() and not unicodedata.name(c, "LATIN").startswith("LATIN"))
    named = [unicodedata.name(c) for c in others][:_NAMED]
    return f"looks like plain letters, but holds {', '.join(named)}" if named else ""
