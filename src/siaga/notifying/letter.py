"""Draws a formal letter as PDF, with the evidence as an annex."""

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from siaga.i18n.speech import Speech
from siaga.notifying.sending import Message

FONT: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_TEXT: Final = "DejaVu"


def letter(
    room: str,
    to: str,
    message: Message,
    speech: Speech,
    evidence: Sequence[tuple[str, str]],
    chart: bytes | None = None,
) -> bytes:
    """The letter: A4, the same bytes for the same input. `chart` is a picture for its annex."""
    page = FPDF(format="A4")
    page.set_creation_date(message.at)
    page.set_title(message.subject)
    page.set_author(room)
    page.set_lang(speech.language)
    page.add_font(_TEXT, "", FONT)
    page.set_margins(25, 20, 20)
    page.set_auto_page_break(True, margin=22)
    page.add_page()
    _line(page, room, 15)
    page.set_draw_color(60)
    page.line(25, page.get_y() + 1, 190, page.get_y() + 1)
    page.ln(9)
    _line(page, to, 10.5)
    page.ln(4)
    _line(page, f"{_date(speech, message.at)}    {message.case}    {message.id}", 9)
    page.ln(5)
    _line(page, message.subject, 12.5)
    page.ln(2)
    _line(page, message.body.strip(), 10)
    page.ln(16)
    page.line(25, page.get_y(), 95, page.get_y())
    _line(page, speech.say("Name and signature, for {room}", room=room), 8.5)
    if evidence:
        page.add_page()
        _line(page, speech.say("Annex: the evidence"), 12.5)
        page.ln(2)
        page.set_font(_TEXT, size=9)
        with page.table(
            col_widths=(2, 5), first_row_as_headings=False, line_height=5.5, text_align="LEFT", align="LEFT"
        ) as table:
            for label, value in evidence:
                row = table.row()
                row.cell(_printable(page, label))
                row.cell(_printable(page, value))
        if chart is not None:
            page.ln(6)
            page.image(io.BytesIO(chart), w=page.epw)
    return bytes(page.output())


def _line(page: FPDF, text: str, size: float) -> None:
    page.set_font(_TEXT, size=size)
    page.multi_cell(0, size * 0.5, _printable(page, text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


def _printable(page: FPDF, text: str) -> str:
    """What the typeface has; what it lacks is written by its number, never dropped in silence."""
    font = page.fonts[_TEXT.lower()]
    assert isinstance(font, TTFFont)
    known = font.cmap
    return "".join(
        letter if letter == "\n" or ord(letter) in known else f"[U+{ord(letter):04X}]" for letter in text
    )


def _date(speech: Speech, at: datetime) -> str:
    return f"{speech.clock(at)} {speech.zone_name(at)}"
