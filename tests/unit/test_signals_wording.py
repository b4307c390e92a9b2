"""No sentence made from signals says more than its class of claim: what is caught, and what is said in the end."""

import importlib
import pkgutil
from datetime import date

import numpy as np
import pandas as pd
import pytest
from signal_worlds import SignalWorld, late_reports, panel_of

from transforms import signals
from transforms.signals.claims import CLAIMS
from transforms.signals.disclosed import internal_evidence
from transforms.signals.events import event_effect
from transforms.signals.nowcast import nowcast
from transforms.signals.wording import overclaims, sentence

WITHOUT_CLAIM = ("chance", "claims", "disclosed", "inputs", "panel", "report_signals")
WITHOUT_CLAIM += ("result", "series", "shares", "triangle", "wording")
"""Modules that compute or carry, and claim nothing themselves."""


@pytest.mark.parametrize(
    ("said", "claim_class", "too_much"),
    [
        ("About 40% of hate crime here is unreported.", "observed", "unreported"),
        ("People here do not report.", "observed", "do not report"),
        ("The reporting rate is 12%.", "modelled", "reporting rate"),
        ("Hate crime fell by a third.", "observed", "rose or fell"),
        ("There was less hate crime here.", "observed", "rose or fell"),
        ("Incidents have fallen.", "observed", "rose or fell"),
        ("Watford does worse than Dacorum.", "observed", "judgement"),
        ("Watford ranks third.", "observed", "rank"),
        ("Fewer reports because of the closed office.", "observed", "cause"),
        ("An estimated 30 reports are to be expected.", "observed", "estimate"),
        ("There were 12 more reports.", "modelled", "rests on"),
        ("Fewer recorded than in areas like it.", "cannot_say", "nothing can be said"),
        ("Cannot tell: too few.", "observed", "nothing where something can"),
    ],
)
def test_sentences_that_say_too_much_are_caught(said: str, claim_class: str, too_much: str) -> None:
    assert any(too_much in found for found in overclaims(said, claim_class)), overclaims(said, claim_class)


@pytest.mark.parametrize("name", CLAIMS)
def test_what_every_signal_may_say_keeps_within_its_class(name: str) -> None:
    claim = CLAIMS[name]
    for state in ("flag", "clear", "cannot_tell"):
        result = {"signal": name, "state": state, "reason": "3 recorded where others would give about 9."}
        said = sentence(result)
        assert overclaims(said, "cannot_say" if state == "cannot_tell" else claim.claim_class) == [], said
    # What may not be said is said nowhere else either.
    assert claim.may_say not in claim.may_not_say
    assert claim.question.endswith("?")
    assert claim.other_explanations


def test_no_sentence_of_whole_worlds_says_more_than_its_claim() -> None:
    """Also where half of the reports are missing and everything flags."""
    rng = np.random.default_rng(21)
    worlds = [
        SignalWorld(spread=0.3),
        SignalWorld(yearly=80, factor_now=0.2, factor_before=0.5, slower=4, drop_out=0.8),
    ]
    said = set()
    for world in worlds:
        evidence = internal_evidence(panel_of(world, rng))
        for row in evidence.to_dict("records"):
            assert overclaims(row["sentence"], row["claim_class"]) == [], row["sentence"]
            assert not row["question"] or row["question"].endswith("?")
            said.add(row["state"])
    assert said == {"flag", "clear", "cannot_tell", "look_here_first", "watch", "no_signal"}


def test_nowcasts_and_events_say_what_they_rest_on() -> None:
    snapshots, _ = late_reports(np.random.default_rng(22), 40, 13)
    for row in nowcast(snapshots).to_dict("records"):
        assert overclaims(row["reason"], "modelled") == [], row["reason"]
    months = pd.date_range("2020-04-01", periods=60, freq="MS")
    counts = np.random.default_rng(23).poisson(40, 60)
    series = pd.DataFrame({"month": months, "report_count": counts})
    effect = event_effect(series, date(2024, 5, 1))
    # On season and trend: what the comparison rests on.
    assert "on season and trend" in effect.reason
    assert overclaims(effect.reason, "observed") == []


@pytest.mark.parametrize("name", sorted(module.name for module in pkgutil.iter_modules(signals.__path__)))
def test_every_signals_docstring_says_what_it_may_claim_and_what_not(name: str) -> None:
    if name in WITHOUT_CLAIM:
        return
    said = " ".join((importlib.import_module(f"transforms.signals.{name}").__doc__ or "").split())
    assert "May claim" in said, name
    assert "ay not claim" in said, name
