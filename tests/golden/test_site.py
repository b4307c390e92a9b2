"""The pages of a drawn release: the same words as the golden page, and only figures that may be seen."""

import csv
import io
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import drawn_release
import pandas as pd
import pytest

from dashboards.charts import scale_top
from dashboards.site import build, slug
from data.errors import IntegrityFailed

GOLDEN = Path(__file__).with_name("index.txt")


class Page(HTMLParser):
    """The words of a page, its chart figures, its tables, and what it points to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.lines, self.figures, self.rows, self.links, self.labels, self.tags = [], [], [], [], [], []
        self._script = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.links += [found[name] for name in ("href", "src") if name in found]
        self.labels += [found["aria-label"]] if "aria-label" in found else []
        if tag == "script":
            self._script = found.get("type", "")
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag):
        self._script = None if tag == "script" else self._script

    def handle_data(self, data):
        if self._script is not None:
            self.figures += [json.loads(data)] if self._script == "application/json" else []
        elif data.strip():
            self.lines.append(" ".join(data.split()))
            if self.rows and self.get_starttag_text().startswith(("<td", "<th")):
                self.rows[-1].append(self.lines[-1])


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = drawn_release.write(tmp_path_factory.mktemp("release"))
    build(folder)
    return folder


def pages(release):
    return sorted(release.rglob("*.html"))


def table(release, name):
    return list(csv.DictReader(io.StringIO((release / "data" / name).read_text(encoding="utf-8-sig"))))


def test_the_front_page_says_what_the_golden_page_says(release):
    said = "\n".join(Page(release / "index.html").lines) + "\n"
    assert said == GOLDEN.read_text(encoding="utf-8")


def test_two_builds_are_the_same_bytes(release, tmp_path):
    again = drawn_release.write(tmp_path / "again")
    written = build(again)
    given = {"about.json", "quality.json", "published.parquet", "published.csv"}
    assert written == sorted(path for path in again.rglob("*.*") if path.name not in given)
    for path in written:
        assert path.read_bytes() == (release / path.relative_to(again)).read_bytes(), path.name


def test_a_build_reads_the_three_files_alone_and_leaves_them_as_they_are(release, tmp_path):
    given = ("about.json", "quality.json", "published.parquet")
    for name in given:
        shutil.copy(release / name, tmp_path / name)
    before = {name: (tmp_path / name).read_bytes() for name in given}
    build(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in given} == before


def test_every_figure_drawn_is_published_and_hidden_or_missing_months_are_gaps(release):
    published = pd.read_parquet(release / "published.parquet").query(
        "measure == 'report_count' and date_basis == 'recorded'"
    )
    months = published.query(
        "area_code == 'E23000027' and characteristic == 'all' and record_class == 'crime' and period_type == 'month'"
    )
    truth = {str(row.period_start)[:10]: None if pd.isna(row.value) else row.value for row in months.itertuples()}
    figure = Page(release / "index.html").figures[0]
    drawn = {x: y for trace in figure["data"] for x, y in zip(trace["x"], trace["y"], strict=True)}
    assert [month for month, value in drawn.items() if value is None] == [
        "2023-08-01",
        "2024-08-01",
        "2024-09-01",
    ]
    assert {month: value for month, value in drawn.items() if month in truth} == truth
    assert set(drawn) - set(truth) == {"2024-08-01", "2024-09-01"}
    words = [note["text"] for note in figure["layout"]["annotations"]]
    assert words == ["provisional: month not complete", "hidden to protect people", "not available"]


def test_no_chart_holds_a_number_that_is_not_published_or_part_of_its_frame(release):
    values = pd.read_parquet(release / "published.parquet").query(
        "date_basis == 'recorded' and measure == 'report_count'"
    )["value"]
    visible = set(values.dropna())
    for path in pages(release):
        for figure in Page(path).figures:
            across = "tickvals" in figure["layout"]["yaxis"]
            for trace in figure["data"]:
                assert not {"customdata", "text", "meta", "ids"} & set(trace)
                assert set(trace["x" if across else "y"]) - {None} <= visible, path.name


def test_axes_end_by_the_visible_figures_alone(release):
    for path in pages(release):
        for figure in Page(path).figures:
            axis = figure["layout"]["xaxis" if "tickvals" in figure["layout"]["yaxis"] else "yaxis"]
            across = "tickvals" in figure["layout"]["yaxis"]
            shown = [value for trace in figure["data"] for value in trace["x" if across else "y"] if value is not None]
            assert axis["range"][1] == pytest.approx(scale_top(shown) * (1.02 if across else 1.04))


def test_scale_ends_are_round_and_hold_what_they_must():
    assert [scale_top(values) for values in ([], [3], [10], [11], [162], [1843])] == [
        10,
        10,
        10,
        15,
        200,
        2000,
    ]


@pytest.mark.parametrize("absent", ["977", "9119", "9,119"])
def test_other_measures_and_date_bases_stay_out(release, absent):
    for path in [*pages(release), *sorted((release / "data").iterdir())]:
        assert not re.search(rf"(?<![\d#a-fA-F]){absent}(?![\da-fA-F])", path.read_text(encoding="utf-8-sig")), (
            path.name
        )


def test_a_value_under_a_hiding_marker_stops_the_build(tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    figures.loc[figures.marker == "[c]", "value"] = 3.0
    figures.to_parquet(tmp_path / "published.parquet", index=False)
    with pytest.raises(IntegrityFailed, match="under the marker"):
        build(tmp_path)
    assert not list(tmp_path.rglob("*.html"))


@pytest.mark.parametrize("spoil", ["about.json", "quality.json"])
def test_a_description_that_lacks_a_field_is_refused_without_its_values(tmp_path, spoil):
    drawn_release.write(tmp_path)
    (tmp_path / spoil).write_text('{"release_id": ["SECRET"]}', encoding="utf-8")
    with pytest.raises(IntegrityFailed, match=spoil) as refusal:
        build(tmp_path)
    assert "SECRET" not in str(refusal.value)


def test_two_figures_for_one_cell_are_refused(tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    pd.concat([figures, figures.tail(3).head(1)]).to_parquet(tmp_path / "published.parquet", index=False)
    with pytest.raises(IntegrityFailed, match="two figures"):
        build(tmp_path)


@pytest.mark.parametrize("characteristic", ["all", "race", "religion", "sexual_orientation", "disability"])
def test_each_table_and_its_csv_hold_the_same_figures(release, characteristic):
    rows = table(release, f"E23000027-months-crime-{characteristic}.csv")
    gaps = {"[c]": "hidden to protect people", "[x]": "not available"}
    expected = [row["value"] or gaps[row["marker"]] for row in rows]
    shown = [row[-1] for row in Page(release / "areas" / "E23000027.html").rows]
    assert len(expected) == 25
    assert any(shown[at : at + 25] == expected for at in range(len(shown)))


def test_days_stored_as_moments_give_the_same_pages(release, tmp_path):
    drawn_release.write(tmp_path)
    figures = pd.read_parquet(tmp_path / "published.parquet")
    days = ["period_start", "period_end"]
    figures[days] = figures[days].apply(pd.to_datetime)
    figures.to_parquet(tmp_path / "published.parquet", index=False)
    build(tmp_path)
    assert (tmp_path / "index.html").read_bytes() == (release / "index.html").read_bytes()


def test_before_the_first_complete_year_the_latest_month_leads(tmp_path):
    drawn_release.write(tmp_path)
    about = json.loads((tmp_path / "about.json").read_text(encoding="utf-8"))
    about["first_month"] = "2024-06-01"
    (tmp_path / "about.json").write_text(json.dumps(about), encoding="utf-8")
    build(tmp_path)
    said = Page(tmp_path / "index.html").lines
    assert "162 reports in March 2025" in said
    assert "No complete year ending March can be shown yet." in said
    assert not [line for line in said if "year before" in line]


def test_every_csv_carries_the_stamp_in_every_row_and_a_byte_order_mark(release):
    files = sorted((release / "data").iterdir())
    assert len(files) > 10
    for path in files:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = table(release, path.name)
        assert rows
        assert {row["stamp"] for row in rows} == {drawn_release.STAMP}


def test_a_missing_month_is_not_available_and_never_zero(release):
    rows = {row["period_start"]: row for row in table(release, "E23000027-months-crime-all.csv")}
    assert (rows["2024-08-01"]["value"], rows["2024-08-01"]["marker"]) == ("", "[x]")
    zero = {row["period_start"]: row for row in table(release, "E23000027-months-crime-religion.csv")}
    assert (zero["2023-12-01"]["value"], zero["2023-12-01"]["marker"]) == ("0", "")


def test_text_that_a_spreadsheet_would_run_is_quoted(release):
    rows = table(release, f"{slug('=none/../x')}-years-crime-all.csv")
    assert {row["area_code"] for row in rows} == {"'=none/../x"}


@pytest.mark.parametrize("code", ["../x", "=none/../x", "CON", "e07000103", "Ward Ω", "", "a" * 300])
def test_an_area_code_never_leaves_its_folder(code):
    assert re.fullmatch(r"[a-z0-9-]{1,60}", slug(code))
    assert slug(code) != slug(code + "x")


def test_every_page_carries_the_stamp_the_caveat_and_the_way_to_report(release):
    assert len(pages(release)) == 5
    for path in pages(release):
        said = " ".join(Page(path).lines)
        assert said.count(drawn_release.STAMP) == 2
        assert "These are reports to police, not all hate crime." in said
        assert "999" in said
        assert "101" in said


def test_names_are_text_and_every_link_leads_into_the_release(release):
    for path in pages(release):
        page = Page(path)
        assert not {"b", "img"} & set(page.tags)
        for link in page.links:
            target = link.split("#")[0]
            assert target.startswith(("tel:", "data:,")) or not target or (path.parent / target).is_file(), link
    assert drawn_release.NASTY in Page(release / "index.html").lines
    assert drawn_release.NASTY in Page(release / "areas" / "E07000103.html").lines


def test_every_chart_is_named_by_a_sentence(release):
    for path in pages(release):
        page = Page(path)
        assert len(page.labels) == len(page.figures)
        assert all(label.endswith(".") and len(label) > 40 for label in page.labels)


def test_nothing_is_sent_anywhere(release):
    for path in pages(release):
        for figure in Page(path).figures:
            assert figure["config"]["showSendToCloud"] is False
            assert figure["config"]["plotlyServerURL"] == ""
            assert figure["config"]["displayModeBar"] is False
        assert not re.search(r"https?://", path.read_text(encoding="utf-8"))


def test_crimes_and_incidents_never_meet(release):
    for path in (release / "data").iterdir():
        assert len({row["record_class"] for row in table(release, path.name)}) == 1


def test_the_quality_page_counts_and_shows_no_value(release):
    page = Page(release / "quality.html")
    assert ["Few have no place.", "3,700", "41", "warns", "core.reports"] in [
        [cell for cell in row if cell != "failed"] for row in page.rows
    ]
    assert "1 of 2 rules did not pass" in page.lines
