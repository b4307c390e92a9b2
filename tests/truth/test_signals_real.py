"""Real extracts give signals that read sensibly: three that were found, and what they turned out to be."""

import importlib.util
from pathlib import Path

import pandas as pd
from conftest import ROOT, Core

from transforms.signals.inputs import read_inputs
from transforms.signals.panel import Panel, evidence_panel, judged


def london(real_data: Path, last_month: str) -> Panel:
    spec = importlib.util.spec_from_file_location("london", ROOT / "benchmarks" / "london.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return judged(module.london(real_data, last_month))


def row_of(panel: Panel, area: str, characteristic: str, signal: str) -> pd.Series:
    evidence = panel.evidence
    here = (evidence["area_name"].str.casefold() == area) & (evidence["characteristic"] == characteristic)
    return evidence[here & (evidence["signal"] == signal)].iloc[0]


def test_londons_signals_point_at_few_places_and_say_why(real_data: Path) -> None:
    panel = london(real_data, "2021-05-01")
    counts = panel.verdicts["verdict"].value_counts()
    assert counts.sum() == 32 * 5
    # Counts alone carry three kinds of evidence; few cells have two that agree.
    assert counts["watch"] <= 16
    assert counts.get("look_here_first", 0) <= 1
    # Harrow recorded no transgender report in a year, after 9 and 5 in earlier ones: a silence to ask about.
    harrow = row_of(panel, "harrow", "transgender", "lower_than_before")
    assert harrow["state"] == "flag" and harrow["observed"] == 0
    # Barnet's homophobic reports are few beside its other reports, of which one in five is antisemitic.
    barnet = row_of(panel, "barnet", "sexual_orientation", "lower_in_mix")
    assert barnet["state"] == "flag"
    assert row_of(panel, "barnet", "sexual_orientation", "lower_than_before")["state"] == "clear"


def test_torontos_quiet_division_is_one_where_another_ground_grew(core: Core, real_data: Path) -> None:
    """Division 32 has always had about one such report a year; in 2023 its religious ones went from 15 to 48."""
    core.build("toronto", real_data / "toronto_2018_2023" / "raw_data.csv")
    panel = evidence_panel(core.database, core.folder)
    found = row_of(panel, "division 32", "sexual_orientation", "lower_in_mix")
    assert found["state"] == "flag" and found["observed"] <= 3
    assert row_of(panel, "division 32", "sexual_orientation", "lower_than_before")["state"] != "flag"
    # With one extract nothing can be said of late reports, and without populations nothing per head.
    assert set(panel.nowcasts["state"]) == {"cannot_tell"}
    assert set(panel.evidence.loc[panel.evidence["signal"] == "lower_than_expected", "state"]) == {"cannot_tell"}


def test_a_feed_dated_later_than_it_reaches_is_not_read_as_silence(core: Core, real_data: Path) -> None:
    """New York's table of December holds nothing after September: two empty months are missing, not zero."""
    core.build("nypd", real_data / "nypd_2024" / "NYPD_Hate_Crimes_20241206.csv")
    inputs = read_inputs(core.database, core.folder)
    assert str(inputs.period.last_month) == "2024-09-01"
    assert inputs.monthly["month"].max() == pd.Timestamp("2024-09-01")
    panel = judged(inputs)
    assert "look_here_first" not in set(panel.verdicts["verdict"])
    assert (panel.verdicts["verdict"] == "cannot_tell").mean() > 0.8
