"""Text made safe for Plotly, which reads a dialect of HTML in every label."""

import html


def plotly_text(text: str) -> str:
    """Return the text such that Plotly shows it letter for letter: no tag, entity or formula in it is acted on."""
    return html.escape(text, quote=False).replace("$", "&#36;")
