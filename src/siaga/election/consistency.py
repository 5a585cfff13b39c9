"""What must hold between the parts of an election file: names apart, enough controls, budgets that carry."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Final

from siaga.domain.matching import folded
from siaga.election.demand import Cost, Need, costs_of, needs_of
from siaga.election.draft import SUBJECTS, Draft, PlacedId, PlacedName, PlacedPlatform
from siaga.election.fields import Faults, Section, one_of, shown
from siaga.election.model import ControlKind, Name, NameKind
from siaga.election.moments import span_text
from siaga.election.naming import FITTING, names_for
from siaga.election.readers import ReaderFacts, facts_of

RESERVED: Final = "canary-"
"""Measurements call the file's canaries `canary-1`, `canary-2`, ..."""


def check(draft: Draft, top: Section, readers: Mapping[str, ReaderFacts]) -> None:
    """Add every fault between parts. What rests on a part that is itself at fault is left for later."""
    faults = top.faults
    _unique_ids(draft.ids, faults)
    _names_apart(draft.names, faults)
    _controls_outside_the_contest(draft.names, faults)
    _canaries_apart(draft, faults)
    if faults.none_in("vantages"):
        for platform in draft.platforms:
            _vantages_known(draft, platform, faults)
    if faults.none_in("controls"):
        _all_kinds_of_controls(draft, top)
    if faults.none_in("contestants", "controls", "platforms"):
        for platform in draft.platforms:
            _names_fit(draft, platform, faults)
    if faults.none_in("contestants", "controls", "canaries", "platforms", "events"):
        for platform in draft.platforms:
            _budgets_carry(draft, platform, faults, facts_of(readers, platform.watch.reader))


def _unique_ids(ids: list[PlacedId], faults: Faults) -> None:
    seen: dict[tuple[str, str], PlacedId] = {}
    for placed in ids:
        earlier = seen.setdefault((placed.among, placed.id), placed)
        if earlier is not placed:
            what = f"The id {placed.id!r} stands twice among {placed.among}; first in line {earlier.line}."
            faults.wrong(placed.line, placed.path, what, "Rename one of them.")
        if placed.among == SUBJECTS and placed.id.startswith(RESERVED):
            what = f"The id {placed.id!r} begins with {RESERVED!r}, as the measurements of canaries do."
            faults.wrong(placed.line, placed.path, what, "Choose another.")


def _vantages_known(draft: Draft, platform: PlacedPlatform, faults: Faults) -> None:
    known = [vantage.id for vantage in draft.vantages]
    seen: set[str] = set()
    for id, (path, line) in zip(platform.watch.vantages, platform.vantage_places, strict=True):
        if id not in known:
            what = f"{shown(id)} is no vantage of this election."
            faults.wrong(line, path, what, one_of(id, known))
        elif id in seen:
            faults.wrong(line, path, f"The vantage {id} stands here twice.", "Remove one.")
        seen.add(id)


def _meet(one: Name, other: Name) -> bool:
    """Whether two names could be asked on the same platform."""
    return not one.platforms or not other.platforms or bool(set(one.platforms) & set(other.platforms))


def _names_apart(names: list[PlacedName], faults: Faults) -> None:
    """No text belongs to two subjects, and none stands twice at one of the same kind."""
    by_text: dict[str, list[PlacedName]] = {}
    for placed in names:
        same = by_text.setdefault(folded(placed.name.text), [])
        for earlier in same:
            same_kind = placed.name.kind is earlier.name.kind
            if not _meet(placed.name, earlier.name):
                continue
            if earlier.subject == placed.subject:
                if same_kind:
                    what = (
                        f"The name {shown(placed.name.text)} stands here twice; first in line {earlier.line}."
                    )
                    faults.wrong(placed.line, placed.path, what, "Keep one of them.")
                    break
                continue
            text = shown(placed.name.text)
            what = f"The name {text} is also a name of {earlier.subject} (line {earlier.line})."
            faults.wrong(placed.line, placed.path, what, _instead(placed, earlier))
            break
        same.append(placed)


def _instead(placed: PlacedName, earlier: PlacedName) -> str:
    if placed.contestant is None and earlier.contestant is not None:
        return "Choose a control outside the contest: it would go missing together with the contestant."
    return "Leave it to one of them, or write a name that tells them apart."


def _controls_outside_the_contest(names: list[PlacedName], faults: Faults) -> None:
    """A control whose name holds a contestant's name as a word is found, and lost, together with it."""
    contested = {folded(one.name.text): one for one in names if one.contestant is not None}
    longest = max((text.count(" ") + 1 for text in contested), default=0)
    for placed in names:
        if placed.contestant is not None:
            continue
        words = folded(placed.name.text).split(" ")
        if " ".join(words) in contested:
            continue  # said already
        for part in _parts(words, longest):
            if part in contested:
                held = contested[part]
                text = shown(placed.name.text)
                what = f"The name {text} holds a name of {held.subject}, {shown(held.name.text)}."
                do = "Choose a control outside the contest: a search for it finds the contestant's posts."
                faults.wrong(placed.line, placed.path, what, do)
                break


def _parts(words: list[str], longest: int) -> Iterator[str]:
    for begin in range(len(words)):
        for end in range(begin + 1, min(len(words), begin + longest) + 1):
            yield " ".join(words[begin:end])


def _canaries_apart(draft: Draft, faults: Faults) -> None:
    known = [(folded(placed.name.text), placed) for placed in draft.names]
    seen: set[str] = set()
    for text, path, line in draft.canaries:
        if text in seen:
            faults.wrong(line, path, f"The canary {text!r} stands here twice.", "Remove one.")
        seen.add(text)
        for name, placed in known:
            if text in name or name.replace(" ", "") == text:
                what = f"The canary {text!r} occurs as a name of {placed.subject} (line {placed.line})."
                faults.wrong(line, path, what, "Write a random text that nobody is called.")
                break


def _all_kinds_of_controls(draft: Draft, top: Section) -> None:
    missing = [kind for kind in ControlKind if all(control.kind is not kind for control in draft.controls)]
    if missing:
        what = f"There is no control of the kind {' or '.join(missing)}."
        do = "Add one of each: a public figure, a political figure who does not stand, an everyday word."
        top.wrong("controls", what, do)


def _subjects(names: list[PlacedName], *, targets: bool) -> dict[str, tuple[Name, ...]]:
    subjects: dict[str, tuple[Name, ...]] = {}
    for placed in names:
        if (placed.contestant is not None) is targets:
            subjects[placed.subject] = (*subjects.get(placed.subject, ()), placed.name)
    return subjects


def _names_fit(draft: Draft, platform: PlacedPlatform, faults: Faults) -> None:
    """On each surface, all targets can be asked, and enough controls."""
    id = platform.watch.id
    targets, controls = _subjects(draft.names, targets=True), _subjects(draft.names, targets=False)
    for watch, (path, line) in zip(platform.watch.surfaces, platform.surface_places, strict=True):
        kinds = [kind for kind in NameKind if kind in FITTING[watch.surface]]
        fitting = f"{watch.surface} on {id} is asked by {' or '.join(kinds)}"
        without = [subject for subject, names in targets.items() if not names_for(names, watch.surface, id)]
        if without:
            what = f"{fitting}, and {', '.join(without)} {'has' if len(without) == 1 else 'have'} none there."
            do = "Add one to each, or leave the surface out: all contestants get the same watching."
            faults.wrong(line, path, what, do)
        count = sum(bool(names_for(names, watch.surface, id)) for names in controls.values())
        if count < draft.least_controls:
            what = (
                f"{fitting}, and only {count} of {len(controls)} controls {'has' if count == 1 else 'have'} "
                f"one there; `least-controls` is {draft.least_controls}."
            )
            do = "Add such names to more controls (ten or more prove fastest), or leave the surface out."
            faults.wrong(line, path, what, do)


def _budgets_carry(draft: Draft, platform: PlacedPlatform, faults: Faults, facts: ReaderFacts) -> None:
    targets = tuple(_subjects(draft.names, targets=True).values())
    controls = tuple(_subjects(draft.names, targets=False).values())
    costs = costs_of(platform.watch, targets, controls, len(draft.canaries), facts)
    needs = needs_of(platform.watch, costs, draft.events)
    for need, (path, line) in zip(needs, platform.budget_places, strict=True):
        if not need.fits:
            faults.wrong(line, path, *_too_small(need, costs))


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
