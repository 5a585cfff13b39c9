"""The wall display: the gravest rows always have room, whatever the headline and however many there are."""

from dataclasses import replace

from tests.web import sample_room as sample

from siaga.domain.verdicts import State
from siaga.web.room.wall import MOST_ROWS, wall_rows
from siaga.web.summary.matrix import matrix


def test_few_rows_stand_in_the_election_file_s_order() -> None:
    shown = wall_rows(matrix(sample.ELECTION, sample.alarmed().said))
    assert [row.person.id for row in shown.rows] == ["anies", "muhaimin", "ganjar", "mahfud"]
    assert (shown.fine, shown.others) == (0, 0)


def test_of_many_rows_the_gravest_come_first_and_the_rest_is_counted() -> None:
    room = sample.many()
    shown = wall_rows(matrix(room.election, room.said))
    assert [row.person.id for row in shown.rows[:3]] == ["c7", "c300", "long"]
    assert len(shown.rows) == MOST_ROWS
    assert (shown.fine, shown.others) == (600 - MOST_ROWS, 0)


def test_where_even_the_troubled_rows_have_no_room_it_says_how_many_are_left() -> None:
    room = sample.many()
    said = [replace(v, state=State.SUPPRESSED) if v.platform == "p3" else v for v in room.said]
    shown = wall_rows(matrix(room.election, said))
    assert all(any(cell.state is State.SUPPRESSED for cell in row.cells) for row in shown.rows)
    assert (shown.fine, shown.others) == (0, 600 - MOST_ROWS)
