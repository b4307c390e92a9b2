"""Meeting packs: inside a release where the run asks for them, beside it at any time, never into a finished one."""

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from drawing import pseudonym
from histories import at_rest

from dashboards.site import WHOLE_FILES, build, slug
from data.errors import UsageError
from data.workspace import Workspace
from flows import briefing, due, keeping, pulls, running, scheduling

NORTH = slug("N")
PROFILE = """
name = "two_towns"
title = "Two towns"
contract_version = 1
headline_date_basis = "occurred"
[force]
code = "towns"
name = "Two Towns"
[file]
format = "csv"
encoding = "utf-8"
delimiter = ","
quote = '"'
[extract]
revision_rule = "snapshot"
[report]
rows_per_report = "one"
[columns]
report_id = "id"
occurred = "day"
area = "town"
[scope]
other_local = "counted"
not_recorded = "counted"
[dates]
occurred = "%Y-%m-%d"
[area]
area_type = "town"
[area.labels]
"N" = "Northtown"
"S" = "Southtown"
[[motivations]]
[motivations.ground.labels]
"R" = "race"
"""


def run(place: Workspace, packs: bool | None = None):
    profile = str(place.root / "two_towns.toml")
    return running.run(place, [], profile, "local", date(2024, 1, 4), 0, lambda _: None, packs=packs)


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A workspace whose first release holds packs."""
    place = Workspace(tmp_path_factory.mktemp("packs") / "workspace")
    place.prepare()
    (place.root / "two_towns.toml").write_text(PROFILE, encoding="utf-8")
    lines = [
        f"{pseudonym(town, year, month, number)},{year}-{month:02}-10,{town},R"
        for town, size in (("N", 11), ("S", 7))
        for year in (2022, 2023)
        for month in range(1, 13)
        for number in range(size)
    ]
    file = place.landing / "towns.csv"
    file.write_text("\n".join(["id,day,town,ground", *lines, ""]), encoding="utf-8")
    at_rest(file)
    run(place, packs=True)
    return place


def test_a_release_made_with_packs_holds_them_and_is_a_function_of_its_own_published_files(place, tmp_path):
    release = place.current_release()
    held = bytes_of(release)
    assert f"briefings/{NORTH}/race/northtown-race.pptx" in held
    assert json.loads((release / "manifest.json").read_text())["files"] == {
        name: digest for name, digest in held.items() if name != "manifest.json"
    }
    for name in WHOLE_FILES:
        shutil.copy(release / name, tmp_path / name)
    built = {path.relative_to(tmp_path).as_posix() for path in build(tmp_path, packs=True)}
    again = bytes_of(tmp_path)
    assert {name: held[name] for name in built} == {name: again[name] for name in built}
    assert built == set(held) - set(WHOLE_FILES) - {"manifest.json", "grain.parquet"}
    assert keeping.verify(place)


def test_a_person_gets_a_pack_by_any_name_beside_the_releases_and_never_in_one(place, tmp_path):
    [folder] = briefing.one(place, "Racism", " NORTHtown ")
    assert folder == place.public / "briefings" / place.current_release().name / NORTH / "race"
    inside = place.current_release() / "briefings" / NORTH / "race"
    assert bytes_of(folder) == bytes_of(inside)
    assert briefing.one(place, "all", None, tmp_path) == [tmp_path / slug("towns") / "all"]
    assert len(briefing.every(place, tmp_path, purpose="a meeting")) == 6
    last = pulls.entries(place)[-1]
    assert (last.command, last.purpose, last.outcome, len(last.asked)) == ("briefing", "a meeting", "given", 6)
    for target in (place.current_release() / "more", place.private):
        with pytest.raises(UsageError):
            briefing.one(place, "race", "northtown", target)
    for characteristic, area in (("shoe size", "northtown"), ("race", "Atlantis"), ("transgender", "northtown")):
        with pytest.raises(UsageError):
            briefing.one(place, characteristic, area, tmp_path)


def test_the_command_prints_where_the_pack_is(place, tmp_path):
    command = [sys.executable, "-m", "flows.cli", "briefing", "--characteristic", "race", "--area", "Southtown"]
    command += ["--to", str(tmp_path / "mine"), "--workspace", str(place.root)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr, result.stdout) == (0, "", f"mine/{slug('S')}/race\n")
    assert len(list((tmp_path / "mine" / slug("S") / "race").iterdir())) == 9


def test_packs_stay_until_they_are_not_wanted_and_a_change_of_texts_makes_a_new_release(place):
    # The last test of the file: it changes which release readers see.
    with_packs = place.current_release()
    assert run(place).nothing_new
    place.texts.mkdir()
    row = "kind,name,contact,description,area_code,applies_to,source_id,checked_on\n"
    (place.texts / "support.csv").write_text(f"{row}report,Desk,555-0100,Ring the desk.,towns,all,ours,2026-01-02\n")
    assert not run(place, packs=False).nothing_new
    without = place.current_release()
    # A force's own texts, put into the workspace, are on every page, and kept with the release.
    assert "Desk: 555-0100" in (without / "index.html").read_text(encoding="utf-8")
    assert (without / "texts" / "support.csv").read_bytes() == (place.texts / "support.csv").read_bytes()
    [folder] = briefing.one(place, "race", "northtown")
    assert "Desk: 555-0100" in (folder / "northtown-race.html").read_text(encoding="utf-8")
    assert not (without / "briefings").exists()
    assert "For a meeting" in (with_packs / "areas" / f"{NORTH}.html").read_text(encoding="utf-8")
    # A place without packs says how to print a page of its figures, and how packs are made.
    place_without = (without / "areas" / f"{NORTH}.html").read_text(encoding="utf-8")
    assert "ask.html#q=Race%2C+Northtown%2C+last+12+months" in place_without
    assert ("hatecrime briefing --all" in place_without, "briefings/" in place_without) == (True, False)
    assert run(place).nothing_new
    # A release that comes by the schedule holds packs, because nobody is there to ask for them.
    shutil.copyfile(place.root / "two_towns.toml", place.private / "two_towns.toml")
    (place.private / "operations.toml").write_text('profile = "two_towns.toml"\n', encoding="utf-8")
    assert (
        scheduling.perform(place, "monthly_release", datetime.now(due.LONDON), "local", lambda _: None, True) == "done"
    )
    assert (place.current_release() / "briefings" / NORTH / "race").is_dir()
