"""Text made safe for programs that would act on it: Plotly reads HTML in labels, a spreadsheet formulas in cells."""

import html
from typing import Final

_FORMULA_OPENINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet program takes a cell that opens with one of these for a formula."""


def plotly_text(text: str) -> str:
    """Return the text such that Plotly shows it letter for letter: no tag, entity or formula in it is acted on."""
    return html.escape(text, quote=False).replace("$", "&#36;")


def cell_text(text: str) -> str:
    """Return the text such that a spreadsheet program shows it and runs no formula."""
    return f"'{text}" if text.startswith(_FORMULA_OPENINGS) else text
