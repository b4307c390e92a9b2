"""Whatever in a release could carry a number that its audited tables do not give is found, and a clean one passes."""

import json
import shutil

import pandas as pd
import pytest
from drawing import hertfordshire, pseudonym
from histories import at_rest

from dashboards import site
from data.errors import DisclosureRefused
from data.policies import PUBLIC
from data.workspace import Workspace
from flows import proving, running

PICTURE = "\n".join(
    ["| report_id | grounds | district_code | occurred_date | reported_date | recorded_date |"]
    + [
        f"| {pseudonym(area, month, number)} | {ground} | {area} |" + f" 2023-{month:02}-10 |" * 3
        for area, size in (("E07000103", 7), ("E07000098", 6))
        for month in range(4, 8)
        for number, ground in enumerate(["race"] * size + ["religion race"])
    ]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A published release, and the same made again from its tables alone."""
    place = Workspace(tmp_path_factory.mktemp("carriers") / "workspace")
    place.prepare()
    file = place.landing / "hertfordshire_2023-08-04.csv"
    file.write_text(hertfordshire(PICTURE), encoding="utf-8")
    running.run(place, [at_rest(file)], "hertfordshire", "local", None, 0, lambda sentence: None, [])
    release = place.current_release()
    assert release is not None
    return release, proving.remake(release, tmp_path_factory.mktemp("again") / "again", site.build)


def after(file, old, new):
    """Put text into a file beside text that is there."""

    def plant(release):
        path = next(iter(sorted(release.glob(file))))
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return plant


def key(document, where):
    """Put a number into a JSON document."""

    def plant(release):
        path = release / document
        content = json.loads(path.read_text(encoding="utf-8"))
        where(content)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")

    return plant


def table(name, change):
    """Write a table of the release again, changed."""

    def plant(release):
        changed = change(pd.read_parquet(release / f"{name}.parquet"))
        changed.to_parquet(release / f"{name}.parquet", index=False)
        (release / f"{name}.csv").write_bytes(proving.csv_of(changed))

    return plant


def with_attributes(frame):
    frame.attrs["counts"] = [3]
    return frame


LEAKS = {
    "hover text": after("index.html", "<title>", "<title>3 "),
    "a hidden element": after("index.html", "</main>", '<span hidden data-n="3"></span></main>'),
    "a comment": after("areas/*.html", "</body>", "<!-- 3 --></body>"),
    "alternative text": after("index.html", 'aria-label="', 'aria-label="3 '),
    "an axis": after("index.html", "<svg ", '<svg data-range="0,3" '),
    "a style": after("index.html", "<style>", "<style>/* 3 */"),
    "a script": after("index.html", "<script>", "<script>/* 3 */"),
    "an encoded array": after("assets/explore/*.js", "explorerArea(", 'atob("AwAAAA==");explorerArea('),
    "a hidden trace": after("assets/explore/*.js", "explorerArea({", 'explorerArea({"x": {"y": [3]}, '),
    "a row of a CSV": after("**/*.csv", "\n", "\nreport_count,3\n"),
    "a file": lambda release: (release / "notes.txt").write_text("3"),
    "a file name": lambda release: (release / "areas" / "3.html").write_text(""),
    "a folder's name": lambda release: (release / "3").mkdir(),
    "published.csv alone": after("published.csv", "\n", "\n3\n"),
    "grain.csv alone": after("grain.csv", "\n", "\n3\n"),
    "evidence.csv alone": after("evidence.csv", "\n", "\n3\n"),
    "a column": table("published", lambda frame: frame.assign(exact=3)),
    "a column of the grain": table("grain", lambda frame: frame.assign(exact=3)),
    "a column of the evidence": table("evidence", lambda frame: frame.assign(exact=3)),
    "attributes of a Parquet": table("published", with_attributes),
    "a key of about.json": key("about.json", lambda about: about.update(exact=3)),
    "an exact number of rows": key("about.json", lambda about: about["rows"].update(rejected=3)),
    "an exact number of reports": key("about.json", lambda about: about.update(reports_counted=58)),
    "a key of quality.json": key("quality.json", lambda quality: quality.update(exact=3)),
    "an exact number that failed": key("quality.json", lambda quality: quality["rules"][0].update(failed_count=3)),
    "a key of a rule": key("quality.json", lambda quality: quality["rules"][0].update(exact=3)),
    "an extract's exact rows": key("quality.json", lambda quality: quality["accounting"][0].update(received=58)),
    "a key of the certificate": key("certificate.json", lambda certificate: certificate.update(exact=3)),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_planted_in_any_carrier_is_found(leak, made, tmp_path):
    release, again = made
    planted = shutil.copytree(release, tmp_path / "planted")
    (planted / "manifest.json").unlink()
    LEAKS[leak](planted)
    made_again = [name for name in proving.differing(planted, again) if name not in proving.TABLES]
    assert made_again or list(proving.odd_tables(planted, PUBLIC)), "a table is copied, so it must be odd by itself"


def test_a_clean_release_holds_nothing_more_than_its_tables_give(made):
    release, again = made
    assert proving.differing(release, again) == ["manifest.json"], "written last, after the proof"
    assert list(proving.odd_tables(release, PUBLIC)) == []


def test_a_release_that_holds_more_is_refused_without_a_word_of_what(made, tmp_path):
    planted = shutil.copytree(made[0], tmp_path / "planted")
    (planted / "manifest.json").unlink()
    LEAKS["a hidden element"](planted)
    with pytest.raises(DisclosureRefused, match=r"1 files .* index\.html") as refused:
        proving.prove(planted, tmp_path / "proof", PUBLIC, site.build)
    assert "data-n" not in str(refused.value)
    assert not (tmp_path / "proof").exists()
