"""An attacker that shares no code with the project recovers nothing from protected random cubes."""

import os
from dataclasses import replace

import pytest
from attacking import Attacker, recovered
from cubes import late, random_cube, true_counts

from data import policies
from expectations.disclosure import audit
from transforms.disclosure import protect

PUBLIC = replace(policies.PUBLIC, offered_share=0)
PARTNER = replace(policies.PARTNER, offered_share=0)
"""The profiles as they are, but showing even where nearly all is hidden, so that there is the more to attack."""

CUBES = int(os.environ.get("DISCLOSURE_CUBES", "2"))
RELEASES = int(os.environ.get("DISCLOSURE_RELEASES", "4"))
"""How many random cubes each test draws, and how many monthly releases follow one another; in full 1,000 and 12."""


def parts_of(protected):
    return {area: list(group) for area, group in protected.structure.groupby("area_code")["part_code"]}


@pytest.mark.parametrize("seed", range(CUBES))
@pytest.mark.parametrize("policy", [PUBLIC, PARTNER], ids=lambda policy: policy.name)
def test_no_hidden_count_is_recovered_from_one_release(seed, policy):
    counts = random_cube(seed, place_count=4, month_count=12)
    protected = protect(counts, policy)
    attacker = Attacker(parts_of(protected), rounded=policy is PUBLIC).read(protected.figures)
    assert recovered(attacker.ranges(), true_counts(counts)) == []
    assert audit(protected.figures, protected.structure, policy).findings == ()


@pytest.mark.parametrize("seed", range(CUBES))
def test_no_hidden_count_is_recovered_from_releases_that_follow_one_another(seed):
    import pandas as pd

    whole = random_cube(100 + seed, place_count=4, month_count=12 + RELEASES)
    months = sorted(whole["month"].unique())
    register = None
    attacker = None
    for number in range(RELEASES):
        whole = late(whole, seed=10 * seed + number, changes=6)
        counts = whole[whole["month"].isin(months[: 12 + number])]
        protected = protect(counts, PUBLIC, register)
        attacker = (attacker or Attacker(parts_of(protected))).read(protected.figures)
        assert recovered(attacker.ranges(), true_counts(counts)) == []
        assert audit(protected.figures, protected.structure, PUBLIC, register, counts).findings == ()
        register = pd.concat([register, protected.entries], ignore_index=True)


def test_the_attacker_recovers_counts_that_are_only_hidden_one_by_one():
    """Without this the tests above could pass because the attacker is blind."""
    counts = random_cube(0, place_count=4, month_count=12)
    protected = protect(counts, PARTNER)
    naive = protected.figures.copy()
    truth = true_counts(counts)
    exact = [
        truth[row.area_code, row.characteristic, str(row.period_start), str(row.period_end)]
        for row in naive.itertuples()
    ]
    naive["value"] = [float("nan") if 1 <= count <= 4 else float(count) for count in exact]
    attacker = Attacker(parts_of(protected), rounded=False).read(naive)
    assert len(recovered(attacker.ranges(), truth)) > 10
    assert not audit(naive, protected.structure, PARTNER).passed
