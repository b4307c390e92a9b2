"""A month of which its source says that nothing was recorded is published as zero, once somebody declares it."""

import shutil

import pandas as pd
import pytest
from drawing import hertfordshire
from histories import HEADER, at_rest

from data.errors import Held, InputRejected
from data.workspace import Workspace
from flows import holding, keeping, running


def test_a_nil_return_is_refused_until_declared_held_until_accepted_and_then_published_as_zeros(one_release, tmp_path):
    """F2: 19 reports a month are usual, so that a month of none is a doubt even where it is declared."""
    place = Workspace(shutil.copytree(one_release.root, tmp_path / "workspace"))
    file = place.landing / "hertfordshire_2024-02-04.csv"
    file.write_text(hertfordshire(HEADER), encoding="utf-8")
    at_rest(file)
    said: list[str] = []

    def run(nil_return: bool = False):
        return running.run(place, [], "hertfordshire", "local", None, 0, said.append, nil_return=nil_return)

    with pytest.raises(InputRejected, match="no rows") as refused:
        run()
    assert "--nil-return" in refused.value.next_step
    with pytest.raises(Held, match="1 rows break volume_plausible in column 2024-01"):
        run(nil_return=True)
    (batch,) = holding.held(place)
    holding.let_through(place, batch.run_id, "the force confirmed that no report was recorded in January")
    job = run(nil_return=True)
    assert f"{file.name}: a nil return, nothing recorded up to the end of January 2024." in "\n".join(said)
    assert job.extends and str(job.release_id).startswith("2024-01-")
    figures = pd.read_parquet(place.current_release() / "published.parquet")
    january = figures[(figures["period_start"].astype(str) == "2024-01-01") & (figures["period_type"] == "month")]
    # Where months of an area have no place, a zero of the whole force would tell its: some zeros are hidden.
    printed = january[january["marker"] != "[c]"]
    assert len(printed) > 50 and printed["value"].eq(0).all()
    keeping.verify(place)
    # It lies in landing/ still: the next run, which nobody tells anything, knows it by its bytes.
    assert run().nothing_new


def test_a_check_takes_the_same_declaration(tmp_path):
    file = tmp_path / "hertfordshire_2024-02-04.csv"
    file.write_text(hertfordshire(HEADER), encoding="utf-8")
    place = Workspace(tmp_path / "workspace")
    said = running.check(place, file, "hertfordshire", None, nil_return=True)
    assert "nothing recorded up to the end of January 2024" in said[0] and said[-1] == "This extract can be run."
