"""Words that anybody can read: short, plain, about people first, and never saying more than was counted."""

import re

import drawn_release
import pytest
from page_parts import Page
from reading_age import reading_age

from dashboards.site import build
from data.policies import PUBLIC

NEVER = (
    r"\bvictims? (increased|rose|fell)|\bhotspots?\b|\bworst\b|\bspikes?\b|\bsurged?\b|\bsoar|\bplummet|\bepidemic\b",
    r"\b(hate crime|crime|incidents?) (rose|fell|increased|decreased|is up|is down)\b",
    r"\bthe (disabled|gays|transgenders|blacks)\b|\btransgenders\b|\bdisabled person suffers\b",
    r"\bunder-?report(ing|ed)?\b|\bper cent of hate crime goes\b|\bleague table of\b",
)
"""What no page may say: alarm, crime where reports were counted, people as a label, the unmeasured as measured."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = drawn_release.add_optional(drawn_release.write(tmp_path_factory.mktemp("words"), PUBLIC))
    build(folder, packs=True)
    return [Page(path) for path in sorted(folder.rglob("*.html"))]


def prose(page):
    """The sentences of a page, each once, without addresses, names from data and what stands in brackets."""
    found = [node.text for tag in ("p", "li", "dd") for node in page.root.all(tag)]
    whole = [text for text in found if text.endswith((".", "?")) and len(text.split()) > 5 and "<" not in text]
    return re.sub(r"www\.\S+|\S+@\S+|\([^)]*\)", "", " ".join(dict.fromkeys(whole)))


def test_a_reading_age_of_twelve_is_enough_for_every_page(pages):
    ages = {page.path.name: round(reading_age(prose(page)), 1) for page in pages}
    assert {name: age for name, age in ages.items() if age > 12} == {}
    assert reading_age("The cat sat on the mat. It was warm there and it slept.") < 7
    assert reading_age("Methodological considerations necessitate disaggregation of characteristics.") > 18


def test_no_page_says_what_may_not_be_said(pages):
    for page in pages:
        for pattern in NEVER:
            said = re.search(pattern, " ".join(page.lines), re.IGNORECASE)
            assert said is None, (page.path.name, said)


def test_every_page_with_a_ratio_links_to_what_it_means(pages):
    for page in pages:
        if any("ate ratio" in line for line in page.lines) and page.path.name != "methods.html":
            # A pack is taken away on paper, so it says itself what a ratio is.
            told = any(
                line.startswith("Rate ratio: the later figure divided") for line in " ".join(page.lines).split(". ")
            )
            assert told or [link for link in page.links if link.split("#")[0].endswith("methods.html")], page.path
