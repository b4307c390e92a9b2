"""The page of questions answers as the command line does, word for word, by keyboard, and sends nothing anywhere."""

import csv
import io
import os
import random
import re
from pathlib import Path

import asking_release
import pytest
from asking_words import random_question
from visiting import until, violations

from dashboards.asking import replying, telling, understanding, words
from dashboards.asking.published import Published
from dashboards.site import build

pytestmark = pytest.mark.slow
MANY = int(os.environ.get("QUESTIONS", "300"))
"""Random questions put to both: 10,000 in the long trial."""
TABLE = Path(__file__).parents[1] / "truth" / "questions.csv"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = asking_release.write(tmp_path_factory.mktemp("asked"))
    build(folder)
    return folder


def ask(page, question):
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    until(page, f"new URLSearchParams(location.hash.slice(1)).get('q') === {question!r}")
    until(page, "document.body.dataset.shown === location.hash")


def test_the_page_and_the_command_line_give_the_same_answer_to_the_letter(visit, asked):
    published = Published(asked)
    table = words.table(published)
    draw = random.Random(7)
    questions = [row["question"] for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())]
    questions += [random_question(draw, table) for _ in range(MANY)]
    seen = visit("ask.html", asked)
    told = seen.page.evaluate(
        "async all => { const t = []; for (const q of all) t.push(await askInText(q)); return t }", questions
    )
    for question, text in zip(questions, told, strict=True):
        found = replying.reply(understanding.understand(question, table), published)
        assert text == telling.as_text(found, published), question
    assert seen.requests_beyond_the_folder == []
    assert seen.complaints == []


def test_a_question_typed_is_answered_kept_in_the_address_copied_and_saved(visit, asked, tmp_path):
    seen = visit("ask.html", asked, accept_downloads=True, permissions=["clipboard-read", "clipboard-write"])
    page = seen.page
    ask(page, "race, Watfrod, 2024/25")
    reply = page.locator("#reply").inner_text()
    assert "is hidden to protect people. That says nothing of how many there were." in reply
    assert "“watfrod” was read as “watford”." in reply
    with page.expect_download() as download:
        page.locator("#save-csv").click()
    download.value.save_as(tmp_path / "figures.csv")
    kept = list(csv.DictReader(io.StringIO((tmp_path / "figures.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["period_start"], row["period_end"], row["value"], row["marker"]) for row in kept] == [
        ("2024-04-01", "2025-03-31", "", "[c]"),
        ("2024-04-01", "2024-04-30", "", "[c]"),
        ("2024-05-01", "2024-05-31", "", "[c]"),
        ("2024-06-01", "2024-06-30", "", "[c]"),
        ("2024-07-01", "2024-07-31", "", "[c]"),
        ("2024-08-01", "2024-08-31", "5", ""),
        ("2024-09-01", "2024-09-30", "5", ""),
        ("2024-10-01", "2024-10-31", "", "[c]"),
        ("2024-11-01", "2024-11-30", "", "[c]"),
        ("2024-12-01", "2024-12-31", "5", ""),
        ("2025-01-01", "2025-01-31", "", "[c]"),
        ("2025-02-01", "2025-02-28", "", "[c]"),
        ("2025-03-01", "2025-03-31", "", "[c]"),
        ("2025-01-01", "2025-03-31", "5", ""),
        ("2024-04-01", "2025-03-31", "1195", ""),
        ("2024-04-01", "2025-03-31", "115", ""),
    ]
    page.locator("#copy-text").click()
    until(page, "document.getElementById('told').textContent !== ''")
    again = visit(f"ask.html{page.evaluate('location.hash')}", asked).page
    assert again.locator("#reply").inner_text() == reply
    page.locator("#reply button").first.click()
    until(page, "document.getElementById('reply').innerText.includes('There were about 5 reports')")
    assert seen.complaints == []


DRAWN = """() => [...document.querySelectorAll('.answer')].map((part) => {
  const svg = part.querySelector('svg.static');
  if (!svg) return null;
  const far = (node, name) => parseFloat(node.getAttribute(name));
  const ticks = [...svg.querySelectorAll(':scope > text[text-anchor=end]')].map((one) => Number(one.textContent.replaceAll(',', '')));
  const lines = [...svg.querySelectorAll(':scope > line')].map((one) => far(one, 'y1'));
  const [floor, ceiling, top] = [Math.max(...lines), far(svg.querySelector('rect:not(.bar)') ?? svg, 'y') || 28, Math.max(...ticks)];
  const seen = [...svg.querySelectorAll(':scope > rect')].filter((one) => !(one.getAttribute('fill').startsWith('url') && !one.matches('.bar')));
  return {
    label: part.querySelector('[role=img]').getAttribute('aria-label'),
    bars: seen.map((one) => [far(one, 'x'), one.matches('.bar') ? far(one, 'height') / (floor - ceiling) * top : null, one.getAttribute('fill')]),
    said: [...svg.querySelectorAll('text[font-size="13"]')].map((one) => one.textContent),
    rows: [...part.querySelectorAll('tbody tr')].map((one) => [...one.children].map((cell) => cell.textContent)),
    dashes: svg.querySelectorAll('line[stroke-dasharray="6 4"]').length,
  };
})"""  # noqa: E501
"""What each chart of the page draws, worked out from its shapes, beside the rows of the table under it."""


def test_the_chart_draws_the_table_exactly_and_a_hidden_or_missing_figure_is_never_a_bar(visit, asked):
    page = visit("ask.html", asked).page
    states = set()
    for question in (
        "race, Watford, 2024/25", "sexual orientation, Hertfordshire, 2024/25", "trans, herts, last 2 years",
        "all reports, Dacorum, 2024/25", "Watford 2024/25 and 2023/24", "herts, since April 2024 until April 2025",
        "non-crime incidents, herts, last 2 years", "race, Watford, march 2025",
    ):  # fmt: skip
        ask(page, question)
        drawn = page.evaluate(DRAWN)
        assert any(drawn), question
        for chart in filter(None, drawn):
            assert chart["label"].startswith("Bar chart. ")
            values = [
                None
                if cell in ("hidden to protect people", "not available")
                else float(cell.split()[0].replace(",", ""))
                for _, cell in chart["rows"]
            ]
            # Months between the figures of the table that have none are gaps too, and have no row.
            in_order = [value for _, value, fill in sorted(chart["bars"]) if value is not None or "#" in fill]
            assert [value for value in in_order if value is not None] == pytest.approx(
                [value for value in values if value is not None], abs=0.05
            ), question
            assert sum(value is None for value in in_order) >= sum(value is None for value in values)
            states |= {("hidden", said) for said in chart["said"]}
            states |= {("later", fill.startswith("url")) for _, value, fill in chart["bars"] if value is not None}
            states |= {("break", chart["dashes"] > 0)}
    assert {("hidden", "hidden to protect people"), ("hidden", "not available")} <= states
    assert {("later", True), ("later", False), ("break", True)} <= states


def test_an_answer_prints_on_one_sheet_and_says_how_slides_of_it_are_made(visit, asked):
    page = visit("ask.html", asked).page
    for question in ("race, Watford, 2024/25", "all reports, Hertfordshire, last 12 months", "race, Dacorum"):
        ask(page, question)
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1, question
    assert page.locator(".answer code").inner_text() == ("hatecrime briefing --characteristic race --area E07000096")
    ask(page, "non-crime incidents, Hertfordshire, 2024/25")
    assert page.locator(".answer code").count() == 0


def test_choosing_fills_in_the_question_and_asks_it(visit, asked):
    page = visit("ask.html", asked).page
    page.locator("#kind").select_option(label="Religion")
    page.locator("#period").select_option(label="Year ending March 2025")
    assert page.locator("#question").input_value() == "Religion, Hertfordshire, 2024/25"
    until(page, "document.getElementById('reply').innerText.includes('about 145 reports')")


def test_answers_are_accessible_and_fit_a_narrow_screen(visit, asked):
    page = visit("ask.html", asked).page
    for question in ("LGBT, Watford, this year", "pineapples", "race, Watford, 2024/25"):
        ask(page, question)
        assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


def test_hostile_words_and_names_stay_text(visit, release):
    """The release of this folder's tests has names that hold HTML."""
    seen = visit("ask.html", release)
    for question in (
        "<img src=x onerror=alert(1)>",
        "all reports, E07000103, 2024/25",
        "</script><script>alert(1)</script>",
    ):
        ask(seen.page, question)
    assert seen.page.locator("#reply img, #reply script").count() == 0
    assert seen.complaints == []


def test_without_a_script_the_page_says_where_the_figures_stand(visit, asked):
    page = visit("ask.html", asked, java_script_enabled=False).page
    assert "Asking needs JavaScript, which is off" in page.locator("noscript").inner_text()
    assert not page.locator("form").is_visible()


def test_figures_that_cannot_be_read_are_said_to_be_missing(visit, asked, tmp_path):
    folder = asking_release.write(tmp_path)
    build(folder)
    for path in (folder / "assets" / "ask").iterdir():
        path.unlink()
    page = visit("ask.html", folder).page
    page.evaluate("location.hash = 'q=race'")
    until(page, "!document.getElementById('failed').hidden")
