"""One page opened in a browser with the network off, and what it asked for."""

import json
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

from dashboards.site import slug

PAGES = [
    "index.html",
    "areas/E23000027.html",
    "areas/E07000103.html",
    f"areas/{slug('=none/../x')}.html",
    "characteristics/race.html",
    "characteristics/transgender.html",
    "evidence.html",
    "journey.html",
    "questions.html",
    "quality.html",
    "revisions.html",
    "methods.html",
    "downloads.html",
    "accessibility.html",
    "explore.html",
    "ask.html",
]


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""The only rules that another set of colours can break."""


def until(page, expression: str, seconds: float = 10) -> None:
    """Return once the expression is true. A page that forbids eval forbids Playwright's own waiting too."""
    for _ in range(round(seconds / 0.02)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise TimeoutError(expression)


def violations(page, of_colour: bool = False) -> list[str]:
    """Each rule of axe-core that an element breaks, with the element; of all rules, or of those on colour alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    chosen = {"type": "rule", "values": COLOUR_RULES} if of_colour else {"type": "tag", "values": RULES}
    options = json.dumps({"runOnly": chosen, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options})")["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


class Visit:
    """One page opened offline: what it asked for and what it complained of."""

    def __init__(self, browser, folder: Path, name: str, **options) -> None:
        self.folder = folder
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.goto(f"{folder.as_uri()}/{name}")
        if name.startswith(("explore", "ask")) and options.get("java_script_enabled", True):
            until(self.page, "document.body.dataset.shown === location.hash")

    def pointed_at_every_chart(self) -> "Visit":
        """Draw every chart with Plotly, as a pointer over it does."""
        self.page.evaluate(
            "document.querySelectorAll('.chart').forEach(c => c.dispatchEvent(new PointerEvent('pointerenter')))"
        )
        until(
            self.page,
            "[...document.querySelectorAll('.chart')].every(c => c.querySelector('svg.main-svg .trace path'))",
        )
        return self

    @property
    def requests_beyond_the_folder(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.folder.as_uri(), "data:", "blob:"))]
