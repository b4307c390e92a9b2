"""The explorer shows the published figures of whatever is chosen, and its address gives the same view again."""

import csv
import io
import random
from urllib.parse import urlencode

import drawn_release
import pandas as pd
import pytest
from visiting import until

from dashboards.explorer import MEASURES
from dashboards.site import build

pytestmark = pytest.mark.slow
STATE = """() => {
    const by = id => document.getElementById(id), chart = by("view-chart");
    const keys = "area characteristic class show by from to".split(" ");
    const [line, later] = chart.data.filter(trace => trace.customdata);
    return {
        chosen: Object.fromEntries(keys.map(k => [k, by(k).value])),
        rows: [...by("view-rows").rows].map(row => [...row.cells].map(cell => cell.textContent)),
        drawn: line.y.map((y, at) => y ?? later.y[at]),
        names: line.customdata, heading: by("view-heading").textContent, address: location.hash,
    };
}"""
LENGTHS = {"month": 1, "quarter": 3, "year_ending_march": 12}
GAPS = {"[c]": "hidden to protect people", "": "not available"}


@pytest.fixture(scope="module")
def published(release):
    figures = pd.read_parquet(release / "published.parquet").query("date_basis == 'recorded'")
    figures = figures[figures["measure"].isin(MEASURES)]
    keys = ["measure", "area_code", "characteristic", "record_class", "period_type"]
    return {key: group.set_index("period_start") for key, group in figures.groupby(keys)}


def random_state(draw, published):
    """A view that the release can show: a published series, and two of its periods."""
    key = draw.choice(sorted(published))
    starts = sorted(published[key].index)
    first, last = sorted(draw.choices(range(len(starts)), k=2))
    end = pd.Period(starts[last], "M") + LENGTHS[key[4]] - 1
    named = ("show", "area", "characteristic", "class", "by")
    return dict(zip(named, key, strict=True)) | {"from": f"{starts[first]:%Y-%m}", "to": str(end)}


def show(page, state):
    page.evaluate("address => { location.hash = address }", urlencode(state))
    until(page, "document.body.dataset.shown === location.hash")
    return page.evaluate(STATE)


def test_two_hundred_random_views_come_back_from_their_address_with_their_published_figures(visit, published):
    page, draw, left = visit("explore.html").page, random.Random(6), []
    for _ in range(200):
        wanted = random_state(draw, published)
        shown = show(page, wanted)
        assert shown["chosen"] == wanted
        left.append((wanted, shown))
        held = published[tuple(wanted[k] for k in ("show", "area", "characteristic", "class", "by"))]
        starts = pd.period_range(wanted["from"], wanted["to"], freq="M")[:: LENGTHS[wanted["by"]]]
        rows = [
            held.loc[start.start_time.date()] if start.start_time.date() in held.index else None for start in starts
        ]
        values = [None if row is None or pd.isna(row["value"]) else row["value"] for row in rows]
        assert shown["drawn"] == values
        markers = ["" if row is None else row["marker"] for row in rows]
        assert [row[1].replace(",", "") for row in shown["rows"]] == [
            GAPS[marker] if value is None else f"{value:g}" for value, marker in zip(values, markers, strict=True)
        ]
    for wanted, shown in draw.sample(left, 20):
        assert show(page, wanted) == shown


def test_a_view_opened_afresh_is_the_view_that_was_left(visit, published):
    state = random_state(random.Random(1), published)
    left = show(visit("explore.html").page, state)
    assert visit(f"explore.html{left['address']}").page.evaluate(STATE) == left


def test_an_address_that_means_nothing_shows_something_published(visit):
    seen = visit("explore.html")
    for address in ("area=nowhere", "from=9999-99&to=0000-00", "by=week&class=x", "%00=%", "a"):
        seen.page.evaluate("address => { location.hash = address }", address)
        until(seen.page, "document.body.dataset.shown === location.hash")
        assert seen.page.evaluate(STATE)["chosen"]["area"] == "E23000027"
    assert seen.complaints == []


def test_every_choice_is_made_and_every_figure_stepped_through_by_keyboard(visit):
    page = visit("explore.html").page
    page.locator("#characteristic").focus()
    page.keyboard.type("Religion")
    until(page, "document.getElementById('characteristic').selectedOptions[0].textContent === 'Religion'")
    until(page, "document.body.dataset.shown === location.hash")
    shown = page.evaluate(STATE)
    assert "characteristic=religion" in shown["address"]
    assert shown["chosen"]["by"] == "year_ending_march"
    page.locator("#step").focus()
    page.keyboard.press("Home")
    assert page.locator("#step-said").inner_text() == "Year ending March 2024: hidden to protect people"
    page.keyboard.press("ArrowRight")
    assert page.locator("#step-said").inner_text() == "Year ending March 2025: 145"


def test_what_is_saved_is_what_is_shown_and_nothing_leaves_the_folder(visit, tmp_path):
    seen = visit("explore.html#show=rate_per_100_000", accept_downloads=True)
    page, files = seen.page, {}
    for kind in ("csv", "png", "svg"):
        with page.expect_download() as download:
            page.locator(f"#save-{kind}").click()
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    kept = list(csv.DictReader(io.StringIO(files["csv"].read_text(encoding="utf-8-sig"))))
    shown = page.evaluate(STATE)
    assert [float(row["value"]) for row in kept] == shown["drawn"]
    assert [row["lower_ci"] for row in kept] == [row[2] for row in shown["rows"]] == ["117.5", "147.2"]
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    picture = files["svg"].read_text(encoding="utf-8")
    assert shown["heading"] in picture
    assert "Release 2025-04-drawn" in picture
    page.locator("#copy-link").click()
    until(page, "document.getElementById('told').textContent !== ''")
    assert seen.requests_beyond_the_folder == []
    assert seen.complaints == []


def test_the_link_under_a_chart_opens_the_same_figures(visit):
    page = visit("index.html").page
    panel = page.locator("figure").filter(has=page.locator("#crime-race-by-month"))
    table = panel.locator("tbody tr").evaluate_all("rows => rows.map(r => r.cells[1].textContent)")
    panel.locator("a", has_text="Look closer").click()
    until(page, "document.body.dataset.shown === location.hash")
    assert [row[1] for row in page.evaluate(STATE)["rows"]] == table


def test_figures_that_cannot_be_read_are_said_to_be_missing(visit, tmp_path):
    folder = drawn_release.write(tmp_path)
    build(folder)
    for path in (folder / "assets" / "explore").iterdir():
        path.unlink()
    page = visit("index.html", folder).page
    page.goto(f"{folder.as_uri()}/explore.html")
    until(page, "!document.getElementById('failed').hidden")
    assert "could not be read from the release folder" in page.locator("#failed").inner_text()
