"""The pack as slides: charts that can be edited, a title and words to say on every slide, and no hidden one."""

import io
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from dashboards import sentences
from dashboards.briefing import native
from dashboards.briefing.archives import undated
from dashboards.briefing.asked import Question
from dashboards.briefing.content import Grid, Pack
from dashboards.colours import INK, MUTED, SERIES
from dashboards.release import Cell

_WIDTH, _HEIGHT, _MARGIN = 13.333, 7.5, 0.6
_TITLE_ONLY: Final = 5
Line = str | Sequence[str]
"""A line, or its parts where they may be in two languages."""

_SHORT_TABLE: Final = 8
"""Rows of a table that leave room for large letters and a note."""


def pptx(pack: Pack) -> bytes:
    """Return the deck. Every slide ends with the source; its notes hold what may be said and what to bear in mind."""
    from pptx import Presentation

    made = Presentation(io.BytesIO(_blank()))
    about, words = pack.release.about, pack.texts
    core = made.core_properties
    core.title, core.author, core.language = pack.title, about.force_name, words.language
    core.subject, core.keywords = pack.stamp, about.release_id
    deck = _Deck(made, pack)
    deck.opening()
    deck.line()
    deck.table(pack.figures if pack.figures is pack.grid("figures") else None)
    deck.bars(pack.grid("breakdown"))
    deck.table(pack.grid("places"))
    for pair in (pack.questions[:2], pack.questions[2:]):
        deck.questions(pair)
    deck.contacts()
    file = io.BytesIO()
    made.save(file)
    return undated(file.getvalue(), about.extracted_on)


class _Deck:
    """The slides as they are made, one method a kind of slide."""

    def __init__(self, made: Any, pack: Pack) -> None:
        self.made, self.pack, self.words = made, pack, pack.texts

    def opening(self) -> None:
        from pptx.util import Inches

        slide = self._slide(
            self.pack.headline, [f"{self.pack.headline}.", self.pack.change, self.pack.to_date], size=34
        )
        # The longest headline takes three lines, and the name of the pack stands above it.
        slide.shapes.title.left, slide.shapes.title.top = Inches(_MARGIN), Inches(0.95)
        slide.shapes.title.width, slide.shapes.title.height = Inches(_WIDTH - 2 * _MARGIN), Inches(1.8)
        self._text(slide, 0.45, [self.pack.title], 18, MUTED, bold=True)
        self._text(slide, 2.95, [self.pack.change], 26)
        self._text(slide, 3.95, [self.pack.to_date], 16)
        self._text(slide, 4.55, [self.pack.counted, self.pack.caveats[0]], 18, MUTED)

    def line(self) -> None:
        panel = self.pack.over_time
        slide = self._slide(panel.heading, [f"{panel.heading}.", *panel.notes])
        self._text(slide, 1.35, [panel.subtitle], 16, MUTED)
        if self.pack.is_drawn:
            self._chart(
                slide, native.over_time(self.pack.release, self.pack.line), 1.75, 3.9, self.pack.chart_words, 14
            )
            self._text(slide, 5.7, [self.pack.chart_notes], 14, MUTED)
        else:
            told = [f"{row.name}: {_figure(row.cells[0])}" for row in self.pack.over_time_rows]
            self._text(slide, 1.9, panel.notes, 16, MUTED)
            self._text(slide, 2.9, told if len(told) <= _SHORT_TABLE else [], 20)

    def bars(self, grid: Grid | None) -> None:
        if grid is None or not any(line.cells[0].value for line in grid.rows):
            return
        cells = [line.cells[0] for line in grid.rows]
        said = [f"{line.name}: {sentences.cell(line.cells[0].value, line.cells[0].marker)}" for line in grid.rows]
        names = [
            line.name if cell.value is not None else f"{line.name} ({sentences.cell(None, cell.marker)})"
            for line, cell in zip(grid.rows, cells, strict=True)
        ]
        slide = self._slide(
            f"{grid.caption}: {_lower(grid.columns[0])}", [*(f"{one}." for one in said), sentences.OVERLAP]
        )
        words = self.words.say(
            "chart_alt", kind=self.words.say("kind_bars"), finding=f"{grid.columns[0]}. {'; '.join(said)}"
        )
        self._chart(slide, native.by_name(names, cells), 1.6, 4.1, words, 16)
        self._text(slide, 5.75, [sentences.OVERLAP], 14, MUTED)

    def table(self, grid: Grid | None) -> None:
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Inches

        if grid is None:
            return
        said = [f"{one.name}, {_lower(grid.columns[0])}: {_figure(one.cells[0])}; {one.said}." for one in grid.rows]
        slide = self._slide(grid.caption, said)
        rows = [(grid.head, *grid.columns), *_cells(grid)]
        is_long = len(rows) > _SHORT_TABLE
        height = 0.4 if is_long else 0.55
        place = (Inches(_MARGIN), Inches(1.6), Inches(_WIDTH - 2 * _MARGIN), Inches(height * len(rows)))
        frame = slide.shapes.add_table(len(rows), len(rows[0]), *place)
        _describe(frame, grid.caption, f"{grid.caption}. {' '.join(said)}")
        widths = (4.6, 1.9, 1.9, 3.733) if len(rows[0]) == 4 else (4.4, 2.6, 5.133)
        for column, width in zip(frame.table.columns, widths, strict=True):
            column.width = Inches(width)
        for row, values in zip(frame.table.rows, rows, strict=True):
            row.height = Inches(height)
            for at, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                self._write(cell.text_frame, [value], 14 if is_long else 18, None)
                if 0 < at < len(values) - 1:
                    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        if not is_long:
            self._text(slide, 5.75, [sentences.protected(self.pack.release.policy)], 14, MUTED)

    def questions(self, pair: Sequence[Question]) -> None:
        notes = [line for one in pair for line in (one.asked, *one.answer)]
        slide = self._slide(self.words.say("asked"), notes)
        for at, one in enumerate(pair):
            top = 1.5 + at * 2.45
            self._text(slide, top, [one.asked], 24, SERIES, bold=True)
            self._text(slide, top + 0.55, [one.short], 22)

    def contacts(self) -> None:
        ways = [f"{one.name}: {one.contact}" for one in self.pack.reporting]
        notes = [f"{one.name}: {one.contact}. {one.description}" for one in (*self.pack.reporting, *self.pack.support)]
        notes = [self.words.say("reporting_first"), *notes, self.pack.as_read]
        slide = self._slide(self.words.say("reporting"), notes)
        self._text(slide, 1.4, [self.words.say("reporting_first")], 18)
        self._text(slide, 1.95, ways or [self.words.say("no_contacts")], 20)
        if self.pack.support:
            self._text(slide, 4.15, [self.words.say("support")], 24, SERIES, bold=True)
            self._text(slide, 4.65, [f"{one.name}: {one.contact}" for one in self.pack.support], 20)
        self._text(slide, 6.2, [self.pack.as_read], 14, MUTED)

    def _slide(self, title: str, said: Sequence[str], size: int = 30) -> Any:
        slide = self.made.slides.add_slide(self.made.slide_layouts[0])
        self._write(slide.shapes.title.text_frame, [title], size, INK, bold=True)
        self._text(slide, 6.65, [(self.pack.source, f"{sentences.capital(self.pack.release.about.stamp)}.")], 12, MUTED)
        heading = [f"{self.words.say('read_aloud')}:", *filter(None, said)]
        mind = [f"{self.words.say('bear_in_mind')}:", *self.pack.caveats[:3], self.pack.source]
        self._write(slide.notes_slide.notes_text_frame, [one for one in (*heading, "", *mind)], None, None)
        return slide

    def _text(
        self, slide: Any, top: float, lines: Sequence[Line], size: int, colour: str = INK, bold: bool = False
    ) -> None:
        from pptx.util import Inches

        lines = [line for line in lines if line]
        if not lines:
            return
        box = slide.shapes.add_textbox(Inches(_MARGIN), Inches(top), Inches(_WIDTH - 2 * _MARGIN), Inches(0.4))
        box.text_frame.word_wrap = True
        for side in ("margin_left", "margin_right"):
            setattr(box.text_frame, side, 0)
        self._write(box.text_frame, lines, size, colour, bold)

    def _write(
        self, frame: Any, lines: Sequence[Line], size: int | None, colour: str | None, bold: bool | None = None
    ) -> None:
        from pptx.dml.color import RGBColor
        from pptx.util import Pt

        for at, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            if size:
                paragraph.space_after = Pt(size / 4)
            # Each part of a line is marked as the language it is in.
            for number, text in enumerate((line,) if isinstance(line, str) else line):
                run = paragraph.add_run()
                run.text = f" {text}" if number else text
                run._r.get_or_add_rPr().set("lang", self.words.language_of(text))
                if size:
                    run.font.size = Pt(size)
                if bold is not None:
                    run.font.bold = bold
                if colour:
                    run.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())

    def _chart(self, slide: Any, drawing: native.Drawing, top: float, height: float, words: str, size: int) -> None:
        from pptx.util import Inches

        place = (Inches(_MARGIN), Inches(top), Inches(_WIDTH - 2 * _MARGIN), Inches(height))
        frame = slide.shapes.add_chart(drawing.kind, *place, drawing.data)
        _describe(frame, slide.shapes.title.text_frame.text, words)
        native.dress(frame.chart, drawing, size)


def _cells(grid: Grid) -> list[tuple[str, ...]]:
    return [(line.name, *(_figure(cell) for cell in line.cells), line.said) for line in grid.rows]


def _figure(cell: Cell) -> str:
    return sentences.cell(cell.value, cell.marker)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _describe(frame: Any, name: str, words: str) -> None:
    """Give a picture, chart or table its name and its alternative text."""
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("name", name)
    properties.set("descr", words)


@cache
def _blank() -> bytes:
    """An empty deck, wide, with the one layout that is used, our colour and letters, and no picture of itself."""
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE as KIND
    from pptx.util import Inches

    made = Presentation()
    made.slide_width, made.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    kept = made.slide_layouts[_TITLE_ONLY]
    for layout in list(made.slide_layouts):
        if layout is not kept:
            made.slide_layouts.remove(layout)
    for holder in (made.slide_master, kept):
        for shape in list(holder.placeholders):
            if shape.placeholder_format.type == 1 or "Title" in shape.name:
                shape.left, shape.top = Inches(_MARGIN), Inches(0.4)
                shape.width, shape.height = Inches(_WIDTH - 2 * _MARGIN), Inches(1.0)
                frame = shape.text_frame
                frame.word_wrap = True
                shape._element.txBody.bodyPr.set("anchor", "t")
                shape._element.txBody.bodyPr.set("lIns", "0")
            else:
                shape._element.getparent().remove(shape._element)
    title = made.slide_master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    title.set("algn", "l")
    theme = made.slide_master.part.part_related_by(KIND.THEME)
    for old, new in ((b"4F81BD", SERIES.lstrip("#").upper().encode()), (b"Calibri", b"Arial")):
        theme._blob = theme._blob.replace(old, new)
    for rels, unwanted in ((made.part.package._rels, "/thumbnail"), (made.part.rels, "/printerSettings")):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(unwanted)]:
            rels.pop(key)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()
