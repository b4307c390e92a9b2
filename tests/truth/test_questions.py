"""Questions as a chair asks them get the right published figure or the right refusal, and no question gets more."""

import csv
import json
import os
import random
import re
from dataclasses import replace
from pathlib import Path

import asking_release
import pandas as pd
import pytest
from asking_words import random_question
from cubes import random_cube, true_counts

from dashboards import periods, sentences
from dashboards.asking import replying, telling, understanding, words
from dashboards.asking.published import Published
from data import policies, reference
from transforms.disclosure import protect

QUESTIONS = list(csv.DictReader(Path(__file__).with_name("questions.csv").read_text(encoding="utf-8").splitlines()))
MANY = int(os.environ.get("QUESTIONS", "400"))
"""Random questions: 10,000 in the long trial."""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return Published(asking_release.write(tmp_path_factory.mktemp("release")))


@pytest.fixture(scope="module")
def table(published):
    return words.table(published)


@pytest.fixture(scope="module")
def printed(published, tmp_path_factory):
    """What stands in the published file, read by another hand: place, characteristic, class and months to text."""
    folder = asking_release.write(tmp_path_factory.mktemp("again"))
    rows = pd.read_csv(folder / "published.csv", dtype=str, keep_default_na=False)
    rows = rows[rows["measure"].isin(["report_count", "added_report_count"]) & (rows["date_basis"] == "recorded")]
    keys = ["area_code", "characteristic", "record_class", "period_start", "period_end"]
    return {
        (*key[:3], key[3][:7], key[4][:7]): (value, marker)
        for *key, value, marker in rows[[*keys, "value", "marker"]].itertuples(index=False)
    }


def ask(question, table, published):
    return replying.reply(understanding.understand(question, table), published)


def told(answer) -> str:
    """An answer as the table of questions writes it."""
    shown = answer.value if answer.value is not None else answer.figure.marker if answer.figure else "none"
    area, characteristic, record_class = answer.key
    months = f"{replying.month(answer.start)} {replying.month(answer.end)}"
    return f"{area} {characteristic} {record_class} {months} {shown}"


@pytest.mark.parametrize("row", QUESTIONS, ids=[row["question"][:60] for row in QUESTIONS])
def test_a_question_gets_its_figure_or_its_refusal(row, table, published):
    understood = understanding.understand(row["question"], table)
    if understood.refused:
        assert f"refused {understood.refused}" == row["expected"]
    else:
        found = replying.reply(understood, published)
        assert " & ".join(told(one) for one in found.answers) == row["expected"]


def test_a_question_that_is_offered_in_place_of_a_refused_one_can_be_answered(table, published):
    offered = [(row["question"], ask(row["question"], table, published)) for row in QUESTIONS]
    offered = [(question, found.ask) for question, found in offered if found.ask]
    assert len(offered) > 20
    for question, instead in offered:
        assert ask(instead, table, published).answers, (question, instead)


def test_a_word_nobody_knows_is_left_out_only_where_it_can_narrow_nothing_and_that_is_said(table, published):
    found = ask("race hate in Watford flibbertigibbet 2023/24", table, published)
    assert "“flibbertigibbet” was not understood, and is left out." in found.remarks
    for narrows in ("in flibber", "flibber people", "against flibber", "Flibber"):
        assert ask(f"race, Watford, 2023/24, {narrows}", table, published).refused, narrows
    for open_to_it in ("Watford", "race"):
        assert ask(f"flibber, {open_to_it}", table, published).refused, open_to_it


def test_a_number_in_the_question_is_neither_confirmed_nor_denied(table, published):
    for number in (0, 3, 7, 120):
        found = ask(f"were there {number} racist reports in Watford in 2024/25?", table, published)
        without = ask("were there racist reports in Watford in 2024/25?", table, published)
        assert found.answers == without.answers
        assert found.remarks == (*without.remarks, "A number in the question is neither confirmed nor denied. What is "
                                 "published stands here.")  # fmt: skip


def test_what_is_said_of_a_figure_is_what_stands_in_the_release(table, published):
    (race,) = ask("Racist hate crime, Watford, 2023/24", table, published).answers
    assert (
        race.sentence
        == "There were about 15 reports of hate crime that named race in Watford in the year ending March 2024."
    )
    assert race.comparison == "It is not compared with the year before. One of the figures is not available."
    assert f"Say: “{race.sentence} These are reports to police, not all hate crime.”" in race.in_public
    (hidden,) = ask("race, Watford, 2024/25", table, published).answers
    assert hidden.sentence == (
        "The number of reports of hate crime that named race in Watford in the year ending March 2025 is hidden to "
        "protect people. That says nothing of how many there were."
    )
    assert hidden.in_public.startswith("There is no number to say.")
    assert [replying.named_count(published, near) for near in hidden.nearby] == [
        "Race, Watford, January to March 2025, hate crimes: about 5 reports",
        "Race, Hertfordshire, year ending March 2025, hate crimes: about 1,195 reports",
        "All reports, Watford, year ending March 2025, hate crimes: about 115 reports",
    ]


def test_a_sum_of_printed_figures_says_how_far_it_can_be_off(table, published):
    (year,) = ask("Watford, calendar year 2024", table, published).answers
    assert year.sentence == (
        "There were about 115 reports of hate crime in Watford in the 12 months to December 2024. "
        "Rounding could put this 24 too high or too low."
    )
    assert any("can be up to 24 more or fewer" in caveat for caveat in year.caveats)


def test_a_place_is_found_by_its_name_whatever_its_code(tmp_path):
    asking_release.write(tmp_path)
    path = tmp_path / "published.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("E07000098", "Ward 3 part"), encoding="utf-8")
    there = Published(tmp_path)
    for words_for in ("Hertsmere", "ward 3 part"):
        (one,) = ask(f"{words_for}, 2024/25", words.table(there), there).answers
        assert told(one) == "Ward 3 part all crime 2024-04 2025-03 100"


def test_a_change_of_recording_is_never_compared_across(table, published):
    found = ask("non-crime incidents herts 2023/24 versus 2024/25", table, published).answers
    assert "Recording changed on 3 June 2023" in found[1].comparison
    assert not re.search(r"\b(up|down|chance)\b", found[1].comparison.lower())


def test_what_was_understood_and_assumed_is_said(table, published):
    text = telling.as_text(ask("hate incidents E07000103 may 2024, also LGBT, Watfrod", table, published), published)
    for said in (
        "Understood: Sexual orientation, Watford, May 2024, hate crimes.",
        "LGBT+ is not one figure here.",
        "“Incidents” can mean hate crimes or hate incidents that are not crimes.",
        "“watfrod” was read as “watford”.",
    ):
        assert said in text
    defaults = ask("crimes", table, published).remarks
    assert [said.split(",")[0] for said in defaults[:3]] == [
        "No place was named", "No characteristic was named", "No period was named",
    ]  # fmt: skip


def test_every_place_characteristic_and_period_of_the_release_can_be_asked_for_by_name(table, published):
    for code, place in published.places.items():
        for characteristic, name in published.characteristics.items():
            for figure in published.series.get((code, characteristic, "crime"), []):
                months = f"{replying.named(figure.start, figure.start)} to {replying.named(figure.end, figure.end)}"
                (one,) = ask(f"{name}, {place.name}, {months}, crimes", table, published).answers
                assert one.figure == figure


def test_a_hidden_figure_reads_the_same_whatever_it_hides(tmp_path):
    """In what a real protection let out, with zeros, ones and fours among the hidden counts."""
    counts = random_cube(seed=3, place_count=4, month_count=6)
    figures = protect(counts, replace(policies.PUBLIC, offered_share=0)).figures
    asking_release.write(tmp_path)
    figures.assign(measure="report_count", unit="reports", lower_ci="", upper_ci="", note_ids="n1").to_csv(
        tmp_path / "published.csv", index=False
    )
    about = json.loads((tmp_path / "about.json").read_text())
    (tmp_path / "about.json").write_text(json.dumps(about | {"force_code": "force"}))
    published, truth = Published(tmp_path), true_counts(counts)
    said: dict[int, set[tuple[str, str, str]]] = {}
    for key, series in published.series.items():
        for figure in series:
            if figure.value is None:
                start, end = replying.month(figure.start), replying.month(figure.end)
                one = replying.answer(published, key, figure.start, figure.end)
                when = sentences.within(periods.first_day(figure.start), periods.last_day(figure.end))
                sentence = one.sentence.replace(when, "").replace(published.places[key[0]].name, "")
                count = truth[(key[0], key[1], f"{start}-01", f"{end}-31")]
                said.setdefault(count, set()).add((key[1], sentence, one.comparison, one.in_public))
    assert {0, 1, 4} <= set(said)
    everything = set.union(*said.values())
    assert len(everything) == len({kind for kind, *_ in everything}), "one wording a characteristic, whatever the count"


def test_no_random_or_hostile_question_gets_a_number_that_is_not_published(table, published, printed):
    """Whatever is asked: no failure, every number is in the published file, and nothing hidden has one."""
    draw = random.Random(MANY)
    answered = 0
    for _ in range(MANY):
        question = random_question(draw, table)
        found = ask(question, table, published)
        for one in found.answers:
            figures = [(one.key, figure) for figure in one.shown] + [(near.key, near.figure) for near in one.nearby]
            figures += [(one.key, one.figure)] if one.figure else []
            for key, figure in figures:
                value, marker = printed[(*key, replying.month(figure.start), replying.month(figure.end))]
                assert ("" if figure.value is None else str(figure.value)) == re.sub(r"\.0$", "", value), question
                assert figure.value is None or "[c]" not in marker
            size = re.search(r"There were (?:about )?([\d,]+) report", one.sentence)
            assert (size is not None) == (one.value not in (None, 0)), question
            assert size is None or int(size[1].replace(",", "")) == one.value, question
            answered += 1
        assert found.answers or found.refused, question
        assert telling.as_text(found, published)
    assert answered > MANY / 10, "too few of them were questions at all"


def test_no_phrase_is_given_two_meanings_by_the_table_of_words():
    seen: dict[str, str] = {}
    for row in reference.rows("question_words"):
        for said in {words.phrase(words.split(one)) for one in row["words"].split("; ")}:
            if row["kind"] not in ("filler", "noun"):
                assert seen.setdefault(said, row["word_group"]) == row["word_group"], said


def test_every_reply_that_the_words_name_exists_and_every_reply_is_used():
    replies = {row["reply_id"]: row["kind"] for row in reference.rows("question_replies")}
    named = {"town": "refusal", "elsewhere": "refusal", "choice": "refusal"}
    named |= {row["means"]: "refusal" for row in reference.rows("question_words") if row["kind"] == "refusal"}
    named |= {row["means"]: "remark" for row in reference.rows("question_words") if row["kind"] == "remark"}
    named |= {row["remark"]: "remark" for row in reference.rows("question_words") if row["remark"]}
    assert named.items() <= replies.items()
    code = Path(understanding.__file__).read_text() + Path(understanding.spelling.__file__).read_text()
    assert {one for one in replies.keys() - named.keys() if f'"{one}"' not in code} == set()


def test_no_file_of_a_release_or_of_the_program_is_written_by_asking(table, published):
    before = json.dumps(table, sort_keys=True)
    ask("race, Watford, 2024/25", table, published)
    assert json.dumps(table, sort_keys=True) == before


def test_a_month_that_is_not_complete_says_so_and_is_compared_with_none(table, published):
    found = replying.reply(understanding.understand("race, Hertfordshire, April 2025", table), published)
    [one] = found.answers
    assert one.sentence.endswith("in April 2025. Late reports may still come, so this number may grow.")
    assert one.sentence in one.in_public
    assert one.comparison == "It is not compared with earlier months, which are complete."
    whole = replying.reply(understanding.understand("race, Hertfordshire, March 2025", table), published).answers[0]
    assert "may grow" not in whole.sentence and "a year earlier" in whole.comparison
