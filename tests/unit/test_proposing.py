"""A proposed profile gets the plain things right, marks the rest to be decided, and shows no value but short codes."""

import csv
import gzip
import io
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter

import duckdb
import pytest

from data import profile as profiles
from data.errors import HateCrimeError, InputRejected, UsageError
from data.synthetic import World, make_extracts
from transforms.proposing import dates, propose

ROWS = 40


def table(delimiter=",", rows=ROWS, **columns):
    """A CSV of columns given as a text for each row's number."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([make(n) for make in columns.values()] for n in range(rows))
    return text.getvalue()


def usual(**columns):
    return {
        "incident_id": lambda n: f"K{n * 7919 % 1000:04}x",
        "reported_date": lambda n: f"2024-03-{n % 28 + 1:02}",
        "borough": lambda n: ("North End", "South End")[n % 2],
        "bias": lambda n: ("Anti-Sikh", "Anti-Asian", "Homophobic", "Disablist")[n % 4],
        **columns,
    }


@pytest.fixture
def proposed(tmp_path):
    def make(text, name="extract.csv", encoding="utf-8"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return propose(file, "mine")

    return make


def loaded(toml, folder):
    path = folder / "mine.toml"
    path.write_text(toml, encoding="utf-8")
    return profiles.load(str(path))


def filled(toml, code="race"):
    """Fill what is left to be decided, as an analyst would."""
    lines = [
        line.replace('= ""', f'= "{code}"', 1) if "# decide" in line and not line.startswith("#") else line
        for line in toml.splitlines()
    ]
    return "\n".join(lines)


REAL = {
    "nypd": "nypd_2024/NYPD_Hate_Crimes_20241206.csv",
    "toronto": "toronto_2018_2023/raw_data.csv",
    "fbi": "fbi_master_1991_2020/hate_crime.zip",
}


@pytest.mark.parametrize("name", REAL)
def test_real_extracts_are_proposed_as_their_shipped_profiles_read_them(name, real_data, tmp_path):
    shipped = profiles.load(name)
    made = loaded(filled(propose(real_data / REAL[name], name), "sexual_orientation"), tmp_path)
    assert made.columns == shipped.columns
    assert made.dates == shipped.dates
    assert made.report.rows_per_report == shipped.report.rows_per_report
    assert made.area.area_type == shipped.area.area_type
    assert set(made.ignored_columns) == set(shipped.ignored_columns)
    (layout,), (true_layout,) = made.motivations, shipped.motivations
    assert list(layout) == list(true_layout)
    right = wanted = 0
    for column, true_column in true_layout.items():
        assert layout[column].labels.items() <= true_column.labels.items()
        right, wanted = right + len(layout[column].labels), wanted + len(true_column.labels)
    assert right > wanted / 2


def test_real_areas_take_their_names_from_the_column_beside_them(real_data, tmp_path):
    made = loaded(filled(propose(real_data / REAL["fbi"], "fbi")), tmp_path)
    assert made.area.labels == profiles.load("fbi").area.labels
    assert made.area.not_geographic == {"FS": "Federal"}


def test_a_list_of_more_than_60_areas_is_not_shown(real_data):
    toml = propose(real_data / REAL["nypd"], "nypd")
    assert "(77 labels not shown; see hatecrime check)" in toml
    assert tomllib.loads(toml)["area"]["labels"] == {"": ""}


def test_no_rare_value_of_a_real_extract_is_shown(real_data):
    """Every text on fewer than five rows of the Toronto file, in whatever column, is absent from the proposal."""
    file = real_data / REAL["toronto"]
    toml = propose(file, "toronto")
    with file.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    quoted = set(_texts({**tomllib.loads(toml), "contract_version": None})) - set(header)
    rare = 0
    for number, column in enumerate(header):
        cells = [row[number] for row in rows]
        parts = Counter(part for cell in cells for part in cell.split(", "))
        for value in set(cells):
            if max(cells.count(value), parts[value]) < 5 and value not in ("YES", "NO"):
                rare += 1
                assert value not in quoted, column
    assert rare > 3000


def _texts(entry):
    if isinstance(entry, dict):
        for key, value in entry.items():
            yield key
            yield from _texts(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _texts(value)
    else:
        yield str(entry)


def test_a_hertfordshire_extract_is_proposed_ready_to_run(core, tmp_path):
    files = make_extracts(World(seed=11), tmp_path / "extracts", tmp_path / "truth")[-12:]
    toml = propose(files[-1], "hertfordshire")
    assert "# decide" not in toml
    path = tmp_path / "hertfordshire.toml"
    path.write_text(toml, encoding="utf-8")
    ours = core.build(str(path), *files).ask("from core.monthly_counts order by all")
    assert core.ask("select count(*) from core.rejected_reports") == [(0,)]
    shipped = core.build("hertfordshire", *files).ask("from core.monthly_counts order by all")
    assert ours == shipped
    assert sum(row[-1] for row in ours) > 1000


def test_each_column_has_a_place(proposed, tmp_path):
    columns = usual(weather=lambda n: "wet", victim_race=lambda n: "White", notes=lambda n: f"text {n}")
    made = loaded(filled(proposed(table(**columns))), tmp_path)
    assert made.columns == {"report_id": ["incident_id"], "reported": ["reported_date"], "area": ["borough"]}
    assert list(made.motivations[0]) == ["bias"]
    assert made.motivations[0]["bias"].labels == {
        "Anti-Asian": ["race"],
        "Anti-Sikh": ["religion"],
        "Disablist": ["disability"],
        "Homophobic": ["sexual_orientation"],
    }
    assert made.ignored_columns == ["weather", "victim_race", "notes"]


@pytest.mark.parametrize(
    ("delimiter", "encoding", "written"),
    [
        (";", "cp1252", "cp1252"),
        ("\t", "utf-16", "utf-16"),
        ("|", "utf-8-sig", "utf-8-sig"),
        (",", "utf-8", "utf-8"),
    ],
)
def test_encoding_and_delimiter_are_found(proposed, tmp_path, delimiter, encoding, written):
    text = table(delimiter, **usual(ort=lambda n: "Köln"))
    made = loaded(filled(proposed(text, encoding=encoding)), tmp_path)
    assert (made.file.encoding, made.file.delimiter) == (written, delimiter)


def test_gzip_and_zip_hold_the_same_file(proposed):
    text = table(**usual())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("extract.csv", text)
    plain = proposed(text)
    assert proposed(gzip.compress(text.encode())) == plain
    assert proposed(packed.getvalue()) == plain


def test_an_ambiguous_date_waits_for_a_person(proposed, tmp_path):
    toml = proposed(table(**usual(reported_date=lambda n: f"{n % 12 + 1:02}/{n % 9 + 1:02}/2024")))
    assert '# reported = "%d/%m/%Y"\n# reported = "%m/%d/%Y"' in toml
    with pytest.raises(UsageError, match="formats are needed"):
        loaded(toml, tmp_path)
    chosen = toml.replace('# reported = "%d/%m/%Y"', 'reported = "%d/%m/%Y"')
    assert loaded(filled(chosen), tmp_path).dates == {"reported": ["%d/%m/%Y"]}


def test_one_value_settles_which_format_is_right(proposed):
    toml = proposed(table(**usual(reported_date=lambda n: f"{n % 12 + 1:02}/{28 if n == 7 else 3:02}/2024")))
    assert tomllib.loads(toml)["dates"] == {"reported": "%m/%d/%Y"}


def test_a_few_dates_written_otherwise_are_counted_not_shown(proposed):
    toml = proposed(table(**usual(reported_date=lambda n: "about Easter" if n < 3 else f"2024-03-{n % 28 + 1:02}")))
    assert 'reported = "%Y-%m-%d"  # decide: 3 of 40 rows are not so written' in toml
    assert "Easter" not in toml


def test_duckdb_reads_every_format_proposed_as_we_do():
    """Two readers agree on 2 January, 31 December and two-digit years either side of the century."""
    days = ["2024-01-02", "1999-12-31", "2024-11-22", "1969-07-05", "2068-10-09"]
    with duckdb.connect() as con:
        for form in dates.FORMATS:
            for day in days:
                (text,) = con.execute("select strftime($1::timestamp, $2)", [day, form]).fetchone()
                sql = "select try_strptime($1, $2)::date where strftime(try_strptime($1, $2), $2) = $1"
                read = con.execute(sql, [text, form]).fetchone()
                assert read == (dates.day_read(text, form),), (form, text)


@pytest.mark.parametrize("text", ["2024-02-30", "2024-1-2", "31-AUG-91", "32/01/2024", "1/2/25 noon", ""])
def test_what_is_no_date_is_read_by_no_format(text):
    assert dates.formats_reading([text]) == []


def test_a_repeated_key_means_several_rows_a_report(proposed):
    toml = proposed(table(**usual(incident_id=lambda n: f"K{n // 2 * 7919 % 1000:04}x")))
    assert tomllib.loads(toml)["report"]["rows_per_report"] == "several"


def test_joined_labels_are_taken_apart(proposed):
    joined = ("Racist", "Transphobic", "Racist; Transphobic")
    toml = proposed(table(**usual(bias=lambda n: joined[n % 3])))
    (layout,) = tomllib.loads(toml)["motivations"]
    assert layout["bias"]["separator"] == ";"
    assert layout["bias"]["labels"] == {"Racist": "race", "Transphobic": "transgender"}


def test_flags_are_proposed_by_the_ground_they_are_named_after(proposed):
    flags = {
        "Race Hate": lambda n: ("Yes", "No")[n % 2],
        "transphobic": lambda n: ("1", "0")[n % 5 > 0],
        "is_faith_related": lambda n: "N",
        "racially_aggravated": lambda n: ("Y", "N")[n % 2],
    }
    made = tomllib.loads(proposed(table(**{k: v for k, v in usual().items() if k != "bias"}, **flags)))
    (layout,) = made["motivations"]
    assert layout == {
        "Race Hate": {"none": ["No"], "labels": {"Yes": "race"}},
        "transphobic": {"none": ["0"], "labels": {"1": "transgender"}},
        "is_faith_related": {"none": ["N"], "labels": {"Y": "religion"}},
    }
    assert made["values"]["aggravated"] == {"Y": "yes", "N": "no"}


def test_what_another_forces_export_tends_to_hold(proposed, tmp_path):
    """A flag for cancelled reports of which all are no, empty places, a day in the file's name, the five strands."""
    columns = usual(
        cancelled=lambda n: "No",
        borough=lambda n: ("North End", "South End", "", "Out of Force")[n % 4],
        bias=lambda n: ("Race", "Religion", "Sexual Orientation", "Disability", "Transgender")[n % 5],
    )
    toml = proposed(table(**columns), name="Hate Extract 03-05-2024.csv")
    made = tomllib.loads(toml)
    assert made["values"]["status"] == {"No": "recorded", "Yes": "cancelled"}
    assert made["area"]["codes"] == {"": "unknown"}
    assert made["area"]["not_geographic"] == {"Out of Force": "Out of Force", "unknown": "Place not recorded"}
    assert set(made["scope"].values()) == {"out_of_scope"}
    assert str(loaded(filled(toml), tmp_path).date_in_name("Hate Extract 03-06-2024.csv")) == "2024-06-03"


def test_a_label_of_two_grounds_or_none_is_left_to_be_decided(proposed, tmp_path):
    said = ("Anti-Black Muslim", "Something else", "Anti-Black", "Anti-Hindu")
    toml = proposed(table(**usual(bias=lambda n: said[n % 4])))
    assert '"Anti-Black Muslim" = ""  # decide' in toml
    assert '"Something else" = ""  # decide' in toml
    with pytest.raises(UsageError, match="not one of"):
        loaded(toml, tmp_path)
    loaded(filled(toml), tmp_path)


def test_coded_columns_get_codes_by_their_words(proposed):
    coded = {
        "Record Type": lambda n: ("Crime", "Non-Crime Hate Incident")[n % 2],
        "How Reported": lambda n: ("999 call", "101", "Third Party Reporting Centre", "Carrier pigeon")[n % 4],
        "Status": lambda n: ("Open", "No-crimed")[n % 2],
        "Outcome": lambda n: ("14 - Evidential difficulties", "18")[n % 2],
    }
    values = tomllib.loads(proposed(table(**usual(**coded))))["values"]
    assert values["record_class"] == {"Crime": "crime", "Non-Crime Hate Incident": "non_crime_incident"}
    assert values["reporting_route"] == {
        "101": "non_emergency_101",
        "999 call": "emergency_999",
        "Carrier pigeon": "",
        "Third Party Reporting Centre": "third_party",
    }
    assert values["status"] == {"No-crimed": "cancelled", "Open": "recorded"}
    assert values["outcome_code"] == {"14 - Evidential difficulties": "14", "18": "18"}


def test_values_that_may_be_a_persons_are_never_shown(proposed):
    """Planted in every column: on few rows, too long, as ids, as dates, in free text."""
    canary = "Zyxw Canary"
    columns = usual(
        bias=lambda n: canary if n < 4 else "Anti-Asian",
        borough=lambda n: canary if n < 4 else "North End",
        status=lambda n: canary if n < 4 else "Open",
        outcome=lambda n: f"{canary} {'said much ' * 7}" if n % 2 else "18",
        incident_id=lambda n: f"{canary}{n}",
        reported_date=lambda n: canary if n == 3 else "2024-03-01",
        notes=lambda n: f"{canary} {n % 3}",
        victim=lambda n: canary,
    )
    toml = proposed(table(**columns))
    assert "Canary" not in toml
    assert toml.count("# (1 rare labels not shown; see hatecrime check)") == 4


def test_names_of_columns_cannot_act_on_a_terminal_or_break_the_toml(proposed, tmp_path):
    odd = {'we"ird\\ \x1b[31m\u202e': lambda n: "x", "bias\tmotive \U0001f600": lambda n: "Anti-Arab"}
    toml = proposed(table(**usual(**odd)))
    assert all(c.isprintable() or c == "\n" for c in toml)
    made = loaded(filled(toml), tmp_path)
    assert {*made.ignored_columns, *made.motivations[0]} == {*odd, "bias"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"one column\nx\n",
        b"incident_id,date\n",
        b"K1,2024-03-01,North End\nK2,2024-03-02,North End\n",
        b"a,Yes,No\nx,Yes,No\ny,Yes,Yes\nz,No,No\n",
        b"a,b\n1,2\n1,2,3\n",
        b'a,b\n1,"2\n3,4\n',
        b"a,b\n1,\x81\xff\n",
        b"%PDF-1.7",
        b"a,b\n" + b"x" * 3_000_000,
        gzip.compress(b"a,b\n" + b"1,2\n" * 10, mtime=0)[:-12],
        gzip.compress(b"a,b\n" + b"1,2\n" * 6_000_000, mtime=0),
    ],
)
def test_what_is_no_table_is_refused_without_a_value(proposed, content):
    with pytest.raises(InputRejected) as refusal:
        proposed(content)
    assert "North" not in str(refusal.value)
    assert "2024" not in str(refusal.value)


def test_a_file_that_is_not_there_and_a_name_that_is_none(tmp_path):
    with pytest.raises(HateCrimeError) as missing:
        propose(tmp_path / "nothing.csv", "mine")
    assert missing.value.exit_code == 7
    with pytest.raises(UsageError):
        propose(tmp_path / "nothing.csv", "My Profile")


def test_nothing_found_still_loads_once_decided(proposed, tmp_path):
    toml = proposed(table(colour=lambda n: "blue", size=lambda n: str(n % 3)))
    entries = tomllib.loads(toml)
    assert entries["columns"] == {"report_id": "", "recorded": "", "area": ""}
    assert entries["ignored_columns"] == ["colour", "size"]
    loaded(toml.replace("[[motivations]]", '[[motivations]]\n[motivations."b".labels]\nx = "race"'), tmp_path)


def test_the_command_prints_a_profile_and_says_what_is_left(tmp_path):
    (tmp_path / "Force Extract 2024-04-04.csv").write_text(table(**usual()), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "flows.cli", "profile", "new", "Force Extract 2024-04-04.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert tomllib.loads(result.stdout)["name"] == "force_extract"
    assert "hatecrime check" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["Force Extract 2024-04-04.csv"]


def test_crimes_and_incidents_are_told_apart_by_their_labels_where_the_name_says_nothing(proposed):
    """Passed over as a column of no part, it would have them added up."""
    both = proposed(table(**usual(type=lambda n: ("Crime", "Non-crime")[n % 2])))
    assert tomllib.loads(filled(both))["values"]["record_class"] == {
        "Crime": "crime",
        "Non-crime": "non_crime_incident",
    }
    other = proposed(table(**usual(type=lambda n: ("Crime", "Call")[n % 2])))
    assert "record_class" not in tomllib.loads(filled(other)).get("values", {})
