"""Whole months that an extract covers are compared with the twelve before: part, double or nothing is doubted."""

from drawing import pseudonym

HEADER = "| report_id | occurred_date | reported_date | recorded_date |"


def months(*counts: tuple[str, int]) -> str:
    """Draw so many reports a month, each on its tenth."""
    return "\n".join(
        [HEADER, *(f"| {pseudonym(m, n)} |" + f" {m}-10 |" * 3 for m, count in counts for n in range(count))]
    )


def doubted(core) -> list[tuple]:
    return core.ask("select month::varchar, report_count, is_new from core.recent_months where is_implausible")


YEAR = [(f"2023-{number:02}", 20) for number in range(1, 13)]


def test_a_new_month_is_doubted_below_half_and_above_double(count_drawn):
    """20 a month are usual: 7 is below half and beyond chance, 8 is within three deviations, 41 is above double."""
    for count, is_doubted in ((7, False), (6, True), (20, False), (40, False), (41, True), (0, True)):
        core = count_drawn(("2024-01-04", months(*YEAR)), ("2024-02-04", months(("2024-01", count), ("2024-02", 1))))
        assert doubted(core) == ([("2024-01-01", count, True)] if is_doubted else []), count


def test_few_reports_or_few_months_tell_nothing(count_drawn):
    few = [(month, 9) for month, _ in YEAR]
    assert doubted(count_drawn(("2024-01-04", months(*few)), ("2024-02-04", months(("2024-02", 1))))) == []
    assert doubted(count_drawn(("2023-06-04", months(*YEAR[:5])), ("2023-07-04", months(("2023-07", 1))))) == []


def test_a_month_missing_among_older_ones_is_doubted_by_the_extract_that_should_hold_it(count_drawn):
    """All came together, and September's extract is missing: October's is the first that covers September."""
    delivered = [
        (f"{2023 if number < 12 else 2024}-{number % 12 + 1:02}-04", months((month, count)))
        for number, (month, count) in enumerate(YEAR, start=1)
        if month != "2023-09"
    ]
    core = count_drawn(*delivered)
    assert doubted(core) == [("2023-09-01", 0, False)]
    ((day,),) = core.ask(
        "select extracted_on::varchar from core.recent_months join raw.extracts using (extract_id) where is_implausible"
    )
    assert day == "2023-11-04"


def test_an_older_month_that_was_unusual_is_not_doubted_again(count_drawn):
    """In November 2023 three times the usual came, and the extract of that day was let through or came before."""
    spike = [(month, 60 if month == "2023-11" else count) for month, count in YEAR]
    assert doubted(count_drawn(("2023-12-04", months(*spike[:11])), ("2024-01-04", months(*spike[11:])))) == []
