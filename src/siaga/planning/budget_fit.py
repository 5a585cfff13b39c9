"""Whether an election's rounds fit its budgets, and what base rounds leave for bursts."""

from collections.abc import Sequence

from siaga.domain.errors import BadInput, Fault
from siaga.planning.stream_schedule import StreamSchedule


def refuse_what_never_fits(schedules: Sequence[StreamSchedule]) -> None:
    """Refuse rounds that are larger than a budget.

    Raises:
        BadInput: with the arithmetic, for each platform and surface whose round could never be asked.
    """
    faults = {}
    for schedule in schedules:
        most = schedule.queue.allowance.most()
        if most is not None and schedule.requests_a_round > most:
            platform, surface = schedule.stream.platform, schedule.stream.surface
            faults[platform, surface] = Fault(
                what=f"One round on {platform} {surface} takes {schedule.requests_a_round} requests "
                f"({schedule.composition.size} names, {schedule.cost} each, once more for retries), "
                f"but a budget there is {most}.",
                do=f"Allow {schedule.requests_a_round} requests in each of the platform's budgets, "
                "or ask fewer names.",
                field=f"platforms.{platform}.budgets",
            )
    if faults:
        raise BadInput(*faults.values())


def leave_room_for_bursts(schedules: Sequence[StreamSchedule]) -> None:
    """Set what bursts may take of each budget: what base rounds leave."""
    rates: dict[int, list[float]] = {}
    for schedule in schedules:
        rate = schedule.composition.size * schedule.cost / schedule.every
        rates.setdefault(schedule.queue.index, []).append(rate)
    for schedule in schedules:
        for budget in schedule.queue.allowance.buckets:
            budget.spare(sum(rates[schedule.queue.index]) * budget.span)
