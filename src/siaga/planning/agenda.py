"""What comes next, over all streams: a heap whose outdated entries are passed over when their time comes."""

import heapq
from collections.abc import Iterator, Sequence

from siaga.planning.stream_schedule import AllowanceQueue, StreamSchedule


class Agenda:
    """When to come to each track, and when to look again at each place where tracks wait."""

    def __init__(self, tracks: Sequence[StreamSchedule], places: Sequence[AllowanceQueue]) -> None:
        self._tracks = tracks
        self._places = places
        self._heap: list[tuple[int, int]] = []  # when, and a track's index or the inverse of a place's

    def put(self, track: StreamSchedule) -> None:
        """Come to a track when it is next due."""
        track.due = track.next_due()
        heapq.heappush(self._heap, (track.due, track.index))

    def put_again(self, track: StreamSchedule) -> None:
        """Move a track that is on the agenda; one that waits or is in flight comes back by itself."""
        if track.due is not None and track.due != track.next_due():
            self.put(track)

    def look_again(self, place: AllowanceQueue, when: int) -> None:
        """Look at a place's waiting tracks at `when`, and no longer when it was said before."""
        if place.wake != when:
            place.wake = when
            heapq.heappush(self._heap, (when, ~place.index))

    def next(self) -> int | None:
        """The earliest moment; None where nothing is on the agenda."""
        while self._heap and not self._is_current(*self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due_by(self, moment: int) -> Iterator[StreamSchedule | AllowanceQueue]:
        """Take off what is due, oldest first."""
        while self._heap and self._heap[0][0] <= moment:
            when, index = heapq.heappop(self._heap)
            if not self._is_current(when, index):
                continue
            if index < 0:
                place = self._places[~index]
                place.wake = None
                yield place
            else:
                track = self._tracks[index]
                track.due = None
                yield track

    def rebuild(self) -> None:
        """Begin again from what tracks and places say of themselves."""
        self._heap = [(track.due, track.index) for track in self._tracks if track.due is not None]
        self._heap += [(place.wake, ~place.index) for place in self._places if place.wake is not None]
        heapq.heapify(self._heap)

    def _is_current(self, when: int, index: int) -> bool:
        return when == (self._places[~index].wake if index < 0 else self._tracks[index].due)
