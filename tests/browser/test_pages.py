"""What Chromium makes of the pages from a disk, offline: drawn, readable, safe, and asking for nothing."""

import os
import shutil
from pathlib import Path

import drawn_release
import pytest
from playwright.sync_api import sync_playwright

from dashboards.site import build, slug

pytestmark = pytest.mark.slow
PAGES = [
    "index.html",
    "areas/E23000027.html",
    "areas/E07000103.html",
    f"areas/{slug('=none/../x')}.html",
    "quality.html",
]


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = drawn_release.write(tmp_path_factory.mktemp("release"))
    build(folder)
    return folder


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is not on this machine"
        pytest.fail(f"{reason}, and CI must not skip it") if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Visit:
    """One page opened offline: what it asked for and what it complained of."""

    def __init__(self, browser, address: Path, **options) -> None:
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address.as_uri())

    def drawn(self) -> "Visit":
        self.page.wait_for_function(
            "[...document.querySelectorAll('.chart')].every(c => c.querySelector('svg.main-svg .scatterlayer path'))"
        )
        return self


@pytest.fixture
def visit(chromium, release):
    visits = []

    def open_page(name, **options):
        visits.append(Visit(chromium, release / name, **options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_is_drawn_with_no_request_outside_and_no_complaint(visit, release, name):
    seen = visit(name).drawn()
    charts = seen.page.locator(".chart").count()
    painted = seen.page.evaluate(
        "[...document.querySelectorAll('.chart')].filter(c => [...c.querySelectorAll('.scatterlayer path')]"
        ".some(p => p.getBoundingClientRect().width > 0)).length"
    )
    assert painted == charts
    assert (charts > 0) == name.startswith(("index", "areas/E"))
    assert [url for url in seen.requests if not url.startswith((release.as_uri(), "data:"))] == []
    assert seen.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_offers_to_share_and_no_toolbar_is_there(visit, name):
    page = visit(name).drawn().page
    assert page.locator(".modebar-btn, .modebar-container a, button").count() == 0
    assert "Share" not in page.evaluate("document.body.innerText")


@pytest.mark.parametrize("name", PAGES)
def test_names_that_hold_html_are_shown_as_text_and_run_nothing(visit, name):
    page = visit(name).drawn().page
    assert page.evaluate("window.hit") is None
    assert page.locator("img, svg a").count() == 0
    if name == "areas/E07000103.html":
        assert page.locator(".eyebrow").inner_text() == drawn_release.NASTY
    if name == "index.html":
        ticks = page.locator("#characteristics-crime .ytick text").evaluate_all("all => all.map(t => t.textContent)")
        assert "%{y} <b>Trans</b>" in ticks
        assert any("</script>" in tick for tick in ticks)


def test_the_policy_of_a_page_refuses_scripts_and_connections_that_are_not_its_own(visit):
    page = visit("index.html").drawn().page
    refused = page.evaluate(
        """async () => {
            const refused = [];
            document.addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.hit = 2";
            document.body.append(script);
            await fetch("https://example.invalid/").catch(() => {});
            const form = document.createElement("form");
            form.action = "https://example.invalid/";
            document.body.append(form);
            form.submit();
            await new Promise(done => setTimeout(done, 100));
            return refused;
        }"""
    )
    assert refused == ["script-src-elem", "connect-src", "form-action"]
    assert page.evaluate("window.hit") is None


def test_hidden_months_carry_their_word_on_the_chart(visit):
    words = visit("index.html").drawn().page.locator("#months-crime-all .annotation-text").all_text_contents()
    assert "hidden to protect people" in words
    assert "not available" in words


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_every_table_is_open_and_no_empty_chart_stands(visit, name):
    page = visit(name, java_script_enabled=False).page
    tables = page.locator("table")
    assert tables.count() > 0
    assert all(tables.nth(index).is_visible() for index in range(tables.count()))
    assert not any(chart.is_visible() for chart in page.locator(".chart").all())


def test_when_plotly_is_missing_the_tables_stay_open(chromium, tmp_path):
    folder = drawn_release.write(tmp_path)
    build(folder)
    (folder / "assets" / "plotly.min.js").unlink()
    visit = Visit(chromium, folder / "index.html")
    assert visit.page.locator("details.table:not([open])").count() == 0
    assert visit.page.locator("#months-crime-all").is_hidden()
    visit.context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(visit, name, width):
    page = visit(name, viewport={"width": width, "height": 800}).drawn().page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "[...document.querySelectorAll('.chart, h1, h2, h3, p, .scroll')].every("
        "e => e.getBoundingClientRect().right <= innerWidth + 1)"
    )


def test_charts_follow_the_dark_page(visit):
    page = visit("index.html", color_scheme="dark").drawn().page
    line = page.locator("#months-crime-all .js-line").first.evaluate("e => getComputedStyle(e).stroke")
    word = page.locator("#months-crime-all .xtick text").first.evaluate("e => getComputedStyle(e).fill")
    assert (line, word) == ("rgb(143, 193, 234)", "rgb(180, 188, 196)")


def test_figures_are_named_and_the_keyboard_reaches_links_and_tables_only(visit):
    page = visit("index.html").drawn().page
    assert page.evaluate(
        "[...document.querySelectorAll('[aria-labelledby], [aria-describedby]')].every(e =>"
        " ['aria-labelledby', 'aria-describedby'].map(a => e.getAttribute(a))"
        ".every(id => !id || document.getElementById(id)))"
    )
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size")
        == page.locator("[id]").count()
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".chart :is(a, button, [tabindex])").count() == 0
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.locator("h1").count() == 1


def test_printing_takes_ink_and_the_width_of_paper(visit):
    page = visit("index.html", color_scheme="dark").drawn().page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert (
        page.locator("#months-crime-all .js-line").first.evaluate("e => getComputedStyle(e).stroke") == "rgb(0, 0, 0)"
    )
    assert page.locator("#months-crime-all svg.main-svg").first.evaluate("e => e.getBoundingClientRect().width") <= 680
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#months-crime-all svg.main-svg").first.evaluate("e => e.getBoundingClientRect().width") > 680
