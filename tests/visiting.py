"""One page opened in a browser with the network off, and what it asked for."""

from pathlib import Path

from dashboards.site import slug

PAGES = [
    "index.html",
    "areas/E23000027.html",
    "areas/E07000103.html",
    f"areas/{slug('=none/../x')}.html",
    "characteristics/race.html",
    "characteristics/transgender.html",
    "evidence.html",
    "quality.html",
    "revisions.html",
    "methods.html",
    "downloads.html",
    "accessibility.html",
    "explore.html",
]


def until(page, expression: str, seconds: float = 10) -> None:
    """Return once the expression is true. A page that forbids eval forbids Playwright's own waiting too."""
    for _ in range(round(seconds / 0.02)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise TimeoutError(expression)


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
        if name.startswith("explore") and options.get("java_script_enabled", True):
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
