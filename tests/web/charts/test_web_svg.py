"""Texts of drawings: what XML cannot hold goes, what has no room is cut."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from siaga.web.charts.svg import escape, shortened


@given(st.text())
def test_any_text_can_stand_in_an_element_and_in_an_attribute(text: str) -> None:
    whole = ElementTree.fromstring(f'<t title="{escape(text)}">{escape(text)}</t>')
    assert whole.tag == "t"
    assert not list(whole)


def test_marks_of_xml_stay_readable() -> None:
    text = "a < b & 'c'"
    assert ElementTree.fromstring(f"<t>{escape(text)}</t>").text == text
    assert escape("a\x00b\ufffe") == "ab"


def test_a_text_is_cut_only_where_it_has_no_room() -> None:
    assert shortened("", 5) == ""
    assert shortened("Anies", 5) == "Anies"
    assert shortened("Ganjar", 5) == "Ganj\u2026"
    assert shortened("Ganjar", 0) == "G\u2026", "never nothing at all"
