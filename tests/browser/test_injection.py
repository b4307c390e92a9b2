"""Names, notes and sentences from data are text wherever they are shown: sixty payloads in each, and none runs."""

import csv
import io
import json

import drawn_release
import pandas as pd
import pytest
from payloads import PAYLOADS
from visiting import until

from dashboards.site import build, slug

pytestmark = pytest.mark.slow
EVERY = " ¦ ".join(PAYLOADS)
NAMES = ["race", "religion", "sexual_orientation", "disability", "transgender"]
SINGLE = ("title", "force_name", "source", "release_id", "stamp", "version")
COUNT = "document.querySelectorAll('img, iframe, object, embed, form, base, b, math, video, template').length"


@pytest.fixture(scope="module")
def injected(tmp_path_factory):
    """A release of 60 places named by a payload each, and every other text of a release holding all sixty."""
    folder = drawn_release.add_optional(drawn_release.write(tmp_path_factory.mktemp("injected")))
    figures = pd.read_parquet(folder / "published.parquet")
    drawn = figures[(figures["area_code"] == "E07000103") & (figures["period_type"] != "month")]
    real = ["E07000095", "E07000096", "E07000242", "E07000098", "E07000099", "E07000240", "E07000243", "E07000102"]
    codes = [*real, "E07000103", "E07000241", *(f"X{number}{text[:8]}" for number, text in enumerate(PAYLOADS[10:]))]
    named = dict(zip(codes, PAYLOADS, strict=True))
    places = [drawn.assign(area_code=code, area_name=name) for code, name in named.items()]
    force = figures[figures["area_code"] == "E23000027"].assign(area_name=EVERY)
    whole = pd.concat([force, *places], ignore_index=True)
    whole["note_ids"] = " ".join(f"n{number}" for number in range(60))
    whole.to_parquet(folder / "published.parquet", index=False)
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    about |= dict.fromkeys(SINGLE, EVERY)
    about["notes"] = {f"n{number}": text for number, text in enumerate(PAYLOADS)}
    about["characteristics"] = {code: " ¦ ".join(PAYLOADS[at::5]) for at, code in enumerate(NAMES)} | {"all": EVERY}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    quality = json.loads((folder / "quality.json").read_text(encoding="utf-8"))
    quality["rules"] = [{**quality["rules"][0], "sentence": text, "table": text} for text in PAYLOADS]
    (folder / "quality.json").write_text(json.dumps(quality), encoding="utf-8")
    texts = dict.fromkeys(("evidence", "unit", "sentence", "question", "other_explanations"), PAYLOADS)
    of = {
        "area_code": codes,
        "characteristic": "race",
        "record_class": "crime",
        "value": 1,
        "lower_ci": 0,
        "upper_ci": 2,
    }
    verdicts = pd.DataFrame(of | texts | {"signal": "verdict", "state": "look_here_first"})
    signals = pd.DataFrame(of | texts | {"signal": PAYLOADS, "state": "flag"})
    pd.concat([verdicts, signals]).to_csv(folder / "evidence.csv", index=False)
    grain = {"area_code": ["E23000027"], "characteristic": ["race"], "record_class": ["crime"]}
    grain |= {"date_basis": ["recorded"], "period_type": ["quarter"], "sentence": [EVERY]}
    pd.DataFrame(grain).to_csv(folder / "grain.csv", index=False)
    certificate = {
        "passed": True,
        "figures": 1,
        "earlier_releases": 0,
        "assumptions": PAYLOADS,
        "not_covered": PAYLOADS,
    }
    (folder / "certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    build(folder)
    return folder


def shown(text):
    """The text as a page shows it: runs of white space are one space."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    "name",
    ["index.html", "characteristics/race.html", "areas/E07000103.html", "evidence.html", "quality.html",
     "methods.html", "downloads.html"],
)  # fmt: skip
def test_no_payload_runs_loads_or_becomes_an_element_and_all_are_read_as_text(visit, injected, name):
    seen = visit(name, injected)
    page = seen.page
    if page.locator(".chart").count():
        seen.pointed_at_every_chart()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("window.hit") is None
    assert page.evaluate(COUNT) == 0
    assert page.locator("svg a, a[href^='http'], a[href^='javascript']").count() == 0
    assert seen.requests_beyond_the_folder == []
    assert seen.complaints == []
    said = page.evaluate("document.body.textContent.replace(/\\s+/g, ' ')")
    for payload in PAYLOADS:
        assert shown(payload) in said, payload
    assert page.evaluate("document.title.length") > len(EVERY) * 0.8


def test_every_payload_is_a_choice_of_the_explorer_and_a_line_of_its_files(visit, injected, tmp_path):
    seen = visit("explore.html", injected, accept_downloads=True)
    page = seen.page
    choices = page.locator("#area option").evaluate_all("all => all.map(one => one.textContent)")
    assert sorted(choices) == sorted([EVERY, *PAYLOADS])
    for place in choices[1::7]:
        page.locator("#area").select_option(label=place)
        until(page, "document.body.dataset.shown === location.hash")
        assert shown(place) in shown(page.locator("#view-heading").text_content())
    with page.expect_download() as download:
        page.locator("#save-csv").click()
    download.value.save_as(tmp_path / "saved.csv")
    kept = list(csv.DictReader(io.StringIO((tmp_path / "saved.csv").read_text(encoding="utf-8-sig"))))
    assert not [cell for row in kept for cell in row.values() if cell.startswith(("=", "＝", "+", "@"))]
    assert page.evaluate("window.hit") is None
    assert page.evaluate(COUNT) == 1  # its own form
    assert seen.requests_beyond_the_folder == []
    assert seen.complaints == []


def test_a_payload_in_a_chart_is_drawn_letter_for_letter(visit, injected):
    page = visit("index.html", injected).pointed_at_every_chart().page
    words = page.locator("#crime-characteristics svg text").evaluate_all("all => all.map(text => text.textContent)")
    assert shown(" ¦ ".join(PAYLOADS[0::5])) in [shown(word) for word in words]


def test_every_payload_has_a_page_of_its_own_inside_the_folder(injected):
    codes = pd.read_parquet(injected / "published.parquet")["area_code"].unique()
    assert {path.stem for path in (injected / "areas").iterdir()} == {slug(code) for code in codes}
    assert len(codes) == 61
