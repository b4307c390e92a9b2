"""A run takes extracts to a release; running again changes nothing; two workspaces give the same bytes."""

import hashlib
import json
import shutil
import sqlite3
import stat
from pathlib import Path

import pandas as pd
import pytest
from drawing import hertfordshire, pseudonym
from histories import at_rest

from data.errors import Busy, Held, StorageFailed, UsageError
from data.workspace import Workspace
from flows import answering, locking, pulls, register, running
from transforms import publishing

PICTURE = "\n".join(
    ["| report_id | grounds | district_code | occurred_date | reported_date | recorded_date |"]
    + [
        f"| {pseudonym(area, month, number)} | {ground} | {area} |" + f" 2023-{month:02}-10 |" * 3
        for area, size in (("E07000103", 7), ("E07000098", 6), ("E07000240", 3))
        for month in range(1, 13)
        for number, ground in enumerate(["race"] * size + ["religion race"])
    ]
)


def drop(place: Workspace, picture: str = PICTURE, day: str = "2024-01-04") -> Path:
    file = place.landing / f"hertfordshire_{day}.csv"
    file.write_text(hertfordshire(picture), encoding="utf-8")
    return at_rest(file)


def run(place: Workspace, *files: Path, engine: str = "local", allow_rejects: int = 0):
    said: list[str] = []
    job = running.run(place, files, "hertfordshire", engine, None, allow_rejects, said.append)
    return job, said


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_everything_in_landing_becomes_a_release(place):
    drop(place)
    job, said = run(place)
    release = place.current_release()
    assert release is not None and release.name == job.release_id
    assert any("rows in = 228 counted" in sentence or "228 rows in = " in sentence for sentence in said), said
    manifest = json.loads((release / "manifest.json").read_text())
    rows = manifest["rows"]
    assert rows["received"] == rows["counted"] == 230, "an exact number of rows is a count too, so it is rounded"
    assert manifest["files"] == {name: h for name, h in bytes_of(release).items() if name != "manifest.json"}
    assert {"index.html", "quality.html", "published.csv", "published.parquet"} <= set(manifest["files"])


def test_the_same_input_twice_publishes_nothing_new(place):
    file = drop(place)
    first, _ = run(place)
    before = bytes_of(place.public)
    (place.landing / "copy_2024-01-04.csv").write_bytes(file.read_bytes())
    second, said = run(place)
    assert second.nothing_new and second.release_id == first.release_id
    assert [sentence for sentence in said if "Nothing new" in sentence]
    assert bytes_of(place.public) == before


def test_two_fresh_workspaces_give_the_same_bytes(tmp_path):
    made = []
    for name in ("one", "two"):
        place = Workspace(tmp_path / name)
        place.prepare()
        drop(place)
        run(place)
        made.append(bytes_of(place.public))
    assert made[0] == made[1]
    assert len(made[0]) > 20


def test_no_small_count_leaves_and_small_months_are_merged(place):
    """St Albans has 4 reports a month: its months have no place, its quarters of 12 are printed as 10."""
    drop(place)
    run(place)
    release = place.current_release()
    assert release is not None
    figures = pd.read_parquet(release / "published.parquet")
    counts = figures[figures["measure"] == "report_count"]
    assert not ((counts["value"] > 0) & (counts["value"] < 5)).any()
    assert (counts["value"].dropna() % 5 == 0).all()
    assert figures["value"].isna().eq(figures["marker"].eq("[c]")).all()
    st_albans = counts[
        (counts["area_code"] == "E07000240") & (counts["characteristic"] == "all") & (counts["record_class"] == "crime")
    ]
    assert "month" not in set(st_albans["period_type"])
    assert set(st_albans.loc[st_albans["period_type"] == "quarter", "value"]) == {10.0}
    grain = pd.read_csv(release / "grain.csv", keep_default_na=False)
    said = grain[(grain["area_code"] == "E07000240") & (grain["characteristic"] == "all")]["sentence"]
    assert said.str.startswith("Figures stand by quarter: months are merged").any()


def test_a_force_whose_months_are_all_small_has_a_release_for_the_months_it_covers(place):
    """Three reports a month and two districts: nothing stands by month, and a characteristic has no figure at all."""
    rows = [
        f"| {pseudonym(area, month, number)} | {ground} | {area} |" + f" 2023-{month:02}-10 |" * 3
        for month in range(1, 13)
        for number, (area, ground) in enumerate(
            [
                ("E07000103", "race"),
                ("E07000098", "religion" if month % 3 else "disability"),
                ("E07000098", "transgender" if month % 4 == 1 else "sexual_orientation"),
            ]
        )
    ]
    drop(place, "\n".join([PICTURE.splitlines()[0], *rows]))
    run(place)
    release = place.current_release()
    about = json.loads((release / "about.json").read_text())
    assert (about["first_month"], about["last_month"]) == ("2023-01-01", "2023-12-01")
    counts = pd.read_parquet(release / "published.parquet")
    counts = counts[counts["measure"] == "report_count"]
    crimes = counts[(counts["record_class"] == "crime") & (counts["area_type"] == "police_force")]
    assert "month" not in set(crimes.loc[crimes["characteristic"] == "all", "period_type"])
    assert set(crimes.loc[crimes["characteristic"] == "all", "value"].dropna()) == {10.0}


def test_what_was_published_is_certified_and_kept_in_the_register(place):
    drop(place)
    job, _ = run(place)
    release = place.current_release()
    certificate = json.loads((release / "certificate.json").read_text())
    assert certificate["passed"] and certificate["policy"]["name"] == "public" and certificate["earlier_releases"] == 0
    assert certificate["published_sha256"] == bytes_of(release)["published.parquet"]
    kept = pd.read_parquet(place.private / "register" / f"{job.release_id}.parquet")
    assert len(kept) == len(pd.read_parquet(release / "published.parquet"))
    counts = pd.read_parquet(place.private / "counts" / f"{job.release_id}.parquet")
    exact = publishing.exact_counts(place.warehouse, place.tmp)
    exact = exact[exact["area_type"] != "police_force"]
    assert counts.set_index(register.COUNTED[:-1])["report_count"].equals(
        exact.set_index(register.COUNTED[:-1])["report_count"]
    )


def test_a_faulty_row_holds_the_batch_and_leaves_the_old_release(place):
    drop(place)
    first, _ = run(place)
    before = bytes_of(place.public)
    drop(place, PICTURE.replace("2023-", "2024-").replace("2024-03-10", "10/03/2024", 1), "2025-01-04")
    with pytest.raises(Held) as held:
        run(place)
    assert "date_readable" in held.value.problem and "line" in held.value.problem
    assert "10/03/2024" not in str(held.value)
    assert "--allow-rejects 1" in held.value.next_step
    assert bytes_of(place.public) == before
    job, said = run(place, allow_rejects=1)
    assert job.release_id != first.release_id
    assert any("1 rejected" in sentence for sentence in said)


def test_the_private_side_is_its_owners_alone_and_the_public_side_readable(place):
    drop(place)
    run(place)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (place.private, place.landing)] == [0o700, 0o700]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (place.public, place.releases)] == [0o755, 0o755]
    for path in place.private.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    release = place.current_release()
    assert release is not None
    assert stat.S_IMODE((release / "index.html").stat().st_mode) == 0o644
    assert not list(place.tmp.iterdir())


def test_a_second_run_at_once_is_told_so(place):
    drop(place)
    with locking.sole_writer(place), pytest.raises(Busy):
        run(place)


def test_the_ledger_cannot_be_rewritten(place):
    drop(place)
    run(place)
    con = sqlite3.connect(place.ledger)
    for change in ("delete from extracts", "update releases set release_id = 'x'", "delete from events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            con.execute(change)
    con.close()


def test_checking_changes_nothing(place, tmp_path):
    file = tmp_path / "hertfordshire_2024-01-04.csv"
    file.write_text(hertfordshire(PICTURE), encoding="utf-8")
    said = running.check(place, file, "hertfordshire", None)
    assert said[-1] == "This extract can be run."
    assert not place.ledger.exists() and not place.warehouse.exists() and not list(place.tmp.iterdir())


def test_another_source_needs_its_own_workspace(place, tmp_path):
    drop(place)
    run(place)
    text = "_id\n"
    (tmp_path / "raw.csv").write_text(text)
    with pytest.raises(UsageError, match="workspace"):
        running.run(place, [tmp_path / "raw.csv"], "toronto", "local", None, 0, lambda _: None)


def test_figures_answer_from_the_release_alone(place):
    drop(place)
    run(place)
    place.warehouse.unlink()
    (race,) = answering.answer(place, "race", "watford", "2023-04", "2023-06").reply.answers
    assert race.value == 25
    assert "about 25 reports" in race.sentence and "Watford" in race.sentence
    (merged,) = answering.answer(place, "all", "St Albans", "2023-05", "2023-05").reply.answers
    assert merged.value is None and "No number is published" in merged.sentence
    near = merged.nearby[0].figure
    assert (near.value, near.start, near.end) == (10, answering.month("2023-04"), answering.month("2023-06"))
    assert "Figures stand by quarter" in merged.grain
    (zero,) = answering.answer(place, "transgender", "Watford", "2023-05", "2023-05").reply.answers
    assert zero.value == 0
    asked = answering.ask(place, "race, Watford, April to June 2023")
    assert [one.sentence for one in asked.reply.answers] == [race.sentence]
    with pytest.raises(UsageError, match="months"):
        answering.answer(place, "race", "Watford", "2022-01", "2022-12")
    assert [pull.outcome for pull in pulls.entries(place)] == ["given", "merged", "given", "given"]
    shutil.rmtree(place.private)
    with pytest.raises(StorageFailed, match="no figures are given"):
        answering.ask(place, "race, Watford, April to June 2023")


def test_an_unknown_label_is_listed_ready_to_be_mapped(place):
    """The message gives column and count, the private side the label; a check writes nothing down."""
    text = hertfordshire(PICTURE).replace(",online,", ",carrier pigeon,", 7)
    file = place.landing / "hertfordshire_2024-01-04.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Held) as checked:
        running.check(place, file, "hertfordshire", None)
    assert not list(place.quarantine.iterdir())
    with pytest.raises(Held) as held:
        run(place)
    for refusal in (checked.value, held.value):
        assert "7 rows break label_known in column reporting_route by 1 unknown label " in refusal.problem
        assert "pigeon" not in str(refusal)
    (folder,) = place.quarantine.iterdir()
    assert '[values.reporting_route]\n"carrier pigeon" = ""  # 7 rows' in (folder / "unknown_labels.toml").read_text()
    assert len((folder / "rows.csv").read_text().splitlines()) == 1 + 7


def test_a_file_still_being_written_waits_for_the_next_run(place):
    """F3: never half read; the others are taken in, and a workspace with nothing else ends at once, exit 0."""
    text = hertfordshire(PICTURE)
    part = place.landing / "hertfordshire_2024-03-04.csv.part"
    part.write_text(text, encoding="utf-8")
    job, said = run(place)
    assert job.nothing_new and job.release_id is None
    assert said == ["Waiting: hertfordshire_2024-03-04.csv.part is still being written; the next run takes it in."]
    part.unlink()
    drop(place)
    growing = place.landing / "hertfordshire_2024-02-04.csv"
    with growing.open("w", encoding="utf-8") as writer:
        writer.write(text[: len(text) // 2])
        writer.flush()
        first, said = run(place)
        assert said[0] == "Waiting: hertfordshire_2024-02-04.csv is still being written; the next run takes it in."
        assert any("1 files received: 1 new" in sentence for sentence in said), said
        writer.write(text[len(text) // 2 :].replace("2023-", "2022-"))
    second, said = run(place)
    assert any("2 files received: 1 new" in sentence for sentence in said), said
    assert second.release_id != first.release_id
