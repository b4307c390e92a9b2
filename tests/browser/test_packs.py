"""Meeting packs: only figures of their release, the same in every form, on one page, and fit for everybody to read."""

import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date

import docx
import drawn_release
import openpyxl
import pandas as pd
import pptx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from page_parts import Page
from reading_packs import ODF, W, members, read, sheets

from dashboards.briefing import forms, texts
from dashboards.release import Release
from dashboards.site import build
from data import reference
from data.errors import UsageError
from data.policies import PUBLIC

pytestmark = pytest.mark.slow
ENDS = tuple(forms.FORMS)
OFFICE = tuple(end for end in ENDS if end.endswith((".docx", ".pptx", ".xlsx", ".ods")))
HIDDEN = "hidden to protect people"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NO_FIGURE = (
    r"rate ratio [\d.]+, 95% limits [\d.]+ to [\d.]+",
    rf"\d{{1,2}} ({MONTHS}) \d{{4}}|({MONTHS}) \d{{4}}|to [A-Z][a-z]{{2}} \d{{4}}|[A-Z][a-z]{{2}} \d{{4}}",
    r"95%|12 months|1 to 4|nearest 5|\[note \d+\]|^\d\. |^\d [A-Z]|\d (quarter|month|year)s? (is|are)",
    r"\(.*more than 108,000\)|aged 16 and over|\d{4}/\d{2}-\d{4}/\d{2}|National LGBT Survey, 2017|\d{2}% (of|said)",
    r"below 1 to above 1|999|101|0800 999 5428|A1 down|cell A1|2025-04-drawn|A4",
)
"""What holds digits and is no count: limits and ratios, dates, rules, surveys, telephone numbers, ids."""


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    folder = drawn_release.add_optional(drawn_release.write(tmp_path_factory.mktemp("packed"), PUBLIC))
    build(folder, packs=True)
    return folder


@pytest.fixture(scope="module")
def release(packed):
    return Release(packed)


@pytest.fixture(scope="module")
def packs(packed, release):
    """Each pack: its area, its characteristic, and what each of its files says."""
    return [
        (area, code, {end: read(path) for end, path in zip(ENDS, paths(packed, area, code), strict=True)})
        for area, code in forms.standard(release)
    ]


def paths(folder, area, code):
    return [folder / path for _, path in forms.links(area, code)]


@pytest.fixture(scope="module")
def published(packed):
    table = pd.read_csv(packed / "published.csv", keep_default_na=False)
    counts = table.query("measure == 'report_count' and date_basis == 'recorded' and record_class == 'crime'")
    return {
        (row["area_code"], row["characteristic"], row["period_type"], row["period_start"]): row["value"]
        for row in counts.to_dict("records")
    }


def test_every_standard_place_and_characteristic_has_every_form_and_its_pages_link_them(packed, release):
    asked = list(forms.standard(release))
    assert len(asked) == 12
    made = {path for path in (packed / "briefings").rglob("*") if path.is_file()}
    assert made == {path for area, code in asked for path in paths(packed, area, code)}
    linked = Counter()
    for page in [*packed.glob("areas/*.html"), *packed.glob("characteristics/*.html")]:
        linked.update((page.parent / link).resolve() for link in Page(page).links if "briefings/" in link)
    assert set(linked) == {path.resolve() for path in made}
    offered = re.findall(r'"(briefings/[^"]+)"', (packed / "ask.html").read_text(encoding="utf-8"))
    assert {packed / path for path in offered} == made


def test_every_number_in_every_file_is_a_published_figure_of_the_release(packs, published):
    figures = {f"{float(value):g}" for value in published.values() if value != ""}
    checked = 0
    for _, _, files in packs:
        for end, file in files.items():
            known = figures | _limits(end, file)
            for line in file.lines if end != ".csv" else ():
                # A chart's scale is no figure: its round numbers stand alone.
                if end.endswith(".html") and re.fullmatch(r"[\d,]+", line.strip()):
                    continue
                for number in re.findall(r"\d[\d,]*(?:\.\d+)?", _without(line, *NO_FIGURE)):
                    assert number.replace(",", "").rstrip(".") in known, (file.path.name, line)
                    checked += 1
    assert checked > 2000


def _limits(end, file):
    """The limits of the counts over time, where a file has them."""
    if end in (".xlsx", ".ods"):
        return {cell for row in file.table("Period") for cell in row[2:4]}
    drawn = [values for chart in file.charts for name, values in chart.items() if "limit" in name]
    return {f"{value:g}" for values in drawn for value in values if value is not None}


def _without(line, *patterns):
    for name in (drawn_release.NASTY, *drawn_release.NAMES.values()):
        line = line.replace(name, " ")
    for pattern in patterns:
        line = re.sub(pattern, " ", line)
    return line


def test_numbers_that_no_page_may_show_are_in_no_file_whatever_it_holds_inside(packed):
    # The drawn release holds a figure of another date basis and one of another measure.
    for path in (packed / "briefings").rglob("*.*"):
        inside = members(path).values() if path.suffix[1:] in ("docx", "pptx", "xlsx", "ods") else [path.read_bytes()]
        for content in inside:
            assert not re.search(rb"(?<![\w.-])(977|9119|9,119)(?![\w-])", content), path.name


def test_the_figures_are_those_of_the_published_table_in_every_form(packs, published):
    ends = {"Year ending March 2024": "2023-04-01", "Year ending March 2025": "2024-04-01"}
    rows = 0
    for area, code, files in packs:
        truth = [_shown(published.get((area.code, code, "year_ending_march", day), "x")) for day in ends.values()]
        for end, file in files.items():
            if end == ".csv":
                kept = {
                    r["period_start"]: r
                    for r in _csv_rows(file)
                    if _is_of(r, area, code) and r["period_type"].startswith("year")
                }
                assert [_shown(kept[day]["value"] or _hidden(kept[day])) for day in ends.values()] == truth
            elif end == ".txt":
                name = "All reports" if code == "all" else drawn_release.NAMES[code]
                line = next(line for line in file.lines if line.startswith(f"{name}, {area.name}: "))
                assert re.findall(r"2025: ([\w, ]+)\. Year ending March 2024: ([\w, ]+)\.", line) == [
                    tuple(reversed(truth))
                ]
            else:
                # The one table of the force's own page is its characteristics; all of it stands in the workbook.
                if (area.type, code) == ("police_force", "all") and end in (".html", ".docx", ".pptx"):
                    continue
                first = file.table("Reports")[0]
                assert [_words(cell) for cell in first[1:3]] == list(reversed(truth)), (end, area.name, code)
            rows += 1
    assert rows == 12 * len(ENDS) - 3


def test_figures_over_time_are_the_same_in_tables_charts_workbooks_and_csv(packs, published):
    drawn = 0
    for area, code, files in packs:
        kept = [row for row in _csv_rows(files[".csv"]) if _is_of(row, area, code)]
        kind = kept[0]["period_type"]
        kept = list({row["period_start"]: row for row in kept if row["period_type"] == kind}.values())
        truth = [_shown(row["value"] or _hidden(row)) for row in kept]
        assert truth == [_shown(published.get((area.code, code, kind, row["period_start"]), "x")) for row in kept]
        for end in (".xlsx", ".ods", ".html", "-large-print.html", "-large-print.docx"):
            assert [_words(row[1]) for row in files[end].table("Period")] == truth, (end, area.name, code)
        values = [None if said in (HIDDEN, "not available") else float(said.replace(",", "")) for said in truth]
        for end in (".docx", "-large-print.docx", ".pptx"):
            for chart in files[end].charts[:1] if [v for v in values if v] else []:
                assert chart["Reports"] == values, (end, area.name, code)
                drawn += 1
    assert drawn > 20


def test_what_is_hidden_is_said_to_be_in_words_in_every_form(packs):
    [(_, _, files)] = [pack for pack in packs if pack[0].name == drawn_release.NASTY and pack[1] == "race"]
    for end, file in files.items():
        assert end == ".csv" or HIDDEN in file.text, end
    workbook = files[".xlsx"].table("Reports")[0]
    assert workbook[1] == "[c]"
    assert ["[c]", f"{HIDDEN}; it is not zero and not missing"] in files[".xlsx"].table("Note")


def test_one_page_is_one_sheet_of_paper(packed, release, chromium, tmp_path):
    page = chromium.new_context(offline=True).new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for area, code in forms.standard(release):
        path = paths(packed, area, code)[0]
        page.goto(path.as_uri())
        sheet = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, path.name
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}
    # Another language takes more letters; the page is set smaller.
    ours = texts.load()
    longer = {key: text if "{" in text or key == "language" else text * 2 for key, text in ours.words.items()}
    [first, *_] = forms.write(release, release.areas[0], "all", tmp_path, replace(ours, words=longer))
    page.goto(first.as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(paths(packed, release.force, "race")[ENDS.index("-large-print.html")].as_uri())
    assert page.evaluate("Math.min(...[...document.querySelectorAll('p, li, td, th')].map("
                         "e => parseFloat(getComputedStyle(e).fontSize)))") >= 24  # fmt: skip


def test_axe_finds_nothing_on_a_page_or_in_large_print(packed, release, chromium):
    page = chromium.new_context(offline=True).new_page()
    for at in (0, ENDS.index("-large-print.html")):
        page.goto(paths(packed, release.force, "religion")[at].as_uri())
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []


def test_documents_and_slides_have_a_title_a_language_alternative_text_and_notes(packed, release):
    area, code = release.force, "race"
    by_end = dict(zip(ENDS, paths(packed, area, code), strict=True))
    for end in (".docx", "-large-print.docx", ".pptx"):
        made = (docx.Document if "docx" in end else pptx.Presentation)(str(by_end[end]))
        assert made.core_properties.title == "Hate crime reports to police: Race, Hertfordshire"
        assert made.core_properties.language == "en-GB"
        assert made.core_properties.created.date() == date(2025, 4, 4)
    document = docx.Document(str(by_end[".docx"]))
    assert [p.style.name for p in document.paragraphs if p.style.name == "Heading 1"] == ["Heading 1"]
    assert {table.rows[0]._tr.trPr is not None for table in document.tables} == {True}
    assert 'w:lang w:val="en-GB"' in members(by_end[".docx"])["word/styles.xml"].decode()
    [drawing] = [node for node in document.element.iter() if node.tag.endswith("}docPr")]
    assert len(drawing.get("descr")) > 40
    slides = list(pptx.Presentation(str(by_end[".pptx"])).slides)
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert all(titles)
    assert len(slides) >= 7
    for slide in slides:
        assert len(slide.notes_slide.notes_text_frame.text) > 100
        assert slide._element.get("show") is None
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert len(shape._element.nvGraphicFramePr.cNvPr.get("descr")) > 40
        langs = {
            run._r.rPr.get("lang")
            for s in slide.shapes
            if s.has_text_frame
            for p in s.text_frame.paragraphs
            for run in p.runs
        }
        assert langs == {"en-GB"}
    assert [shape.chart.plots[0].series[0].name for slide in slides for shape in slide.shapes if shape.has_chart] == [
        "Reports"
    ] * 2


def test_a_hidden_period_is_a_gap_in_an_editable_chart_and_never_zero(packed, release):
    for end in (".docx", ".pptx"):
        path = paths(packed, release.force, "religion")[ENDS.index(end)]
        charts = [content for name, content in members(path).items() if re.search(r"charts/chart\d+\.xml$", name)]
        assert charts
        for content in charts:
            assert b'dispBlanksAs val="gap"' in content
        blanks = [v for v in read(path).charts[0]["Reports"] if v is None]
        assert len(blanks) == 1


@pytest.mark.parametrize("end", [".xlsx", ".ods"])
def test_the_workbook_meets_the_checklist_of_the_analysis_function(packed, release, end):
    path = paths(packed, release.force, "race")[ENDS.index(end)]
    shown = read(path)
    names, first = (_checked_xlsx if end == ".xlsx" else _checked_ods)(path)
    assert names[:3] == ["Cover", "Contents", "Notes"]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 31 for name in names)
    assert all(first)
    # The contents list every other sheet, and what every shorthand means stands in the notes.
    assert [row[0] for row in shown.table("Sheet")] == names[2:]
    explained = {row[0] for row in shown.table("Note")}
    used = set(re.findall(r"\[(?:c|x|z|p|r|b|u|low|note \d+)\]", "\n".join(shown.lines)))
    assert used <= explained | {"[c]"}
    assert {"[note 1]", "[note 2]"} <= explained
    # A column of figures holds numbers and shorthand alone.
    for row in shown.table("Period"):
        assert all(re.fullmatch(r"\d+|\[[a-z]+\]", cell) for cell in row[1:4])


def _checked_xlsx(path):
    """Nothing is hidden, merged, filtered, frozen, empty or worked out; each table is marked. Names and first cells."""
    book = openpyxl.load_workbook(path)
    for number, sheet in enumerate(book):
        assert sheet.sheet_state == "visible"
        assert not any(one.hidden for one in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
        assert not (sheet.merged_cells.ranges or sheet.freeze_panes or sheet.auto_filter.ref)
        assert not (sheet._images or sheet._charts or sheet.oddHeader.center.text or sheet.oddFooter.center.text)
        assert sheet.column_dimensions["A"].width >= 10
        # A row is as high as its words need, whatever program opens it; a line above a table runs on instead.
        widths = {at: one.width for one in sheet.column_dimensions.values() for at in range(one.min, one.max + 1)}
        for row in sheet.iter_rows(min_row=1 if number == 0 else _top(sheet)):
            lines = [len(str(cell.value)) / widths[cell.column] for cell in row]
            assert (sheet.row_dimensions[row[0].row].height or 14) >= 14 * max(lines), row[0].value
        assert all(any(cell.value for cell in row) for row in sheet.iter_rows())
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
        assert not any(cell.comment or cell.data_type == "f" for cell in cells)
        assert {cell.font.name for cell in cells} == {"Arial"}
        assert len(sheet.tables) == min(number, 1)
        for table in sheet.tables.values():
            assert (table.headerRowCount or 1, table.autoFilter, table.totalsRowCount) == (1, None, None)
            body = [[cell.value for cell in row] for row in sheet[table.ref]]
            assert len(body) + int(re.match(r"[A-Z]+(\d+)", table.ref)[1]) - 1 == sheet.max_row
            assert all(value not in (None, "") for row in body for value in row)
            assert len(set(body[0])) == len(body[0])
    assert not book.defined_names
    assert not [name for name in members(path) if re.search(r"comments|drawing|external|pivot|vba|calcChain", name)]
    assert book.properties.title == "Hate crime reports to police: Race, Hertfordshire"
    assert book.properties.language == "en-GB"
    return book.sheetnames, [sheet["A1"].value for sheet in book]


def _top(sheet):
    """The row of the header of a sheet's one table."""
    return int(re.match(r"[A-Z]+(\d+)", next(iter(sheet.tables.values())).ref)[1])


def _checked_ods(path):
    """As `_checked_xlsx`."""
    made, held = sheets(path), {name: content.decode() for name, content in members(path).items() if "xml" in name}
    content = re.sub(r'xmlns:\w+="[^"]*"', "", held["content.xml"])
    for never in (
        *("table:formula", "-spanned", "visibility=", "covered-table-cell", "office:annotation", "<draw:"),
        *("table:filter ", "named-range", "<table:table-cell/>", "<text:p/>", "<text:p></text:p>"),
    ):
        assert never not in content, never
    assert content.count("<table:database-range ") == content.count('contains-header="true"') == len(made) - 1
    assert content.count("<table:table-header-rows>") == len(made) - 1
    assert 'filter-buttons="true"' not in content
    # A master page that holds anything has a header or a footer.
    assert re.findall(r"<style:master-page [^>]*[^/]>", held["styles.xml"]) == []
    assert "<dc:title>Hate crime reports to police: Race, Hertfordshire</dc:title>" in held["meta.xml"]
    assert "<dc:language>en-GB</dc:language>" in held["meta.xml"]
    assert 'fo:language="en"' in held["styles.xml"]
    listed = set(re.findall(r'full-path="([^"]+)"', held["META-INF/manifest.xml"]))
    assert listed - {"/"} == set(members(path)) - {"mimetype", "META-INF/manifest.xml"}
    assert next(iter(members(path))) == "mimetype"
    name = f"{{{ODF['table']}}}name"
    return [one.get(name) for one in made], ["".join(one.find(".//table:table-cell", ODF).itertext()) for one in made]


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    folder = drawn_release.write(tmp_path, PUBLIC)
    figures = pd.read_parquet(folder / "published.parquet")
    openings = {
        "E07000096": '=HYPERLINK("https://example.invalid","x")',
        "E07000098": "@SUM(1+1)*cmd|' /C calc'!A0",
        "E23000027": "-2+3",
    }
    figures["area_name"] = figures["area_code"].map(openings).fillna(figures["area_name"])
    figures.to_parquet(folder / "published.parquet", index=False)
    release = Release(folder)
    named = [area for area in (release.force, *release.areas) if area.code in openings]
    assert len(named) == 3
    for path in [path for area in named for path in forms.write(release, area, "race", tmp_path / "out")]:
        if path.suffix[1:] in ("docx", "pptx", "xlsx", "ods"):
            for name, content in members(path).items():
                assert not re.search(rb'<f>|<f |table:formula|relationships/hyperlink"', content), name
            assert any(name in line for line in read(path).lines for name in openings.values())
        if path.suffix == ".csv":
            names = [row["area_name"] for row in _csv_rows(read(path))]
            assert not [name for name in names if name.startswith(("=", "@", "+", "-"))]


def test_the_same_release_gives_the_same_bytes_and_no_clock_is_in_them(packed, release, tmp_path):
    area = release.force
    again = forms.write(release, area, "religion", tmp_path)
    for first, second in zip(paths(packed, area, "religion"), again, strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name
        if first.suffix[1:] in ("docx", "pptx", "xlsx", "ods"):
            with zipfile.ZipFile(first) as archive:
                assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            year = str(date.today().year).encode()
            for name, content in members(first).items():
                assert not re.search(rb"%s-\d\d-\d\dT" % year, content), name


def test_a_translation_is_a_file_of_words_and_every_form_speaks_it(release, tmp_path):
    own = tmp_path / "texts"
    own.mkdir()
    table = reference.read("words_en")
    table["text"] = ["cy" if row["word_id"] == "language" else f"«{row['text']}»" for row in table.to_dict("records")]
    table.to_csv(own / "words.csv", index=False)
    pd.DataFrame(
        [("report", "Gwasanaeth", "www.example.org", "Ffoniwch.", "E23000027", "all", "ours", "2026-01-02")],
        columns=["kind", "name", "contact", "description", "area_code", "applies_to", "source_id", "checked_on"],
    ).to_csv(own / "support.csv", index=False)
    made = forms.write(release, release.force, "race", tmp_path / "out", texts.load(own))
    for end, path in zip(ENDS, made, strict=True):
        if end == ".csv":
            continue
        said = read(path)
        assert "«How to report a hate crime»" in said.text, end
        assert "Gwasanaeth: www.example.org" in said.text, end
        assert "Emergency: 999" not in said.text, end
        assert "1 January 2026" not in said.text
        assert "2 January 2026" in said.text, end
    page = made[0].read_text(encoding="utf-8")
    assert '<html lang="cy">' in page
    assert '<h1 lang="en-GB">Race: ' in page
    assert pptx.Presentation(str(made[ENDS.index(".pptx")])).core_properties.language == "cy"
    assert b'w:lang w:val="cy"' in members(made[ENDS.index(".docx")])["word/styles.xml"]
    # What is not translated is marked as English wherever it stands, and nothing else is.
    spoken = {
        ".docx": _runs_of_document(made[ENDS.index(".docx")]),
        ".pptx": _runs_of_slides(made[ENDS.index(".pptx")]),
    }
    for end, runs in spoken.items():
        assert [said for language, said in runs if language == "en-GB" and said.startswith("Race: ")], sorted(runs)
        assert ("cy", "«How to report a hate crime»") in runs, end
        assert ("cy", "«Why is it going up?»") in runs, end
        own = [(language, said) for language, said in runs if re.fullmatch(r"\s*«[^«»]*»:?\s*", said)]
        assert len(own) > 10
        # A word that is all names and a comma is in nobody's language but theirs.
        assert {said for language, said in own if language != "cy"} <= {"«Race, Hertfordshire»"}, end
        assert not [said for language, said in runs if language == "cy" and "chance alone" in said], end


def _runs_of_document(path):
    """The language and the words of each run of a document."""
    made = docx.Document(str(path))
    default = made.styles.element.find(".//{*}rPrDefault//{*}lang").get(f"{W}val")
    said = [(run, "".join(text.text for text in run.iter(f"{W}t"))) for run in made.element.iter(f"{W}r")]
    found = [(run.find("{*}rPr/{*}lang"), text) for run, text in said]
    return {(default if mark is None else mark.get(f"{W}val"), said) for mark, said in found}


def _runs_of_slides(path):
    """The language and the words of each run of the slides and of their notes."""
    deck = pptx.Presentation(str(path)).slides
    roots = [root for slide in deck for root in (slide._element, slide.notes_slide._element)]
    runs = [run for root in roots for run in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}r")]
    return {(run.find("{*}rPr").get("lang"), run.find("{*}t").text or "") for run in runs}


@pytest.mark.parametrize(
    "fault", ["a word is missing", "a place is missing", "a column is missing", "nothing is there"]
)
def test_a_file_of_texts_that_does_not_fit_is_refused_with_what_is_wrong(tmp_path, fault):
    table = reference.read("words_en")
    if fault == "a word is missing":
        table = table[table["word_id"] != "asked"]
    elif fault == "a place is missing":
        table.loc[table["word_id"] == "stamp", "text"] = "{release.__class__}"
    elif fault == "a column is missing":
        table = table.rename(columns={"text": "words"})
    if fault != "nothing is there":
        table.to_csv(tmp_path / "words.csv", index=False)
    with pytest.raises(UsageError) as caught:
        texts.load(tmp_path)
    named = {"a word is missing": "asked", "a place is missing": "stamp", "a column is missing": "text"}
    assert named.get(fault, "no texts") in caught.value.problem


def test_libreoffice_opens_every_form_and_the_document_is_one_page(packed, release, tmp_path):
    soffice, info = shutil.which("soffice"), shutil.which("pdfinfo")
    if soffice is None or info is None:
        pytest.skip("LibreOffice and poppler are not on this machine; installing them takes longer than all tests")
    given = []
    for path in paths(packed, release.force, "race"):
        if path.suffix[1:] in ("docx", "pptx", "xlsx", "ods"):
            # Files of one name but for its ending would overwrite each other's PDF.
            given.append(shutil.copy(path, tmp_path / f"{path.suffix[1:]}-{path.name}"))
    home = f"-env:UserInstallation={tmp_path.as_uri()}/home"
    into = ["--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    own = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run([soffice, home, *into, *map(str, given)], check=True, capture_output=True, timeout=180, env=own)
    for path in given:
        told = subprocess.run([info, str(path.with_suffix(".pdf"))], check=True, capture_output=True, text=True).stdout
        pages = int(re.search(r"Pages:\s+(\d+)", told)[1])
        assert pages == 1 if path.name.endswith("race.docx") else pages > 1


def _is_of(row, area, code):
    return (row["area_code"].lstrip("'"), row["characteristic"]) == (area.code, code)


def _csv_rows(file):
    header, *rows = file.tables[0]
    return [dict(zip(header, row, strict=True)) for row in rows]


def _hidden(row):
    return "" if row["marker"] == "[c]" else "x"


def _shown(value):
    """A published value as a page says it."""
    return HIDDEN if value == "" else "not available" if value == "x" else f"{float(value):,.0f}"


def _words(cell):
    """A cell of any form as a page says it."""
    return {"[c]": HIDDEN, "[x]": "not available"}.get(cell) or (
        f"{float(cell):,.0f}" if re.fullmatch(r"\d+", cell) else cell
    )
