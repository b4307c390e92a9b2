"""A date is read only as declared, and a time of day counts on the force's own calendar."""

import pytest
from drawing import hertfordshire

from data import profile

HERTFORDSHIRE = (profile.SHIPPED / "hertfordshire.toml").read_text(encoding="utf-8")


def read_days(core, tmp_path, received, formats, zone="Europe/London", written_in="Europe/London"):
    """Return what each text of recorded_date is read as, in order of the text."""
    own = HERTFORDSHIRE.replace('recorded = "%Y-%m-%d"', f"recorded = {formats!r}".replace("'", '"'))
    own = own.replace('time_zone = "Europe/London"', f'time_zone = "{zone}"\nwritten_in_time_zone = "{written_in}"')
    path = tmp_path / "own.toml"
    path.write_text(own)
    rows = [f"| r{number} | {text} | race |" for number, text in enumerate(received)]
    file = tmp_path / "hertfordshire_2025-06-04.csv"
    file.write_text(hertfordshire("\n".join(["| report_id | recorded_date | grounds |", *rows])))
    core.build(str(path), file)
    labels = core.ask("select as_received, parsed::varchar from ref.date_labels where field = 'recorded'")
    return [dict(labels)[text] for text in received]


@pytest.mark.parametrize(
    ("received", "format", "day"),
    [
        ("31/03/2025", "%d/%m/%Y", "2025-03-31"),
        ("02/13/2025", "%d/%m/%Y", None),
        ("02/13/2025", "%m/%d/%Y", "2025-02-13"),
        ("1/2/25", "%d/%m/%Y", None),
        ("29/02/2025", "%d/%m/%Y", None),
        ("29/02/2024", "%d/%m/%Y", "2024-02-29"),
        ("31-Aug-91", "%d-%b-%y", "1991-08-31"),
        ("45720", "%Y-%m-%d", None),
    ],
)
def test_a_text_is_a_date_only_as_declared(core, tmp_path, received, format, day):
    assert read_days(core, tmp_path, [received], [format]) == [day]


def test_a_text_that_two_declared_formats_read_differently_is_no_clear_date(core, tmp_path):
    days = read_days(core, tmp_path, ["01/02/2025", "13/02/2025"], ["%d/%m/%Y", "%m/%d/%Y"])
    assert days == [None, "2025-02-13"]


@pytest.mark.parametrize(
    ("received", "day"),
    [
        ("2025-03-31T23:30:00", "2025-04-01"),
        ("2025-03-31T22:30:00", "2025-03-31"),
        ("2025-10-26T00:30:00", "2025-10-26"),
        ("2025-12-31T23:30:00", "2025-12-31"),
    ],
)
def test_a_time_written_in_utc_counts_on_londons_calendar(core, tmp_path, received, day):
    """Half past eleven UTC on 31 March is 1 April in London: another month and another year ending March."""
    assert read_days(core, tmp_path, [received], ["%Y-%m-%dT%H:%M:%S"], written_in="UTC") == [day]
