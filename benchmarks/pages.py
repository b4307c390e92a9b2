"""How soon the front page reads and shows its charts, beside a plain Plotly page of the same charts: ratios of one run.

The plain page is what `write_html(include_plotlyjs="directory")` and `to_html` give: one div a chart, drawn at once.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import Browser, sync_playwright

from dashboards.site import build

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import drawn_release
from page_parts import Page

MEASURES = {
    "first content": "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null",
    "charts": "window.drawnAt ?? null",
}
# Charts count as drawn in the frame after the last of them holds a shape that has a size.
WATCH = """
const all = () => [...document.querySelectorAll(".chart, .plotly-graph-div")];
const has = c => [...c.querySelectorAll("svg circle, svg rect, svg path.point, svg path.js-line")]
    .some(e => e.getBoundingClientRect().width > 0);
const look = () => {
    if (document.readyState !== "loading" && all().length && all().every(has))
        requestAnimationFrame(() => { window.drawnAt = performance.now(); });
    else setTimeout(look, 5);
};
addEventListener("DOMContentLoaded", look);
"""


def plain_page(folder: Path, figures: list[dict]) -> Path:
    """Write the same figures as a plain Plotly page beside its own plotly.js."""
    made = [go.Figure(data=figure["data"], layout=figure["layout"]) for figure in figures]
    first = made[0].to_html(full_html=False, include_plotlyjs="directory")
    rest = [one.to_html(full_html=False, include_plotlyjs=False) for one in made[1:]]
    path = folder / "plain.html"
    path.write_text(f"<!doctype html><html><body>{first}{''.join(rest)}</body></html>", encoding="utf-8")
    shutil.copy(folder / "assets" / "plotly.min.js", folder / "plotly.min.js")
    return path


def timings(browser: Browser, address: str) -> dict[str, float]:
    """Open the page in a fresh context and return each measure in milliseconds."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(address)
    found: dict[str, float] = {}
    while len(found) < len(MEASURES):
        for name, expression in MEASURES.items():
            value = page.evaluate(expression)
            if value is not None:
                found[name] = value
        page.wait_for_timeout(10)
    context.close()
    # What is drawn before the first paint is seen with it.
    found["charts"] = max(found.values())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", type=Path, help="a release folder; without it, a drawn one is made")
    parser.add_argument("--times", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch) / "release"
        if options.release:
            shutil.copytree(options.release, folder)
        else:
            drawn_release.add_optional(drawn_release.write(folder))
            build(folder)
        figures = list(Page(folder / "index.html").figures.values())
        plain = plain_page(folder, figures)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        pages = {"ours": folder / "index.html", "plain Plotly": plain, "our explorer": folder / "explore.html"}
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
        for _ in range(options.times):
            for name, path in pages.items():
                runs[name].append(timings(browser, path.as_uri()))
        browser.close()
        print(f"{len(figures)} charts, median of {options.times} openings each, taken in turn")
        for name, path in pages.items():
            print(f"  {name}: {path.stat().st_size / 1000:,.0f} kB without plotly.js")
        largest = max(folder.rglob("*.html"), key=lambda path: path.stat().st_size if path != plain else 0)
        print(f"  largest page: {largest.name}, {largest.stat().st_size / 1000:,.0f} kB")
        for measure in MEASURES:
            middle = {name: statistics.median(run[measure] for run in found) for name, found in runs.items()}
            ratio = middle["ours"] / middle["plain Plotly"]
            said = ", ".join(f"{name} {value:,.0f} ms" for name, value in middle.items())
            print(f"  {measure}: {said}; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
