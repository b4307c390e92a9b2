"""Figures on the command line: in words or by codes, logged before they are shown, and never without a log."""

import json
import shutil
import subprocess
import sys

import asking_release
import pytest

from flows import pulls


@pytest.fixture
def released(place):
    """A workspace whose current release is the drawn one."""
    asking_release.write(place.releases / "2025-04-drawn")
    place.current.write_text("2025-04-drawn\n", encoding="ascii")
    return place


def hatecrime(place, *arguments: str):
    command = [sys.executable, "-m", "flows.cli", *arguments, "--workspace", str(place.root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_words_options_and_both_together_give_the_same_answer(released):
    by_code = hatecrime(
        released, "figures", "--characteristic", "race", "--area", "E07000103", "--from", "2023-04", "--to", "2024-03"
    )
    in_words = hatecrime(released, "figures", "racist hate crime", "in", "Watford,", "2023/24", "--for", "May meeting")
    mixed = hatecrime(
        released, "figures", "--characteristic", "race", "--area", "watford", "--period", "2023/24", "--json"
    )
    assert by_code.stdout == in_words.stdout
    assert json.loads(mixed.stdout)["answers"][0]["value"] == 15
    assert [(pull.command, pull.outcome, pull.purpose) for pull in pulls.entries(released)] == [
        ("figures", "given", ""),
        ("figures", "given", "May meeting"),
        ("figures", "given", ""),
    ]


def test_a_refused_question_says_what_to_ask_ends_with_code_2_and_its_words_are_not_kept(released):
    asked = hatecrime(released, "figures", "is my neighbour Quentin Xylophone in Watford gay")
    assert asked.returncode == 2
    assert asked.stderr == ("These figures say nothing of any one person.\nAsk how many reports there were.\n"), (
        "what is refused is said in a sentence, and what to do in another"
    )
    assert asked.stdout == ""
    (pull,) = pulls.entries(released)
    assert (pull.asked, pull.outcome) == ((), "refused")
    assert b"Xylophone" not in released.pulls.read_bytes()


def test_without_a_log_no_figure_is_given(released):
    shutil.rmtree(released.private)
    for arguments in (["figures", "race, Watford, 2023/24"], ["foi", "--characteristic", "race", "--area", "Watford"]):
        asked = hatecrime(released, *arguments)
        assert (asked.returncode, asked.stdout) == (7, "")
        assert "no figures are given" in asked.stderr
        assert "ask.html" in asked.stderr
    assert not released.private.exists()


def test_a_request_writes_its_table_and_its_reply(released, tmp_path):
    asked = hatecrime(
        released,
        "foi",
        "--characteristic",
        "race",
        "--area",
        "Watford",
        "--period",
        "2024/25",
        "--to",
        str(tmp_path / "r"),
    )
    assert asked.returncode == 0, asked.stderr
    assert "[c],hidden to protect people" in (tmp_path / "r" / "figures.csv").read_text(encoding="utf-8-sig")
    assert (
        (tmp_path / "r" / "reply.txt").read_text(encoding="utf-8").startswith("0 of the 1 figures asked for are given.")
    )
