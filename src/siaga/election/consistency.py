"""What must hold between the parts of an election file: vantages, controls, events, budgets that carry.

What rests on a part that is itself at fault is left for later, so that one mistake is said once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Final

from siaga.config.lookup import field_of, items_of, read_text, text_of
from siaga.config.reading import FileReading
from siaga.config.scalars import parse_id
from siaga.config.times import span_text
from siaga.config.wording import quoted, use_one_of
from siaga.election.demand import Cost, Need, costs_of, needs_of
from siaga.election.file_scalars import least_controls, parse_voting_day
from siaga.election.model import ControlKind, EventKind, Name, NameKind
from siaga.election.naming import FITTING, names_for, names_of_control
from siaga.election.readers import ReaderFacts, facts_of
from siaga.election.rotation import MOST_IN_DECLARED_ROUND
from siaga.election.sections import ContestantSection, ControlSection, EventSection, PlatformSection
from siaga.election.subject_rules import PlacedName
from siaga.election.values import contestant_of, event_of, platform_of

MOST_LISTED: Final = 20
"""Ids that one fault lists; of more, how many."""
FARTHEST_EVENT: Final = timedelta(days=730)
"""From voting day."""


def check_together(
    reading: FileReading, names: Sequence[PlacedName], readers: Mapping[str, ReaderFacts]
) -> None:
    """Add every fault between parts that are themselves sound."""
    _check_events(reading)
    if reading.none_in("vantages"):
        _check_vantages(reading)
    if reading.none_in("controls"):
        _check_kinds_of_controls(reading)
    parts = ("contestants", "controls", "platforms")
    platforms = reading.all_sound(PlatformSection, items_of(reading.root, "platforms"))
    if reading.none_in(*parts):
        for platform in platforms:
            _check_names_fit(reading, platform, names)
    if reading.none_in(*parts, "canaries", "events"):
        for platform in platforms:
            _check_budgets(reading, platform, names, facts_of(readers, platform.reader))


def _check_vantages(reading: FileReading) -> None:
    """A platform is asked only from vantages of the file."""
    known = [
        id
        for vantage in items_of(reading.root, "vantages")
        if (id := text_of(vantage, "id", parse_id)) is not None
    ]
    for platform in items_of(reading.root, "platforms"):
        for item in items_of(platform, "vantages"):
            id = read_text(item, str)
            if id is not None and id not in known:
                what = f"{quoted(id)} is no vantage of this election."
                reading.wrong(item.position, what, use_one_of(id, known))


def _check_kinds_of_controls(reading: FileReading) -> None:
    controls = reading.all_sound(ControlSection, items_of(reading.root, "controls"))
    missing = [kind for kind in ControlKind if all(control.kind is not kind for control in controls)]
    if missing and "controls" in reading.root.fields:
        what = f"There is no control of the kind {' or '.join(missing)}."
        do = "Add one of each: a public figure, a political figure who does not stand, an everyday word."
        reading.wrong(reading.root.position_of("controls"), what, do)


def _check_events(reading: FileReading) -> None:
    """Events lie around the vote, each kind where it belongs."""
    votes = text_of(reading.root, "votes", parse_voting_day)
    if votes is None or not reading.none_in("timezone"):
        return
    for event in reading.all_sound(EventSection, items_of(reading.root, "events")):
        _check_by_vote(reading, event, votes)


def _check_by_vote(reading: FileReading, event: EventSection, votes: date) -> None:
    begin = datetime.combine(votes, time(), reading.zone).astimezone(UTC)
    end = begin + timedelta(days=1)
    starts, ends = event.position_of("starts"), event.position_of("ends")
    if abs(event.starts - begin) > FARTHEST_EVENT:
        what = f"The event is more than {FARTHEST_EVENT.days} days from the vote ({votes})."
        reading.wrong(starts, what, "Check the year here and in `votes`.")
    elif event.kind is EventKind.VOTING and (event.ends <= begin or event.starts >= end):
        what = f"The voting lies outside voting day ({votes})."
        reading.wrong(starts, what, "Check this and `votes`.")
    elif event.kind is EventKind.QUIET_PERIOD and event.starts >= end:
        do = "Check this and `votes`: a quiet period lies before the vote."
        reading.wrong(starts, f"The quiet period begins after the vote ({votes}).", do)
    elif event.kind is EventKind.COUNT and event.ends <= begin:
        reading.wrong(ends, f"The count ends before the vote ({votes}).", "Check this and `votes`.")


def _by_subject(names: Sequence[PlacedName], *, targets: bool) -> dict[str, tuple[Name, ...]]:
    subjects: dict[str, tuple[Name, ...]] = {}
    for placed in names:
        if (placed.contestant is not None) is targets:
            subjects[placed.subject] = (*subjects.get(placed.subject, ()), placed.name)
    return subjects


def _asked_first(reading: FileReading) -> frozenset[str]:
    """The ids of contestants that are asked in each round where others take turns."""
    sections = reading.all_sound(ContestantSection, items_of(reading.root, "contestants"))
    return frozenset(
        person.id
        for contestant in map(contestant_of, sections)
        if contestant.is_asked_first
        for person in contestant.people
    )


def _kinds_of_controls(reading: FileReading) -> Mapping[str, ControlKind]:
    """By id; a control whose own section does not read counts as a person."""
    sections = reading.all_sound(ControlSection, items_of(reading.root, "controls"))
    return defaultdict(lambda: ControlKind.PUBLIC_FIGURE, {section.id: section.kind for section in sections})


def _check_names_fit(reading: FileReading, platform: PlatformSection, names: Sequence[PlacedName]) -> None:
    """On each surface, all targets can be asked, and enough controls."""
    least = least_controls(field_of(reading.root, "least-controls"))
    targets, controls = _by_subject(names, targets=True), _by_subject(names, targets=False)
    kinds_of_controls = _kinds_of_controls(reading)
    for section in platform.surfaces:
        surface, at = section.surface, section.position
        kinds = [kind for kind in NameKind if kind in FITTING[surface]]
        fitting = f"{surface} on {platform.id} is asked by {' or '.join(kinds)}"
        without = [subject for subject, own in targets.items() if not names_for(own, surface, platform.id)]
        if without:
            what = f"{fitting}, and {_listed(without)} {'has' if len(without) == 1 else 'have'} none there."
            do = "Add one to each, or leave the surface out: all contestants get the same watching."
            reading.wrong(at, what, do)
        asked = [
            subject
            for subject, own in controls.items()
            if names_of_control(kinds_of_controls[subject], own, surface, platform.id)
        ]
        count = len(asked)
        if count < least:
            absent = ", ".join(subject for subject in controls if subject not in asked)
            what = (
                f"{fitting}, and only {count} of {len(controls)} controls {'has' if count == 1 else 'have'} "
                f"one there; `least-controls` is {least}. Without: {absent}."
            )
            do = "Add such names to more controls (ten or more prove fastest), or leave the surface out."
            reading.wrong(at, what, do)


def _listed(ids: Sequence[str]) -> str:
    if len(ids) <= MOST_LISTED:
        return ", ".join(ids)
    return f"{', '.join(ids[:MOST_LISTED])} and {len(ids) - MOST_LISTED:,} more"


def _check_budgets(
    reading: FileReading, platform: PlatformSection, names: Sequence[PlacedName], facts: ReaderFacts
) -> None:
    first = _asked_first(reading)
    targets = [(subject in first, own) for subject, own in _by_subject(names, targets=True).items()]
    kinds = _kinds_of_controls(reading)
    controls = [(kinds[subject], own) for subject, own in _by_subject(names, targets=False).items()]
    events = [event_of(event) for event in reading.all_sound(EventSection, items_of(reading.root, "events"))]
    watch = platform_of(platform, facts)
    costs = costs_of(watch, targets, controls, len(list(items_of(reading.root, "canaries"))), facts)
    for cost, asked in zip(costs, platform.surfaces, strict=True):
        if cost.names > MOST_IN_DECLARED_ROUND:
            every = span_text(cost.others_every)
            what = f"With others every {every}, a round of {cost.surface} asks {cost.names:,} names."
            most = f"At most {MOST_IN_DECLARED_ROUND:,} are asked in one round"
            do = f"{most}: make `others-every` longer or `every` shorter."
            reading.wrong(asked.position, what, do)
    for need, section in zip(needs_of(watch, costs, events), platform.budgets, strict=True):
        if not need.fits:
            reading.wrong(section.position, *_too_small(need, costs))


def _too_small(need: Need, costs: tuple[Cost, ...]) -> tuple[str, str]:
    """What is wrong with a budget, with the arithmetic, and what to write."""
    per, most = span_text(need.budget.per), need.budget.requests
    if need.base > most:
        terms = " + ".join(_term(cost, need) for cost in costs)
        what = (
            f"The asked rate needs {need.base:,.1f} requests per {per}, and the budget is {most:,}: {terms}."
        )
        rarer = ceil(100 * need.base / most) / 100
        return what, f"Make rounds rarer ({rarer:.2f} times the `every`), or ask fewer names or surfaces."
    if need.densest > most:
        event = need.event
        assert event is not None
        what = (
            f"At {event.id} ({event.denser:g} times as dense, from an hour before) the rounds need "
            f"{need.densest:,.1f} requests per {per}, and the budget is {most:,}; "
            f"the base rate needs {need.base:,.1f}."
        )
        return what, "Lower `denser` of that event, or make rounds rarer."
    largest = max(costs, key=lambda cost: cost.round)
    what = (
        f"One round of {largest.surface} sets {need.largest_round:,} requests aside ({largest.names} names x "
        f"{largest.requests_each} requests, once more for retries), and the budget is {most:,} per {per}."
    )
    return what, "Write the budget over a longer span, or ask fewer names."


def _term(cost: Cost, need: Need) -> str:
    rounds = need.budget.per / cost.every
    return (
        f"{cost.surface} {cost.names} names x {cost.requests_each} requests x {rounds:,.2f} rounds = "
        f"{cost.needed(need.budget.per):,.1f}"
    )
