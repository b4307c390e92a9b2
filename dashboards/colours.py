"""The colours a chart may use, and the names under which style.css gives their dark and printed forms."""

from typing import Final

INK: Final = "#1d2329"
MUTED: Final = "#4d5761"
RULE: Final = "#d5dadf"
GROUND: Final = "#ffffff"
SERIES: Final = "#12436d"
CONTEXT: Final = "#6b747c"
BAND: Final = "#eceef0"
TINT: Final = "#dbe3ea"
"""15% of the series colour on the ground, as a solid, so that overlapping tints do not darken."""

STYLE_NAMES: Final = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    GROUND: "--ground",
    SERIES: "--series",
    CONTEXT: "--context",
    BAND: "--band",
    TINT: "--tint",
}
