"""R8: labels that a reader cannot tell apart are one label; look-alikes of another script are not, and are told of."""

import unicodedata

from drawing import HERTFORDSHIRE_ROW

from data import profile as profiles
from transforms import quarantine
from transforms.spelling import quoted, unseen

CYRILLIC = str.maketrans({"a": "\N{CYRILLIC SMALL LETTER A}", "o": "\N{CYRILLIC SMALL LETTER O}"})
SAME_AREA = ("Watford", "Watford\u00a0", "\u2003watford", "Wat\u00adford", "WATFORD\u200b", "E07000103\u3000")
SAME_STATUS = ("recorded\u00a0", "recor\u200dded", "\u3000recorded")
SAME_GROUNDS = ("race\u00a0;religion", "ra\u200bce; religion", "race;\u2003religion\u00a0")
ODD_KEYS = (
    *("HC1 ", " HC1", "HC1\u00a0", "H\u200bC1", "\u041dC1", "\uff28C1", "HCe\u0301", "HC\u0661", "\u2116HC1"),
    "HC\u20131",
)
PLAIN_KEYS = ("HC1", "HC 1/24-a_b", "Éa1")


def extract(folder, rows: list[dict[str, str]]):
    """One row a report, its values quoted as they are."""
    columns = list(rows[0])
    lines = [",".join(f'"{row[column]}"' for column in columns) for row in rows]
    file = folder / "hertfordshire_2024-02-04.csv"
    file.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    return file


def drawn(**values: str) -> dict[str, str]:
    return HERTFORDSHIRE_ROW | {"race": "Y"} | values


def test_spaces_and_what_is_invisible_make_no_other_area_or_value(core, tmp_path):
    rows = [drawn(report_id=f"a{n}", district_code=area) for n, area in enumerate(SAME_AREA)]
    rows += [drawn(report_id=f"s{n}", status=status) for n, status in enumerate(SAME_STATUS)]
    core.build("hertfordshire", extract(tmp_path, rows))
    assert core.ask("select distinct area_code from core.reports") == [("E07000103",)]
    assert core.ask("select outcome, row_count from core.row_outcomes where row_count > 0") == [("counted", len(rows))]


def test_an_empty_place_is_what_the_profile_says_and_a_fault_where_it_says_nothing(core, tmp_path):
    file = extract(tmp_path, [drawn(report_id="a"), drawn(report_id="b", district_code="")])
    core.build("hertfordshire", file)
    assert core.ask("select report_id, area_code from core.reports") == [("a", "E07000103")]
    assert core.ask("select report_id, rule from core.rejected_reports") == [("b", "area_known")]
    (received,) = core.ask("select extract_id from raw.extracts")
    quarantine.find(core.database, tmp_path, {}, received, [], []).write(tmp_path / "held")
    assert '[area.codes]\n"" = ""  # 1 rows' in (tmp_path / "held" / "unknown_labels.toml").read_text(encoding="utf-8")
    shipped = (profiles.SHIPPED / "hertfordshire.toml").read_text(encoding="utf-8")
    mapped = tmp_path / "mapped.toml"
    mapped.write_text(shipped.replace("[area.codes]", '[area.codes]\n"" = "herts_unknown"'), encoding="utf-8")
    core.build(str(mapped), file)
    assert core.ask("select area_code from core.reports where report_id = 'b'") == [("herts_unknown",)]


def test_nor_another_ground(core, tmp_path):
    """The contract's other layout: one column, grounds separated by semicolons."""
    flags = ("disability", "race", "religion", "sexual_orientation", "transgender")
    others = {name: value for name, value in HERTFORDSHIRE_ROW.items() if name not in flags}
    rows = [others | {"report_id": f"g{n}", "characteristics": text} for n, text in enumerate(SAME_GROUNDS)]
    core.build("hertfordshire", extract(tmp_path, rows))
    assert core.ask("select characteristics, count(*) from core.reports group by all") == [(["race", "religion"], 3)]


def test_composed_and_decomposed_letters_are_one_label(core, tmp_path):
    """The file writes an accent as a character of its own, or the profile does."""
    shipped = (profiles.SHIPPED / "hertfordshire.toml").read_text(encoding="utf-8")
    for ours, theirs in (("NFC", "NFD"), ("NFD", "NFC")):
        profile = tmp_path / f"{ours}.toml"
        label, written = (unicodedata.normalize(form, "Ynys Môn") for form in (ours, theirs))
        profile.write_text(shipped.replace("[area.codes]", f'[area.codes]\n"{label}" = "E07000103"'), encoding="utf-8")
        core.build(str(profile), extract(tmp_path, [drawn(report_id="a", district_code=written)]))
        assert core.ask("select area_code from core.reports") == [("E07000103",)]


def test_look_alike_letters_are_held_and_named_on_the_private_side(core, tmp_path):
    """S8: an unknown label is never lumped with the one it looks like."""
    look_alike = "Watford".translate(CYRILLIC)
    assert look_alike != "Watford"
    core.build("hertfordshire", extract(tmp_path, [drawn(report_id="a", district_code=look_alike)]))
    assert core.ask("select count(*) from core.reports") == [(0,)]
    assert core.ask("select rule, column_name from core.rejected_reports") == [("area_known", "area")]
    (received,) = core.ask("select extract_id from raw.extracts")
    found = quarantine.find(core.database, tmp_path, {}, received, [], [])
    found.write(tmp_path / "held")
    told = (tmp_path / "held" / "unknown_labels.toml").read_text(encoding="utf-8")
    assert "looks like plain letters, but holds CYRILLIC SMALL LETTER A, CYRILLIC SMALL LETTER O" in told
    assert look_alike not in " ".join(sentence for _, sentence in found.sentences)


def test_a_key_that_could_be_taken_for_another_is_a_doubt(core, tmp_path):
    """`HC1` and `HC1 ` would be two reports: a person decides, and nothing is guessed."""
    rows = [drawn(report_id=key) for key in (*ODD_KEYS, *PLAIN_KEYS)]
    core.build("hertfordshire", extract(tmp_path, rows))
    ((received,),) = core.ask("select extract_id from raw.extracts")
    assert quarantine.doubts(core.database, tmp_path) == {"report_id_plain": {received: len(ODD_KEYS)}}
    assert core.ask("select count(*) from core.reports") == [(len(rows),)]


def test_a_label_is_written_so_that_what_it_hides_is_seen():
    assert quoted('a\u200b"b\u00a0') == '"a\\U0000200b\\"b\\U000000a0"'
    assert unseen("Ynys Môn 12") == ""
    assert unseen("Watford".translate(CYRILLIC)).endswith("CYRILLIC SMALL LETTER A, CYRILLIC SMALL LETTER O")
