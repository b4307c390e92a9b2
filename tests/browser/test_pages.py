"""What Chromium makes of the pages from a disk, offline: readable at once, safe, and asking for nothing."""

import re

import drawn_release
import pytest
from visiting import PAGES

from dashboards.site import build

pytestmark = pytest.mark.slow
DRAWN = ["index.html", "areas/E07000103.html", "characteristics/race.html"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_at_once_and_asks_for_nothing_outside_the_folder(visit, name):
    seen = visit(name)
    assert seen.requests_beyond_the_folder == []
    assert seen.complaints == []
    if name != "explore.html":
        assert [url for url in seen.requests if not url.startswith("data:")] == [f"{seen.folder.as_uri()}/{name}"]
        assert seen.page.evaluate(
            "[...document.querySelectorAll('.chart')].every(c => c.querySelector('svg.static circle, svg.static rect')"
            "?.getBoundingClientRect().width > 0)"
        )


@pytest.mark.parametrize("name", DRAWN)
def test_a_pointer_draws_every_chart_with_plotly_in_the_same_place_and_nothing_is_complained_of(visit, name):
    seen = visit(name)
    first = "document.querySelector('.chart svg.static circle').getBoundingClientRect()"
    before = seen.page.evaluate(f"[{first}.x, {first}.y].map(Math.round)")
    height = seen.page.evaluate("document.body.scrollHeight")
    seen.pointed_at_every_chart()
    after = seen.page.evaluate(
        "(() => { const p = document.querySelector('.chart .scatterlayer .point').getBoundingClientRect();"
        " return [p.x, p.y].map(Math.round) })()"
    )
    assert after == pytest.approx(before, abs=2)
    assert abs(seen.page.evaluate("document.body.scrollHeight") - height) <= 2
    assert seen.page.locator(".modebar-btn, .modebar-container a").count() == 0
    assert "Share" not in seen.page.evaluate("document.body.innerText")
    assert seen.requests_beyond_the_folder == []
    assert seen.complaints == []


def test_every_control_of_a_page_stays_in_the_folder(visit, tmp_path):
    seen = visit("index.html", accept_downloads=True)
    page = seen.page
    for summary in page.locator("summary").all():
        summary.evaluate("e => e.click()")
    saved = []
    for button in page.locator("[data-picture]").all()[:2]:
        with page.expect_download() as download:
            button.evaluate("e => e.click()")
        download.value.save_as(tmp_path / download.value.suggested_filename)
        saved.append(tmp_path / download.value.suggested_filename)
    png, svg = saved
    assert png.read_bytes().startswith(b"\x89PNG")
    text = svg.read_text(encoding="utf-8")
    for said in (
        "115 to 160 reports in each month shown",
        "Source: drawn, data taken 4 April 2025",
        drawn_release.STAMP,
    ):
        assert said in re.sub(r"</text><text[^>]*>", " ", text)
    assert "Herts Pride" in text
    assert seen.requests_beyond_the_folder == []
    assert seen.complaints == []


def test_the_policy_of_a_page_refuses_scripts_and_connections_that_are_not_its_own(visit):
    page = visit("index.html").page
    refused = page.evaluate(
        """async () => {
            const refused = [];
            document.addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.hit = 2";
            document.body.append(script);
            const style = document.createElement("style");
            style.textContent = "body { display: none }";
            document.body.append(style);
            await fetch("https://example.invalid/").catch(() => {});
            const form = document.createElement("form");
            form.action = "https://example.invalid/";
            document.body.append(form);
            form.submit();
            // The browser tells of each refusal in its own time; on a busy machine that is late.
            for (let waited = 0; waited < 5000 && refused.length < 4; waited += 20) {
                await new Promise(done => setTimeout(done, 20));
            }
            return refused;
        }"""
    )
    assert refused == ["script-src-elem", "style-src-elem", "connect-src", "form-action"]
    assert page.evaluate("window.hit") is None


def test_hidden_months_carry_their_word_on_the_chart(visit):
    words = visit("index.html").page.locator("#crime-all-by-month svg text").all_text_contents()
    assert "hidden to protect people" in words
    assert "not available" in words


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_every_sentence_table_and_chart_is_there_and_no_dead_control(visit, name):
    page = visit(name, java_script_enabled=False).page
    tables = page.locator("table:visible")
    assert tables.count() == page.locator("table").count() or name == "explore.html"
    assert page.locator("button:visible, select:visible").count() == 0
    drawings = page.locator(".chart:visible")
    assert all(drawings.nth(index).locator("svg.static").count() for index in range(drawings.count()))


def test_when_plotly_is_missing_the_drawings_stay(visit, tmp_path):
    folder = drawn_release.write(tmp_path)
    build(folder)
    (folder / "assets" / "plotly.min.js").unlink()
    page = visit("index.html", folder).page
    drawings = page.locator("svg.static").count()
    page.locator(".chart").first.dispatch_event("pointerenter")
    page.wait_for_timeout(200)
    assert page.locator("svg.static").count() == drawings


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_at_320_pixels(visit, name):
    page = visit(name, viewport={"width": 320, "height": 800}).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(
        "[...document.querySelectorAll('.chart, .tile, h1, h2, h3, p, .scroll')].every("
        "e => e.getBoundingClientRect().right <= innerWidth + 1)"
    )


def test_charts_follow_the_dark_page_drawn_or_pointed_at(visit):
    seen = visit("index.html", color_scheme="dark")
    chart = seen.page.locator("#crime-all-by-month")
    assert chart.locator("svg.static circle").first.evaluate("e => getComputedStyle(e).fill") == "rgb(143, 193, 234)"
    seen.pointed_at_every_chart()
    line = chart.locator(".js-line").last.evaluate("e => getComputedStyle(e).stroke")
    word = chart.locator(".xtick text").first.evaluate("e => getComputedStyle(e).fill")
    assert (line, word) == ("rgb(143, 193, 234)", "rgb(180, 188, 196)")
    seen.page.keyboard.press("Escape")
    assert chart.locator("svg.static").count() == 1


def test_the_front_page_prints_on_two_sheets_in_grey_with_every_finding(visit, tmp_path):
    seen = visit("index.html", color_scheme="dark").pointed_at_every_chart()
    page = seen.page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("svg.static").count() == page.locator(".chart").count()
    colours = page.evaluate(
        "[...new Set([...document.querySelectorAll('.static *, main *')].flatMap(e => { const s = getComputedStyle(e);"
        " return [s.color, s.fill, s.stroke, s.backgroundColor] }))]"
    )
    for colour in colours:
        parts = re.findall(r"[\d.]+", colour.split(")")[0])[:3]
        assert len(set(parts)) <= 1, colour
    assert all(heading.is_visible() for heading in page.locator("h1, h2:not(#notes), h3").all())
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 2


def test_a_page_sent_alone_still_reads(visit, release, tmp_path):
    (tmp_path / "sent.html").write_bytes((release / "index.html").read_bytes())
    seen = visit("sent.html", tmp_path)
    assert seen.page.locator("svg.static").first.is_visible()
    assert seen.page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "40px"
    assert seen.complaints == []
