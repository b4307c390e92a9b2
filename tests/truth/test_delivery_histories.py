"""However extracts come — in any order, again, revised, packed, in another format — the counts are those of an oracle.

The oracle is plain Python over the rows that were written: no pandas, no SQL. `HISTORIES=500` makes the long trial.
"""

import csv
import gzip
import io
import os
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Core
from drawing import GROUNDS, HERTFORDSHIRE_ROW, pseudonym
from histories import rows_of

from data import profile as profiles
from data.description import FileFormat
from data.profile import Profile
from transforms import increment, reading, warehouse

HISTORIES = int(os.environ.get("HISTORIES", "20"))
AREAS = ("E07000103", "E07000098", "E07000240", "outside", "online")
CODES = {"outside": "herts_outside", "online": "herts_online"}
Row = dict[str, str]
Delivery = tuple[date, list[Row]]


def new_report(draw: random.Random, number: int, day: date) -> Row:
    """A report recorded in the month before `day`, said to have happened up to 400 days earlier."""
    recorded = day - timedelta(days=draw.randrange(1, 32))
    reported = recorded - timedelta(days=draw.randrange(0, 20))
    occurred = reported - timedelta(days=draw.choice([0, 0, 1, 5, 40, 400]))
    row = HERTFORDSHIRE_ROW | {
        "report_id": pseudonym(number),
        "occurred_date": draw.choice([occurred.isoformat(), occurred.isoformat(), ""]),
        "reported_date": reported.isoformat(),
        "recorded_date": recorded.isoformat(),
    }
    return revised(draw, row, ("district_code", "record_class", "grounds"))


def revised(draw: random.Random, row: Row, what: tuple[str, ...]) -> Row:
    """The same report with some of its values drawn anew."""
    row = dict(row)
    if "district_code" in what:
        row["district_code"] = draw.choice(AREAS)
    if "record_class" in what:
        row["record_class"] = draw.choice(["crime", "crime", "non_crime_incident"])
    if "status" in what:
        row["status"] = draw.choice(["cancelled", "recorded"])
    if "grounds" in what:
        # Sometimes none: such a report is out of scope.
        named = draw.sample(GROUNDS, draw.choice([0, 1, 1, 1, 2, 3]))
        row |= {ground: "Y" if ground in named else "N" for ground in GROUNDS}
    return row


def history(draw: random.Random, rule: str) -> list[Delivery]:
    """Some months of extracts: each carries new reports and some older ones as they now stand, or all (snapshot)."""
    known: dict[str, Row] = {}
    deliveries = []
    for number in range(draw.randrange(1, 6)):
        day = date(2023, 1, 4) + timedelta(days=31 * number + draw.randrange(0, 9))
        carried = {}
        for n in range(draw.randrange(1, 12)):
            row = new_report(draw, 100 * number + n, day)
            carried[row["report_id"]] = row
        for key in draw.sample(sorted(known), draw.randrange(0, len(known) + 1)):
            what = draw.sample(["district_code", "record_class", "status", "grounds", "nothing"], 2)
            carried[key] = revised(draw, known[key], tuple(what))
        known |= carried
        if rule == "snapshot":
            for key in draw.sample(sorted(known), draw.randrange(0, len(known) // 4 + 1)):
                known.pop(key)
            carried = dict(known) or carried
            known = dict(carried)
        rows = list(carried.values())
        # The same line twice is one report.
        rows += draw.sample(rows, draw.choice([0, 0, 1]))
        deliveries.append((day, rows))
    return deliveries


def cells_of(standing: list[Row]) -> Counter:
    """The counts of the reports that stand, cell for cell."""
    cells: Counter = Counter()
    for row in standing:
        grounds = [ground for ground in GROUNDS if row[ground] == "Y"]
        if row["status"] == "cancelled" or not grounds:
            continue
        for basis in ("recorded", "reported", "occurred"):
            if not row[f"{basis}_date"]:
                continue
            month = row[f"{basis}_date"][:7] + "-01"
            area = CODES.get(row["district_code"], row["district_code"])
            for place in (area, "all"):
                for characteristic in [*grounds, "all"]:
                    cells[place, characteristic, month, row["record_class"], basis] += 1
    return cells


def counted(deliveries: list[Delivery], rule: str) -> tuple[Counter, Counter]:
    """The oracle: the counts by area, characteristic, month, class and date, and the rows by what became of them."""
    newest: dict[str, tuple[date, Row]] = {}
    for day, rows in sorted(deliveries, key=lambda delivery: delivery[0]):
        if rule == "snapshot":
            newest = {}
        for row in rows:
            newest[row["report_id"]] = (day, row)
    outcomes: Counter = Counter()
    for day, rows in deliveries:
        for row in rows:
            if newest.get(row["report_id"], (None,))[0] != day:
                outcomes["superseded"] += 1
            elif row["status"] == "cancelled":
                outcomes["cancelled"] += 1
            else:
                outcomes["counted" if any(row[ground] == "Y" for ground in GROUNDS) else "out_of_scope"] += 1
    return cells_of([row for _, row in newest.values()]), outcomes


def written(draw: random.Random, delivery: Delivery, folder: Path) -> Path:
    """One delivery as a file: rows and columns in any order, as CSV, in gzip or as Parquet."""
    day, rows = delivery
    rows = draw.sample(rows, len(rows))
    columns = draw.sample(list(HERTFORDSHIRE_ROW), len(HERTFORDSHIRE_ROW))
    stem = f"{draw.randrange(10**6)}_{day.isoformat()}"
    kind = draw.choice(["csv", "csv.gz", "parquet"])
    path = folder / f"{stem}.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table({name: [row[name] for row in rows] for name in columns}), path)
        return path
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator=draw.choice(["\n", "\r\n"]))
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content) if kind == "csv.gz" else content)
    return path


def delivered(core: Core, profile: Profile, files: list[Path], at_once: int) -> tuple[Counter, Counter]:
    """Build core from files as they arrive, content that is already known set aside, and read it.

    The first `at_once` are built whole, and each other is taken into what stands, which must end as a whole build.
    """
    known: dict[str, warehouse.StoredExtract] = {}
    for file in files:
        form = FileFormat(format="parquet" if file.suffix == ".parquet" else "csv")
        found = reading.read(file, profile.model_copy(update={"file": form}), core.folder)
        kept = warehouse.StoredExtract(
            found.extract_id, found.source, found.row_count, found.extracted_on, found.parquet
        )
        known.setdefault(found.extract_id, kept)
    extracts = list(known.values())
    built_whole = _built(core, profile, extracts)
    if at_once < len(extracts):
        _built(core, profile, extracts[:at_once])
        for extract in extracts[at_once:]:
            increment.extend_raw(core.database, [extract], profile, core.folder)
            increment.extend_core(core.database, [extract.extract_id], core.folder)
        assert rows_of(core.database) == built_whole
    cells = core.ask(
        "select area_code, characteristic, cast(month as varchar), record_class, date_basis, report_count "
        "from core.monthly_counts where report_count > 0"
    )
    outcomes = core.ask(
        "select outcome, sum(row_count)::int from core.row_outcomes group by all having sum(row_count) > 0"
    )
    return Counter({tuple(key): count for *key, count in cells}), Counter(dict(outcomes))


def _built(core: Core, profile: Profile, extracts: list[warehouse.StoredExtract]) -> str:
    core.database.unlink(missing_ok=True)
    warehouse.build_raw(core.database, extracts, {profile.name: profile}, core.folder)
    warehouse.build_core(core.database, core.folder)
    return rows_of(core.database)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_any_delivery_of_a_history_gives_the_oracles_counts(core: Core, tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    rule = draw.choice(["report", "snapshot"])
    profile = profiles.load("hertfordshire")
    profile = profile.model_copy(update={"extract": profile.extract.model_copy(update={"revision_rule": rule})})
    deliveries = history(draw, rule)
    expected = counted(deliveries, rule)
    assert sum(expected[1].values()) == sum(len(rows) for _, rows in deliveries)
    for attempt in range(2):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        repeated = deliveries + draw.sample(deliveries, draw.randrange(0, len(deliveries) + 1))
        files = [written(draw, delivery, folder) for delivery in draw.sample(repeated, len(repeated))]
        at_once = draw.randrange(1, len(files) + 1) if attempt and rule == "report" else len(files)
        assert delivered(core, profile, files, at_once) == expected


def test_the_oracle_counts_a_history_drawn_by_hand() -> None:
    """One report moves and gains a ground, one is cancelled, one has no ground, one stays as it was."""

    def row(key: str, area: str, ground: str, status: str = "recorded") -> Row:
        return HERTFORDSHIRE_ROW | {"report_id": key, "district_code": area, "status": status, ground: "Y"}

    first = [row("a", "online", "race"), row("b", "online", "race"), row("d", "online", "disability")]
    second = [row("a", "outside", "race") | {"religion": "Y"}, row("b", "online", "race", "cancelled")]
    second.append(row("c", "online", "race") | {"race": "N"})
    cells, outcomes = counted([(date(2024, 2, 4), first), (date(2024, 3, 4), second)], "report")
    recorded = {key[:2]: count for key, count in cells.items() if key[4] == "recorded"}
    assert recorded == {
        ("herts_outside", "race"): 1,
        ("herts_outside", "religion"): 1,
        ("herts_outside", "all"): 1,
        ("herts_online", "disability"): 1,
        ("herts_online", "all"): 1,
        ("all", "race"): 1,
        ("all", "religion"): 1,
        ("all", "disability"): 1,
        ("all", "all"): 2,
    }
    assert outcomes == {"counted": 2, "superseded": 2, "cancelled": 1, "out_of_scope": 1}
