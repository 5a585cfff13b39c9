"""What comes next, over all streams: a heap whose outdated entries are passed over when their time comes."""

import heapq
from collections.abc import Iterator, Sequence

from siaga.planning.stream_schedule import AllowanceQueue, StreamSchedule


class Agenda:
    """When to come to each track, and when to look again at each place where tracks wait."""

    def __init__(self, schedules: Sequence[StreamSchedule], queues: Sequence[AllowanceQueue]) -> None:
        self._schedules = schedules
        self._queues = queues
        self._heap: list[tuple[int, int]] = []  # when, and a track's index or the inverse of a place's

    def put(self, schedule: StreamSchedule) -> None:
        """Come to a track when it is next due."""
        schedule.due = schedule.next_due()
        heapq.heappush(self._heap, (schedule.due, schedule.index))

    def put_again(self, schedule: StreamSchedule) -> None:
        """Move a track that is on the agenda; one that waits or is in flight comes back by itself."""
        if schedule.due is not None and schedule.due != schedule.next_due():
            self.put(schedule)

    def look_again(self, queue: AllowanceQueue, when: int) -> None:
        """Look at a place's waiting tracks at `when`, and no longer when it was said before."""
        if queue.wake != when:
            queue.wake = when
            heapq.heappush(self._heap, (when, ~queue.index))

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
                queue = self._queues[~index]
                queue.wake = None
                yield queue
            else:
                schedule = self._schedules[index]
                schedule.due = None
                yield schedule

    def rebuild(self) -> None:
        """Begin again from what tracks and places say of themselves."""
        self._heap = [
            (schedule.due, schedule.index) for schedule in self._schedules if schedule.due is not None
        ]
        self._heap += [(queue.wake, ~queue.index) for queue in self._queues if queue.wake is not None]
        heapq.heapify(self._heap)

    def _is_current(self, when: int, index: int) -> bool:
        return when == (self._queues[~index].wake if index < 0 else self._schedules[index].due)
