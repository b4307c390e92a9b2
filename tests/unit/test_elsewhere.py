"""What other forces recorded: two years of one coverage, the newest edition, and never another."""

from datetime import date

import pytest

from dashboards import background, sentences

HERTFORDSHIRE, WATFORD = "E23000027", "E07000103"


def ends(*years: int) -> list[date]:
    return [date(year, 3, 31) for year in years]


@pytest.mark.parametrize(
    ("characteristic", "years", "said"),
    [
        # The Metropolitan Police changed its system, so the Home Office compares the other forces.
        ("all", (2024, 2025), "England and Wales except Metropolitan Police 113166 115990"),
        # Restated in October 2024 for every force.
        ("all", (2023, 2024), "England and Wales 147645 140561"),
        ("religion", (2023, 2024), "England and Wales 8370 10484"),
        # Devon and Cornwall supplied nothing in time; the year before is that without it.
        ("all", (2022, 2023), "England and Wales except Devon and Cornwall 153536 145214"),
        # No year of the same coverage to compare with.
        ("religion", (2025,), None),
        ("disability", (2024, 2025), None),
    ],
)
def test_two_years_of_one_coverage_as_the_home_office_compares_them(characteristic, years, said):
    found = background.elsewhere(HERTFORDSHIRE, characteristic, ends(*years))
    told = found and f"{found.coverage} {found.change.earlier.number:g} {found.change.latest.number:g}"
    assert told == said


def test_an_area_of_another_country_is_put_beside_no_figure_of_ours():
    assert background.elsewhere(WATFORD, "all", ends(2025)) is not None
    assert background.elsewhere("nypd", "all", ends(2025)) is None


def test_the_sentence_names_the_coverage_the_source_and_what_it_cannot_say():
    found = background.elsewhere(HERTFORDSHIRE, "transgender", ends(2025))
    assert sentences.elsewhere(found.coverage, found.change, "Transgender identity", found.source) == (
        "For scale: the police recorded 3,809 hate crimes that named transgender identity in England and Wales without "
        "Metropolitan Police in the year ending March 2025. Down from 4,258 the year before. That is more than chance "
        "alone would give (rate ratio 0.89, 95% limits 0.86 to 0.93). Forces differ in who lives there and in how they "
        "record, so this explains nothing. Source: Home Office figures, as given by GaySonoma."
    )
