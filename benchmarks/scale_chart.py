"""The chart of `benchmarks.scale`: seconds of processor over rows, both by powers of ten, one line a side."""

from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 70, 120, 30, 50
COLOURS = {
    "load": "#555555",
    "aggregate": "#999999",
    "counted": "#3d85c6",
    "pipeline": "#0b5394",
    "script": "#b45f06",
    "polars": "#38761d",
    "spark": "#741b47",
}


def chart(results: dict[int, dict[str, dict[str, float]]]) -> str:
    """Return an SVG; a side that was not measured at a number of rows has no point there."""
    points = {
        side: [(log10(rows), log10(taken[side]["processor"])) for rows, taken in results.items() if side in taken]
        for side in COLOURS
    }
    across = [x for line in points.values() for x, _ in line]
    up = [y for line in points.values() for _, y in line]
    x0, x1, y0, y1 = min(across), max(across, default=1) or 1, int(min(up)) - 1, int(max(up)) + 1

    def place(x: float, y: float) -> tuple[float, float]:
        over = (x - x0) / ((x1 - x0) or 1)
        return LEFT + over * (WIDTH - LEFT - RIGHT), TOP + (y1 - y) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="13" role="img"><title>Seconds of processor by number of rows</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="18">Seconds of processor, by rows (both axes by powers of ten)</text>',
    ]
    for power in range(y0, y1 + 1):
        _, y = place(x0, power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>')
    for rows in results:
        x, _ = place(log10(rows), y0)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 20}" text-anchor="middle">{rows:,}</text>')
    for side, line in points.items():
        if not line:
            continue
        drawn = [place(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[side]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[side]}"/>' for x, y in drawn]
        x, y = drawn[-1]
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{COLOURS[side]}">{escape(side)}</text>')
    return "\n".join([*parts, "</svg>", ""])
