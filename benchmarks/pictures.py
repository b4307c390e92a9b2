"""Pictures of the main pages for the README: python -m benchmarks.pictures WORKSPACE, after `hatecrime demo`."""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
WIDE, PHONE = {"width": 1120, "height": 1240}, {"width": 360, "height": 900}
VIEWS = {
    "front": ("index.html", WIDE, "light", 0),
    "front-dark-phone": ("index.html", PHONE, "dark", 0),
    "characteristic": ("characteristics/race.html", WIDE, "light", 940),
    "place": ("areas/E07000103.html", WIDE, "light", 0),
    "explore": ("explore.html", {"width": 1120, "height": 940}, "light", 0),
}
"""By name of the picture: page, window, colours, and how far down it starts in pixels."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    public = parser.parse_args().workspace / "public"
    release = (public / "releases" / (public / "current").read_text(encoding="ascii").strip()).resolve()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (page_name, window, colours, down) in VIEWS.items():
            page = browser.new_context(offline=True, viewport=window, color_scheme=colours).new_page()
            page.goto((release / page_name).as_uri())
            if page_name == "explore.html":
                page.locator("#view-chart svg.main-svg").first.wait_for()
            page.evaluate("down => scrollTo({ top: down, behavior: 'instant' })", down)
            page.screenshot(path=PICTURES / f"{name}.png")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
