"""Reads an election file, and says exactly what is wrong with a bad one: every fault, with its line."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siaga.domain.errors import BadInput, Fault
from siaga.election.consistency import check
from siaga.election.draft import EVENTS, Draft
from siaga.election.fields import Faults, Section, one_of, section_of, shown, text_of
from siaga.election.model import Election, Event, EventKind, Promise
from siaga.election.moments import Unreadable, parse_day, parse_moment, parse_promise, zone_names
from siaga.election.places import read_country, read_platforms, read_vantages
from siaga.election.readers import ReaderFacts, Recipes, no_recipes
from siaga.election.subjects import known_languages, read_canaries, read_contestants, read_controls
from siaga.election.tree import Fields, Items, Scalar, read_tree

FIELDS: Final = (
    "election",
    "label",
    "country",
    "timezone",
    "languages",
    "votes",
    "promise",
    "least-controls",
    "contestants",
    "controls",
    "canaries",
    "platforms",
    "vantages",
    "events",
)
REQUIRED: Final = (
    "election",
    "label",
    "timezone",
    "votes",
    "contestants",
    "controls",
    "canaries",
    "platforms",
    "vantages",
)
DEFAULT_LANGUAGES: Final = ("id", "en")
MOST_EVENTS: Final = 200
FARTHEST_EVENT: Final = timedelta(days=730)
"""From voting day."""
LONGEST: Final = {EventKind.DEBATE: timedelta(hours=12), EventKind.VOTING: timedelta(days=60)}
LONGEST_EVENT: Final = timedelta(days=366)
DENSEST: Final = 60


def read_election(
    text: str, readers: Mapping[str, ReaderFacts], file: str = "", recipes: Recipes = no_recipes
) -> Election:
    """The election that a file's text declares. `readers` are the known ones; `file` is named in faults;
    `recipes` reads what the file says of pages.

    Raises:
        BadInput: with every fault of the file, in the order of its lines.
    """
    tree, faults_of_form = read_tree(text, file)
    faults = Faults(file, list(faults_of_form))
    if tree is None or (isinstance(tree, Scalar) and not tree.text):
        raise BadInput(Fault("The file is empty.", "Begin with `siaga election new`.", file))
    top = section_of(faults, tree, "", FIELDS, REQUIRED)
    if top is None:
        raise BadInput(*faults.found)
    election = _election(top, readers, recipes, text)
    if election is None or faults.found:
        raise BadInput(*sorted(faults.found, key=lambda fault: fault.line))
    return election


def _election(
    top: Section, readers: Mapping[str, ReaderFacts], recipes: Recipes, text: str
) -> Election | None:
    draft = Draft()
    id, label, country = top.id("election"), top.text("label"), read_country(top)
    zone, votes = _zone(top), top.parsed("votes", parse_day)
    if votes is not None and not 1990 <= votes.year <= 2100:
        top.wrong("votes", f"The year {votes.year} is out of reason.", "Write the day of the vote.")
        votes = None
    promise = top.parsed("promise", parse_promise)
    draft.least_controls = top.integer("least-controls", 2, 100) or Draft.least_controls
    platforms = _platform_ids(top)
    read_contestants(top, platforms, draft)
    read_controls(top, platforms, draft)
    read_canaries(top, draft)
    read_platforms(top, readers, recipes, draft)
    read_vantages(top, draft)
    _read_events(top, zone, votes, draft)
    languages = _languages(top)
    check(draft, top, readers)
    if id is None or label is None or zone is None or votes is None:
        return None
    return Election(
        id=id,
        label=label,
        country=country,
        timezone=zone.key,
        votes=votes,
        contestants=tuple(draft.contestants),
        controls=tuple(draft.controls),
        canaries=tuple(canary for canary, _, _ in draft.canaries),
        platforms=tuple(placed.watch for placed in draft.platforms),
        vantages=tuple(draft.vantages),
        events=tuple(draft.events),
        promise=Promise() if promise is None else Promise(*promise),
        least_controls=draft.least_controls,
        languages=languages,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _zone(top: Section) -> ZoneInfo | None:
    name = top.text("timezone")
    if name is None:
        return None
    if name not in zone_names():
        close = one_of(name, sorted(zone_names())).split("Use one of")[0]
        do = f"{close}Write its IANA name, such as Asia/Jakarta."
        top.wrong("timezone", f"{shown(name)} is no time zone.", do)
        return None
    return ZoneInfo(name)


def _languages(top: Section) -> tuple[str, ...]:
    if "languages" not in top.fields:
        return DEFAULT_LANGUAGES
    languages: list[str] = []
    for tree, path in top.items("languages", 20):
        code = text_of(top.faults, tree, path)
        if code is None:
            continue
        if code.split("-")[0] not in known_languages():
            top.faults.wrong(
                tree.line, path, f"{shown(code)} is no language.", "Write a code such as id or en."
            )
        elif code in languages:
            top.faults.wrong(tree.line, path, f"{shown(code)} stands here twice.", "Remove one.")
        languages.append(code)
    return tuple(languages)


def _platform_ids(top: Section) -> Collection[str] | None:
    """The ids that stand under `platforms`, for names that refer to them; None where that is not certain."""
    platforms = top.fields.get("platforms")
    if not isinstance(platforms, Items):
        return None
    ids = [item.fields.get("id") for item in platforms.items if isinstance(item, Fields)]
    return [id.text for id in ids if isinstance(id, Scalar)] if len(ids) == len(platforms.items) else None


def _read_events(top: Section, zone: ZoneInfo | None, votes: date | None, draft: Draft) -> None:
    known = ("id", "kind", "label", "starts", "ends", "denser")
    for section in top.sections("events", known, known[:5], MOST_EVENTS):
        id = draft.id_of(section, EVENTS)
        kind = section.choice("kind", tuple(EventKind))
        label = section.text("label")
        starts, ends = _moment(section, "starts", zone), _moment(section, "ends", zone)
        denser = section.number("denser", 1, DENSEST)
        if id is None or kind is None or label is None or starts is None or ends is None:
            continue
        event = Event(id, EventKind(kind), label, starts, ends, denser or 1.0)
        if ends <= starts:
            section.wrong("ends", "The event ends before it starts.", "Write a later time.")
        elif ends - starts > LONGEST.get(event.kind, LONGEST_EVENT):
            most = LONGEST.get(event.kind, LONGEST_EVENT)
            what = f"The event takes longer than a {event.kind} may ({most // timedelta(hours=1)} hours)."
            section.wrong("ends", what, "Check the dates, or divide it.")
        elif votes is not None and zone is not None:
            _check_by_vote(section, event, zone, votes)
        draft.events.append(event)


def _check_by_vote(section: Section, event: Event, zone: ZoneInfo, votes: date) -> None:
    begin = datetime.combine(votes, time(), zone).astimezone(UTC)
    end = begin + timedelta(days=1)
    if abs(event.starts - begin) > FARTHEST_EVENT:
        what = f"The event is more than {FARTHEST_EVENT.days} days from the vote ({votes})."
        section.wrong("starts", what, "Check the year here and in `votes`.")
    elif event.kind is EventKind.VOTING and (event.ends <= begin or event.starts >= end):
        section.wrong("starts", f"The voting lies outside voting day ({votes}).", "Check this and `votes`.")
    elif event.kind is EventKind.QUIET_PERIOD and event.starts >= end:
        do = "Check this and `votes`: a quiet period lies before the vote."
        section.wrong("starts", f"The quiet period begins after the vote ({votes}).", do)
    elif event.kind is EventKind.COUNT and event.ends <= begin:
        section.wrong("ends", f"The count ends before the vote ({votes}).", "Check this and `votes`.")


def _moment(section: Section, name: str, zone: ZoneInfo | None) -> datetime | None:
    """The field as a time; read as UTC where the file's zone is itself at fault."""
    text = section.text(name)
    if text is None:
        return None
    try:
        return parse_moment(text, zone or ZoneInfo("UTC"))
    except Unreadable as problem:
        section.wrong(name, f"{shown(text)}: {problem.what}", problem.do)
        return None
