"""Every headline worked out again from the published table by another hand: numbers, directions, limits, places."""

import csv
import io
import re
from itertools import product

import drawn_release
import numpy as np
import pandas as pd
import pytest
from page_parts import Page, rows
from scipy import stats

from dashboards.site import build, slug
from data import reference
from data.policies import INTERNAL, PUBLIC

NUMBER = r"([\d,]+|No)"
RATIO = r"rate ratio (\d+\.\d+), 95% limits (\d+\.\d+) to (\d+\.\d+)"


@pytest.fixture(scope="module", params=[INTERNAL, PUBLIC], ids=["exact", "rounded"])
def release(request, tmp_path_factory):
    folder = drawn_release.write(tmp_path_factory.mktemp("release"), request.param)
    build(folder)
    return folder, request.param.rounding_base


def figures(folder, **keys):
    """Published counts on the headline date basis, as (start, end, value or None), in order of time."""
    table = pd.read_csv(folder / "published.csv", keep_default_na=False)
    keys = {"measure": "report_count", "date_basis": "recorded"} | keys
    for column, wanted in keys.items():
        table = table[table[column] == wanted]
    table = table.sort_values("period_start")
    return [(row.period_start, float(row.value) if row.value != "" else None) for row in table.itertuples()]


def limits(latest, earlier, base):
    """The widest 95% limits of the ratio of two counts that print so."""
    pairs = np.array(list(product(_near(latest, base), _near(earlier, base))), dtype=float)
    log, spread = np.log(pairs[:, 0] / pairs[:, 1]), 1.96 * np.sqrt((1 / pairs).sum(axis=1))
    return latest / earlier, np.exp(log - spread).min(), np.exp(log + spread).max()


def _near(printed, base):
    if base == 1:
        return [printed]
    return [count for count in np.arange(max(5, printed - base), printed + base + 1) if abs(count - printed) < base / 2]


def value(said):
    return 0.0 if said == "No" else float(said.replace(",", ""))


def check_change(said, latest, earlier, base):
    """The sentence about two years says what the two figures say, and no more."""
    if latest is None or earlier is None:
        assert "It is not compared" in said or "cannot be compared" in said
        return
    if not latest or not earlier:
        assert "A ratio cannot be formed with zero." in said
        return
    estimate, lower, upper = limits(latest, earlier, base)
    ratio = re.search(RATIO, said)
    assert [float(part) for part in ratio.groups()] == pytest.approx([estimate, lower, upper], abs=0.0051)
    if lower > 1 or upper < 1:
        before = re.match(rf"{'Up' if lower > 1 else 'Down'} from {NUMBER} the year before\. That is more than", said)
    elif latest == earlier:
        before = re.match(rf"There were {NUMBER} the year before too ", said)
    else:
        before = re.match(rf"The year before there w(?:as|ere) {NUMBER}: chance alone could give", said)
    assert value(before[1]) == earlier


def test_the_first_words_of_every_place_and_characteristic_are_those_of_the_table(release):
    folder, base = release
    checked = 0
    codes = [code for code, _ in drawn_release.PLACES.values()]
    pages = [(f"areas/{slug(code)}.html", code, "all") for code in codes]
    pages += [("index.html", "E23000027", "all")]
    pages += [(f"characteristics/{code.replace('_', '-')}.html", "E23000027", code) for code in drawn_release.NAMES]
    for name, area, characteristic in pages:
        page = Page(folder / name)
        years = figures(
            folder, area_code=area, characteristic=characteristic, record_class="crime", period_type="year_ending_march"
        )
        (_, earlier), (_, latest) = years[-2:]
        headline = page.root.first("h1").text
        found = re.match(rf"{NUMBER} reports? .*in the year ending March 2025$", headline)
        if latest is None:
            assert headline.endswith("is hidden to protect people")
        else:
            assert value(found[1]) == latest
        check_change(page.root.first("p", "lead").text, latest, earlier, base)
        checked += 1
    assert checked == 11


def test_the_headline_of_every_small_chart_is_that_of_its_two_years(release):
    folder, base = release
    checked = 0
    for code, _ in drawn_release.PLACES.values():
        page = Page(folder / "areas" / f"{slug(code)}.html")
        for panel in page.panels:
            of = panel.first("span", "of")
            if not of:
                continue
            characteristic = next(key for key, words in drawn_release.NAMES.items() if of.text == f"{words}:".strip())
            keys = {"area_code": code, "characteristic": characteristic, "record_class": "crime"}
            (_, earlier), (_, latest) = figures(folder, **keys, period_type="year_ending_march")[-2:]
            said = panel.first("h3").text.removeprefix(of.text).strip()
            if latest is None:
                assert said == "Hidden to protect people"
            elif earlier is None:
                assert re.fullmatch(rf"{NUMBER} reports", said)
            else:
                estimate, lower, upper = limits(latest, earlier, base)
                ratio = re.search(RATIO, panel.first("p", "subtitle").text.replace("Rate", "rate"))
                found = [float(part) for part in ratio.groups()]
                assert found == pytest.approx([estimate, lower, upper], abs=0.0051)
                way = "up" if lower > 1 else "down" if upper < 1 else ""
                assert (f", {way} from " in said and "more than chance" in said) if way else "more than" not in said
                assert value(re.match(NUMBER, said)[1]) == latest
            checked += 1
    assert checked >= 8


def test_the_headline_of_every_chart_over_time_is_the_range_of_its_figures(release):
    folder, _ = release
    checked = 0
    for path in [*folder.glob("areas/*.html"), *folder.glob("characteristics/*.html"), folder / "index.html"]:
        for panel in Page(path).panels:
            heading = (panel.first("h2") or panel.first("h3")).text
            found = re.match(
                rf"{NUMBER}(?: to {NUMBER})? reports?(?: of non-crime incidents)? "
                "(a|in each) (?:month|quarter|year)( shown)?,",
                heading,
            )
            if found:
                shown = [row[1] for row in rows(panel.first("table")) if "provisional" not in row[0]]
                values = [value(cell.split(" [")[0]) for cell in shown if cell[0].isdigit()]
                assert {value(part) for part in found.groups()[:2] if part} == {min(values), max(values)}
                # What is not shown is no part of the range, and the headline says that there is such.
                is_whole = all(row[1][0].isdigit() for row in rows(panel.first("table")))
                assert found.groups()[2:] == (("a", None) if is_whole else ("in each", " shown"))
                checked += 1
    assert checked >= 8


def test_the_places_named_by_a_funnel_are_those_that_an_exact_test_finds(release):
    folder, base = release
    people = dict(reference.read("populations").set_index("area_code")["persons"].astype(int))
    table = list(csv.DictReader(io.StringIO((folder / "published.csv").read_text(encoding="utf-8"))))
    force = next(
        float(row["value"])
        for row in table
        if row["measure"] == "rate_per_100_000"
        and (row["area_code"], row["characteristic"]) == ("E23000027", "all")
        and row["period_start"] == "2024-04-01"
    )
    expected = {"above": set(), "below": set()}
    for code in ("E07000103", "E07000096", "E07000098"):
        (_, printed) = figures(
            folder, area_code=code, characteristic="all", record_class="crime", period_type="year_ending_march"
        )[-1]
        mean = force * people[code] / 100_000
        if min(stats.poisson.sf(count - 1, mean) < 0.001 for count in _near(printed, base)):
            expected["above"].add(code)
        if min(stats.poisson.cdf(count, mean) < 0.001 for count in _near(printed, base)):
            expected["below"].add(code)
    tiles = Page(folder / "index.html").root.all("li", "tile")
    words = {re.search(r"areas/(\w+)", tile.first("a").attributes["href"])[1]: tile for tile in tiles}
    for kind, said in (("above", "more than chance"), ("below", "fewer than chance")):
        assert {code for code, tile in words.items() if tile.first("span", "word").text == said} == expected[kind]
    assert expected["below"]


def test_a_season_counts_the_months_outside_the_range_before(release):
    folder, _ = release
    months = figures(folder, area_code="E23000027", characteristic="all", record_class="crime", period_type="month")
    by_month = {day[:7]: figure for day, figure in months}
    pairs = [(by_month.get(f"{2024 + (m < 4)}-{m:02}"), by_month.get(f"{2023 + (m < 4)}-{m:02}")) for m in range(1, 13)]
    known = [(now, before) for now, before in pairs if now is not None and before is not None]
    above, below = sum(now > before for now, before in known), sum(now < before for now, before in known)
    page = Page(folder / "areas" / "E23000027.html")
    said = [panel.first("h2").text for panel in page.panels if "crime-all-season" in str(panel)]
    assert len(said) == 1
    numbers = [int(part) for part in re.findall(r"\b(\d+) (?:of|had)", said[0])]
    assert numbers == [count for count in (above, below) if count]
    assert f"of the {len(known)} months" in said[0]
