"""The pages of a drawn release: the same words as the golden page, and only figures that may be seen."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import drawn_release
import pandas as pd
import pytest
from page_parts import Page, rows

from dashboards.briefing import texts
from dashboards.chance import count_limits
from dashboards.charts import scale_top
from dashboards.site import build, slug
from data.errors import IntegrityFailed
from data.policies import PUBLIC

GOLDEN = Path(__file__).with_name("index.txt")
GAPS = {"[c]": "hidden to protect people", "[x]": "not available"}
FIGURES = {"reports", "provisional", "latest year", "the year before", "places"}
GIVEN = {"about.json", "quality.json", "published.parquet", "published.csv"}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = drawn_release.write(tmp_path_factory.mktemp("release"))
    build(folder)
    return folder


@pytest.fixture(scope="module")
def optional(tmp_path_factory):
    folder = drawn_release.add_optional(drawn_release.write(tmp_path_factory.mktemp("optional"), PUBLIC))
    build(folder)
    return folder


@pytest.fixture(scope="module")
def pages(release, optional):
    return [Page(path) for folder in (release, optional) for path in sorted(folder.rglob("*.html"))]


def table(release, name):
    return list(csv.DictReader(io.StringIO((release / "data" / name).read_text(encoding="utf-8-sig"))))


def seen(figure, *names):
    """The values that the traces of a figure draw, by the names of the traces."""
    across = figure["layout"]["xaxis"].get("showgrid")
    return [v for trace in figure["data"] if trace["name"] in names for v in trace["x" if across else "y"]]


def test_the_front_page_says_what_the_golden_page_says(release):
    said = "\n".join(Page(release / "index.html").lines) + "\n"
    assert said == GOLDEN.read_text(encoding="utf-8")


def test_two_builds_are_the_same_bytes(release, tmp_path):
    again = drawn_release.write(tmp_path / "again")
    written = build(again)
    assert written == sorted(path for path in again.rglob("*.*") if path.name not in GIVEN)
    for path in written:
        assert path.read_bytes() == (release / path.relative_to(again)).read_bytes(), path.name


def test_a_build_reads_the_three_files_alone_and_leaves_them_as_they_are(release, tmp_path):
    given = sorted(GIVEN - {"published.csv"})
    for name in given:
        shutil.copy(release / name, tmp_path / name)
    before = {name: (tmp_path / name).read_bytes() for name in given}
    build(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in given} == before


def test_every_figure_drawn_is_published_and_hidden_or_missing_months_are_gaps(release):
    months = pd.read_parquet(release / "published.parquet").query(
        "measure == 'report_count' and date_basis == 'recorded' and area_code == 'E23000027' and "
        "characteristic == 'all' and record_class == 'crime' and period_type == 'month'"
    )
    truth = {str(row.period_start)[:10]: None if pd.isna(row.value) else row.value for row in months.itertuples()}
    figure = Page(release / "index.html").figures["crime-all-by-month"]
    traces = [trace for trace in figure["data"] if trace["name"] in ("reports", "provisional")]
    drawn = {x: y for trace in traces for x, y in zip(trace["x"], trace["y"], strict=True)}
    assert [month for month, value in drawn.items() if value is None] == ["2023-08-01", "2024-08-01", "2024-09-01"]
    assert {month: value for month, value in drawn.items() if month in truth} == truth
    assert set(drawn) - set(truth) == {"2024-08-01", "2024-09-01"}
    words = [note["text"] for note in figure["layout"]["annotations"]]
    assert words == ["hidden to protect people", "not available", "provisional: month not complete", "1", "2", "3"]


def test_no_chart_holds_a_number_that_is_not_published_or_worked_out_from_what_is(pages):
    published = pd.read_parquet(pages[0].path.parent / "published.parquet").query("date_basis == 'recorded'")
    rounded = pd.read_parquet(pages[-1].path.parent / "published.parquet").query("date_basis == 'recorded'")
    visible = {*published["value"].dropna(), *rounded["value"].dropna()}
    frame = {"limits", "limits of shares", "may end", "earlier years", "force", "95.0% range", "99.8% range"}
    figures = {*FIGURES, "share", "the share before"}
    checked = 0
    for page in pages:
        for name, figure in page.figures.items():
            for trace in figure["data"]:
                assert not {"text", "meta", "ids"} & set(trace)
                if trace["name"] in figures:
                    assert set(seen(figure, trace["name"])) - {None} <= visible, (page.path.name, name)
                    checked += 1
                else:
                    assert trace["name"] in frame
    assert checked > 50


def test_the_explorer_is_given_every_published_figure_and_no_other(release):
    published = pd.read_parquet(release / "published.parquet").query("date_basis == 'recorded'")
    published = published[published["measure"].isin(["report_count", "rate_per_100_000"])]
    keys = ["area_code", "characteristic", "record_class", "measure", "period_type"]
    given = {}
    for path in (release / "assets" / "explore").iterdir():
        text = path.read_text(encoding="utf-8").removeprefix("explorerArea(").removesuffix(");\n")
        for name, held in json.loads(text).items():
            for measure in ("report_count", "rate_per_100_000"):
                for period_type, (first, values, markers, *_) in held[measure].items():
                    shown = [value for value in values if value is not None]
                    hidden = [at for at, marker in markers.items() if marker == "[c]"]
                    given[(*name.split("|"), measure, period_type)] = (str(first), shown, len(hidden))
    for key, group in published.sort_values("period_start").groupby(keys):
        first = str(group["period_start"].iloc[0])[:7]
        assert given.pop(key) == (first, list(group["value"].dropna()), int((group["marker"] == "[c]").sum()))
    assert given == {}


def test_the_page_of_questions_is_given_every_published_count_and_no_other(release):
    published = pd.read_parquet(release / "published.parquet").query(
        "date_basis == 'recorded' and measure == 'report_count'"
    )
    keys = ["area_code", "characteristic", "record_class", "period_start", "period_end"]
    there = {
        (*key[:3], str(key[3])[:7], str(key[4])[:7]): None if pd.isna(value) else value
        for *key, value in published[[*keys, "value"]].itertuples(index=False)
    }
    given = {}
    for path in (release / "assets" / "ask").iterdir():
        code, held = json.loads(
            f"[{path.read_text(encoding='utf-8').removeprefix('askArea(').removesuffix(');' + chr(10))}]"
        )
        for name, series in held["series"].items():
            for start, end, value, marker, *_ in series["figures"]:
                months = [f"{index // 12}-{index % 12 + 1:02d}" for index in (start, end)]
                given[(code, *name.split("|"), *months)] = value
                assert (value is None) == ("[c]" in marker)
    assert given == there


def test_what_a_pointer_is_told_is_a_period_or_a_place_and_a_drawn_figure(pages):
    places = {drawn_release.NASTY, "Dacorum", "Hertsmere"}
    for page in pages:
        for figure in page.figures.values():
            for trace in figure["data"]:
                for said in trace.get("customdata", []):
                    assert (
                        re.fullmatch(r"[A-Za-z0-9 ]+ \d{4}", said)
                        or said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") in places
                    )


def test_axes_end_by_the_visible_figures_and_their_limits_alone(release):
    for path in sorted(release.rglob("*.html")):
        for figure in Page(path).figures.values():
            if figure["data"][0]["type"] == "bar":
                shown = [v for v in seen(figure, "reports") if v is not None]
                assert figure["layout"]["yaxis"]["range"] == [0, scale_top(shown)]
            elif figure["data"][0]["name"] == "limits":
                shown = [v for v in seen(figure, "reports") if v is not None]
                assert figure["layout"]["yaxis"]["range"][1] == scale_top(count_limits(v)[1] for v in shown)


def test_scale_ends_are_round_and_hold_what_they_must():
    tops = [scale_top(values) for values in ([], [3], [10], [11], [162], [1843])]
    assert tops == [10, 10, 10, 12, 200, 2000]


@pytest.mark.parametrize("absent", ["977", "9119", "9,119"])
def test_other_measures_and_date_bases_stay_out(release, absent):
    whole = {path for path in release.rglob("*.*") if path.suffix in (".html", ".csv")} - {release / "published.csv"}
    for path in whole:
        text = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", path.read_text(encoding="utf-8-sig"), flags=re.S)
        assert not re.search(rf"(?<![\d#a-fA-F.]){absent}(?![\da-fA-F])", text), path.name


def test_a_value_under_a_hiding_marker_stops_the_build(tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    figures.loc[figures.marker == "[c]", "value"] = 3.0
    figures.to_parquet(tmp_path / "published.parquet", index=False)
    with pytest.raises(IntegrityFailed, match="under the marker"):
        build(tmp_path)
    assert not list(tmp_path.rglob("*.html"))


@pytest.mark.parametrize("spoil", ["about.json", "quality.json", "certificate.json"])
def test_a_description_that_lacks_a_field_is_refused_without_its_values(tmp_path, spoil):
    drawn_release.write(tmp_path)
    (tmp_path / spoil).write_text('{"release_id": ["SECRET"]}', encoding="utf-8")
    with pytest.raises(IntegrityFailed, match=spoil) as refusal:
        build(tmp_path)
    assert "SECRET" not in str(refusal.value)


@pytest.mark.parametrize("spoil", ["grain.csv", "evidence.csv"])
def test_an_optional_table_that_lacks_a_column_is_refused(tmp_path, spoil):
    drawn_release.write(tmp_path)
    (tmp_path / spoil).write_text("area_code,other\nSECRET,1\n", encoding="utf-8")
    with pytest.raises(IntegrityFailed, match=spoil) as refusal:
        build(tmp_path)
    assert "SECRET" not in str(refusal.value)


def test_two_figures_for_one_cell_are_refused(tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    pd.concat([figures, figures.tail(3).head(1)]).to_parquet(tmp_path / "published.parquet", index=False)
    with pytest.raises(IntegrityFailed, match="two figures"):
        build(tmp_path)


def test_every_panel_has_one_set_of_figures_in_its_table_its_csv_and_its_chart(pages):
    checked = 0
    for page in pages:
        for panel in page.panels:
            link = panel.first("a", "action")
            if link is None:
                continue
            path = page.path.parent / link.attributes["href"]
            kept = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
            shown = rows(panel.first("table"))
            chart = page.figures.get((panel.first("div", "chart") or panel).attributes.get("id", ""))
            said = [[cell.replace(",", "") for cell in row[1:]] for row in shown]
            numbers = [_in_words(row) for row in kept]
            if "characteristics" in path.name:
                # Two years side by side: a row a characteristic, the later year first.
                flat = [cell for row in said for cell in reversed(row)]
                assert flat == numbers, path.name
                drawn = [
                    v for pair in zip(seen(chart, "the year before"), seen(chart, "reports"), strict=True) for v in pair
                ]
                assert drawn == [_value(row) for row in kept]
            elif "funnel" in path.name:
                assert [row[0] for row in said] == numbers[:-1]
                assert [row[1:3] for row in said] == [
                    [_short(row["lower_ci"]), _short(row["upper_ci"])] for row in kept[:-1]
                ]
                assert seen(chart, "places") == [_value(row) for row in kept[:-1] if row["value"]]
            elif "share" in path.name:
                # A row a year, a column a characteristic: the file goes through one after the other.
                by_year = [_of_share(row) for row in kept]
                assert [cell for column in zip(*said, strict=True) for cell in column] == by_year, path.name
                held = [_value(row) for row in kept]
                told = [_shown(held[at : at + len(shown)]) for at in range(0, len(held), len(shown))]
                assert seen(chart, "share") == [values[-1] for values in told]
                assert seen(chart, "the share before") == [values[-2] if len(values) > 1 else None for values in told]
            else:
                assert [row[0] for row in said] == numbers, path.name
                if "season" not in path.name:
                    assert [row[1:3] for row in said] == [[row["lower_ci"], row["upper_ci"]] for row in kept]
                if chart:
                    drawn = seen(chart, "reports", "latest year") + seen(chart, "provisional")
                    assert _shown(drawn) == _shown(_value(row) for row in kept)
            checked += 1
    assert checked > 60


def _of_share(row):
    """A share as a table says it: about where it is right to within five points, and never none or all."""
    if not row["value"]:
        return "not told"
    value = float(row["value"])
    said = "Under 5%" if value < 5 else "Over 95%" if value > 95 else f"About {value:g}%"
    return f"{said} ({row['lower_ci']} to {row['upper_ci']})"


def _shown(values):
    return [value for value in values if value is not None]


def _in_words(row):
    return _short(row["value"]) or GAPS[row["marker"]]


def _value(row):
    return float(row["value"]) if row["value"] else None


def _short(number):
    return number and f"{round(float(number), 1):g}"


def test_the_ribbon_is_drawn_to_the_limits_of_each_figure(release):
    figure = Page(release / "index.html").figures["crime-all-by-month"]
    traces = {trace["name"]: trace for trace in figure["data"]}
    ribbon, line = traces["limits"], traces["reports"]
    edges: dict[str, set[float]] = {}
    for x, y in zip(ribbon["x"], ribbon["y"], strict=True):
        if x:
            edges.setdefault(x, set()).add(y)
    for x, y in zip(line["x"], line["y"], strict=True):
        if x in edges:
            assert sorted(edges[x]) == pytest.approx(count_limits(y), abs=0.006)
    assert len(edges) > 15


def test_a_month_that_is_not_complete_says_where_it_may_end(release):
    """12 reports so far, 6.2 to 21.0 by chance (Byar), where 65 to 75% are on record by now: 8 to 33 in the end."""
    page = Page(release / "index.html")
    [band] = [one for one in page.figures["crime-all-by-month"]["data"] if one["name"] == "may end"]
    assert set(band["y"]) == {8, 33}
    assert page.figures["crime-all-by-month"]["layout"]["yaxis"]["range"][1] >= 33
    row = page.lines.index("April 2025 (provisional)")
    assert page.lines[row : row + 4] == ["April 2025 (provisional)", "12", "8", "33"]
    held = (release / "data" / f"{drawn_release.FORCE[0]}-crime-all-by-month.csv").read_text(encoding="utf-8-sig")
    assert ',12,8,33,"Where the month may end' in held.splitlines()[-1]
    text = " ".join(page.lines)
    assert "About 70% of reports were on record when their month ended, and about 95% were on record two months" in text


def test_days_stored_as_moments_give_the_same_pages(release, tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    days = ["period_start", "period_end"]
    figures[days] = figures[days].apply(pd.to_datetime)
    figures.to_parquet(tmp_path / "published.parquet", index=False)
    build(tmp_path)
    assert (tmp_path / "index.html").read_bytes() == (release / "index.html").read_bytes()


def test_before_the_first_complete_year_no_year_is_compared(tmp_path):
    drawn_release.write(tmp_path)
    about = json.loads((tmp_path / "about.json").read_text(encoding="utf-8"))
    about["first_month"] = "2024-06-01"
    (tmp_path / "about.json").write_text(json.dumps(about), encoding="utf-8")
    build(tmp_path)
    said = Page(tmp_path / "index.html").lines
    assert "No complete year can be shown yet." in said
    assert not [line for line in said if "year before there" in line]


def test_the_latest_twelve_months_lead_where_they_are_published(tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    whole = figures.query(
        "period_type == 'year_ending_march' and area_code == 'E23000027' and characteristic == 'all' and "
        "measure == 'report_count' and record_class == 'crime' and date_basis == 'recorded'"
    ).copy()
    whole["period_type"], whole["measure"] = "rolling_12_months", "added_report_count"
    whole["note_ids"] = "n1 within_10"
    whole["period_start"] = [pd.Timestamp(2023, 3, 1).date(), pd.Timestamp(2024, 3, 1).date()]
    whole["period_end"] = [pd.Timestamp(2024, 2, 29).date(), pd.Timestamp(2025, 2, 28).date()]
    whole["value"] = [1400.0, 1700.0]
    dacorum = whole.assign(area_code="E07000096", area_name="Dacorum", area_type="district", value=[155.0, 240.0])
    since = whole.assign(period_type="year_to_date", value=[1250.0, 1560.0])
    since["period_start"] = [pd.Timestamp(2023, 4, 1).date(), pd.Timestamp(2024, 4, 1).date()]
    whole = pd.concat([whole, dacorum, since])
    pd.concat([figures, whole]).to_parquet(tmp_path / "published.parquet", index=False)
    about = json.loads((tmp_path / "about.json").read_text(encoding="utf-8"))
    about["last_complete_month"] = "2025-02-01"
    (tmp_path / "about.json").write_text(json.dumps(about), encoding="utf-8")
    build(tmp_path)
    said = Page(tmp_path / "index.html").lines
    assert "1,700 reports in the 12 months to February 2025" in said
    assert [line for line in said if line.startswith("Up from 1,400 the year before.")]
    assert [line for line in said if line.startswith("1,560 reports in April 2024 to February 2025. Up from 1,250")]
    assert [line for line in said if line.endswith("a number can be up to 10 more or fewer.")]
    place = Page(tmp_path / "areas" / "E07000096.html").lines
    assert "240 reports in Dacorum in the 12 months to February 2025" in place
    # Rates and other places are published by year ending March alone: what stands side by side keeps to that.
    tile = next(one.text for one in Page(tmp_path / "index.html").root.all("li", "tile") if "Dacorum" in one.text)
    assert "160" in tile
    assert "in the 12 months" not in Page(tmp_path / "areas" / "E07000098.html").root.first("h1").text


def test_charts_are_no_finer_than_the_release_allows(release, optional):
    assert "crime-religion-by-month" in Page(release / "index.html").figures
    assert "crime-religion-by-month" not in Page(optional / "index.html").figures
    assert "crime-religion-by-year-ending-march" in Page(optional / "index.html").figures


def test_an_area_too_small_for_months_is_shown_by_quarter_and_says_so(release):
    page = Page(release / "areas" / "E07000103.html")
    assert "crime-race-by-quarter" in page.figures
    assert "Shown by quarter, because too many shorter periods are hidden." in page.lines


def test_a_comparison_across_a_change_of_recording_is_refused_on_the_page(release):
    # A Code of Practice changed the recording of non-crime incidents on 3 June 2023.
    said = " ".join(Page(release / "areas" / "E23000027.html").lines)
    headline = "277 reports of non-crime incidents in Hertfordshire in the year ending March 2025"
    assert f"{headline}. It is not compared with the year before. Recording changed" in said
    assert "Recording changed: A Code of Practice" in said


def test_every_csv_carries_the_stamp_in_every_row_and_a_byte_order_mark(release):
    files = sorted((release / "data").iterdir())
    assert len(files) > 10
    for path in files:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        kept = table(release, path.name)
        assert kept
        assert {row["stamp"] for row in kept} == {drawn_release.STAMP}


def test_a_missing_month_is_not_available_and_never_zero(release):
    kept = {row["period_start"]: row for row in table(release, "E23000027-crime-all-by-month.csv")}
    assert (kept["2024-08-01"]["value"], kept["2024-08-01"]["marker"]) == ("", "[x]")
    zero = {row["period_start"]: row for row in table(release, "E23000027-crime-religion-by-month.csv")}
    assert (zero["2023-12-01"]["value"], zero["2023-12-01"]["marker"]) == ("0", "")


def test_text_that_a_spreadsheet_would_run_is_quoted(release):
    kept = table(release, f"{slug('=none/../x')}-crime-all-by-year-ending-march.csv")
    assert {row["area_code"] for row in kept} == {"'=none/../x"}


@pytest.mark.parametrize("code", ["../x", "=none/../x", "CON", "e07000103", "Ward Ω", "", "a" * 300])
def test_an_area_code_never_leaves_its_folder(code):
    assert re.fullmatch(r"[a-z0-9-]{1,60}", slug(code))
    assert slug(code) != slug(code + "x")


def test_every_page_carries_the_stamp_the_way_to_report_and_where_figures_are_the_caveat(pages):
    assert len(pages) == 2 * 21
    for page in pages:
        said = " ".join(page.lines)
        assert said.count(drawn_release.STAMP) in (2, 3)
        assert "999" in said
        assert "101" in said
        if page.panels:
            assert "These are reports to police, not all hate crime." in said


FORM = {"explore.html": [], "ask.html": []}
"""The two pages on which a reader chooses."""


def test_names_are_text_and_every_link_leads_into_the_release(pages):
    for page in pages:
        assert not {"b", "i", "img", "iframe", "object", *FORM.get(page.path.name, ["form"])} & set(page.tags)
        for link in page.links:
            target = link.split("#")[0]
            assert target.startswith("data:,") or not target or (page.path.parent / target).is_file(), link
    front = pages[[page.path.name for page in pages].index("index.html")]
    assert drawn_release.NASTY in front.lines


def test_every_link_into_a_page_finds_its_place(pages):
    for page in pages:
        for link in page.links:
            target, _, place = link.partition("#")
            if place and "=" not in place:
                ids = re.findall(r'id="([^"]+)"', (page.path.parent / target if target else page.path).read_text())
                assert place in ids, link


def test_ids_are_unique_and_what_is_named_is_there(pages):
    for page in pages:
        ids = re.findall(r' id="([^"]+)"', page.path.read_text(encoding="utf-8"))
        assert len(ids) == len(set(ids)), page.path.name
        named = re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page.path.read_text(encoding="utf-8"))
        assert set(named) <= set(ids), page.path.name


def test_every_chart_is_named_by_a_sentence_and_headed_by_a_finding(pages):
    for page in pages:
        for panel in page.panels:
            chart = panel.first("div", "chart")
            if chart and page.path.name != "explore.html":
                assert chart.attributes["role"] == "img"
                assert chart.attributes["aria-label"].endswith(".")
                assert len(chart.attributes["aria-label"]) > 40
                assert chart.first("svg").attributes["aria-hidden"] == "true"
            assert page.path.name == "explore.html" or (panel.first("h2") or panel.first("h3")).text


def test_nothing_is_sent_anywhere(pages):
    for page in pages:
        for figure in page.figures.values():
            assert figure["config"]["showSendToCloud"] is False
            assert figure["config"]["plotlyServerURL"] == ""
            assert figure["config"]["displayModeBar"] is False
        text = page.path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://", text)
        assert len(text) < 400_000


def test_what_a_page_runs_is_named_in_its_policy_by_its_hash(pages):
    import base64
    import hashlib

    for page in pages:
        policy = page.root.first("meta", "") and next(
            node.attributes["content"] for node in page.root.all("meta") if "http-equiv" in node.attributes
        )
        inline = [node for node in page.root.all("script") if not {"type", "src"} & set(node.attributes)]
        for node in [*inline, page.root.first("style")]:
            digest = base64.b64encode(hashlib.sha256("".join(node.content).encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
        assert "unsafe" not in policy
        assert not re.search(r'<[^>]+ (style|on\w+)="', page.path.read_text(encoding="utf-8").split("<script>")[0])


def test_crimes_and_incidents_never_meet(release):
    for path in (release / "data").iterdir():
        assert len({row["record_class"] for row in table(release, path.name)}) == 1


def test_the_quality_page_counts_and_shows_no_value(release):
    page = Page(release / "quality.html")
    body = [row for one in page.root.all("table") for row in rows(one)]
    assert ["Few have no place.", "failed", "3,700", "41", "warns", "core.reports"] in body
    assert "1 of 2 rules did not pass" in page.lines


def test_what_a_release_does_not_hold_is_said_to_be_absent(release, optional):
    without, with_evidence = (" ".join(Page(folder / "index.html").lines) for folder in (release, optional))
    assert "are not part of this release" in without
    assert "1 place to look at first" in with_evidence
    assert "Fewer <b>than</b> expected." in with_evidence
    assert "In order of the alphabet, not of importance." in with_evidence
    methods = [" ".join(Page(folder / "methods.html").lines) for folder in (release, optional)]
    assert "has no certificate of disclosure control" in methods[0]
    assert (
        "The audit looked at 250 figures of this release together with 2 earlier ones, and found nothing hidden"
        in methods[1]
    )


def test_the_evidence_is_told_by_place_from_a_to_z(optional):
    page = Page(optional / "evidence.html")
    grid = page.root.first("table", "verdicts")
    assert [row[0] for row in rows(grid)] == [drawn_release.NASTY, "Dacorum", "Hertsmere"]
    assert rows(grid)[1:] == [["Dacorum", "watch", "no signal"], ["Hertsmere", "cannot tell", "not judged"]]
    signal = ["Race", "level", "0.42", "0.14 to 0.97", "5 where 12 were <i>expected</i>."]
    assert rows(page.root.first("table", "rules")) == [[drawn_release.NASTY, *signal]]
    first = page.root.first("ul", "findings").text
    assert "Ask: Whom would people tell?" in first
    assert "It could also be: Fewer people of this group here" in first


def test_a_place_is_told_its_rate_beside_the_force_and_no_difference_is_claimed(release):
    said = Page(release / "areas" / "E07000096.html").root.first("p", "counted").text
    assert said.endswith(
        "That is 160.8 for each 100,000 people who live there (95% limits 141.5 to 182), "
        "beside 154.1 in Hertfordshire as a whole."
    )
    assert "100,000" not in Page(release / "areas" / "E23000027.html").root.first("p", "counted").text


def test_a_revised_figure_is_listed_with_its_place_and_period(tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    revised = (figures.period_type == "year_ending_march") & (figures.area_code == "E07000096") & (figures.value == 250)
    figures.loc[revised, "marker"] = "[r]"
    figures.to_parquet(tmp_path / "published.parquet", index=False)
    build(tmp_path)
    page = Page(tmp_path / "revisions.html")
    assert rows(page.root.first("table")) == [["Dacorum", "All reports", "Year ending March 2025", "250 [r]"]]
    assert "Since an earlier release printed them, 1 figure has changed." in page.lines


def test_a_force_that_gives_its_boundaries_has_a_map_of_them_and_its_release_makes_the_same_again(tmp_path):
    of = {"E07000103": 0, "E07000096": 1, "E07000098": 2}
    features = [
        {
            "properties": {"LAD24CD": code},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]]},
        }
        for code, x in of.items()
    ]
    given = tmp_path / "texts" / "boundaries.geojson"
    given.parent.mkdir()
    given.write_text(json.dumps({"features": features, "attribution": "Drawn <i>by hand</i>."}), encoding="utf-8")
    release = drawn_release.write(tmp_path / "release")
    build(release, words=texts.load(given.parent))
    page = (release / "index.html").read_text(encoding="utf-8")
    drawn = page[page.index('<svg class="map"') : page.index("</svg>", page.index('<svg class="map"'))]
    assert drawn.count("<path") == 3
    assert "&lt;b&gt;Watford&lt;/b&gt;" in drawn
    assert "Drawn &lt;i&gt;by hand&lt;/i&gt;." in page
    before = {path: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    build(release)
    assert {path: path.read_bytes() for path in release.rglob("*") if path.is_file()} == before


def test_a_force_that_says_where_its_tiles_stand_has_them_there(tmp_path):
    release = drawn_release.write(tmp_path / "release")
    about = release / "about.json"
    told = json.loads(about.read_text(encoding="utf-8"))
    told["tiles"] = {"E07000103": [5, 12], "E07000096": [1, 1], "E07000098": [2, 1]}
    about.write_text(json.dumps(told), encoding="utf-8")
    build(release)
    page = Page(release / "index.html")
    tiles = page.root.all("li", "tile")
    stands = {tile.first("a").attributes["href"][6:15]: tile.attributes["class"].split()[2:] for tile in tiles}
    assert stands == {"E07000096": ["c1", "r1"], "E07000098": ["c2", "r1"], "E07000103": ["c5", "r12"]}
    assert "Places, roughly as on a map" in (release / "index.html").read_text(encoding="utf-8")
