"""WCAG 2.2 AA as far as a program can tell: axe-core in every mode, and a walk by keyboard alone."""

import pytest
from visiting import PAGES, until, violations

pytestmark = pytest.mark.slow
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_light_dark_print_or_at_320_pixels_with_all_open(visit, name):
    page = visit(name).page
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, of_colour=True) == []
    page.emulate_media(media="print", color_scheme="light")
    assert violations(page) == []
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate(OPEN_ALL)
    assert violations(page) == []


def test_axe_finds_nothing_once_charts_were_pointed_at(visit):
    assert violations(visit("index.html").pointed_at_every_chart().page) == []


def walk(page, limit=400):
    """Press Tab from the top until the walk leaves the page; yield what each stop is and whether its focus shows."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const e = document.activeElement;
                if (e === document.body) return null;
                const style = getComputedStyle(e), box = e.getBoundingClientRect();
                const at = document.elementFromPoint(
                    Math.min(innerWidth - 1, Math.max(0, box.x + box.width / 2)), box.y + Math.min(box.height / 2, 10));
                return {
                    name: (e.innerText || e.getAttribute("aria-label") || e.id).trim(), tag: e.tagName,
                    shows: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3,
                    inView: box.bottom > 0 && box.top < innerHeight,
                    clear: !!at && (e.contains(at) || at.contains(e)), inChart: !!e.closest(".chart"),
                    height: box.height,
                };
            }"""
        )
        if stop is None:
            return
        yield stop


@pytest.mark.parametrize("name", ["index.html", "characteristics/race.html", "explore.html"])
def test_a_walk_by_keyboard_reaches_everything_shows_its_focus_and_stays_out_of_charts(visit, name):
    page = visit(name, reduced_motion="reduce").page
    stops = list(walk(page))
    reachable = page.evaluate(
        "[...document.querySelectorAll('a[href], button, select, input, summary, [tabindex=\"0\"]')]"
        ".filter(e => e.checkVisibility() && !e.closest('details:not([open]) > :not(summary)')).length"
    )
    assert len(stops) == reachable
    for stop in stops:
        assert stop["shows"], stop
        assert stop["inView"], stop
        assert stop["clear"], stop
        assert not stop["inChart"], stop
    assert stops[0]["name"] == "Skip to the figures"


def test_menus_open_by_keyboard_close_by_escape_and_one_at_a_time(visit):
    page = visit("index.html").page
    menus = page.locator("details.choices")
    menus.nth(0).locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Race"
    menus.nth(1).locator("summary").focus()
    page.keyboard.press("Space")
    until(page, "document.querySelectorAll('details.choices[open]').length === 1")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Places"
    assert page.locator("details.choices[open]").count() == 0


def test_the_skip_link_leads_to_the_figures(visit):
    page = visit("index.html").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_targets_are_large_enough_and_text_may_be_spaced_out(visit):
    page = visit("index.html", viewport={"width": 360, "height": 800}).page
    page.evaluate(OPEN_ALL)
    small = page.evaluate(
        "[...document.querySelectorAll('nav a, summary, button, .tools a')].filter(e => e.checkVisibility()"
        " && !e.closest('details:not([open]) > :not(summary)')).map(e => e.getBoundingClientRect().height)"
        ".filter(h => h < 24)"
    )
    assert small == []
    # The policy refuses an added style sheet, so the text spacing of WCAG 1.4.12 is set on the elements.
    page.evaluate(
        "document.querySelectorAll('body, body *').forEach(e => { e.style.lineHeight = '1.5';"
        " e.style.letterSpacing = '0.12em'; e.style.wordSpacing = '0.16em' })"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_forced_colours_keep_every_line_and_word(visit):
    page = visit("index.html", forced_colors="active").page
    assert page.locator("#crime-all-by-month svg.static circle").first.is_visible()
    assert violations(page) == []
