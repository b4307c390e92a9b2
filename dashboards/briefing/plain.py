"""The pack as plain text, in the order in which it is read aloud."""

from collections.abc import Iterator

from dashboards import sentences
from dashboards.briefing.content import Pack


def text(pack: Pack) -> str:
    """Return the pack as text: a line a thought, no columns, no marks that a screen reader would spell out."""
    return "\n".join(_lines(pack)) + "\n"


def _lines(pack: Pack) -> Iterator[str]:
    words = pack.texts
    yield from (pack.title, "", f"{pack.headline}.", pack.change)
    yield from filter(None, (pack.to_date, pack.counted, pack.caveats[0]))
    for grid in pack.grids:
        yield from ("", f"{grid.caption}.")
        for line in grid.rows:
            figures = zip(grid.columns, line.cells, strict=False)
            told = [f"{name}: {sentences.cell(cell.value, cell.marker)}" for name, cell in figures]
            # A table with one column of figures says what they are in its caption.
            told = [sentences.cell(line.cells[0].value, line.cells[0].marker)] if len(line.cells) == 1 else told
            yield f"{line.name}: {'. '.join([*told, line.said] if line.said else told)}."
    yield from ("", *pack.over_time.notes)
    yield from ("", f"{words.say('asked')}.")
    for one in pack.questions:
        yield from ("", one.asked, *one.answer)
    yield from ("", f"{words.say('reporting')}.", words.say("reporting_first"))
    yield from (f"{one.name}: {one.contact}. {one.description}" for one in pack.reporting)
    if not pack.reporting:
        yield words.say("no_contacts")
    if pack.support:
        yield from ("", f"{words.say('support')}.")
        yield from (f"{one.name}: {one.contact}. {one.description}" for one in pack.support)
    if pack.as_read:
        yield pack.as_read
    yield from ("", f"{words.say('bear_in_mind')}.", *pack.caveats[1:])
    yield from ("", f"{pack.source} {sentences.capital(pack.release.about.stamp)}.")
