"""Releases that follow one another tell nothing together, not even to who knows exactly what did not change.

In full, a cube a test: LINKED_CUBES=1000 LINKED_RELEASES=12 LINKED_PLACES=5-15 LINKED_MONTHS=12-36.
"""

import os

import numpy as np
import pandas as pd
import pytest
from late_reports import monthly_releases
from linked_attacking import LinkedAttacker

from data.policies import PUBLIC
from expectations.disclosure import audit
from transforms import publishing
from transforms.disclosure import protect

CUBES = int(os.environ.get("LINKED_CUBES", "1"))
RELEASES = int(os.environ.get("LINKED_RELEASES", "3"))
PLACES, MONTHS = (
    tuple(int(end) for end in os.environ.get(name, usual).split("-"))
    for name, usual in (("LINKED_PLACES", "5-5"), ("LINKED_MONTHS", "12-12"))
)


def releases(seed: int, count: int, linked: bool):
    """Each release in turn: what it may print, its exact counts, and the register and counts of those before it."""
    random = np.random.default_rng(seed)
    size = [int(random.integers(least, most + 1)) for least, most in (PLACES, MONTHS)]
    register = past = None
    for number, counts in enumerate(monthly_releases(seed, *size, count, float(random.uniform(0.5, 2)))):
        protected = protect(counts, PUBLIC, register, past=past if linked else None)
        yield protected, counts, register, past
        name = {"release_id": f"release {number}"}
        register = pd.concat([register, protected.entries.assign(**name)], ignore_index=True)
        past = pd.concat([past, counts.assign(**name)], ignore_index=True)


@pytest.mark.parametrize("seed", range(CUBES))
def test_an_outsider_who_knows_what_did_not_change_recovers_nothing_from_any_release(seed):
    attacker = None
    for number, (protected, counts, register, past) in enumerate(releases(seed, RELEASES, linked=True)):
        parts = {area: list(rows) for area, rows in protected.structure.groupby("area_code")["part_code"]}
        attacker = (attacker or LinkedAttacker(parts)).read(protected.figures, counts)
        verdict = audit(protected.figures, protected.structure, PUBLIC, register, counts, past=past)
        assert verdict.findings == (), "a false alarm, or the attacker below finds it too"
        assert verdict.linked_count == number
    assert attacker.recovered() == []


def test_the_attacker_and_the_audit_find_what_releases_that_are_not_linked_tell_together():
    """Without this the test above could pass because both are blind: the same counts, each release for itself."""
    attacker, found = None, []
    for protected, counts, register, past in releases(0, 2, linked=False):
        parts = {area: list(rows) for area, rows in protected.structure.groupby("area_code")["part_code"]}
        attacker = (attacker or LinkedAttacker(parts)).read(protected.figures, counts)
        verdict = audit(protected.figures, protected.structure, PUBLIC, register, counts, past=past)
        found += [finding for finding in verdict.findings if finding.kind == "linked"]
    recovered = {(area, characteristic) for (_, area, characteristic, _, _), _ in attacker.recovered()}
    assert recovered
    assert {(finding.area_code, finding.characteristic) for finding in found} == recovered


def test_what_is_published_is_linked_to_the_counts_behind_earlier_releases():
    """That second release, on its way to the published table, is protected with the first one's counts."""
    *_, (_, counts, register, past) = releases(0, 2, linked=False)
    keys = ["measure", "area_code", "characteristic", "record_class", "date_basis", "period_start"]
    shares = pd.DataFrame(columns=[*keys, "report_count", "trials", "events"])
    people = pd.DataFrame(columns=["area_code", "reference_date", "persons"])
    published = publishing.release_figures(counts, shares, PUBLIC, register, people, past)
    assert audit(published.figures, published.structure, PUBLIC, register, counts, past=past).findings == ()
