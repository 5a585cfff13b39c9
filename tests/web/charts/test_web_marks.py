"""What lies over the strips: no marks, one, many at one place; events inside and outside."""

from tests.web.charts.drawn import HOUR, NOON, axis_over, parsed, spans, texts

from siaga.web.charts.annotations import Mark, MarkKind
from siaga.web.charts.marks import APART, LEVELS, EventBand, drawn_bands, drawn_marks, levelled, mark_words

MARK = Mark(NOON, MarkKind.PROVEN, "05:00: <proven>")
AXIS = axis_over(spans(4))


def test_without_marks_nothing_is_drawn() -> None:
    assert levelled([]) == []
    assert drawn_marks(100, []) == []


def test_one_mark_stands_on_the_first_level_and_says_what_it_is() -> None:
    (mark,) = parsed(drawn_marks(100, levelled([(MARK, 40.0)])))
    assert mark.get("class") == "mark proven"
    assert mark.findtext("title") == "05:00: <proven>"


def test_marks_with_room_between_them_share_a_level_and_others_go_below() -> None:
    assert [level for *_, level in levelled([(MARK, 0.0), (MARK, float(APART))])] == [0, 0]
    assert [level for *_, level in levelled([(MARK, 0.0), (MARK, APART - 1.0)])] == [0, 1]


def test_many_marks_at_one_place_are_all_drawn_on_few_levels() -> None:
    levels = [level for *_, level in levelled([(MARK, float(x)) for x in range(20)])]
    assert len(levels) == 20
    assert set(levels) == set(range(LEVELS))


def test_events_are_drawn_as_far_as_they_lie_on_the_axis() -> None:
    before, after = (
        EventBand(NOON - 2 * HOUR, NOON, "before"),
        EventBand(NOON + 4 * HOUR, NOON + 5 * HOUR, "after"),
    )
    inside, over = (
        EventBand(NOON + HOUR, NOON + 2 * HOUR, "in"),
        EventBand(NOON - HOUR, NOON + 9 * HOUR, "over"),
    )
    assert drawn_bands(100, AXIS, []) == drawn_bands(100, axis_over(spans(1)), [inside]) == []
    drawn = parsed(drawn_bands(100, AXIS, [before, inside, over, after]))
    assert texts(drawn) == ["in", "over"]
    assert [bar.get("width") for bar in drawn.iter("rect")] == ["228.0", "912.0"]


def test_a_moment_of_an_event_is_still_wide_enough_to_see() -> None:
    (bar,) = parsed(drawn_bands(100, AXIS, [EventBand(NOON + HOUR, NOON + HOUR, "a moment")])).iter("rect")
    assert bar.get("width") == "3.0"


def test_a_mark_says_what_it_is_only_where_its_words_have_room() -> None:
    near = levelled([(MARK, 40.0), (MARK, 40.0 + APART), (MARK, 700.0)])
    assert texts(parsed(mark_words(near, AXIS, lambda mark: "proven"))) == ["proven", "proven"]
    assert mark_words(levelled([(MARK, 950.0)]), AXIS, lambda mark: "proven") == []
