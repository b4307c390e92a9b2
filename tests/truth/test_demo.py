"""The demo's world is known: what comes out of core is exactly what went in, cell for cell."""

import pandas as pd

from data.synthetic import World, make_extracts


def test_core_counts_are_the_worlds_own(core, tmp_path):
    files = make_extracts(World(), tmp_path / "landing", tmp_path / "truth")
    core.build("hertfordshire", *files)
    truth = pd.read_csv(tmp_path / "truth" / "report_counts.csv")
    keys = ["area_code", "characteristic", "month", "record_class"]
    counted = pd.DataFrame(
        core.ask(
            "select area_code, characteristic, strftime(month, '%Y-%m-%d'), record_class, report_count "
            "from core.monthly_counts where date_basis = 'recorded'"
        ),
        columns=[*keys, "counted"],
    )
    both = truth.merge(counted, on=keys, how="outer")
    assert len(both) >= 10_000
    assert both["report_count"].fillna(0).eq(both["counted"].fillna(0)).all()


def test_every_row_of_the_demo_has_one_outcome(core, tmp_path):
    files = make_extracts(World(), tmp_path / "landing", tmp_path / "truth")
    core.build("hertfordshire", *files)
    lines = sum(len(file.read_text().splitlines()) - 1 for file in files)
    outcomes = dict(core.ask("select outcome, sum(row_count)::int from core.row_outcomes group by all"))
    assert sum(outcomes.values()) == lines
    assert outcomes["superseded"] > 0 and outcomes["cancelled"] > 0 and outcomes["rejected"] == 0
