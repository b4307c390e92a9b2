"""The wheel holds exactly the program's files: nothing missing that a run needs, no extract that slipped in."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("dashboards", "data", "expectations", "flows", "transforms")


def test_wheel_holds_what_git_tracks_under_the_five_folders(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        built = {name for name in archive.namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert built == set(tracked)
    assert {"data/reference/areas.csv", "transforms/sql/core.reports.sql", "data/profiles/nypd.toml"} <= built


def test_no_committed_file_names_a_registry_or_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    forbidden = [
        "pypi" + ".org",
        "python" + "hosted",
        "npmjs" + ".org",
        "/ro" + "ot/",
        "/ho" + "me/",
        "deb.deb" + "ian",
    ]
    for name in tracked:
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".lock", ".sql", ".html", ".css", ".js", ".csv", ""}
            and path.is_file()
        ):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in forbidden if word in text], name
